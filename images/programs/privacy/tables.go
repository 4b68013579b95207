package privacy

import "strings"

const (
	// maxColumns of a table that are judged; those behind stay.
	maxColumns = 24
	// headingLines are the first lines of a text, among which a table's headings are looked for.
	headingLines = 6
)

// columns of a table: what their headings say, and what stands between two of them.
type columns struct {
	means [maxColumns]meaning
	n     int
	// between is the sign between two cells; a space stands for two or more of them.
	between byte
}

// tables finds what stands below a heading that names a secret or a person: CSV, psql, Markdown, kubectl, pg_dump.
func (x *scanner) tables(s string) {
	for from, n := 0, 0; n < headingLines; n++ {
		end := strings.IndexByte(s[from:], '\n')
		if end < 0 {
			return
		}
		line := s[from : from+end]
		from += end + 1
		if c, ok := headings(line); ok && (c.n > 2 || c.means[1] != plain || strings.HasPrefix(strings.TrimLeft(s[from:], " |+"), "--")) && x.rows(s, from, &c) {
			return
		}
	}
}

// headings reads a line as the headings of a table, one of which names something that may not leave.
func headings(line string) (c columns, ok bool) {
	line = strings.TrimRight(line, "\r ")
	if at := strings.LastIndex(line, ": "); at > 0 {
		line = line[at+2:] // what a log or an error says before
	}
	if open := strings.IndexByte(line, '('); open > 0 && strings.HasPrefix(line, "COPY ") {
		if closing := strings.IndexByte(line, ')'); closing > open {
			c.read(strings.ReplaceAll(line[open+1:closing], " ", ""), ',')
			c.between = '\t'
			return c, c.n > 1 && c.speak()
		}
	}
	for _, between := range [...]byte{'\t', '|', ';', ',', ' '} {
		if !strings.Contains(line, betweenColumns(between)) {
			continue
		}
		c = columns{between: between}
		if between == ' ' && line != strings.ToUpper(line) && strings.Count(line, "  ") < 2 {
			continue // a word and what it means
		}
		if c.read(line, between) && c.n > 1 && c.speak() {
			return c, true
		}
	}
	return c, false
}

func betweenColumns(between byte) string {
	if between == ' ' {
		return "  "
	}
	return string(rune(between))
}

func (c *columns) read(line string, between byte) bool {
	ok := true
	hasContact := false
	cells(line, between, func(n, from, to int) bool {
		heading := line[from:to]
		if n >= maxColumns || !isHeading(heading) {
			ok = false
			return false
		}
		m := meaningOf(heading)
		if hasKeyword(heading, "name") && len(heading) == 4 {
			m = companyName
		}
		hasContact = hasContact || m == mail || m == phone || m == personal
		c.means[n], c.n = m, n+1
		return true
	})
	for i := range c.n {
		if c.means[i] == companyName {
			c.means[i] = plain
			if hasContact {
				c.means[i] = companyName
			}
		}
	}
	return ok
}

// speak says whether a column is about something that may not leave.
func (c *columns) speak() bool {
	for _, m := range c.means[:c.n] {
		if m.secret() || m.ofPerson() || m == weakName || m == maybeName || m == calledName || m == companyName {
			return true
		}
	}
	return false
}

// isHeading: `user_id`, `Full name`, `e-mail`.
func isHeading(s string) bool {
	if s == "" || len(s) > 40 || !isLetter(s[0]) && s[0] < 0x80 && s[0] != '_' {
		return false
	}
	spaces := 0
	for i := 0; i < len(s); i++ {
		if s[i] == ' ' {
			spaces++
		} else if !isIdent(s[i]) {
			return false
		}
	}
	return spaces < 3
}

// cells tells of the cells of a line without their quotes and the spaces around, until it is told to stop.
func cells(line string, between byte, tell func(n, from, to int) bool) {
	from, end := 0, len(line)
	if between == '|' {
		// | a | b |
		for from < end && line[from] == ' ' {
			from++
		}
		if from < end && line[from] == '|' {
			from++
			for end > from && (line[end-1] == ' ' || line[end-1] == '\r') {
				end--
			}
			if line[end-1] == '|' {
				end--
			}
		}
	}
	for n := 0; from <= end; n++ {
		to, next := cellEnd(line, from, end, between)
		start, stop := from, to
		for start < stop && isSpace(line[start]) {
			start++
		}
		for stop > start && isSpace(line[stop-1]) {
			stop--
		}
		if stop-start >= 2 && (line[start] == '"' || line[start] == '\'') && line[stop-1] == line[start] {
			start++
			stop--
		}
		if !tell(n, start, stop) {
			return
		}
		from = next
	}
}

// cellEnd is where a cell ends and where the next begins; behind the line where none does.
func cellEnd(line string, from, end int, between byte) (to, next int) {
	i := from
	if i < end && line[i] == '"' {
		if closing := strings.IndexByte(line[i+1:end], '"'); closing >= 0 {
			i += closing + 2
		}
	}
	for ; i < end; i++ {
		if line[i] != between || between == ' ' && (i+1 >= end || line[i+1] != ' ') {
			continue
		}
		to, next = i, i+1
		for between == ' ' && next < end && line[next] == ' ' {
			next++
		}
		return to, next
	}
	return end, end + 1
}

// rows judges the lines below the headings, as long as they have as many cells; false where there is none.
func (x *scanner) rows(s string, from int, c *columns) bool {
	found := false
	for from < len(s) {
		end := strings.IndexByte(s[from:], '\n')
		if end < 0 {
			end = len(s) - from
		}
		line := s[from : from+end]
		if strings.Trim(line, "-+=|: \r") != "" {
			n := 0
			cells(line, c.between, func(i, _, _ int) bool { n = i + 1; return n <= c.n })
			if n != c.n {
				return found
			}
			cells(line, c.between, func(i, start, stop int) bool {
				x.cell(s, from+start, from+stop, c.means[i], c.between)
				return true
			})
			found = true
		}
		from += end + 1
	}
	return found
}

func (x *scanner) cell(s string, from, to int, m meaning, between byte) {
	text := s[from:to]
	if text == "" || isHarmless(text) || text == `\N` || meaningOf(text) != plain && isName(text) {
		return
	}
	switch {
	case m.secret():
		// with a comma and a space it may be a sentence
		if isSecret(m, text) && !(between == ',' && from > 0 && s[from-1] == ' ' && isName(text)) {
			x.add(from, to, secret)
		}
	case m == companyName:
		if beginsName(text, 0) && isName(strings.Map(withoutAccents, text)) {
			x.add(from, to, person)
		}
	case m != plain:
		x.judge(s, value{from, to, true, to}, from, m, true)
	}
}
