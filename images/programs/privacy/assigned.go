package privacy

import (
	"strings"
	"unicode"
)

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
			if containsFold(s, said) {
				return personal
			}
		}
	case "sin":
		at := to
		for at < len(s) && at-to < 4 && strings.IndexByte("=: \"'", s[at]) >= 0 {
			at++
		}
		if end := idEnd(s, at); end >= at+9 {
			return personal
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

// valueEnds are where a value without quotes ends.
const valueEnds = " \t\r\n,;&\"'`)}]>|\\"

// value of a key: where it stands, and how it is enclosed.
type value struct {
	from, to int
	quoted   bool
	// after is where the text goes on.
	after int
}

// valueAfter finds the value behind a sign.
func valueAfter(s string, i int, keyQuoted bool) (v value) {
	start := i
	if i < len(s) && (s[i] == '>' || s[i] == '=' || s[i] == ':') && (s[i-1] == '=' || s[i-1] == ':') {
		i++
	}
	for i < len(s) && (s[i] == ' ' || s[i] == '\t' || keyQuoted && (s[i] == '\n' || s[i] == '\r')) && i-start < 40 {
		i++
	}
	if strings.HasPrefix(s[min(i, len(s)):], "[]") {
		// []string{"…"}, []byte("…")
		if open := strings.IndexAny(s[i:], "{(\"\n"); open > 0 && open < 20 && s[i+open] != '\n' && s[i+open] != '"' {
			i += open + 1
		}
	}
	// b'…', SecretStr('…'), [b"…"]
	j := i
	for j < len(s) && j-i < 24 && isLetter(s[j]) {
		j++
	}
	if j < len(s) && s[j] != '(' && strings.Trim(s[i:j], "bBuUrRfF") != "" {
		j = i
	}
	if j < len(s) && j > i && s[j] == '(' {
		j++
		// string(10) "abc"
		if k := j; k < len(s) && isDigit(s[k]) {
			for k < len(s) && (isDigit(s[k]) || s[k] == ')' || s[k] == ' ') {
				k++
			}
			j = k
		}
	} else if j-i > 2 {
		j = i
	}
	if j < len(s) && (s[j] == '"' || s[j] == '\'' || s[j] == '`') {
		i = j
	} else if j+1 < len(s) && s[j] == '\\' {
		i = j
	}
	if i >= len(s) {
		return value{from: len(s), to: len(s), after: len(s)}
	}
	slashes := i
	for slashes < len(s) && s[slashes] == '\\' {
		slashes++
	}
	if slashes < len(s) && (s[slashes] == '"' || s[slashes] == '\'' || s[slashes] == '`') {
		return quotedValue(s, i, slashes)
	}
	if strings.HasPrefix(s[i:], "%22") || strings.HasPrefix(s[i:], "%27") {
		from := i + 3
		if end := strings.Index(s[from:], s[i:from]); end >= 0 {
			return value{from, from + end, true, from + end + 3}
		}
	}
	end := i
	if s[i] == '[' {
		// a list without quotes, as Go prints headers: Cookie:[a=b]
		if closing := strings.IndexAny(s[i:], "]\"'\n"); closing > 1 && s[i+closing] == ']' {
			return value{i + 1, i + closing, true, i + closing + 1}
		}
	}
	if s[i] == '<' {
		if closing := strings.IndexByte(s[i:], '>'); closing > 0 && isPlaceholder(s[i:i+closing+1]) {
			return value{i, i + closing + 1, false, i + closing + 1}
		}
	}
	if s[i] == '{' && s[i-1] == '=' && strings.IndexAny(s[i:], "\"':") < 0 {
		// ODBC: Pwd={a;b}}c}
		for j := i + 1; j < len(s); j++ {
			if s[j] == '}' {
				if j+1 < len(s) && s[j+1] == '}' {
					j++
					continue
				}
				return value{i + 1, j, true, j + 1}
			}
		}
	}
	if s[i] == '{' || s[i] == '$' && i+1 < len(s) && s[i+1] == '{' {
		if closing := strings.IndexByte(s[i:], '}'); closing > 0 && isPlaceholder(s[i:i+closing+1]) {
			return value{i, i + closing + 1, false, i + closing + 1}
		}
	}
	for end < len(s) && strings.IndexByte(valueEnds, s[end]) < 0 && !strings.HasPrefix(s[end:], "%26") && !strings.HasPrefix(s[end:], "%22") {
		end++
	}
	return value{i, end, false, end}
}

// quotedValue ends at the quote that has as many backslashes before it as the first one.
func quotedValue(s string, i, open int) value {
	quote, depth := s[open], open-i
	for j := open + 1; j < len(s); j++ {
		if s[j] != quote && (s[j] != '\\' || depth > 0) {
			continue
		}
		if s[j] == '\\' {
			j++
			continue
		}
		slashes := 0
		for slashes < j-open-1 && s[j-1-slashes] == '\\' {
			slashes++
		}
		if slashes == depth || slashes < depth {
			return value{open + 1, j - slashes, true, j + 1}
		}
	}
	return value{open + 1, len(s), true, len(s)}
}

// valueOf judges what stands behind a key.
func (x *scanner) valueOf(s string, sign, after, ident int, m meaning, keyQuoted bool) {
	if s[sign] == ':' && (sign+1 < len(s) && (s[sign+1] == ':' || strings.HasPrefix(s[sign+1:], "//")) || sign > 0 && s[sign-1] == ':') {
		return
	}
	v := valueAfter(s, after, keyQuoted)
	if !v.quoted && v.from < len(s) && (s[v.from] == '[' || s[v.from] == '{' || s[v.from] == '(') && !isHarmless(s[v.from:v.to]) && m != geo && m != place {
		x.bracket(s, v.from, m)
		return
	}
	if text := s[v.from:v.to]; !v.quoted && v.from > 0 && s[v.from-1] == ' ' && isHeader(s[ident:]) != "cookie" && (nestedKey(text) || s[sign] == '=' && s[sign-1] != ' ' && strings.IndexByte(text, '=') > 0) {
		// the value is empty, the next key follows: `Username: Password:abc`
		return
	}
	x.judge(s, v, ident, m, s[sign] != ':' || keyQuoted)
}

// nestedKey says whether a word is a key with its value.
func nestedKey(text string) bool {
	at := strings.IndexAny(text, ":=")
	return at > 1 && isName(text[:at]) && meaningOf(text[:at]) != plain
}

// judge decides about a value; clear says that a key stands before it, and no sentence.
func (x *scanner) judge(s string, v value, ident int, m meaning, clear bool) {
	text := s[v.from:v.to]
	if text == "" {
		return
	}
	switch m {
	case sqlText, queryText:
		if v.quoted {
			escape := `\`
			if v.from > 1 && s[v.from-2] == '\\' {
				escape = `\\\`
			}
			x.inner(s, v.from, v.to, escape, m)
		} else if m == queryText {
			x.query(s, v.from)
		}
	case parameter:
		if !isHarmless(text) {
			x.add(v.from, v.to, literal)
		}
	case password, token, weak, loose:
		x.secretValue(s, v, ident, m, !clear)
	case name, weakName:
		v = v.shortened(s)
		if isPersonName(m, s[v.from:v.to]) && !(m == weakName && isServiceContext(s)) && !isProse(s, v, !clear) {
			x.add(v.from, nameEnd(s, v), person)
		}
	case userID:
		v = v.shortened(s)
		if isUserID(s[v.from:v.to]) && !isProse(s, v, !clear) {
			x.add(v.from, v.to, person)
		}
	case personal:
		if v.quoted {
			if len(text) >= 4 && !isHarmless(text) {
				x.add(v.from, v.to, person)
			}
		} else if to := personalEnd(s, v); to > v.from {
			x.add(v.from, to, person)
		}
	case phone:
		if to := phoneValue(s, v.from, phoneRoom(s, v)); to > v.from {
			x.add(v.from, to, person)
		}
	case mail:
		if strings.Contains(text, "@") || strings.Contains(text, "%40") {
			x.add(v.from, v.to, person)
		}
	default:
		x.judgePerson(s, v, m)
	}
}

// judgePerson decides about what is a person's where its value has the shape of it.
func (x *scanner) judgePerson(s string, v value, m meaning) {
	text := s[v.from:v.to]
	switch m {
	case maybeName, companyName:
		if m == companyName && !speaksOfPerson(s) {
			return
		}
		to := nameEnd(s, v)
		if full := s[v.from:to]; looksFullName(full) || m == companyName && beginsName(full, 0) && isName(strings.Map(withoutAccents, full)) {
			x.add(v.from, to, person)
		}
	case place:
		if to := pairEnd(s, v.from); to > v.from {
			x.add(v.from, to, person)
		} else if to := degreesEnd(s, v.from, 2); to > v.from && (to == len(s) || s[to] != ' ' || !hasUnit(s, to)) {
			x.add(v.from, to, person)
		}
	case geo:
		from := v.from
		if !v.quoted && from < len(s) && (s[from] == '[' || s[from] == '(') {
			from++
		}
		if to := pairEnd(s, from); to > from {
			x.add(from, to, person)
		}
	case device:
		if isDeviceID(text) {
			x.add(v.from, v.to, person)
		}
	case postal:
		if v.quoted {
			if x.looksPostal(text) {
				x.add(v.from, v.to, person)
			}
		} else if x.looksPostal(s[v.from:endOfLine(s, v.from)]) {
			x.postalAt(s, v.from)
		}
	case town:
		if around := s[max(0, v.from-160):min(len(s), v.to+160)]; besideStreet(around) && beginsName(text, 0) {
			x.add(v.from, nameEnd(s, v), person)
		}
	}
}

// postalAt finds the street behind a key that promised one.
func (x *scanner) postalAt(s string, from int) {
	before := len(x.found)
	x.streets(s[from:endOfLine(s, from)], true)
	for i := before; i < len(x.found); i++ {
		x.found[i].from += from
		x.found[i].to += from
	}
}

// withoutAccents takes letters of other scripts for one of ASCII.
func withoutAccents(r rune) rune {
	if r >= 0x80 && unicode.IsLetter(r) {
		return 'a'
	}
	return r
}

// shortened ends the value at a colon, where a key of a cache goes on, and takes the second half of O'Rourke.
func (v value) shortened(s string) value {
	if v.quoted || isReplacement(s[v.from:v.to]) {
		return v
	}
	if v.from < v.to && (s[v.from] == '<' && s[v.to-1] != '>' || strings.HasPrefix(s[v.from:v.to], "%{")) {
		v.to = v.from
		return v
	}
	if v.to+1 < len(s) && s[v.to] == '\'' && v.to > v.from && isLetter(s[v.to+1]) {
		for v.to++; v.to < len(s) && isIdent(s[v.to]); v.to++ {
		}
		return v
	}
	if colon := strings.IndexByte(s[v.from:v.to], ':'); colon > 0 {
		v.to = v.from + colon
	}
	return v
}

func phoneRoom(s string, v value) int {
	if v.quoted {
		return v.to
	}
	return min(len(s), v.from+30)
}

// personalEnd is where a value without quotes ends: at a comma, the end of the line or the next key. It has a digit.
func personalEnd(s string, v value) int {
	to := v.to
	if isHarmless(s[v.from:v.to]) {
		return v.from
	}
	for to < len(s) && s[to] == ' ' {
		end := to + 1
		for end < len(s) && strings.IndexByte(valueEnds, s[end]) < 0 && s[end] != '=' && s[end] != ':' {
			end++
		}
		if end < len(s) && (s[end] == '=' || s[end] == ':') || end == to+1 {
			break
		}
		to = end
	}
	// what follows the last digit is a sentence, or a town
	last := strings.LastIndexAny(s[v.from:to], "0123456789")
	if last < 0 {
		return v.from
	}
	for end := v.from + last; end < to; end++ {
		if s[end] == ' ' {
			if isUpper(s[end+1]) {
				continue
			}
			return end
		}
	}
	return to
}

// isServiceContext says whether a text is about the users of a database or a machine.
func isServiceContext(s string) bool {
	return strings.Contains(s, "db=") || strings.Contains(s, "database=") || strings.Contains(s, "dbname=") || strings.Contains(s, "FATAL")
}

// isProse says whether an unquoted value is the beginning of a sentence: "password: must be longer".
func isProse(s string, v value, colon bool) bool {
	if v.quoted || !colon || v.from == 0 || s[v.from-1] != ' ' {
		return false
	}
	if rules.proseWords.hasFold(s[v.from:v.to]) {
		return true
	}
	if v.to >= len(s) || s[v.to] != ' ' || !onlyLetters(s[v.from:v.to]) {
		return false
	}
	end := v.to + 1
	for end < len(s) && isLetter(s[end]) {
		end++
	}
	return rules.proseWords.hasFold(s[v.to+1 : end])
}

// nameEnd takes the further words of a name that no quotes hold: Jane Doe.
func nameEnd(s string, v value) int {
	to := v.to
	for !v.quoted && to+1 < len(s) && s[to] == ' ' && (isUpper(s[to+1]) || s[to+1] >= 0x80) {
		end := to + 1
		for end < len(s) && (isIdent(s[end]) || s[end] == '\'') {
			end++
		}
		if end < len(s) && s[end] == '=' {
			break
		}
		to = end
	}
	return to
}

// secretValue masks a credential; of a header the scheme stays.
func (x *scanner) secretValue(s string, v value, ident int, m meaning, prose bool) {
	text := s[v.from:v.to]
	switch isHeader(s[ident:]) {
	case "cookie":
		if prose && isProse(s, v, true) {
			return
		}
		if prose && !v.quoted {
			v.to = lineEnd(s, v.from)
		}
		if strings.Contains(s[v.from:v.to], "=") {
			x.cookies(s, v)
			return
		}
		text = s[v.from:v.to]
	case "authorization":
		x.authorization(s, v, m)
		return
	case "path":
		if text[0] == '/' {
			return
		}
	}
	if prose && isProse(s, v, true) {
		return
	}
	if !isSecret(m, text) {
		return
	}
	if strings.Contains(text, "/aws4_request") {
		v.to = v.from + strings.IndexByte(text, '/')
	}
	to := v.to
	if !v.quoted && m == password && prose && onlyLetters(text) {
		to = phraseEnd(s, ident, v)
	}
	x.add(v.from, to, secret)
	// backup_codes=a1-b2,c3-d4
	for !v.quoted && to+4 < len(s) && s[to] == ',' && s[to+1] != ' ' {
		start := to + 1
		for to = start; to < len(s) && strings.IndexByte(valueEnds, s[to]) < 0; to++ {
		}
		if strings.ContainsAny(s[start:to], "=:") || !strings.ContainsAny(s[start:to], "0123456789") || to-start < 4 {
			return
		}
		x.add(start, to, secret)
	}
	// recovery codes: a1-b2 c3-d4
	for !v.quoted && strings.HasSuffix(strings.TrimRight(s[ident:v.from], ": ="), "codes") && to+4 < len(s) && s[to] == ' ' && isAlnum(s[to+1]) {
		start := to + 1
		if to = wordEnd(s, start); !strings.ContainsAny(s[start:to], "0123456789") || to-start < 4 {
			break
		}
		x.add(start, to, secret)
	}
	if !v.quoted && allDigits(text) && len(text) == 3 && to+4 <= len(s) && s[to] == ' ' && allDigits(s[to+1:to+4]) {
		x.add(v.from, to+4, secret)
	}
}

// isHeader names the headers whose value has a form of its own.
func isHeader(ident string) string {
	var low [32]byte
	n := 0
	for n < len(ident) && n < len(low) && isIdent(ident[n]) {
		low[n] = lower(ident[n])
		n++
	}
	word := string(low[:n])
	switch {
	case strings.HasSuffix(word, "cookie"):
		return "cookie"
	case word == "pwd" || word == "oldpwd":
		return "path"
	case strings.HasSuffix(word, "authorization"), strings.HasSuffix(word, "authenticate"):
		return "authorization"
	}
	return ""
}

// cookies masks the values of a cookie header; how a cookie is to be kept, and a word that is no key, stay.
func (x *scanner) cookies(s string, v value) {
	for i := v.from; i < v.to; {
		end := i
		for end < v.to && s[end] != ';' {
			end++
		}
		if sign := strings.IndexByte(s[i:end], '='); sign > 0 {
			key, text := strings.TrimSpace(s[i:i+sign]), s[i+sign+1:end]
			if x.isPrivateCookie(key, text) {
				x.add(i+sign+1, end, secret)
			}
		}
		i = end + 1
	}
}

// cookieAttributes say how a cookie is kept.
var cookieAttributes = setOf([]string{"path", "expires", "max-age", "samesite", "domain", "version", "priority", "httponly", "secure"})

// isCookieHeader says whether the value of a key for secrets is a list of cookies, or one and how it is kept.
func isCookieHeader(s string) bool {
	first, _, more := strings.Cut(s, "; ")
	key, text, isPair := strings.Cut(first, "=")
	return more && isPair && key != "" && text != "" && onlyName(key)
}

// cookieHeader is such a value without those of the cookies.
func (x *scanner) cookieHeader(s string) string {
	parts := strings.Split(s, ";")
	for i, part := range parts {
		key, text, isPair := strings.Cut(part, "=")
		switch {
		case cookieAttributes.hasFold(strings.TrimSpace(key)):
		case isPair && !isHarmless(text):
			parts[i] = key + "=" + mask
		case !isPair && strings.TrimSpace(part) != "":
			parts[i] = " " + mask
		}
	}
	x.credential = true
	return strings.Join(parts, ";")
}

func (x *scanner) isPrivateCookie(key, text string) bool {
	if isHarmless(text) || cookieAttributes.hasFold(key) {
		return false
	}
	if m := meaningOf(key); m != plain && m != number {
		return !(m == token && isFloat(text) && len(text) < 6)
	}
	return len(text) > 10 || !isName(text) && !(allDigits(text) && len(text) < 6)
}

// lineEnd is the end of a header's line, also where line breaks are escaped or another text encloses it.
func lineEnd(s string, i int) int {
	for j := i; j < len(s); j++ {
		switch s[j] {
		case '\n', '\r', '"', '\'':
			return j
		case '|':
			// a column of a table; a cookie may hold one
			if j > i && s[j-1] == ' ' {
				return j
			}
		case '\\':
			if j+1 < len(s) && (s[j+1] == 'n' || s[j+1] == 'r' || s[j+1] == '"') {
				return j
			}
		}
	}
	return len(s)
}

// authorization keeps the scheme and masks what follows.
func (x *scanner) authorization(s string, v value, m meaning) {
	to := v.to
	if !v.quoted {
		to = lineEnd(s, v.from)
	}
	text := s[v.from:to]
	first := text
	if space := strings.IndexByte(text, ' '); space > 0 && !v.quoted && (isHarmless(text[:space]) && !rules.schemes.hasFold(text[:space]) || s[v.from-1] == '=' && !rules.schemes.hasFold(text[:space])) {
		if !isHarmless(text[:space]) && !isVerdict(text[:space]) {
			x.add(v.from, v.to, secret)
		}
		return
	}
	if space := strings.IndexAny(text, " +"); space > 0 && (text[space] == ' ' || rules.schemes.hasFold(text[:space])) {
		first = text[:space]
	}
	if len(first) == len(text) {
		if isSecret(m, text) && !isVerdict(text) {
			x.add(v.from, v.to, secret)
		}
		return
	}
	from := v.from + len(first) + 1
	for from < to && s[from] == ' ' {
		from++
	}
	known := rules.schemes.hasFold(first)
	end := from
	for end < to && strings.IndexByte(" \t,;)]}>", s[end]) < 0 {
		end++
	}
	second := s[from:end]
	switch {
	case known && isParameters(s[from:]):
		if !v.quoted {
			to = endOfLine(s, from)
		}
		x.authParameters(s, from, to)
	case strings.HasPrefix(second, "realm="):
	case known:
		if !isHarmless(second) && !rules.proseWords.hasFold(second) {
			if v.quoted {
				end = to
			}
			x.add(from, end, secret)
		}
	case v.quoted:
		if isSecret(m, first) && !strings.Contains(first, " ") && (looksSecret(first) || looksSecret(second)) {
			x.add(v.from, to, secret)
		}
	case looksSecret(second):
		x.add(from, end, secret)
	case isSecret(m, first) && !rules.proseWords.hasFold(first) && !rules.proseWords.hasFold(second):
		x.add(v.from, v.from+len(first), secret)
	}
}

// isVerdict: authorization=allowed. No scheme is missing before a word of small letters.
func isVerdict(word string) bool {
	return len(word) <= 12 && word == strings.ToLower(word) && allLetters(word)
}

// isParameters says whether a scheme is followed by name=value, name="value".
func isParameters(s string) bool {
	i := 0
	for i < len(s) && isTokenChar(s[i]) {
		i++
	}
	return i > 0 && i+2 < len(s) && s[i] == '=' && s[i+1] != '=' && !isSpace(s[i+1]) && strings.IndexByte(s, ',') > 0
}

// publicParameters of an authorization say who asks for what, and open nothing.
var publicParameters = setOf([]string{"realm", "algorithm", "qop", "nc", "signedheaders", "uri", "ts", "version", "headers", "charset", "stale",
	"oauth_version", "oauth_signature_method", "oauth_timestamp"})

func (x *scanner) authParameters(s string, from, to int) {
	for i := from; i < to; {
		for i < to && (s[i] == ' ' || s[i] == ',') {
			i++
		}
		start := i
		for i < to && (isTokenChar(s[i]) || s[i] == '.') {
			i++
		}
		if i == start || i >= to || s[i] != '=' {
			return
		}
		key := s[start:i]
		v := valueAfter(s[:to], i+1, false)
		i = max(v.after, i+1)
		end := v.to
		if strings.EqualFold(key, "credential") {
			if slash := strings.IndexByte(s[v.from:v.to], '/'); slash > 0 {
				end = v.from + slash
			}
		}
		if !publicParameters.hasFold(key) && !isHarmless(s[v.from:end]) {
			x.add(v.from, end, secret)
		}
	}
}

func endOfLine(s string, i int) int {
	for j := i; j < len(s); j++ {
		if s[j] == '\n' || s[j] == '\r' || s[j] == '\\' && j+1 < len(s) && s[j+1] == 'n' {
			return j
		}
	}
	return len(s)
}

// phraseEnd is the end of a pass phrase that stands alone on its line: `passphrase: correct horse battery`.
func phraseEnd(s string, ident int, v value) int {
	for i := ident; i > 0 && s[i-1] != '\n'; i-- {
		if s[i-1] != ' ' && s[i-1] != '-' {
			return v.to
		}
	}
	end := endOfLine(s, v.from)
	words := 0
	for i := v.from; i < end; i++ {
		if s[i] == ' ' {
			words++
		} else if !isLower(s[i]) {
			return v.to
		}
	}
	if words < 2 {
		return v.to
	}
	return end
}

// bracket masks the strings of a list or an object behind the key of a secret.
func (x *scanner) bracket(s string, open int, m meaning) {
	if !m.secret() && m != name && m != personal && m != phone && m != userID {
		return
	}
	depth := 0
	keyBefore := plain
	for i := open; i < len(s) && i-open < 4096; i++ {
		switch c := s[i]; c {
		case '[', '{', '(':
			depth++
		case ']', '}', ')':
			if depth--; depth == 0 {
				return
			}
		case '"', '\'':
			start := i
			for start > open && s[start-1] == '\\' {
				start--
			}
			v := quotedValue(s, start, i)
			text := s[v.from:v.to]
			isKey := nextSign(s, v.after) == ':'
			said := m
			if m == weak && strings.ContainsAny(text, "0123456789") && len(text) >= 8 {
				said = token
			}
			if m == token && keyBefore != plain && len(text) <= 8 && isName(text) {
				said = weak
			}
			if isKey {
				keyBefore = weak
			}
			if !isKey && (m.secret() && isSecret(said, text) || !m.secret() && (isPersonName(m, text) || m == phone && phoneValue(text, 0, len(text)) == len(text) || m == personal && len(text) >= 4 && !isHarmless(text))) {
				k := secret
				if !m.secret() {
					k = person
				}
				x.add(v.from, v.to, k)
			}
			i = v.after - 1
		}
	}
}

func nextSign(s string, i int) byte {
	for ; i < len(s); i++ {
		if s[i] != ' ' {
			return s[i]
		}
	}
	return 0
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
