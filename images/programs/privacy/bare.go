package privacy

import "strings"

// Values that no quotes hold, where the sign between them and their key is weak: only what has the shape of a name, a day or a secret counts.

// bare judges such a value.
func (x *scanner) bare(s string, ident int, v value, m meaning) {
	text := s[v.from:v.to]
	switch {
	case text == "" || isHarmless(text):
	case m.secret():
		if strings.IndexByte(text, ' ') < 0 && !strings.Contains(text, "://") && isSecret(m, text) && (looksSecret(text) || isSpokenPassword(text) && !isName(text) || len(text) >= 16 && isAllHex(text)) {
			x.add(v.from, v.to, secret)
		}
	case m == name || m == weakName:
		if looksFullName(text) || onlyName(text) && isLetter(text[0]) && strings.ContainsAny(text, "0123456789") && meaningOf(text) == plain && isPersonName(weakName, text) {
			x.add(v.from, v.to, person)
		}
	case m == personal:
		if isDate(text) || strings.IndexByte(text, ' ') < 0 && len(text) >= 6 && strings.ContainsAny(text, "0123456789") && !isVersion(text) {
			x.add(v.from, v.to, person)
		}
	}
}

// isVersion: 1.2.3, v1.
func isVersion(text string) bool {
	return isFloat(strings.TrimPrefix(text, "v"))
}

// bareTuple finds (sessionId,2418a596…): two words in a bracket, the first the name of the second.
func (x *scanner) bareTuple(s string, comma int) {
	from := comma
	for from > 0 && isIdent(s[from-1]) {
		from--
	}
	if comma-from >= 3 && from > 0 && s[from-1] == '[' {
		x.barePair(s, from, comma)
		return
	}
	if comma-from < 3 || from == 0 || s[from-1] != '(' {
		return
	}
	m := meaningOf(s[from:comma])
	if !m.secret() && m != name && m != personal {
		return
	}
	to := comma + 1
	for to < len(s) && strings.IndexByte("(),;\"'\n", s[to]) < 0 {
		to++
	}
	if to < len(s) && s[to] == ')' {
		start := comma + 1 + len(s[comma+1:to]) - len(strings.TrimLeft(s[comma+1:to], " "))
		x.bare(s, from, value{from: start, to: to}, m)
	}
}

// bareCall finds AccessToken(abc…, expires=…): a type for secrets and one of them.
func (x *scanner) bareCall(s string, open int) {
	to := open + 1
	for to < len(s) && strings.IndexByte("(),;\"'\n =", s[to]) < 0 {
		to++
	}
	if to-open < 9 || to == len(s) || s[to] != ')' && s[to] != ',' || !looksSecret(s[open+1:to]) {
		return
	}
	from := open
	for from > 0 && isIdent(s[from-1]) {
		from--
	}
	if open-from < 3 {
		return
	}
	if m := meaningOf(s[from:open]); m == password || m == token {
		x.add(open+1, to, secret)
	}
}

// barePair finds [password, abc123] of .NET: two words in a bracket of their own.
func (x *scanner) barePair(s string, from, comma int) {
	m := meaningOf(strings.TrimRight(s[from:comma], `"'`))
	if m != password && m != token {
		return
	}
	start := comma + 1
	for start < len(s) && s[start] == ' ' {
		start++
	}
	to := start
	for to < len(s) && strings.IndexByte("[],;\"'\n ", s[to]) < 0 {
		to++
	}
	if to < len(s) && s[to] == ']' && to > start {
		x.bare(s, from, value{from: start, to: to}, m)
	}
}

// inBrackets finds what stands in brackets behind a word: nickname (Siobhán Visser), sessionId (c0bc182b…).
func (x *scanner) inBrackets(s string, from, open int, m meaning) {
	if closing := strings.IndexByte(s[open:min(len(s), open+72)], ')'); closing > 3 {
		if m == password && beforeSecret(s, from) && isTold(s, open+1, open+closing) {
			x.add(open+1, open+closing, secret)
			return
		}
		v := value{from: open + 1, to: open + closing}
		for v.from+1 < v.to && s[v.from] == ' ' && s[v.to-1] == ' ' {
			v.from++
			v.to--
		}
		x.bare(s, from, v, m)
	}
}

// inOtherBrackets finds password <abc>, password [abc].
func (x *scanner) inOtherBrackets(s string, from, open int) {
	if strings.HasPrefix(s[open:], "<- ") {
		x.quotedSecret(s, open+len("<- "), password) // of R
		return
	}
	if closing := strings.IndexAny(s[open:min(len(s), open+72)], "]>"); closing > 3 {
		x.bare(s, from, value{from: open + 1, to: open + closing}, password)
	}
}

// saidToBe finds the name behind a key of several words and `is`: user_name is Tobias Nowicka.
func (x *scanner) saidToBe(s string, from, at int, m meaning) {
	for at < len(s) && s[at] == ' ' {
		at++
	}
	to := namesEnd(s, at, 2)
	if to == at {
		to = wordEnd(s, at)
		for to > at && strings.IndexByte(".!?", s[to-1]) >= 0 {
			to--
		}
	}
	x.bare(s, from, value{from: at, to: to}, m)
}

// inAngles finds display_name=<Tobias Nowicka>; a word without a digit may stand for a name that is not there.
func (x *scanner) inAngles(s string, v value) {
	if closing := strings.IndexByte(s[v.from:min(len(s), v.from+72)], '>'); closing > 2 {
		x.bare(s, v.from, value{from: v.from + 1, to: v.from + closing}, name)
	}
}

// cellStop is the end of a cell between tabs.
func cellStop(s string, i int) int {
	for i < len(s) && s[i] != '\t' && s[i] != '\n' && s[i] != '\r' {
		i++
	}
	return i
}

// namesClearly says whether a word without quotes names a secret or what leads to a person.
func namesClearly(word string) bool {
	m := meaningOf(word)
	return m.secret() || m == name || m == personal || m == phone
}

// isPairedSecret says whether the second of two strings opens something, where the first names it: ["password", "Regen-357"].
func isPairedSecret(text string) bool {
	return looksSecret(text) || hasScheme(text) || isSpokenPassword(text) && strings.IndexByte(text, ' ') < 0 && strings.IndexByte(text, '_') < 0
}
