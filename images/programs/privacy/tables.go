package privacy

import "strings"

const (
	// maxColumns of a table that are judged; those behind stay.
	maxColumns = 24
	// headingLines are the first lines of a text, among which a table's headings are looked for.
	headingLines = 6
)

// inlineRow finds a row behind its headings in the same line: Columns: konto;navn;mobil | Rad 3: NO…;Kari Nordmann;401 77 236. The word for them ends
// at `at`.
func (x *scanner) inlineRow(s string, at int) {
	for at < len(s) && strings.IndexByte(":= [(\"'", s[at]) >= 0 {
		at++
	}
	end := at
	for end < len(s) && end-at < 400 && (isIdent(s[end]) || strings.IndexByte(";,\t ", s[end]) >= 0) {
		end++
	}
	line := strings.TrimRight(s[at:end], " ")
	for _, between := range [...]byte{';', '\t', ','} {
		if strings.IndexByte(line, between) <= 0 {
			continue
		}
		c := columns{between: between}
		if c.read(line, between) && c.n > 1 && c.speak() {
			x.rowBehind(s, at+len(line), &c)
			return
		}
	}
}

// rowBehind judges the cells of the first row behind i that has as many as the headings.
func (x *scanner) rowBehind(s string, i int, c *columns) {
	stop := endOfLine(s, i)
	for at := i; at < stop && at-i < 600; {
		colon := strings.IndexAny(s[at:stop], ":=[(\"'")
		if colon < 0 {
			return
		}
		at += colon + 1
		end := at
		for end < stop && strings.IndexByte("|])\"'", s[end]) < 0 && !strings.HasPrefix(s[end:], " ->") && !strings.HasPrefix(s[end:], " =>") && !strings.HasPrefix(s[end:], " (") {
			end++
		}
		n := 0
		cells(s[at:end], c.between, func(i, _, _ int) bool { n = i + 1; return n <= c.n })
		if n != c.n {
			continue
		}
		cells(s[at:end], c.between, func(n, from, to int) bool {
			if !(c.counts[n] && isFloat(s[at+from:at+to])) {
				x.cell(s, at+from, at+to, c.means[n], c.between)
			}
			return true
		})
		return
	}
}

// columns of a table: what their headings say, and what stands between two of them.
type columns struct {
	means [maxColumns]meaning
	n     int
	// between is the sign between two cells; a space stands for two or more of them.
	between byte
	// counts: numbers below the heading are counts, and open nothing.
	counts [maxColumns]bool
	// numbered: a column without a heading stands before the others, as pandas numbers rows.
	numbered bool
	// settings: the first column names what the second holds.
	settings bool
	// careful: the line may be a sentence, so that only what has the shape of a secret or of a name counts.
	careful bool
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
		if strings.HasPrefix(line, "USER ") && strings.Contains(line, " PID") {
			x.processes(s, from)
			return
		}
		if c, ok := headings(line); ok {
			c.careful = c.n == 2 && c.means[1] == plain && !c.settings && !strings.HasPrefix(strings.TrimLeft(s[from:], " |+"), "--")
			if x.rows(s, from, &c) {
				return
			}
		}
	}
}

