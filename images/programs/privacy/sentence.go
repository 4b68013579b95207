package privacy

import "strings"

// spokenIdentity finds what follows the word for a number of a person, a device or a place: BSN 967639669, MAC a4:83:…, geo 59.9138,10.7522.
func (x *scanner) spokenIdentity(s string, from, end int, m meaning) bool {
	at := end
	for at < len(s) && s[at] == ' ' {
		at++
	}
	for range 2 {
		to := wordEnd(s, at)
		if word := strings.TrimRight(s[at:to], ".:"); word == "" || !beforeNumbers.hasFold(word) {
			break
		}
		for at = to; at < len(s) && (s[at] == ' ' || s[at] == ':'); at++ {
		}
	}
	to := at
	switch m {
	case geo:
		to = pairEnd(s, at)
	case device:
		if word := wordEnd(s, at); isDeviceID(s[at:word]) {
			to = word
		}
	case personal:
		if word := wordEnd(s, at); isDate(s[at:word]) {
			to = word
			break
		}
		var w words
		if w.split(s[from:end]); w.n > 0 && (rules.nationalIDs.has(w.joined(0, w.n-1)) || rules.nationalIDs.has(w.joined(w.n-1, w.n-1))) {
			to = idEnd(s, at)
		}
	}
	if to == at {
		return false
	}
	x.add(at, to, person)
	return true
}

// opensBefore says whether the word before a code says that it opens something.
func opensBefore(s string, from int) (opens bool) {
	wordsBefore(s, from, 1, func(before []byte) bool {
		opens = rules.openers.has(before)
		return false
	})
	return opens
}

// isMixedCode: kX9-2mQ, AB12-CD34.
func isMixedCode(v string) bool {
	letters, digits := 0, 0
	for i := 0; i < len(v); i++ {
		switch {
		case isDigit(v[i]):
			digits++
		case isLetter(v[i]):
			letters++
		case v[i] != '-':
			return false
		}
	}
	return letters >= 2 && digits >= 1 && len(v) >= 5 && len(v) <= 24
}

// refusedAfter says whether a sentence goes on about what became of a token.
func refusedAfter(rest string) bool {
	for _, verb := range [...]string{" was ", " is ", " has ", " rejected", " expired", " revoked", " refused", " not "} {
		if strings.HasPrefix(rest, verb) {
			return true
		}
	}
	return false
}

// bornWords stand before the day of somebody's birth.
var bornWords = setOf([]string{"born", "dob", "geboren", "geb", "født", "fødd", "född", "né", "née", "nacido", "nacida", "nato", "nata", "urodzony", "urodzona", "birthday", "birthdate"})

// born finds the day behind such a word: geboren am 14.02.1988.
func (x *scanner) born(s string, at int) {
	for range 3 {
		to := wordEnd(s, at)
		word := strings.TrimRight(s[at:to], ".:")
		if isDate(word) {
			x.add(at, at+len(word), person)
			return
		}
		if len(word) > 3 || to >= len(s) {
			return
		}
		for at = to; at < len(s) && (s[at] == ' ' || s[at] == ':'); at++ {
		}
	}
}

// isDate: 1991-07-23, 23.07.1991, 07/23/1991.
func isDate(v string) bool {
	if len(v) == 10 && v[2] == '/' && v[5] == '/' && allDigits(strings.ReplaceAll(v, "/", "")) {
		return true
	}
	return len(v) == 10 && strings.Count(v, v[4:5]) == 2 && allDigits(strings.ReplaceAll(v, "-", "")) || len(v) == 10 && strings.Count(v, ".") == 2 && allDigits(strings.ReplaceAll(v, ".", ""))
}

// documentNumber finds the number behind "passport no.", "passport number is".
func (x *scanner) documentNumber(s string, from int) {
	for i, n := from, 0; n < 3 && i < len(s); n++ {
		for i < len(s) && strings.IndexByte(" :#", s[i]) >= 0 {
			i++
		}
		to := wordEnd(s, i)
		switch word := strings.TrimRight(s[i:to], ".:"); {
		case len(word) >= 6 && len(word) <= 12 && strings.ContainsAny(word, "0123456789") && isUpper(word[0]):
			x.add(i, i+len(word), person)
			return
		case !beforeNumbers.hasFold(word):
			return
		}
		i = to
	}
}

