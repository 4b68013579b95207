package privacy

import "strings"

// valueEnds are where a value without quotes ends.
const valueEnds = " \t\r\n,;&\"'`)}]>|\\"

// wrappers stand before a value that is there: Just "…" of Haskell, Some "…" of OCaml.
var wrappers = setOf([]string{"Just", "Some", "Right", "Ok", "str", "string", "String"})

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
	if i+1 < len(s) && strings.IndexByte("&@$!", s[i]) >= 0 && (s[i+1] == '"' || s[i+1] == '\'') {
		i++ // &"…" of Rust, @"…" of C#
	}
	if i+2 < len(s) && s[i] == '!' && (s[i+1] == '!' || isLetter(s[i+1])) {
		// !!str …, !Secret … of YAML
		if space := strings.IndexByte(s[i:], ' '); space > 0 && isName(strings.Trim(s[i:i+space], "!")) {
			i += space + 1
		}
	}
	if strings.HasPrefix(s[min(i, len(s)):], "[]") {
		// []string{"…"}, []byte("…")
		if open := strings.IndexAny(s[i:], "{(\"\n"); open > 0 && open < 20 && s[i+open] != '\n' && s[i+open] != '"' {
			i += open + 1
		}
	}
	i = afterTypes(s, i)
	if strings.HasPrefix(s[min(i, len(s)):], `<<"`) {
		i += 2 // <<"…">> of Erlang
	}
	// b'…', SecretStr('…'), [b"…"]
	j := i
	for j < len(s) && j-i < 24 && isLetter(s[j]) {
		j++
	}
	if j < len(s) && s[j] != '(' && strings.Trim(s[i:j], "bBuUrRfF") != "" && !wrappers.has([]byte(s[i:j])) {
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
	} else if j+1 < len(s) && s[j] == ' ' && (s[j+1] == '"' || s[j+1] == '\'') && wrappers.has([]byte(s[i:j])) {
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
		if slashes == i && i+6 < len(s) && s[i+1] == s[i] && s[i+2] == s[i] {
			return tripled(s, i)
		}
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

// afterTypes skips the type and the length that a dump of Go writes before a text: (string) (len=8) "abc".
func afterTypes(s string, i int) int {
	if !strings.HasPrefix(s[min(i, len(s)):], "(") {
		return i
	}
	at := i
	for range 3 {
		if at >= len(s) || s[at] != '(' {
			break
		}
		closing := strings.IndexByte(s[at:min(len(s), at+40)], ')')
		if closing < 3 || strings.IndexByte(s[at+1:at+closing], '(') >= 0 {
			return i
		}
		for at += closing + 1; at < len(s) && s[at] == ' '; at++ {
		}
	}
	if at < len(s) && (s[at] == '"' || s[at] == '`') {
		return at
	}
	return i
}

// tripled is a value in three quotes on each side: ”'abc”' of Python and TOML. One that does not end on its line is empty here: a sentence about a key may
// begin there.
func tripled(s string, i int) value {
	line := endOfLine(s, i)
	if end := strings.Index(s[i+3:line], s[i:i+3]); end >= 0 {
		return value{i + 3, i + 3 + end, true, i + end + 6}
	}
	return value{i + 1, i + 1, true, i + 2}
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

// eachQuoted tells of the quoted values of the list or object that opens at open, keys too, until it closes or reach bytes are read.
func eachQuoted(s string, open, reach int, tell func(v value, isKey bool)) {
	depth := 0
	for i := open; i < len(s) && i-open < reach; i++ {
		switch s[i] {
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
			tell(v, nextSign(s, v.after) == ':')
			i = v.after - 1
		}
	}
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

// afterPersonal go on with a sentence behind a number or an address.
var afterPersonal = setOf([]string{"expires", "expired", "valid", "issued", "verified", "invalid", "checked", "rejected", "accepted", "for", "from", "on", "by", "with",
	"is", "was", "has", "not", "already", "until", "state", "status", "ok", "failed", "does", "must", "and", "or"})

// isWholeNumber says whether a value has the digits of a number that somebody has.
func isWholeNumber(s string) bool {
	digits := 0
	for i := 0; i < len(s); i++ {
		if isDigit(s[i]) {
			digits++
		}
	}
	return digits >= 6
}

// personalEnd is where a value without quotes ends: at a comma, the end of the line or the next key. It has a digit.
func personalEnd(s string, v value) int {
	to := v.to
	if isHarmless(s[v.from:v.to]) {
		return v.from
	}
	inQuery := false
	if sign := strings.LastIndexAny(s[:v.from], "?& \t\n"); sign >= 0 && (s[sign] == '?' || s[sign] == '&') {
		inQuery = true // what follows a query is not part of it
	}
	for !inQuery && to < len(s) && s[to] == ' ' {
		end := to + 1
		for end < len(s) && strings.IndexByte(valueEnds, s[end]) < 0 && s[end] != '=' && s[end] != ':' {
			end++
		}
		if end < len(s) && (s[end] == '=' || s[end] == ':') || end == to+1 || afterPersonal.hasFold(s[to+1:end]) {
			break
		}
		if first := s[to+1]; end > to+2 && (isLower(first) || first >= 0x80) && isWholeNumber(s[v.from:to]) {
			break // a word in small letters behind a whole number: `943 476 5919 merged into set 3`; a house has fewer digits
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
	for end < len(s) && (isLetter(s[end]) || s[end] >= 0x80) {
		end++
	}
	return rules.proseWords.hasFold(s[v.to+1 : end])
}

// nameEnd takes the further words of a name that no quotes hold: Jane Doe.
func nameEnd(s string, v value) int {
	to := v.to
	if v.from < v.to && isLower(s[v.from]) && strings.ContainsAny(s[v.from:v.to], "._0123456789") {
		return to // jonas.k Logon Type: 3
	}
	for !v.quoted && to+1 < len(s) && s[to] == ' ' {
		start := to + 1
		for particle := wordFrom(s, start); isParticle(particle) && !isUpper(particle[0]) && start+len(particle) < len(s) && s[start+len(particle)] == ' '; particle = wordFrom(s, start) {
			start += len(particle) + 1 // Piet de Vries
		}
		if !beginsName(s, start) {
			break
		}
		end := start
		for end < len(s) && (isIdent(s[end]) || s[end] == '\'') {
			end++
		}
		if end < len(s) && (s[end] == '=' || s[end] == ':') || beginsKey(s, start, end) {
			break
		}
		to = end
	}
	return to
}

// keyBegins begin a key of several words.
var keyBegins = setOf([]string{"account", "logon", "login", "security", "workstation", "source", "target", "domain", "process", "network", "phone", "email", "e-mail", "birth", "date", "order",
	"user", "group", "status", "role", "last", "first", "address", "home", "work", "card", "created", "caller", "failure", "object", "session", "job"})

// beginsKey says whether a word begins the next key, which ends in a colon: Kari Nordmann Logon Type: 3.
func beginsKey(s string, from, to int) bool {
	if !keyBegins.hasFold(s[from:to]) {
		return false
	}
	for words := 0; words < 3 && to+1 < len(s) && s[to] == ' '; words++ {
		for to++; to < len(s) && isLetter(s[to]); to++ {
		}
		if to < len(s) && (s[to] == ':' || s[to] == '=') {
			return true
		}
	}
	return false
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

func nextSign(s string, i int) byte {
	for ; i < len(s); i++ {
		if s[i] != ' ' {
			return s[i]
		}
	}
	return 0
}
