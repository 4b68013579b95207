package privacy

import "strings"

// assigned finds values behind keys in every notation: a=b, a: b, "a": "b", {\"a\": \"b\"}, 'a': 'b', a => "b", a%3Db.
func (x *scanner) assigned(s string) {
	for i := 0; i < len(s); i++ {
		c := s[i]
		width := 1
		switch {
		case c == '=' || c == ':':
		case c == '%' && i+2 < len(s) && s[i+1] == '3' && (s[i+2]|0x20 == 'd' || s[i+2]|0x20 == 'a'):
			width = 3
		case c == '\t' && i > 2 && isAlnum(s[i-1]):
			x.tabbed(s, i)
			continue
		case c == '>' && i > 2 && s[i-1] == '-' && s[i-2] == ' ':
			x.arrow(s, i)
			continue
		case c == '>' && i > 2:
			x.element(s, i)
			continue
		case c == '(' && i > 2 && i+2 < len(s) && (s[i+1] == '\'' || s[i+1] == '"'):
			x.call(s, i)
			continue
		case c == ';' && i > 2 && s[i-1] == '"' && strings.HasPrefix(s[i:], ";s:"):
			x.serialized(s, i)
			continue
		case c == ',' && i+1 < len(s) && i > 2 && (s[i-1] == '\'' || s[i-1] == '"'):
			x.pair(s, i)
			continue
		default:
			continue
		}
		from, to, quoted := identBefore(s, i)
		if to == from || to-from < 2 && !quoted {
			continue
		}
		if i == to && s[i] == ':' && from > 2 && s[from-3:from] == "://" && strings.IndexByte(s[i:min(len(s), i+200)], '@') > 0 {
			// the user of a URL is no key: https://user:secret@host
			continue
		}
		if end := from + hashedLength; end <= len(s) && isReplacement(s[from:end]) {
			continue
		}
		switch s[from:to] {
		case "name", "key", "Name", "Key", "ParameterKey", "id", "field", "header":
			if v := valueAfter(s, i+width, quoted); v.quoted || meaningOf(s[v.from:v.to]).secret() {
				x.named(s, v)
			}
		}
		m := x.meaningOf(s, from, to)
		if m == plain || m == number || m == version || m == server || m == client || m == kept {
			continue
		}
		x.valueOf(s, i, i+width, from, m, quoted)
	}
}

// tabbed finds a key and its value in two columns; a row of names is a heading.
func (x *scanner) tabbed(s string, i int) {
	from, to, quoted := identBefore(s, i)
	if to != i && !quoted {
		return
	}
	if m := meaningOf(s[from:to]); m == password || m == token {
		v := valueAfter(s, i+1, false)
		if text := s[v.from:v.to]; !isName(text) && isSecret(m, text) {
			x.add(v.from, v.to, secret)
		}
	}
}

// arrow finds `password -> abc`.
func (x *scanner) arrow(s string, i int) {
	if from, to, quoted := identBefore(s, i-1); to-from >= 2 {
		if m := x.meaningOf(s, from, to); m.secret() || m == name {
			x.valueOf(s, i, i+1, from, m, quoted)
		}
	}
}

// element finds the text of <password>…</password>, also with a namespace and attributes.
func (x *scanner) element(s string, i int) {
	open := strings.LastIndexByte(s[max(0, i-200):i], '<')
	end := strings.Index(s[i:], "</")
	if open < 0 || end < 2 {
		return
	}
	from := max(0, i-200) + open + 1
	to := from
	for to < i && (isIdent(s[to]) || s[to] == ':') {
		to++
	}
	if to == from || to < i && s[to] != ' ' {
		return
	}
	m := x.meaningOf(s, from, to)
	if named := x.attributeName(s[to:i]); named != plain {
		m = named
	}
	v := value{i + 1, i + end, true, i + end}
	x.judge(s, v, from, m, true)
}

// attributeName is the meaning of what name="…" or key="…" says inside a tag.
func (x *scanner) attributeName(tag string) meaning {
	for _, attribute := range [...]string{"name=", "key=", "id="} {
		if at := strings.Index(tag, attribute); at > 0 && isSpace(tag[at-1]) {
			v := valueAfter(tag, at+len(attribute), true)
			return meaningOf(tag[v.from:v.to])
		}
	}
	return plain
}

