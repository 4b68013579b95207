package privacy

import "strings"

// quotedAfter are texts of errors that repeat a value in quotes right behind them.
var quotedAfter = [...]string{"invalid input syntax for", "invalid input value for", "Duplicate entry", "Incorrect ", "with base 10", "string to float",
	"invalid input for query argument", "input_value", "isoformat string", "time data", "invalid value for", "Data truncated",
	"Truncated incorrect", "could not parse", "cannot parse", "Invalid UUID string", "is not a valid", "received", "value", "out of range:", "parsing", "For input string:", ", column ", "email address (was", "cannot unmarshal", "bind:"}

// quotedBefore are texts of errors that repeat a value in quotes right before them.
var quotedBefore = [...]string{"' is not of type", "' is not one of", "' is too short", "' is too long", "' does not match '", "' is not a '", "' could not be parsed", "' was not in a correct format"}

// databaseErrors finds the values that databases, drivers and validators repeat in their errors and logs.
func (x *scanner) databaseErrors(s string, sum summary) {
	x.toLineEnd(s, "[parameters:", ']')
	x.toLineEnd(s, "Failing row contains (", ')')
	x.toLineEnd(s, "[generated in", 0)
	x.toLineEnd(s, "[cached since", 0)
	x.violatedKeys(s)
	x.between(s, "key value is (", ")")
	x.between(s, "rejected value [", "]")
	x.between(s, "input_value={", "}, input_type")
	x.between(s, "input_value=[", "], input_type")
	x.bound(s)
	if at := strings.Index(s, "binding parameter"); at >= 0 {
		x.between(s[:], "] - [", "]")
	}
	x.parameters(s)
	if at := strings.Index(s, "UNIQUE constraint failed: "); at >= 0 {
		if open := strings.IndexByte(s[at:endOfLine(s, at)], '('); open > 0 {
			x.listed(s, at+open)
		}
	}
	if sum.any(at) {
		x.numbered(s)
	}
	if !sum.any(quote) {
		return
	}
	x.near(s)
	for _, needle := range quotedBefore {
		if at := strings.Index(s, needle); at > 0 {
			if open := strings.LastIndexByte(s[:at], '\''); open >= 0 && !isHarmless(s[open+1:at]) {
				x.add(open+1, at, person)
			}
		}
	}
	for _, needle := range quotedAfter {
		for at := strings.Index(s, needle); at >= 0; {
			after := at + len(needle)
			x.nearby(s, at, after, func(s string, at int) { x.firstQuoted(s, at+len(needle), needle) })
			next := strings.Index(s[after:], needle)
			if next < 0 {
				break
			}
			at = after + next
		}
	}
}

// between masks what stands between two marks; without the second, to the end of the line.
func (x *scanner) between(s, open, closing string) {
	at := strings.Index(s, open)
	if at < 0 {
		return
	}
	from := at + len(open)
	to := endOfLine(s, from)
	if end := strings.Index(s[from:to], closing); end >= 0 {
		to = from + end
	}
	if s[from:to] != mask && !isHarmless(s[from:to]) && s[from:to] != "''" && s[from:to] != `""` {
		x.add(from, to, person)
	}
}

// bound finds values of named parameters: `:name = 'Jane'`.
func (x *scanner) bound(s string) {
	for i := 0; i+6 < len(s); i++ {
		if s[i] != ':' || !isLetter(s[i+1]) || i > 0 && (isAlnum(s[i-1]) || s[i-1] == ':') {
			continue
		}
		j := i + 1
		for j < len(s) && (isAlnum(s[j]) || s[j] == '_') {
			j++
		}
		if strings.HasPrefix(s[j:], " = '") || strings.HasPrefix(s[j:], "='") {
			open := j + strings.IndexByte(s[j:], '\'')
			end := sqlStringEnd(s, open, len(s))
			x.add(open, end, literal)
			i = end - 1
		}
	}
}

