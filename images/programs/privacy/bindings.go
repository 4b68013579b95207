package privacy

import "strings"

// What binds a value to its key besides a sign: elements of XML and HTML that follow each other, tuples of Erlang, columns, lines that are
// indented deeper, members called `name` and `value`.

var (
	// nameKeys are keys whose value is the name of what stands beside it.
	nameKeys = setOf([]string{"name", "key", "parameterkey", "parametername", "header", "field", "param", "parameter", "attribute", "attr", "property",
		"setting", "option", "variable", "friendlyname", "var", "label", "column", "k", "envvar", "fieldname", "keyname"})
	// valueKeys are those beside it.
	valueKeys = setOf([]string{"value", "parametervalue", "content", "val", "v", "stringvalue", "newvalue", "oldvalue", "new_value", "old_value", "new", "old",
		"before", "after", "previous", "current", "actual", "rejected", "rejected_value", "rejectedvalue", "string", "valuestring", "defaultvalue"})
	// pairTags are elements whose text names what the next element holds.
	pairTags = setOf([]string{"key", "name", "td", "th", "dt", "label", "param-name", "parameter", "field", "property", "ns1:name", "string"})
)

func isNameKey(key string) bool  { return nameKeys.hasFold(key) }
func isValueKey(key string) bool { return valueKeys.hasFold(key) }

// namesSecretOrPerson says whether a meaning is worth a look at the value beside its name.
func (m meaning) namesSecretOrPerson() bool {
	return m.secret() || m.ofPerson() || m == weakName || m == maybeName || m == calledName || m == postal || m == addressee || m == place || m == parameter
}

// named finds the value that stands beside its name: {"name": "DB_PASSWORD", "value": "…"}, name="token" value="…", field=pin old=… new=….
func (x *scanner) named(s string, v value) {
	m := meaningOf(s[v.from:v.to])
	spares := m == number || m == version
	if !m.namesSecretOrPerson() && !spares {
		return
	}
	rest := s[v.after:min(len(s), v.after+60)]
	if strings.HasPrefix(rest, "\r\n\r\n") || strings.HasPrefix(rest, "\n\n") || strings.HasPrefix(rest, `\r\n\r\n`) {
		from := v.after + strings.LastIndex(rest[:min(len(rest), 8)], "n") + 1
		if strings.HasPrefix(rest, "\r") || strings.HasPrefix(rest, "\n") {
			from = v.after + len(rest) - len(strings.TrimLeft(rest, "\r\n"))
		}
		if spares {
			x.spare(s, from, lineEnd(s, from))
			return
		}
		x.judge(s, value{from, lineEnd(s, from), true, 0}, v.from, m, true)
		return
	}
	if strings.HasPrefix(rest, "><") {
		// FriendlyName="givenName"><saml:AttributeValue>…
		if closing := strings.IndexByte(rest[2:], '>'); closing > 0 {
			from := v.after + 2 + closing + 1
			if end := strings.IndexByte(s[from:], '<'); end > 0 {
				x.judge(s, value{from, from + end, true, from + end}, v.from, m, true)
			}
		}
		return
	}
	at := v.after
	for range 4 {
		for at < len(s) && (strings.IndexByte(" ,;\"'\\\r\n\t]", s[at]) >= 0 || (s[at] == '+' || s[at] == '~') && at+1 < len(s) && s[at+1] == ' ') {
			at++
		}
		end := at
		for end < len(s) && isIdent(s[end]) {
			end++
		}
		sign := end
		for sign < len(s) && strings.IndexByte("\"'\\ ", s[sign]) >= 0 {
			sign++
		}
		if end == at || sign >= len(s) || s[sign] != ':' && s[sign] != '=' {
			return
		}
		beside := valueAfter(s, sign+1, true)
		if isValueKey(s[at:end]) && spares {
			x.spare(s, beside.from, beside.to)
		} else if isValueKey(s[at:end]) {
			x.judge(s, beside, v.from, m, true)
		} else if !beside.quoted && beside.from < len(s) && strings.IndexByte("{[(", s[beside.from]) >= 0 {
			return
		}
		at = max(beside.after, sign+1)
	}
}

