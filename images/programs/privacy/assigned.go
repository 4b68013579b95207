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
		case c == ',' && i+1 < len(s) && i > 2 && (s[i-1] == '\'' || s[i-1] == '"'):
			x.pair(s, i)
			continue
		default:
			continue
		}
		from, to, quoted := identBefore(s, i)
		if to-from < 2 {
			continue
		}
		m := x.meaningOf(s, from, to)
		if m == plain || m == number || m == version || m == server || m == client || m == kept {
			continue
		}
		x.valueOf(s, i, i+width, from, m, quoted)
	}
}

// meaningOf an identifier in a text. Words before a general one belong to it: "session id", "user name".
func (x *scanner) meaningOf(s string, from, to int) meaning {
	ident := s[from:to]
	var low [32]byte
	word, ok := lowered(&low, ident)
	if !ok {
		return meaningOf(ident)
	}
	switch string(word) {
	case "id", "key", "code", "name", "number", "no", "phrase", "address", "date":
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
	// b'…', SecretStr('…'), [b"…"]
	j := i
	for j < len(s) && j-i < 24 && isLetter(s[j]) {
		j++
	}
	if j < len(s) && j > i && s[j] == '(' {
		j++
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
	if !v.quoted && v.from < len(s) && (s[v.from] == '[' || s[v.from] == '{' || s[v.from] == '(') && !isHarmless(s[v.from:v.to]) {
		x.bracket(s, v.from, m)
		return
	}
	text := s[v.from:v.to]
	if text == "" {
		return
	}
	switch m {
	case password, token, weak:
		x.secretValue(s, v, ident, m, s[sign] == ':' && !keyQuoted)
	case name, weakName:
		if isPersonName(m, text) && !(m == weakName && isServiceContext(s)) && !isProse(s, v, s[sign] == ':') {
			x.add(v.from, nameEnd(s, v), person)
		}
	case userID:
		if isUserID(text) && !isProse(s, v, s[sign] == ':') {
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
	}
}

func phoneRoom(s string, v value) int {
	if v.quoted {
		return v.to
	}
	return min(len(s), v.from+30)
}

// personalEnd is where a value without quotes ends: an address to the end of the line or the next key, a number with its groups.
func personalEnd(s string, v value) int {
	to := v.to
	if isHarmless(s[v.from:v.to]) {
		return v.from
	}
	hasDigit := strings.ContainsAny(s[v.from:v.to], "0123456789")
	for to < len(s) && s[to] == ' ' {
		end := to + 1
		for end < len(s) && strings.IndexByte(valueEnds, s[end]) < 0 && s[end] != '=' && s[end] != ':' {
			end++
		}
		word := s[to+1 : end]
		if end < len(s) && (s[end] == '=' || s[end] == ':') || word == "" || !isUpper(word[0]) && !isDigit(word[0]) {
			break
		}
		hasDigit = hasDigit || strings.ContainsAny(word, "0123456789")
		to = end
	}
	if !hasDigit {
		return v.from
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
	header := isHeader(s[ident:])
	switch header {
	case "cookie":
		if prose && !v.quoted && !isProse(s, v, true) {
			v.to = lineEnd(s, v.from)
			text = s[v.from:v.to]
		}
	case "authorization":
		x.authorization(s, v, m)
		return
	}
	if prose && isProse(s, v, true) {
		return
	}
	if !isSecret(m, text) {
		return
	}
	to := v.to
	if !v.quoted && m == password && prose && onlyLetters(text) {
		to = phraseEnd(s, ident, v)
	}
	x.add(v.from, to, secret)
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
	case strings.HasSuffix(word, "authorization"), strings.HasSuffix(word, "authenticate"):
		return "authorization"
	}
	return ""
}

// lineEnd is the end of a header's line, also where line breaks are escaped or another text encloses it.
func lineEnd(s string, i int) int {
	for j := i; j < len(s); j++ {
		switch s[j] {
		case '\n', '\r', '"', '\'', '|':
			return j
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
	if space := strings.IndexAny(text, " +"); space > 0 && (text[space] == ' ' || rules.schemes.hasFold(text[:space])) {
		first = text[:space]
	}
	if len(first) == len(text) {
		if isSecret(m, text) {
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
	case known && strings.Contains(s[from:to], "="+"\"") || known && (strings.EqualFold(first, "digest") || strings.HasPrefix(strings.ToUpper(first), "AWS4") || strings.EqualFold(first, "oauth")):
		if strings.HasPrefix(second, "realm=") {
			return
		}
		if !v.quoted {
			to = endOfLine(s, from)
		}
		x.add(from, to, secret)
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
			if !isKey && (m.secret() && isSecret(m, text) || !m.secret() && isPersonName(m, text)) {
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
	if to-from < 2 || open < 0 || s[open] != '(' && s[open] != '[' {
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
	end := nextSign(s, v.after)
	text := s[v.from:v.to]
	if end != ')' && end != ']' || isHarmless(text) || meaningOf(text) != plain && isName(text) {
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
