package privacy

import "strings"

// spoken finds secrets behind a word without a sign: `Bearer abc…`, `password hunter2`, `--token abc`, `mysql -pabc`.
func (x *scanner) spoken(s string, sum summary) {
	for i := 0; i+4 <= len(s); i++ {
		if !isLetter(s[i]) && s[i] < 0x80 || i > 0 && isAlnum(s[i-1]) && afterEscape(s, i-1) != i {
			continue
		}
		end := i
		for end < len(s) && (isAlnum(s[end]) || s[end] == '_' || s[end] == '-' || s[end] >= 0x80) {
			end++
		}
		if end-i <= 24 && end+1 < len(s) && (s[end] == ' ' || s[end] == '\t') {
			x.wordAndValue(s, i, end)
		} else if end-i == 4 && strings.EqualFold(s[i:end], "code") {
			x.spokenCode(s, i, end)
		}
		i = end
	}
	if sum.any(dash) {
		x.commandLine(s)
		x.accessLogUser(s)
	}
}

func (x *scanner) wordAndValue(s string, from, end int) {
	var low [32]byte
	word, ok := lowered(&low, s[from:end])
	if !ok {
		return
	}
	start := end
	for start < len(s) && (s[start] == ' ' || s[start] == '\t') {
		start++
	}
	flag := from >= 2 && s[from-1] == '-' && (s[from-2] == '-' || s[from-2] == ' ')
	to := start
	for to < len(s) && strings.IndexByte(" \t\r\n,;\"'`)]}<>|\\", s[to]) < 0 {
		to++
	}
	next := s[start:to]
	if next == "" && start < len(s) && (s[start] == '"' || s[start] == '\'') {
		v := quotedValue(s, start, start)
		if next = s[v.from:v.to]; flag && (string(word) == "user" || string(word) == "proxy-user" || string(word) == "u") {
			if colon := strings.IndexByte(next, ':'); colon > 0 {
				x.addUnlessMask(s, v.from, v.to)
			}
			return
		} else if string(word) == "by" && strings.HasSuffix(strings.ToLower(s[max(0, from-11):from]), "identified ") {
			x.addUnlessMask(s, v.from, v.to)
			return
		} else if string(word) == "value" && from > 0 {
			// 'spring.datasource.password' value "…"
			start, end, quoted := identBefore(s, from)
			if m := meaningOf(s[start:end]); quoted && m.secret() && isSecret(m, next) {
				x.add(v.from, v.to, secret)
			}
			return
		} else if next != "" && (flag || len(next) >= 3) {
			if m := x.meaningOf(s, from, end); (m == password || m == token && (flag || looksSecret(next))) && isSecret(m, next) && !strings.Contains(next, " ") && !isName(next) {
				x.add(v.from, v.to, secret)
			} else if flag && m == password && isSecret(m, next) {
				x.add(v.from, v.to, secret)
			} else if m == maybeName && looksFullName(next) {
				x.add(v.from, v.to, person)
			} else if (m == name || m == weakName && !strings.ContainsAny(next, ":/=%{<") && !isServiceContext(s)) && isPersonName(m, next) {
				x.add(v.from, v.to, person)
			}
		}
		return
	}
	m := meaningOf(s[from:end])
	if m == plain && isUpper(s[from]) && rules.nationalIDs.has(word) {
		m = personal
	}
	if (m == device || m == geo || m == personal) && x.spokenIdentity(s, from, end, m) {
		return
	}
	if flag && string(word) == "user" && strings.IndexByte(next, ':') > 0 {
		x.addUnlessMask(s, start, to)
		return
	}
	if flag && (m == password || m == token) && next != "" {
		if next[0] != '-' && isSecret(m, next) {
			x.add(start, to, secret)
		}
		return
	}
	if len(next) < 2 && next != "-" {
		return
	}
	switch string(word) {
	case "session", "code", "ticket", "nonce":
		if len(next) >= 12 && looksSecret(next) && !strings.ContainsAny(next, "=:(") {
			x.add(start, to, secret)
			return
		}
		if string(word) == "code" {
			if isMixedCode(next) && opensBefore(s, from) {
				x.add(start, to, secret)
				return
			}
			x.spokenCode(s, from, start)
		} else if rest, ok := strings.CutPrefix(s[start:], "with id "); ok {
			// could not find session with id abc
			value := len(s) - len(rest)
			if to := wordEnd(s, value); isSecret(loose, s[value:to]) {
				x.add(value, to, secret)
			}
		}
		return
	case "phrase":
		// pass phrase for server.key: …
		if strings.HasSuffix(s[:from], "ass ") {
			x.sentence(s, end, password)
		}
		return
	case "msisdn":
		if end := phoneValue(s, start, to); end == to {
			x.add(start, to, person)
		}
		return
	case "as":
		if strings.HasSuffix(s[:from], "ogged in ") || strings.HasSuffix(s[:from], "igned in ") || strings.HasSuffix(s[:from], "uthenticated ") {
			if isPersonName(weakName, next) && !rules.proseWords.hasFold(next) {
				x.add(start, nameEnd(s, value{from: start, to: to}), person)
			}
		}
		return
	case "by":
		if start < len(s) && strings.HasSuffix(strings.ToLower(s[max(0, from-11):from]), "identified ") {
			return
		}
	case "id":
		// session id 9f1e8d7c6b5a4f3e
		wordsBefore(s, from, 1, func(before []byte) bool {
			if string(before) == "session" && strings.IndexByte(next, '=') < 0 && isSecret(loose, next) {
				x.add(start, to, secret)
			}
			return false
		})
		return
	case "bearer", "bot", "token", "apikey", "basic":
		if isUUID(next) && string(word) != "bot" {
			x.add(start, to, secret)
			return
		}
		if string(word) == "token" && isSpokenPassword(next) && len(next) >= 8 && refusedAfter(s[to:]) {
			x.add(start, to, secret)
			return
		}
		if len(next) >= 8 && (looksSecret(next) || isAllHex(next) && !allLetters(next)) && !strings.ContainsAny(next, "=:(") || string(word) == "basic" && isBasic(next) || x.isQuotedBearer(s, from, to, word, next) {
			x.add(start, to, secret)
		} else if string(word) == "token" || string(word) == "apikey" {
			x.sentence(s, end, token)
		}
		return
	case "user", "member", "author":
		// Failed password for invalid user jarle from …
		if strings.HasPrefix(s[to:], " from ") && (strings.HasSuffix(s[:from], "nvalid ") || strings.HasSuffix(s[:from], "nknown ") || strings.HasSuffix(s[:from], "llegal ")) && isPersonName(weakName, next) {
			x.add(start, to, person)
			return
		}
		// user jane.doe (734567890123456789)
		if rest, ok := strings.CutPrefix(s[to:], " ("); ok && len(rest) > 17 && allDigits(rest[:17]) && isPersonName(weakName, next) {
			x.add(start, to, person)
			return
		}
	case "credentials", "creds", "login":
		if user, secretPart, ok := strings.Cut(next, ":"); ok && onlyName(user) && isSpokenPassword(secretPart) {
			x.add(start, to, secret)
			return
		}
	case "born":
		if isDate(next) {
			x.add(start, to, person)
		}
		return
	case "passport", "reisepass", "passeport", "pasaporte":
		x.documentNumber(s, end)
		return
	case "phone", "tel", "telephone", "call", "called", "mobile", "sms", "fax", "telefon", "handy", "whatsapp", "number", "dial", "mob", "tlf", "ring", "ringte", "anruf":
		if next == "to" || next == "at" || next == "from" {
			for start = to; start < len(s) && s[start] == ' '; start++ {
			}
		}
		if end := phoneValue(s, start, min(len(s), start+30)); end > start && (strings.ContainsAny(s[start:end], "-+ ()/") || end-start >= 11 && strings.HasPrefix(s[start:], "00")) {
			x.add(start, end, person)
		}
		return
	}
	switch {
	case m == password || m == token:
		if x.sentence(s, end, m) {
			return
		}
		for range 2 {
			if !beforeSpoken.hasFold(next) {
				break
			}
			for start = to; start < len(s) && s[start] == ' '; start++ {
			}
			for to = start; to < len(s) && strings.IndexByte(" \t\r\n,;\"'`)]}<>|\\", s[to]) < 0; to++ {
			}
			next = s[start:to]
		}
		next = strings.TrimRight(next, ".!?")
		to = start + len(next)
		if isSecret(m, next) && !strings.ContainsAny(next, "=:(") && (looksSecret(next) || m == password && isSpokenPassword(next)) {
			x.add(start, to, secret)
		} else if isCode(word) && allDigits(next) && len(next) >= 4 && len(next) <= 8 {
			x.add(start, to, secret)
		}
	case m == userID && isUserID(next) && strings.ContainsAny(next, "0123456789") && strings.ContainsAny(next, "@#"):
		x.add(start, to, person)
	}
}

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