// call finds set_password('…') and IDENTIFIED BY PASSWORD('…').
func (x *scanner) call(s string, i int) {
	from := i
	for from > 0 && isIdent(s[from-1]) {
		from--
	}
	if i-from < 3 || strings.HasPrefix(s[from:i], "Secret") {
		return
	}
	if m := meaningOf(s[from:i]); m == password {
		v := quotedValue(s, i+1, i+1)
		if end := nextSign(s, v.after); (end == ')' || end == ',') && isSecret(m, s[v.from:v.to]) && !isName(s[v.from:v.to]) {
			x.add(v.from, v.to, secret)
		}
	}
}

// serialized finds PHP's s:8:"password";s:3:"abc".
func (x *scanner) serialized(s string, i int) {
	from, to, _ := identBefore(s, i)
	if to-from < 2 {
		return
	}
	if m := meaningOf(s[from:to]); m.secret() {
		if quote := strings.IndexByte(s[i:], '"'); quote > 0 {
			v := quotedValue(s, i+quote, i+quote)
			if isSecret(m, s[v.from:v.to]) {
				x.add(v.from, v.to, secret)
			}
		}
	}
}

// named finds the value that stands beside its name: {"name": "DB_PASSWORD", "value": "…"}, name="token" value="…".
func (x *scanner) named(s string, v value) {
	m := meaningOf(s[v.from:v.to])
	if m == plain || m == server || m == client || m == number {
		return
	}
	rest := s[v.after:min(len(s), v.after+60)]
	if strings.HasPrefix(rest, "\r\n\r\n") || strings.HasPrefix(rest, "\n\n") || strings.HasPrefix(rest, `\r\n\r\n`) {
		from := v.after + strings.LastIndex(rest[:min(len(rest), 8)], "n") + 1
		if strings.HasPrefix(rest, "\r") || strings.HasPrefix(rest, "\n") {
			from = v.after + len(rest) - len(strings.TrimLeft(rest, "\r\n"))
		}
		x.judge(s, value{from, lineEnd(s, from), true, 0}, v.from, m, true)
		return
	}
	for _, word := range [...]string{"value", "content", "Value"} {
		at := strings.Index(rest, word)
		if at < 0 || strings.ContainsAny(rest[:at], "{}[]<>=") || strings.Count(rest[:at], ",") > 1 {
			continue
		}
		sign := v.after + at + len(word)
		for sign < len(s) && strings.IndexByte("\"'\\ ", s[sign]) >= 0 {
			sign++
		}
		if sign < len(s) && (s[sign] == ':' || s[sign] == '=') {
			x.judge(s, valueAfter(s, sign+1, true), v.from, m, true)
		}
		return
	}
}

// isNameOfPerson says whether `name` stands inside something that is a person: User(name=…), "author": {"name": …}.
func isNameOfPerson(s string, from int) bool {
	depth := 0
	for i := from - 1; i >= max(0, from-160); i-- {
		switch s[i] {
		case ')', '}', ']', '>':
			if s[i] != '>' || i == 0 || s[i-1] != '=' {
				depth++
			}
		case '(', '{', '[', '<':
			if depth--; depth >= 0 {
				continue
			}
			start, end := i+1, i+1
			if s[i] == '<' {
				for end < len(s) && isAlnum(s[end]) {
					end++
				}
			} else {
				for end = i; end > 0 && strings.IndexByte(" :=\"'\\", s[end-1]) >= 0; end-- {
				}
				for start = end; start > 0 && isAlnum(s[start-1]); start-- {
				}
			}
			return rules.personTypes.hasFold(s[start:end])
		}
	}
	return false
}

// besidePerson says whether `name='…'` follows the id of a person on the same line: user=42 guild=7 name='Jane'.
func besidePerson(s string, from int) bool {
	before := s[max(0, from-80):from]
	if line := strings.LastIndexByte(before, '\n'); line >= 0 {
		before = before[line:]
	}
	for _, key := range [...]string{"user=", "member=", "author=", "user_id=", "member_id="} {
		if strings.Contains(before, key) {
			return true
		}
	}
	return false
}