// firstQuoted masks the string that follows within the same sentence.
func (x *scanner) firstQuoted(s string, from int, needle string) {
	end := min(len(s), from+60)
	switch needle {
	case "value", "received", "time data", "parsing":
		// directly behind: value "99999" is out of range
		end = min(len(s), from+3)
		if from < len(s) && strings.IndexByte("='\"", s[from]) >= 0 {
			return // the quote of 'date_parsing' opens no value
		}
		if begin := from - len(needle); needle == "value" && from < len(s) && s[from] == ':' && (begin < 2 || s[begin-1] != ' ' || !isLetter(s[begin-2])) {
			return // a key of YAML: value: "80"
		}
	case ", column ":
		if !strings.Contains(s, "COPY ") {
			return
		}
	case "input_value", "Duplicate entry", "email address (was":
		end = min(len(s), from+4)
	case "bind:":
		if end = min(len(s), from+4); !strings.Contains(s, "ORA-") {
			return
		}
	}
	for i := from; i < end; i++ {
		switch c := s[i]; c {
		case '"', '\'', '`':
			if c == '`' && needle != "cannot unmarshal" || c == '\'' && i > from && (isAlnum(s[i-1]) || strings.IndexByte(".!?", s[i-1]) >= 0) {
				continue // the quote that closes what the error says
			}
			start := i
			for start > from && s[start-1] == '\\' {
				start--
			}
			v := quotedValue(s, start, i)
			text := s[v.from:v.to]
			if needle == "received" && (allDigits(text) && len(text) < 5 || isName(text) && text == strings.ToLower(text)) {
				return
			}
			if needle == "invalid value for" || needle == "Incorrect " && nextSign(s, v.after) == ':' {
				from, needle = v.after, ""
				i = v.after - 1
				end = min(len(s), v.after+6)
				continue
			}
			if needle == "value" && !strings.HasPrefix(s[v.after:], " is ") && !strings.HasPrefix(s[v.after:], " out of") &&
				!strings.HasPrefix(s[v.after:], " fails") && !strings.ContainsAny(text, " @0123456789") {
				return
			}
			if len(text) < 2 || isHarmless(text) || strings.HasPrefix(text, "%") || isLimit(text) || ofArgument(s, text) ||
				needle == "out of range:" && start > 0 && s[start-1] == '(' {
				return
			}
			x.add(v.from, v.to, person)
			return
		case '\n', ';', ',':
			return
		}
	}
}

// isLimit says whether a value is a number that no machine or person has but its type: what 32 or 64 bits hold, or more than they do.
func isLimit(text string) bool {
	text = strings.TrimPrefix(text, "-")
	switch text {
	case "2147483647", "2147483648", "4294967295", "4294967296", "9223372036854775807", "9223372036854775808":
		return true
	}
	return len(text) >= 20 && allDigits(text)
}

// ofArgument says whether a broker repeats a number that a queue was declared with.
func ofArgument(s, text string) bool {
	return allDigits(text) && strings.Contains(s, "inequivalent arg ")
}

// toLineEnd masks what stands between a mark and the last closing sign of the line; without a sign, the values in brackets.
func (x *scanner) toLineEnd(s, mark string, closing byte) {
	for at := strings.Index(s, mark); at >= 0; {
		from := at + len(mark)
		end := endOfLine(s, from)
		if closing == 0 {
			if bracket := strings.IndexByte(s[from:end], ']'); bracket >= 0 {
				open := from + bracket + 1
				for open < end && s[open] == ' ' {
					open++
				}
				if open < end && strings.IndexByte("([{", s[open]) >= 0 && open+2 < end && s[open+1:end-1] != mask {
					x.parameterValues(s, open+1, lastOf(s, open+1, end, ")]}"))
				}
			}
		} else {
			for from < end && s[from] == ' ' {
				from++
			}
			to := lastOf(s, from, end, string(closing))
			if closing == ']' {
				if cut := strings.Index(s[from:to], "](Background"); cut >= 0 {
					to = from + cut
				}
			}
			if s[from:to] != mask && mark == "[parameters:" {
				x.parameterValues(s, from, to)
			} else if s[from:to] != mask {
				x.add(from, to, secret)
			}
		}
		next := strings.Index(s[end:], mark)
		if next < 0 {
			return
		}
		at = end + next
	}
}

func lastOf(s string, from, end int, signs string) int {
	if at := strings.LastIndexAny(s[from:end], signs); at >= 0 {
		return from + at
	}
	return end
}