// openers say of a code that it opens something.
var openers = setOf([]string{"invite", "invitation", "join", "activation", "voucher", "backup", "recovery", "device", "access", "referral", "auth", "authorization", "pairing", "unlock", "redeem"})

func opensBefore(s string, from int) (opens bool) {
	wordsBefore(s, from, 1, func(before []byte) bool {
		opens = openers.has(before)
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

// isDate: 1991-07-23, 23.07.1991.
func isDate(v string) bool {
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

// isQuotedBearer recognises an argument of its own: ('Bearer tok-6',), where a sentence would go on.
func (*scanner) isQuotedBearer(s string, from, to int, word []byte, next string) bool {
	return string(word) == "bearer" && from > 0 && to < len(s) && (s[from-1] == '\'' || s[from-1] == '"') && s[to] == s[from-1] &&
		strings.ContainsAny(next, "0123456789")
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
	stops, ofWhat := false, false
	for i, n := from, 0; n < 8 && i < len(s); n++ {
		for i < len(s) && s[i] == ' ' {
			i++
		}
		to := wordEnd(s, i)
		word := strings.TrimRight(s[i:to], ".!?")
		if word == "" {
			return false
		}
		trimmed := strings.TrimSuffix(word, ":")
		if connectors.hasFold(trimmed) || ofWhat && trimmed != word {
			stops = stops || stopsBefore.hasFold(trimmed) || trimmed != word
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

// isCode names the words before a number that opens something.
func isCode(word []byte) bool {
	switch string(word) {
	case "otp", "pin", "totp", "cvv", "cvc", "passcode":
		return true
	}
	return false
}

// isSpokenPassword: "password hunter2", not "password 3", "password v2".
func isSpokenPassword(v string) bool {
	digits, letters, others := 0, 0, 0
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case isDigit(c):
			digits++
		case isLetter(c):
			letters++
		case c != '-' && c != '_' && c != '.' && c != '/':
			others++
		}
	}
	return len(v) >= 6 && letters >= 3 && (digits > 0 || others > 0) && !strings.HasPrefix(v, "/")
}

func allLetters(v string) bool {
	for i := 0; i < len(v); i++ {
		if !isLetter(v[i]) {
			return false
		}
	}
	return true
}

// isBasic says whether base64 holds `user:password`.
func isBasic(v string) bool {
	v = strings.TrimRight(v, "=")
	if len(v) < 6 {
		return false
	}
	var bits, n uint
	colon := false
	for i := 0; i < len(v); i++ {
		value := strings.IndexByte(base64Alphabet, v[i])
		if value < 0 {
			return false
		}
		bits = bits<<6 | uint(value)
		if n += 6; n >= 8 {
			n -= 8
			c := byte(bits >> n)
			if c < 0x20 {
				return false
			}
			colon = colon || c == ':'
		}
	}
	return colon
}

// commandLine finds the secrets that programs take in one letter: `mysql -pabc`, `redis-cli -a abc`, `curl -u user:abc`.
func (x *scanner) commandLine(s string) {
	if at := strings.Index(s, " -U "); at >= 0 {
		from := at + 4
		to := wordEnd(s, from)
		if percent := strings.IndexByte(s[from:to], '%'); percent > 0 {
			x.addUnlessMask(s, from+percent+1, to)
		}
	}
	for command, flag := range rules.commands {
		at := strings.Index(s, command)
		if at < 0 || at > 0 && isTokenChar(s[at-1]) || at+len(command) >= len(s) || s[at+len(command)] != ' ' {
			continue
		}
		rest := at + len(command)
		line := s[rest:endOfLine(s, rest)]
		for i := 0; i+3 < len(line); i++ {
			if line[i] != ' ' || line[i+1] != '-' || line[i+2] != flag[0] {
				continue
			}
			from := i + 3
			attached := line[from] != ' '
			if attached && (isLower(line[from]) && flag == "u" || command != "mysql" && command != "mysqldump" && command != "mysqladmin" && command != "mariadb" && command != "sshpass" && command != "mongodump") {
				continue
			}
			for from < len(line) && line[from] == ' ' {
				from++
			}
			v := valueAfter(line, from, false)
			if text := line[v.from:v.to]; text != "" && text[0] != '-' && !isHarmless(text) && !(flag == "u" && !strings.Contains(text, ":")) {
				x.add(rest+v.from, rest+v.to, secret)
			}
		}
	}
}

// accessLogUser finds who signed in, in the third field of an access log: 203.0.113.0 - jane [29/Nov/2026:…
func (x *scanner) accessLogUser(s string) {
	at := strings.Index(s, " - ")
	if at < 0 {
		return
	}
	from := at + 3
	to := from
	for to < len(s) && s[to] != ' ' {
		to++
	}
	if rest := s[to:]; to > from && s[from] != '-' && len(rest) > 6 && rest[1] == '[' && isDigit(rest[2]) && rest[4] == '/' && isPersonName(name, s[from:to]) {
		x.add(from, to, person)
	}
}

// discriminators finds Discord's old names, name#0042; issue#1234 is none.
func (x *scanner) discriminators(s string) {
	for i := 1; i+4 < len(s); i++ {
		if s[i] != '#' || !allDigits(s[i+1:i+5]) || i+5 < len(s) && isAlnum(s[i+5]) {
			continue
		}
		from := i
		for from > 0 && (isIdent(s[from-1])) && i-from < 64 {
			from--
		}
		from = min(afterEscape(s, from), i)
		if i-from < 2 || from > 0 && s[from-1] == '/' || rules.notUsers.hasFold(s[from:i]) || s[from] == 'v' && allDigits(s[from+1:i]) || allDigits(s[from:i]) {
			continue
		}
		x.add(from, i+5, person)
	}
}