// meaningOf an identifier in a text. Words before a general one belong to it: "session id", "user name".
func (x *scanner) meaningOf(s string, from, to int) meaning {
	ident := s[from:to]
	if rest, ok := strings.CutPrefix(ident, "secrets."); ok && rest == strings.ToUpper(rest) {
		return password // secrets.NAME of a workflow
	}
	var low [32]byte
	word, ok := lowered(&low, ident)
	if !ok {
		return meaningOf(ident)
	}
	switch string(word) {
	case "name":
		if isNameOfPerson(s, from) || besidePerson(s, from) {
			return name
		}
		if besideContact(s, from) {
			return maybeName
		}
	case "input":
		if strings.Contains(s, `loc`) && (strings.Contains(s, `"msg"`) || strings.Contains(s, `'msg'`)) || strings.Contains(s, "ValidationError") {
			return parameter
		}
	case "plate", "documentnumber", "documentno":
		for _, said := range [...]string{"vehicle", "vin=", "kyc", "passport", "firstname", "identity"} {
			if containsFold(around(s, from, to), said) {
				return personal
			}
		}
	case "community":
		if containsFold(around(s, from, to), "snmp") {
			return password
		}
	case "sin":
		at := to
		for at < len(s) && at-to < 4 && strings.IndexByte("=: \"'", s[at]) >= 0 {
			at++
		}
		if end := idEnd(s, at); end >= at+9 && strings.IndexByte(s[at:end], '.') < 0 {
			return personal // the sine has a point
		}
	case "old", "new", "before", "after":
		// nick changed old='Per' new='Pål'
		if before := s[max(0, from-48):from]; containsFold(before, "nick") || containsFold(before, "username") || containsFold(before, "display name") {
			return name
		}
	case "token":
		// a parser's: unexpected token: punc
		parser := false
		wordsBefore(s, from, 1, func(before []byte) bool {
			parser = string(before) == "unexpected" || string(before) == "illegal" || string(before) == "expected"
			return false
		})
		if parser {
			return plain
		}
	case "passe":
		if strings.HasSuffix(strings.ToLower(s[max(0, from-7):from]), "mot de ") {
			return password
		}
	case "d", "p", "q", "dp", "dq", "qi", "k":
		if strings.Contains(s, `"kty"`) || strings.Contains(s, `\"kty\"`) {
			return password
		}
	}
	switch string(word) {
	case "id", "key", "code", "codes", "keys", "name", "number", "no", "phrase", "address", "date":
		start := from
		for start > 0 && s[start-1] == ' ' && from-start < 2 {
			start--
		}
		for start > 0 && isAlnum(s[start-1]) {
			start--
		}
		if m := meaningOf(s[start:to]); m != client && m != server {
			return m
		}
		return plain
	}
	return meaningOf(ident)
}

// identBefore is the identifier that ends before a sign, without its quotes, and whether it had some.
func identBefore(s string, i int) (from, to int, quoted bool) {
	to = i
	for to > 0 && (s[to-1] == ' ' || s[to-1] == '\t') && i-to < 8 {
		to--
	}
	for to > 0 {
		c := s[to-1]
		switch {
		case c == '"' || c == '\'' || c == '`':
			quoted = true
		case (c == '\\' || c == ']') && to > 1:
		case to > 3 && s[to-3:to] == "%22", to > 3 && s[to-3:to] == "%5D":
			to -= 2
			quoted = true
		default:
			goto done
		}
		to--
	}
done:
	from = to
	for from > 0 && isIdent(s[from-1]) {
		from--
	}
	from = min(afterEscape(s, from), to)
	return from, to, quoted
}

func isIdent(c byte) bool {
	return isAlnum(c) || c == '_' || c == '-' || c == '.' || c >= 0x80
}

// pair finds ("authorization", "Bearer …"): two strings in a bracket of their own, the first the name of the second.
func (x *scanner) pair(s string, comma int) {
	from, to, _ := identBefore(s, comma)
	open := from - 1
	for open > 0 && (s[open] == '"' || s[open] == '\'' || s[open] == '\\' || s[open] == 'b') {
		open--
	}
	if to-from < 2 || open < 0 {
		return
	}
	m := meaningOf(s[from:to])
	if !m.secret() && m != name {
		return
	}
	v := valueAfter(s, comma+1, true)
	if !v.quoted {
		return
	}
	if strings.HasPrefix(s[from:to], "--") {
		if isSecret(m, s[v.from:v.to]) {
			x.add(v.from, v.to, secret)
		}
		return
	}
	if header := isHeader(s[from:to]); s[open] != '(' && s[open] != '[' {
		if header == "authorization" {
			x.authorization(s, v, m)
		} else if looksSecret(s[v.from:v.to]) && (header == "cookie" || strings.Contains(s[from:to], "-")) {
			x.add(v.from, v.to, secret)
		}
		return
	}
	end := nextSign(s, v.after)
	text := s[v.from:v.to]
	if end != ')' && end != ']' || isHarmless(text) || meaningOf(text) != plain && isName(text) && strings.IndexByte(text, '-') < 0 {
		return
	}
	if isHeader(s[from:to]) == "authorization" {
		x.authorization(s, v, m)
		return
	}
	if m == name {
		x.add(v.from, v.to, person)
	} else if isSecret(m, text) {
		x.add(v.from, v.to, secret)
	}
}