// elementPair finds the text of an element behind one that names it: <key>Password</key><string>…</string>, <td>Token</td><td>…</td>.
func (x *scanner) elementPair(s, tag string, from, to int) {
	if !pairTags.hasFold(tag) || to-from < 2 || to-from > 48 || !isHeading(s[from:to]) {
		return
	}
	m := meaningOf(s[from:to])
	if !m.namesSecretOrPerson() {
		return
	}
	at := to + len("</") + len(tag)
	for at < len(s) && s[at] != '>' {
		at++
	}
	for at++; at < len(s) && isSpace(s[at]); at++ {
	}
	if at+1 >= len(s) || s[at] != '<' || !isLetter(s[at+1]) {
		return
	}
	closing := strings.IndexByte(s[at:], '>')
	if closing < 0 {
		return
	}
	start := at + closing + 1
	end := strings.IndexByte(s[start:], '<')
	if end < 1 || end > 4096 || m.secret() && isName(s[start:start+end]) && (hasKeyword(tag, "td") || hasKeyword(tag, "th")) {
		return
	}
	x.judge(s, value{start, start + end, true, start + end}, from, m, true)
}

// tuple finds {password,"…"}, {<<"password">>,<<"…">>} of Erlang; i is the comma.
func (x *scanner) tuple(s string, i int) {
	to := i
	if to > 3 && s[to-1] == '>' && s[to-2] == '>' {
		to -= 2
	}
	for to > 0 && (s[to-1] == '"' || s[to-1] == '\'' || s[to-1] == '\\') {
		to--
	}
	from := to
	for from > 0 && isIdent(s[from-1]) {
		from--
	}
	open := from
	for open > 0 && strings.IndexByte("\"'\\<:", s[open-1]) >= 0 {
		open--
	}
	if to-from < 2 || open == 0 || s[open-1] != '{' {
		return
	}
	if s[from:to] == "amqp_params_network" {
		x.nthQuoted(s, i, 2) // user, then password
		return
	}
	m := meaningOf(s[from:to])
	if !m.secret() && !m.ofPerson() {
		return
	}
	start := i + 1
	for start < len(s) && (s[start] == ' ' || s[start] == '<') {
		start++
	}
	if v := valueAfter(s, start, false); v.quoted && nextSign(s, v.after) != ':' {
		x.judge(s, v, from, m, true)
	}
}

// column finds the second of two columns: password | …
func (x *scanner) column(s string, i int) {
	from, to, _ := identBefore(s, i)
	if to-from < 2 || from > 0 && s[from-1] == '$' {
		return // echo "$TOKEN" | …
	}
	m := x.meaningOf(s, from, to)
	if m != password && m != token && m != name && m != personal && m != phone {
		return
	}
	start := i + 1
	for start < len(s) && s[start] == ' ' {
		start++
	}
	end := start
	for end < len(s) && s[end] != '|' && s[end] != '\n' && s[end] != '\r' {
		end++
	}
	for end > start && s[end-1] == ' ' {
		end--
	}
	text := s[start:end]
	if text == "" || !m.secret() && strings.Contains(text, ": ") || meaningOf(text) != plain && isName(text) || m.secret() && isName(text) && !(m == password && twoCells(s, from, end) && isTold(s, start, end) && !isTypeOfColumn(text)) {
		return
	}
	x.judge(s, value{start, end, true, end}, from, m, true)
}

// twoCells says whether a row has a name, which begins at from, and a value, which ends at `end`, and nothing else.
func twoCells(s string, from, end int) bool {
	line := strings.LastIndexByte(s[:from], '\n') + 1
	return strings.Trim(s[line:from], " |") == "" && strings.Trim(s[end:endOfLine(s, end)], " |\"'}]") == ""
}

// block finds the lines of YAML that are indented deeper than their key: password: |\n  …, tokens:\n  - …; at is the end of the key's line.
func (x *scanner) block(s string, ident, at int, m meaning) {
	if !m.namesSecretOrPerson() || m == weakName {
		return
	}
	margin := 0
	for start := strings.LastIndexByte(s[:ident], '\n') + 1; start < ident && (s[start] == ' ' || s[start] == '-'); start++ {
		margin++
	}
	first, last := -1, -1
	for at < len(s) {
		line := at + 1
		from := line
		for from < len(s) && s[from] == ' ' {
			from++
		}
		end := endOfLine(s, from)
		item := strings.HasPrefix(s[from:end], "- ")
		if from-line < margin || from-line == margin && !item || from == end {
			break
		}
		if item {
			from += 2
			if v := valueAfter(s, from, false); nextSign(s, v.after) != ':' && strings.IndexByte(s[v.from:v.to], ':') < 0 {
				v.to = max(v.to, v.from)
				x.judge(s, v, ident, m, true)
			}
		} else {
			if sign := strings.IndexByte(s[from:end], ':'); sign > 0 && isName(s[from:from+sign]) && (from+sign+1 == end || s[from+sign+1] == ' ') {
				break
			}
			if first < 0 {
				first = from
			}
			last = end
		}
		at = end
	}
	if first >= 0 {
		x.judge(s, value{first, last, true, last}, ident, m, true)
	}
}