// violatedKeys finds PostgreSQL's `Key (email)=(jane@example.org) already exists.` and MongoDB's dup key.
func (x *scanner) violatedKeys(s string) {
	const mark = ")=("
	for at := strings.Index(s, mark); at >= 0; {
		to := at + len(mark)
		x.nearby(s, at, to, func(s string, at int) { to += x.violatedKey(s, at, at+len(mark)) })
		next := strings.Index(s[to:], mark)
		if next < 0 {
			break
		}
		at = to + next
	}
	if at := strings.Index(s, "dup key: {"); at >= 0 {
		from := at + len("dup key: {")
		if to := lastOf(s, from, endOfLine(s, from), "}"); !isReplacement(strings.TrimSpace(s[from:to])) {
			x.add(from, to, person)
		}
	}
}

// violatedKey finds one, whose column ends at `at` and whose value begins at from, and says how long it is.
func (x *scanner) violatedKey(s string, at, from int) int {
	end := endOfLine(s, from)
	to := -1
	for _, tail := range [...]string{") already exists", ") is not present", ") is still referenced", ") conflicts", ") is duplicated"} {
		if cut := strings.Index(s[from:end], tail); cut >= 0 && (to < 0 || from+cut < to) {
			to = from + cut
		}
	}
	if to < 0 {
		to = lastOf(s, from, end, ")")
	}
	if !isReplacement(s[from:to]) && !isOwnID(s[:at], s[from:to]) {
		x.add(from, to, person)
	}
	return to - from
}

// numbered finds what .NET writes of its parameters: @p0='jane' (Size = 4000).
func (x *scanner) numbered(s string) {
	bound := strings.Contains(s, "arameters=[")
	sign := "@p"
	if bound {
		sign = "@"
	}
	for at := strings.Index(s, sign); at >= 0; {
		i := at + len(sign)
		for i < len(s) && (isDigit(s[i]) || bound && (isAlnum(s[i]) || s[i] == '_')) {
			i++
		}
		next := i
		if i > at+len(sign) && strings.HasPrefix(s[i:], "='") {
			end := sqlStringEnd(s, i+1, len(s))
			if s[i+1:end] != "'?'" {
				x.add(i+1, end, literal)
			}
			next = end
		}
		more := strings.Index(s[next:], sign)
		if more < 0 {
			return
		}
		at = next + more
	}
}

// near finds a name that MySQL repeats of a statement it could not read.
func (x *scanner) near(s string) {
	if at := strings.Index(s, " near '"); at >= 0 {
		v := quotedValue(s, at+6, at+6)
		if looksFullName(s[v.from:v.to]) {
			x.add(v.from, v.to, person)
		}
	}
}

// parameters finds PostgreSQL's `parameters: $1 = 'jane', $2 = '42'`.
func (x *scanner) parameters(s string) {
	for i := 0; i+6 < len(s); i++ {
		if s[i] != '$' || !isDigit(s[i+1]) {
			continue
		}
		j := i + 1
		for j < len(s) && isDigit(s[j]) {
			j++
		}
		if strings.HasPrefix(s[j:], " = '") {
			end := sqlStringEnd(s, j+3, len(s))
			if s[j+3:end] != "'?'" {
				x.add(j+3, end, literal)
			}
			i = end - 1
		}
	}
}

// isOwnID says whether a key of a table, whose name ends a text, is a number of an own table: Key (warehouse_id)=(1841).
func isOwnID(before, value string) bool {
	column := before[strings.LastIndexByte(before, '(')+1:]
	if strings.IndexByte(column, ',') > 0 {
		return areOwnIDs(column, value)
	}
	return (column == "id" || strings.HasSuffix(column, "_id")) && meaningOf(column) != personal && allDigits(value) && len(value) < 12
}

// areOwnIDs says whether several columns hold numbers of own tables: Key (game_id, seat_id)=(17, 4).
func areOwnIDs(columns, values string) bool {
	names, texts := strings.Split(columns, ","), strings.Split(values, ",")
	if len(names) != len(texts) {
		return false
	}
	for i, name := range names {
		m := meaningOf(strings.TrimSpace(name))
		if text := strings.TrimSpace(texts[i]); !isOwnID("("+strings.TrimSpace(name), text) && !(allDigits(text) && len(text) < 7 && !m.secret() && !m.ofPerson()) {
			return false
		}
	}
	return true
}
