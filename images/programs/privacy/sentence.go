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
			if to = idEnd(s, at); to == at && isFiscalCode(s[at:wordEnd(s, at)]) {
				to = wordEnd(s, at)
			}
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

// isCodeToJoin says whether digits behind `code` let into a session, a lobby or a call: join code 632162.
func isCodeToJoin(s string, from int, next string) (joins bool) {
	if !allDigits(next) || len(next) < 4 || len(next) > 12 {
		return false
	}
	wordsBefore(s, from, 1, func(before []byte) bool {
		switch string(before) {
		case "join", "lobby", "party", "pairing", "invite", "invitation", "linking", "unlock", "relay", "entry", "visitor", "claim", "redeem":
			joins = true
		}
		return false
	})
	return joins
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

// isDeviceCode: WDJB-MJHT.
func isDeviceCode(v string) bool {
	return len(v) == 9 && v[4] == '-' && isUpperWord(v[:4]) && isUpperWord(v[5:])
}

// changesCase says whether a capital follows a small letter or a digit: kN33xq.
func changesCase(v string) bool {
	for i := 1; i < len(v); i++ {
		if isUpper(v[i]) && !isUpper(v[i-1]) {
			return true
		}
	}
	return false
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

// comparesSecrets says whether words before a value say that two secrets differ: csrf token mismatch: expected.
func comparesSecrets(before string) bool {
	for _, word := range [...]string{"csrf", "token ", "state ", "nonce", "secret", "hmac", "signature", "code ", "session", "verifier"} {
		if containsFold(before, word) {
			return containsFold(before, "mismatch") || containsFold(before, "match") || containsFold(before, "differ") || containsFold(before, "invalid")
		}
	}
	return false
}

// saysOAuth says whether the word before `state` is about signing in at somebody else's.
func saysOAuth(s string, from int) (said bool) {
	wordsBefore(s, from, 1, func(word []byte) bool {
		switch string(word) {
		case "oauth", "oidc", "login", "auth", "sso", "csrf", "unknown", "invalid", "expired", "authorization":
			said = true
		}
		return false
	})
	return said
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
	if len(v) == 10 && v[2] == '-' && v[5] == '-' && allDigits(strings.ReplaceAll(v, "-", "")) && v[3:5] <= "12" {
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
var beforeNumbers = setOf([]string{"no", "nr", "number", "num", "is", "id", "nummer", "checksum", "check", "value", "format", "digit", "invalid", "wrong", "duplicate"})

var (
	beforeSpoken = setOf([]string{"is", "was", "=", ":", "to", "of"})
	stopsBefore  = setOf([]string{"is", "was", "to", "from", "-", "<-", "–", "—", "→", "lautet", "ist", "est", "es", "är", "er", "è", "é", "jest"})
)

// connectors stand between the word for a secret and the secret in a sentence.
var connectors = setOf([]string{"for", "user", "is", "was", "to", "from", "of", "the", "new", "now", "generated", "created", "set", "changed", "with",
	"header", "value", "root", "admin", "app", "postgres", "be", "been", "old", "-", "=", "key", "temporary", "initial", "random", "account", "as", "reset", "updated", "rotated", "renewed", "lautet", "ist", "est", "es", "är", "er", "è", "é",
	"variable", "setting", "parameter", "property", "saisi", "eingegeben", "introducida", "wpisane", "entered", "typed", "attempted", "tried", "used", "submitted", "jest", "à", "a", "auf", "zu", "wurde", "neues", "default", "temporaire", "temporal", "temporanea", "tymczasowe", "tijdelijk", "tijdelijke", "temporäres", "vorläufiges", "provisoire", "provisional", "provisorio", "provvisoria", "midlertidig", "tillfälligt", "initiales", "lautet:", "<-", "–", "—", "→"})

// sentence finds the secret a few words behind its name: "password for user app is X", "Access Token - X".
func (x *scanner) sentence(s string, from int, m meaning) bool {
	stops, ofWhat, said, whose, before := false, false, false, 0, ""
	tells := tellsPassword([]byte(s[wordBegin(s, from):from]))
	for i, n := from, 0; n < 8 && i < len(s); n++ {
		for i < len(s) && s[i] == ' ' {
			i++
		}
		to := wordEnd(s, i)
		word := strings.TrimRight(s[i:to], ".!?")
		if word == "" {
			return said && tells && x.quotedSecret(s, i, m)
		}
		trimmed := strings.TrimSuffix(word, ":")
		if trimmed == "" && n > 0 {
			stops, i = true, to // mot de passe saisi : …
			continue
		}
		if connectors.hasFold(trimmed) || ofWhat && trimmed != word {
			before = word
			stops = stops || stopsBefore.hasFold(trimmed) || trimmed != word
			said = said && trimmed == word || saysWhat.hasFold(trimmed) || trimmed != word
			ofWhat = trimmed == "for" || trimmed == "of" || ofWhat && (trimmed == "user" || trimmed == "the")
			i = to
			continue
		}
		if ofWhat && !stops && whose < 2 && onlyName(trimmed) {
			// password for jane is …
			whose++
			before, stops = word, trimmed != word
			i = to
			continue
		}
		if stops && trimmed != word && lettersAndDashes(trimmed) && (aboutSecrets.hasFold(trimmed) || hasToldEnding(trimmed)) {
			before, i = word, to // the license key is malformed: …
			continue
		}
		if signs := "=("; !stops || strings.ContainsAny(word, signs) && !(strings.HasSuffix(before, ":") && looksSecret(word) && !onlyName(word[:max(0, strings.IndexAny(word, signs))])) || isHarmless(word) {
			return false
		}
		if end := toldPhrase(s, from, i); end > i {
			x.add(i, end, secret)
			return true
		}
		if aboutSecrets.hasFold(word) {
			return false
		}
		if m == password && tells && allDigits(word) && len(word) >= 4 && len(word) <= 12 && clauseEnds(s, i+len(word)) && whose == 0 {
			x.add(i, i+len(word), secret) // Your one-time password is 739204.
			return true
		}
		if tells && m == password && before == "from" && strings.HasPrefix(s[i+len(word):], " to ") && lettersAndDashes(word) && len(word) >= 6 {
			x.add(i, i+len(word), secret)
			start := i + len(word) + len(" to ")
			x.addUnlessMask(s, start, start+len(strings.TrimRight(s[start:wordEnd(s, start)], ".!?")))
			return true
		}
		if looksSecret(word) || isSpokenPassword(word) || tells && m == password && isTold(s, i, i+len(word)) || m == token && len(word) >= 10 && isTold(s, i, i+len(word)) {
			x.add(i, i+len(word), secret)
			// "changed from X to Y"
			if rest := s[i+len(word):]; strings.HasPrefix(rest, " to ") {
				start := i + len(word) + 4
				if end := wordEnd(s, start); looksSecret(s[start:end]) || isSpokenPassword(s[start:end]) || isTold(s, start, end) {
					x.add(start, end, secret)
				}
			}
			return true
		}
		return false
	}
	return false
}

// wordBegin is where the word that ends at i begins.
func wordBegin(s string, i int) int {
	for i > 0 && (isWordByte(s[i-1]) || s[i-1] == '_') {
		i--
	}
	return i
}

// saysWhat: what follows is the secret itself: password was changed to "…".
var saysWhat = setOf([]string{"is", "was", "set", "changed", "rotated", "generated", "=", "now", "<-", "–", "—", "→", "to"})

func (x *scanner) quotedSecret(s string, i int, m meaning) bool {
	if i >= len(s) || s[i] != '"' && s[i] != '\'' && s[i] != '`' || i > 0 && isWordByte(s[i-1]) {
		return false // behind a word the quote ends what is said: "keys rotated"
	}
	v := quotedValue(s, i, i)
	text := s[v.from:v.to]
	if !isSecret(m, text) || m != password && !looksSecret(text) || strings.IndexByte(text, ' ') >= 0 || rules.proseWords.hasFold(text) {
		return false
	}
	x.add(v.from, v.to, secret)
	return true
}

// ofThings stand before a code that opens nothing: exit code, postal code.
var ofThings = setOf([]string{"exit", "error", "status", "return", "response", "reason", "close", "country", "postal", "zip", "area", "product", "source", "language", "currency", "result", "signal",
	"event", "op", "machine", "byte", "promo", "discount", "tax", "dialing", "dialling", "bar", "qr", "item", "station", "airport"})

// spokenCode finds the number in "Your verification code is 482914".
func (x *scanner) spokenCode(s string, word, start int) {
	asked, first := false, true
	wordsBefore(s, word, 3, func(before []byte) bool {
		if first && ofThings.has(before) {
			return false
		}
		first = false
		switch string(before) {
		case "your", "dein", "ihr", "votre", "ton", "su", "tu", "tw", "twoj", "tuo", "suo", "seu", "din", "jouw", "uw":
			asked = true
		case "fa", "mfa", "verification", "security", "login", "confirmation", "auth", "sms", "reset", "access", "time", "authentication", "google", "backup", "recovery":
			asked = true
		}
		return !asked
	})
	for _, what := range [...]string{"acceso", "acesso", "verific", "segur", "confirm", "activación", "ativação", "connexion", "sécurité", "accès", "accesso", "sicurezza", "dostępu", "bezpieczeństwa"} {
		asked = asked || strings.Contains(s[start:min(len(s), start+28)], what)
	}
	if !asked && !strings.Contains(s, "log in") && !strings.Contains(s, "sign in") && !strings.Contains(s, "to verify") && !strings.Contains(s, "to confirm") {
		return
	}
	if strings.HasPrefix(strings.TrimLeft(s[start:], " "), "for ") {
		// 2FA code for jane: 482914
		if colon := strings.Index(s[start:min(len(s), start+80)], ": "); colon > 0 && strings.Count(s[start:start+colon], " ") <= 2 {
			x.spokenNumber(s, start+colon+2)
		}
	}
	for start < len(s) && (isLetter(s[start]) || s[start] >= 0x80 || s[start] == ' ' || s[start] == ':') && start-word < 32 {
		start++
	}
	to := start
	for to < len(s) && isDigit(s[to]) {
		to++
	}
	if to-start == 3 && to+4 <= len(s) && (s[to] == '-' || s[to] == ' ') && allDigits(s[to+1:to+4]) && (to+4 == len(s) || !isAlnum(s[to+4])) {
		to += 4 // 448-813
	}
	if n := to - start; n >= 4 && n <= 8 {
		x.add(start, to, secret)
	}
	// "G-402817 is your Google verification code", "Use 402817 as your login code"
	at := strings.Index(s[:word], " is your ")
	if at < 0 {
		at = strings.Index(s[:word], " as your ")
	}
	if at > 0 {
		from := at
		for from > 0 && isDigit(s[from-1]) {
			from--
		}
		if at-from >= 4 && at-from <= 8 {
			x.add(from, at, secret)
		}
	}
}

// spokenNumber masks a number of four to eight digits.
func (x *scanner) spokenNumber(s string, from int) {
	to := from
	for to < len(s) && isDigit(s[to]) {
		to++
	}
	if n := to - from; n >= 4 && n <= 8 && (to == len(s) || !isAlnum(s[to])) {
		x.add(from, to, secret)
	}
}

// renamed finds what somebody is called now: nick changed from "Kari" to "Kari Nordmann", display name set to "Kari N".
func (x *scanner) renamed(s string, at int) (found bool) {
	if to := wordEnd(s, at); !renames.hasFold(strings.TrimSuffix(s[at:to], ":")) {
		return x.becomes(s, at, false)
	}
	for range 6 {
		for at < len(s) && (s[at] == ' ' || s[at] == ':') {
			at++
		}
		if at < len(s) && (s[at] == '"' || s[at] == '\'') {
			v := quotedValue(s, at, at)
			if isPersonName(name, s[v.from:v.to]) {
				x.add(v.from, v.to, person)
				found = true
			}
			if at = v.after; afterArrow(s, at) > at {
				at = afterArrow(s, at)
			}
			continue
		}
		to := wordEnd(s, at)
		if word := strings.TrimSuffix(s[at:to], ":"); !renames.hasFold(word) {
			return found || x.becomes(s, at, true)
		}
		at = to
	}
	return found
}

// renames stand between the word for a name and the name.
var renames = setOf([]string{"change", "update", "rename", "changes", "renames", "changing", "modified", "switched", "changed", "set", "updated", "renamed", "from", "to", "now", "is", "was", "edited", "and", "becomes"})

// earlierDays finds the days of the last century in a text about somebody's birth: invalid birth date, raw = '23.11.1987'.
func (x *scanner) earlierDays(s string) {
	for at := strings.Index(s, "19"); at >= 0; {
		for _, from := range [...]int{at, at - 6} {
			if from >= 0 && from+10 <= len(s) && (from == 0 || !isAlnum(s[from-1])) && (from+10 == len(s) || !isAlnum(s[from+10]) || s[from+10] == 'T') && isDate(s[from:from+10]) {
				x.add(from, from+10, person)
			}
		}
		if at+4 <= len(s) && allDigits(s[at:at+4]) && (at+4 == len(s) || !isAlnum(s[at+4])) {
			x.add(writtenDay(s, at), at+4, person)
		}
		next := strings.Index(s[at+2:], "19")
		if next < 0 {
			return
		}
		at += 2 + next
	}
}

// months by the first three letters of their names.
var months = setOf([]string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mai", "okt", "dez", "des", "fev", "avr", "jui", "ene", "abr", "ago", "dic", "set", "out"})

// writtenDay is where a day begins whose year stands at i: 9 August 1984, August 9, 1984; behind the year where there is none.
func writtenDay(s string, i int) int {
	month, day, from := false, false, i
	for at := i; at > 0 && !(month && day); {
		end := at
		for end > 0 && strings.IndexByte(" .,", s[end-1]) >= 0 {
			end--
		}
		begin := end
		for begin > 0 && (isAlnum(s[begin-1]) || s[begin-1] >= 0x80) {
			begin--
		}
		word := s[begin:end]
		switch {
		case end == at || at-end > 2:
			return i + 4
		case !day && len(word) > 0 && len(word) <= 4 && isDigit(word[0]):
			day = true
		case !month && len(word) >= 3 && (months.hasFold(word[:3]) || hasKeyword(word, "mär")):
			month = true
		default:
			return i + 4
		}
		from, at = begin, begin
	}
	if !month || !day {
		return i + 4
	}
	return from
}