// processes finds whose they are in the first column of what ps lists.
func (x *scanner) processes(s string, from int) {
	for from < len(s) {
		to := identEnd(s, from)
		if who := s[from:to]; to < len(s) && s[to] == ' ' && (isOnMachine(who) || isHandle(who)) {
			x.add(from, to, person)
		}
		next := strings.IndexByte(s[from:], '\n')
		if next < 0 {
			return
		}
		from += next + 1
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
		if between == ' ' {
			if line != strings.ToUpper(line) && strings.Count(line, "  ") < 2 && !startsSettings(line) {
				continue // a word and what it means
			}
			bare := strings.TrimLeft(line, " ")
			c.numbered = len(bare) < len(line)
			line = bare
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
		if isCalled(heading) || hasKeyword(heading, "first") && len(heading) == 5 || hasKeyword(heading, "last") && len(heading) == 4 {
			m = companyName
		}
		c.counts[n] = countsBelow(heading, m)
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
	c.settings = ok && c.n == 2 && startsSettings(line)
	return ok
}

// startsSettings says whether headings are those of settings: key | value, Variable_name | Value.
func startsSettings(line string) bool {
	first, second := "", ""
	for word := range strings.FieldsFuncSeq(line, func(r rune) bool { return strings.ContainsRune(" \t|;,\"'", r) }) {
		switch {
		case first == "":
			first = word
		case second == "":
			second = word
		default:
			return false
		}
	}
	return (isNameKey(first) || hasKeyword(first, "variable_name") || hasKeyword(first, "config")) && isValueKey(second)
}

// countsBelow says whether numbers below a heading say how many there are: tokens of a model, sessions of a day.
func countsBelow(heading string, m meaning) bool {
	if m == token || m == loose || m == weak {
		return true
	}
	switch strings.ToLower(heading) {
	case "secret", "secrets", "pass", "credential", "credentials", "passwords", "keys", "otp":
		return m.secret()
	}
	return false
}

// speak says whether a column is about something that may not leave.
func (c *columns) speak() bool {
	if c.settings {
		return true
	}
	for _, m := range c.means[:c.n] {
		if m.secret() || m.ofPerson() || m == number || m == version || m == weakName || m == maybeName || m == calledName || m == companyName {
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
			n, first := 0, 0
			if c.between == ' ' {
				line = strings.TrimRight(line, " \r")
			}
			if c.numbered {
				first = 1
			}
			cells(line, c.between, func(i, _, _ int) bool { n = i + 1; return n <= c.n+first })
			if n != c.n+first {
				if first = 0; n != c.n || !c.numbered {
					return found
				}
			}
			named := plain
			cells(line, c.between, func(i, start, stop int) bool {
				switch i -= first; {
				case i < 0:
				case c.means[i] == number || c.means[i] == version:
					x.spare(s, from+start, from+stop)
				case c.settings && i == 1 && (named == number || named == version):
					x.spare(s, from+start, from+stop)
				case c.settings && i == 0:
					named = x.setting(line[start:stop])
				case c.settings && !x.tells(named, line[start:stop]):
				case c.settings:
					x.nearby(s, from+start, from+stop, func(s string, at int) { x.cell(s, at, at+stop-start, named, c.between) })
				case c.careful:
					x.nearby(s, from+start, from+stop, func(s string, at int) { x.bare(s, at, value{from: at, to: at + stop - start}, careful(c.means[i])) })
				case c.counts[i] && isFloat(line[start:stop]):
				default:
					x.nearby(s, from+start, from+stop, func(s string, at int) { x.cell(s, at, at+stop-start, c.means[i], c.between) })
				}
				return true
			})
			found = true
		}
		from += end + 1
	}
	return found
}

// setting is what the name of a setting says of its value.
func (x *scanner) setting(named string) meaning {
	if !isHeading(named) {
		return plain
	}
	return meaningOf(named)
}

// tells says whether the value beside a name is worth a look: below `key | value` also columns of a schema and their types are listed.
func (x *scanner) tells(m meaning, text string) bool {
	return m == password && !isTypeOfColumn(text) || m == token && (!isName(text) || len(text) >= 16) || m == name || m == personal || m == phone || m == maybeName
}

// isTypeOfColumn: text, varchar, uuid.
func isTypeOfColumn(text string) bool {
	switch strings.ToLower(text) {
	case "text", "varchar", "string", "uuid", "bytea", "char", "citext", "character varying", "integer", "boolean", "json", "jsonb", "blob", "nvarchar", "longtext", "secretstr", "password", "keyword",
		"auth", "authentication", "hash":
		return true
	}
	return aboutSecrets.hasFold(text)
}

// careful is the meaning of a heading of two columns, where a line of a sentence might be meant: a first column that names people holds names in full.
func careful(m meaning) meaning {
	if m == maybeName || m == weakName {
		return name
	}
	return m
}

func (x *scanner) cell(s string, from, to int, m meaning, between byte) {
	text := s[from:to]
	if text == "" || isHarmless(text) || text == `\N` || meaningOf(text) != plain && isName(text) {
		return
	}
	switch {
	case m.secret() && (isVersion(text) && strings.IndexByte(text, '.') > 0 || m == token && strings.IndexByte(text, '(') > 0 || len(text) <= 4 && text == strings.ToUpper(text) && isName(text)):
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