// beforeNumbers stand between the word for a document and its number.
var beforeNumbers = setOf([]string{"no", "nr", "number", "num", "is", "id", "nummer"})

var (
	beforeSpoken = setOf([]string{"is", "was", "=", ":", "to", "of"})
	stopsBefore  = setOf([]string{"is", "was", "to", "from", "-"})
)

// connectors stand between the word for a secret and the secret in a sentence.
var connectors = setOf([]string{"for", "user", "is", "was", "to", "from", "of", "the", "new", "now", "generated", "created", "set", "changed", "with",
	"header", "value", "root", "admin", "app", "postgres", "be", "been", "old", "-", "=", "key", "temporary", "initial", "random", "account", "as"})

// sentence finds the secret a few words behind its name: "password for user app is X", "Access Token - X".
func (x *scanner) sentence(s string, from int, m meaning) bool {
	stops, ofWhat, said := false, false, false
	for i, n := from, 0; n < 8 && i < len(s); n++ {
		for i < len(s) && s[i] == ' ' {
			i++
		}
		to := wordEnd(s, i)
		word := strings.TrimRight(s[i:to], ".!?")
		if word == "" {
			return said && x.quotedSecret(s, i, m)
		}
		trimmed := strings.TrimSuffix(word, ":")
		if connectors.hasFold(trimmed) || ofWhat && trimmed != word {
			stops = stops || stopsBefore.hasFold(trimmed) || trimmed != word
			said = said && trimmed == word || saysWhat.hasFold(trimmed) || trimmed != word
			ofWhat = trimmed == "for" || trimmed == "of"
			i = to
			continue
		}
		if !stops || strings.ContainsAny(word, "=(") || isHarmless(word) {
			return false
		}
		if looksSecret(word) || isSpokenPassword(word) {
			x.add(i, i+len(word), secret)
			// "changed from X to Y"
			if rest := s[i+len(word):]; strings.HasPrefix(rest, " to ") {
				start := i + len(word) + 4
				if end := wordEnd(s, start); looksSecret(s[start:end]) || isSpokenPassword(s[start:end]) {
					x.add(start, end, secret)
				}
			}
			return true
		}
		return false
	}
	return false
}

// saysWhat: what follows is the secret itself: password was changed to "…".
var saysWhat = setOf([]string{"is", "was", "set", "changed", "generated", "=", "now"})

func (x *scanner) quotedSecret(s string, i int, m meaning) bool {
	if i >= len(s) || s[i] != '"' && s[i] != '\'' && s[i] != '`' {
		return false
	}
	v := quotedValue(s, i, i)
	text := s[v.from:v.to]
	if !isSecret(m, text) || m != password && !looksSecret(text) || strings.IndexByte(text, ' ') >= 0 || rules.proseWords.hasFold(text) {
		return false
	}
	x.add(v.from, v.to, secret)
	return true
}

// spokenCode finds the number in "Your verification code is 482914".
func (x *scanner) spokenCode(s string, word, start int) {
	asked := false
	wordsBefore(s, word, 2, func(before []byte) bool {
		switch string(before) {
		case "verification", "security", "login", "confirmation", "auth", "sms", "reset", "access", "time", "fa", "authentication", "google", "backup", "recovery":
			asked = true
		}
		return !asked
	})
	if !asked && !strings.Contains(s, "log in") && !strings.Contains(s, "sign in") && !strings.Contains(s, "to verify") && !strings.Contains(s, "to confirm") {
		return
	}
	for start < len(s) && (isLetter(s[start]) || s[start] == ' ' || s[start] == ':') && start-word < 24 {
		start++
	}
	to := start
	for to < len(s) && isDigit(s[to]) {
		to++
	}
	if n := to - start; n >= 4 && n <= 8 {
		x.add(start, to, secret)
	}
	// "G-402817 is your Google verification code"
	if at := strings.Index(s[:word], " is your "); at > 0 {
		from := at
		for from > 0 && isDigit(s[from-1]) {
			from--
		}
		if at-from >= 4 && at-from <= 8 {
			x.add(from, at, secret)
		}
	}
}
