package privacy

import (
	"strings"
	"unicode"
)

// valueOf judges what stands behind a key.
func (x *scanner) valueOf(s string, sign, after, ident int, m meaning, keyQuoted bool) {
	if strings.HasPrefix(s[sign:], ":: ") && m.secret() && sign > 0 && s[sign-1] != ':' {
		after++ // base64 in LDIF
	} else if s[sign] == ':' && (sign+1 < len(s) && (s[sign+1] == ':' || strings.HasPrefix(s[sign+1:], "//")) || sign > 0 && s[sign-1] == ':') {
		return
	}
	v := valueAfter(s, after, keyQuoted)
	if s[sign] == ':' && !v.quoted && v.from < v.to && strings.HasPrefix(s[v.to:], " = ") && m.secret() && isTypeWord(s[v.from:v.to]) {
		v = valueAfter(s, v.to+3, false) // password: String = "…"
	}
	if s[sign] == ':' && !keyQuoted && !v.quoted && v.from < len(s) {
		if end := endOfLine(s, v.from); end < len(s) && s[end] == '\n' && isBlockSign(strings.TrimRight(s[v.from:end], " ")) {
			x.block(s, ident, end, m)
			if m == password && containsFold(s[ident:sign], "codes") {
				x.codeLines(s, end)
			}
			return
		}
	}
	if !v.quoted && v.from < len(s) && (s[v.from] == '[' || s[v.from] == '{' || s[v.from] == '(') && !isHarmless(s[v.from:v.to]) && m != geo && m != place {
		if (m == password || m == token) && x.bracketed(s, v.from) {
			return
		}
		x.bracket(s, v.from, ident, m)
		return
	}
	if text := s[v.from:v.to]; !v.quoted && v.from > 0 && s[v.from-1] == ' ' && isHeader(s[ident:]) != "cookie" && (nestedKey(text) || s[sign] == '=' && s[sign-1] != ' ' && strings.IndexByte(text, '=') > 0) {
		// the value is empty, the next key follows: `Username: Password:abc`
		return
	}
	x.judge(s, v, ident, m, s[sign] != ':' || keyQuoted)
	if rest := s[min(v.after, len(s)):]; v.quoted && (m.secret() || m == name || m == phone || m == personal) && (strings.HasPrefix(rest, " -> ") || strings.HasPrefix(rest, " => ")) {
		// password = "…" -> "…" of a plan
		if next := valueAfter(s, v.after+len(" -> "), false); next.quoted {
			x.judge(s, next, ident, m, true)
		}
	}
}

// bracketed finds a secret that brackets hold without quotes: password: (abc123), password={{abc123}}. A word alone says something about it: (hidden).
func (x *scanner) bracketed(s string, open int) bool {
	from := open
	for from < len(s) && from-open < 3 && (s[from] == s[open] || s[from] == ' ') {
		from++
	}
	to := wordEnd(s, from)
	text := s[from:to]
	if text == "" || !looksSecret(text) && !isSpokenPassword(text) || strings.ContainsAny(text, "=:,([{$") || strings.IndexByte(")]}", nextSign(s, to)) < 0 || isHarmless(text) {
		return false
	}
	x.add(from, to, secret)
	return true
}

// isTypeWord: String, &str, Optional[str].
func isTypeWord(text string) bool {
	for i := 0; i < len(text); i++ {
		if !isLetter(text[i]) && strings.IndexByte("&[]<>?.", text[i]) < 0 {
			return false
		}
	}
	return true
}

// isBlockSign says whether the lines below hold the value: password: |.
func isBlockSign(text string) bool {
	switch text {
	case "", "|", ">", "|-", ">-", "|+", ">+":
		return true
	}
	return false
}

// nestedKey says whether a word is a key with its value.
func nestedKey(text string) bool {
	at := strings.IndexAny(text, ":=")
	return at > 1 && isName(text[:at]) && meaningOf(text[:at]) != plain
}

// judge decides about a value; clear says that a key stands before it, and no sentence.
func (x *scanner) judge(s string, v value, ident int, m meaning, clear bool) {
	text := s[v.from:v.to]
	if text == "" || !v.quoted && isVariable(s, text) || !v.quoted && joinsColumns(s[ident:identEnd(s, ident)], text) {
		return
	}
	switch m {
	case sqlText, queryText:
		if v.quoted {
			x.quotedText(s, v, m)
		} else if m == queryText {
			x.query(s, v.from)
		}
	case weakNames:
		if v.from > 0 && s[v.from-1] == '[' {
			x.listOfPeople(s, v.from-1, ident)
		}
	case diagnosis:
		if to := diagnosisEnd(s, v.from); to > v.from {
			x.add(v.from, max(to, v.to), person)
		}
	case parameter:
		if !isHarmless(text) {
			x.add(v.from, v.to, literal)
		}
	case password, token, weak, loose:
		if !v.quoted && v.to+1 < len(s) && (s[v.to] == '"' || s[v.to] == '\'') && s[v.to+1] == ']' && isName(text) && meaningOf(text).secret() {
			return // Configuration["Jwt:SigningSecret"], a name of two parts
		}
		if !v.quoted && holdsMembers(s, v, text) {
			return // PostAuthenticationToken(user="…", roles="…")
		}
		if at := strings.IndexByte(text, '?'); !v.quoted && at >= 3 && ident > 0 && s[ident-1] == ';' && strings.IndexByte(text[at:], '=') > 1 {
			v.to = v.from + at // ;jsessionid=…?page=2
		}
		x.secretValue(s, v, ident, m, !clear)
	case name, weakName:
		if !v.quoted && text[len(text)-1] == ':' && s[v.to-1] == ':' && v.to < len(s) && s[v.to] == ' ' && strings.IndexByte(s[ident:identEnd(s, ident)], '.') > 0 {
			return // axes.watch_login: AXES: …
		}
		x.domainBefore(s, v)
		if len(text) > 4 && text[0] == '<' && text[len(text)-1] == '>' && isBracketed(text[1:len(text)-1]) {
			x.add(v.from+1, v.to-1, person)
			return
		}
		if text[0] == '<' && !v.quoted {
			x.inAngles(s, v)
			return
		}
		if isOfCluster(text) {
			return
		}
		if at := nextMember(text); at > 0 && v.quoted {
			v.to = v.from + at
			text = s[v.from:v.to]
		}
		v = v.shortened(s)
		if isPersonName(m, s[v.from:v.to]) && !isLevel(s[v.from:v.to]) && !(m == weakName && !clear && strings.IndexByte(s[v.from:v.to], '=') > 0) && !(m == weakName && isServiceContext(s) && !isPersonalLogin(s[v.from:v.to])) && !isProse(s, v, !clear) {
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
		if strings.HasPrefix(text, "%2B") {
			v.from += len("%2B")
		}
		if to := phoneValue(s, v.from, phoneRoom(s, v)); to > v.from {
			x.add(v.from, to, person)
		}
	case mail:
		if strings.ContainsAny(text, "<=") {
			return // from=<jane@example.org> is found as an address
		}
		if strings.Contains(text, "@") || strings.Contains(text, "%40") || isLocalPart(text) {
			x.add(v.from, v.to, person)
		}
	default:
		x.judgePerson(s, v, m)
	}
}

// quotedText cleans what stands in quotes by what its key means; in a text whose own quotes are escaped, inner ones are so twice.
func (x *scanner) quotedText(s string, v value, m meaning) {
	escape := `\`
	if v.from > 1 && s[v.from-2] == '\\' {
		escape = `\\\`
	}
	x.inner(s, v.from, v.to, escape, m)
}

// joinsColumns says whether a statement or its plan compares columns of two tables: m.member_id = g.member_id, s.user_id = u.id.
func joinsColumns(key, text string) bool {
	text = strings.TrimRight(text, ");")
	dot := strings.LastIndexByte(text, '.')
	if dot < 1 || dot == len(text)-1 || !isColumnName(text) {
		return false
	}
	of := strings.LastIndexByte(key, '.')
	return strings.EqualFold(key[of+1:], text[dot+1:]) || of > 0 && endsInID(key) && endsInID(text)
}

func endsInID(column string) bool {
	return hasSuffixFold(column, "_id") || hasSuffixFold(column, ".id")
}

// isColumnName: scores.player_id, public.users.id, u2.mail.
func isColumnName(text string) bool {
	for part := range strings.SplitSeq(text, ".") {
		if part == "" || isDigit(part[0]) || identEnd(part, 0) < len(part) {
			return false
		}
	}
	return true
}

// isBracketed says whether what stands in angle brackets is somebody, and no word in place of somebody: user=<jane.doe>.
func isBracketed(v string) bool {
	return onlyName(v) && strings.ContainsAny(v, "._0123456789") && isPersonName(weakName, v) && meaningOf(v) == plain
}

// judgePerson decides about what is a person's where its value has the shape of it.
func (x *scanner) judgePerson(s string, v value, m meaning) {
	text := s[v.from:v.to]
	switch m {
	case maybeName, companyName:
		if m == companyName && !speaksOfPerson(around(s, v.from, v.to)) {
			return
		}
		if m == maybeName && allDigits(text) && len(text) >= 10 && len(text) <= 15 && (containsFold(around(s, v.from, v.to), "whatsapp") || containsFold(around(s, v.from, v.to), "sms")) {
			x.add(v.from, v.to, person) // recipient=4791234567 of a message
			return
		}
		to := nameEnd(s, v)
		if !v.quoted && strings.IndexByte(text, '+') > 0 {
			// holder=JANE+DOE of a form
			if full := strings.ReplaceAll(text, "+", " "); looksFullName(full) || isNameInCapitals(full) || m == maybeName && inCapitals(full) && besidePersonalKey(around(s, v.from, v.to)) {
				x.add(v.from, v.to, person)
			}
			return
		}
		if full := s[v.from:to]; looksFullName(full) || isNameInCapitals(full) || m == maybeName && (isLogin(full) || strings.IndexByte(full, '_') > 0 && isChosenName(full)) || m == companyName && beginsName(full, 0) && isName(strings.Map(withoutAccents, full)) {
			x.add(v.from, to, person)
		}
	case account:
		if v = v.shortened(s); isAccount(s[v.from:v.to]) && !rules.proseWords.hasFold(s[v.from:v.to]) {
			x.add(v.from, v.to, person)
		}
	case calledName:
		if to := nameEnd(s, v); looksCalled(s[v.from:to]) {
			x.add(v.from, to, person)
		}
	case place:
		if atSite(around(s, v.from, v.to)) {
			return
		}
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
	case expiry:
		if isExpiry(text) && besideCard(around(s, v.from, v.to)) {
			x.add(v.from, v.to, person)
		}
	case serial:
		if isSerial(text) {
			x.add(v.from, v.to, person)
		}
	case handle, clientID, chatID:
		if m == handle && isChosenName(text) || m == clientID && (isIMEI(text) || isDeviceOf(text)) || m == chatID && isChatID(text) {
			x.add(v.from, v.to, person)
		}
	case postal, addressee:
		if to := nameEnd(s, v); m == addressee && looksFullName(s[v.from:to]) {
			x.add(v.from, to, person)
		} else if v.quoted {
			if x.looksPostal(text) {
				x.add(v.from, v.to, person)
			}
		} else if x.looksPostal(s[v.from:endOfLine(s, v.from)]) {
			x.postalAt(s, v.from)
		}
	case town:
		if besideStreet(around(s, v.from, v.to)) && (beginsName(text, 0) || isPostcode(text)) {
			x.add(v.from, nameEnd(s, v), person)
		}
	}
}

// isPostcode: 20121, 01304-001, 31-042.
func isPostcode(v string) bool {
	digits := 0
	for i := 0; i < len(v); i++ {
		if isDigit(v[i]) {
			digits++
		} else if v[i] != '-' || i == 0 {
			return false
		}
	}
	return digits == 5 || digits == 8 && strings.IndexByte(v, '-') == 5
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

// secretValue masks a credential; of a header the scheme stays.
func (x *scanner) secretValue(s string, v value, ident int, m meaning, prose bool) {
	text := s[v.from:v.to]
	if v.quoted && isCookieHeader(text) {
		if key := s[ident:identEnd(s, ident)]; hasSuffixFold(key, "cookies") {
			x.cookies(s, v) // aspnet.cookies="…=…; culture=nl"
			return
		}
	}
	if at := strings.Index(text, "v1="); v.quoted && at > 2 && strings.HasPrefix(text, "t=") {
		x.addUnlessMask(s, v.from+at+len("v1="), v.to)
		return
	} else if !v.quoted && strings.HasPrefix(text, "t=") && allDigits(text[2:]) && strings.HasPrefix(s[v.to:], ",v1=") {
		from := v.to + len(",v1=") // t=1771099863,v1=…
		x.addUnlessMask(s, from, wordEnd(s, from))
		return
	}
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
	if prose && isProse(s, v, true) || !v.quoted && isVariable(s, text) {
		return
	}
	if prose && !v.quoted && m == password && isPageOfPasswords(s[ident:v.from], text) {
		x.secretsInPath(s, v)
		return
	}
	if prose && !v.quoted && len(text) > 3 && text[len(text)-1] == ':' && isName(text[:len(text)-1]) && v.to < len(s) && s[v.to] == ' ' {
		return // gdm-password]: gkr-pam: …
	}
	if strings.HasSuffix(s[:ident], "(") && strings.HasPrefix(s[v.to:], ")") && strings.Contains(s[max(0, ident-16):ident], "pam_") {
		return // pam_unix(passwd:chauthtok)
	}
	if prose && !v.quoted && aboutSecrets.hasFold(text) && hasToldEnding(text) {
		return // password: unchanged
	}
	if m == weak && v.quoted && v.from > 0 && s[v.from-1] == '[' && strings.IndexByte(text, ',') >= 0 {
		return // Auth: [SMB2,(null)]
	}
	if !v.quoted && v.to < len(s) && s[v.to] == '|' && isRuleOfForm(s[v.from:wordEndOf(s, v.from, len(s))]) {
		return
	}
	if v.quoted && isObject(text) {
		x.quotedText(s, v, plain)
		return
	}
	if !isSecret(m, text) || !v.quoted && (isReference(s, v) || isCallInStatement(s, text) || isNameService(s[ident:], text)) {
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
	for !v.quoted && strings.HasSuffix(strings.TrimRight(s[ident:v.from], ": ="), "codes") && to+4 < len(s) {
		start := to + 1
		if s[to] == ',' && s[start] == ' ' {
			start++
		}
		if s[start-1] != ' ' || !isAlnum(s[start]) {
			break
		}
		if to = wordEnd(s, start); !strings.ContainsAny(s[start:to], "0123456789") || to-start < 4 {
			break
		}
		x.add(start, to, secret)
	}
	if !v.quoted && allDigits(text) && len(text) == 3 && to+4 <= len(s) && s[to] == ' ' && allDigits(s[to+1:to+4]) {
		x.add(v.from, to+4, secret)
	}
}

// isObject says whether a value tells what an object holds, by the name of its class: LoginToken(user="jane", roles="ROLE_USER").
func isObject(text string) bool {
	open := strings.IndexByte(text, '(')
	return open > 3 && isUpper(text[0]) && isName(text[:open]) && text[len(text)-1] == ')' && strings.IndexByte(text[open:], '=') > 1
}

// holdsMembers says whether a value without quotes is, or begins, an object whose members have names of their own: Token(user="…".
func holdsMembers(s string, v value, text string) bool {
	from := 0
	if open := strings.IndexByte(text, '('); open > 3 && isUpper(text[0]) && isName(text[:open]) {
		from = open + 1
	} else if v.from == 0 || s[v.from-1] != '(' {
		return false
	}
	sign := v.from + from
	for sign < len(s) && isIdent(s[sign]) {
		sign++
	}
	return sign > v.from+from+1 && sign+1 < len(s) && s[sign] == '=' && s[sign+1] == '"'
}

// isPageOfPasswords says whether the address of a page stands behind words that say what it is for: Reset Password: https://….
func isPageOfPasswords(key, text string) bool {
	return (strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://")) && (containsFold(key, "password") || containsFold(key, "passwort"))
}

// secretsInPath masks what nobody chose in the path of such an address.
func (x *scanner) secretsInPath(s string, v value) {
	at := v.from + strings.Index(s[v.from:v.to], "://") + 3
	for range 12 {
		slash := strings.IndexByte(s[at:v.to], '/')
		if slash < 0 {
			return
		}
		at += slash + 1
		end := min(segmentEnd(s, at), v.to)
		if part := s[at:end]; len(part) >= 8 && (looksSecret(part) || isUUID(part) || isStoredID(part) || isMixed(part)) {
			x.add(at, end, secret)
		}
		at = end
	}
}

// bracket masks the strings of a list or an object behind the key of a secret.
func (x *scanner) bracket(s string, open, ident int, m meaning) {
	if m == weakNames && s[open] != '{' {
		m = weakName
	} else if !m.secret() && m != name && m != personal && m != phone && m != userID {
		return
	}
	key, n, pair := "", 0, s[open] != '{' && isAuthKey(s[ident:])
	eachQuoted(s, open, 4096, func(v value, isKey bool) {
		text := s[v.from:v.to]
		if n++; pair && n == 2 && !isKey && len(text) >= 4 {
			x.addUnlessMask(s, v.from, v.to)
			return
		}
		if isKey {
			key = text
			return
		}
		if m == token && isHeader(s[ident:]) == "cookie" && strings.IndexByte(text, '=') > 0 {
			x.cookies(s, v) // 'set-cookie' => [ 'sid=…; Path=/' ]
			return
		}
		said := m
		switch {
		case key != "" && m.secret() && (saysAbout(key) || meaningOf(key).ofPerson()):
			return
		case key != "" && !m.secret() && !isPartOfName(key) && !meaningOf(key).ofPerson():
			return
		case m == weak && strings.ContainsAny(text, "0123456789") && len(text) >= 8:
			said = token
		case m == token && key != "" && len(text) <= 8 && isName(text):
			said = weak
		}
		if m.secret() && isSecret(said, text) || !m.secret() && ((m == name || m == weakName) && isPersonName(m, text) || m == userID && isUserID(text) || m == phone && phoneValue(text, 0, len(text)) == len(text) || m == personal && len(text) >= 4 && !isHarmless(text)) {
			k := secret
			if !m.secret() {
				k = person
			}
			x.add(v.from, v.to, k)
		}
	})
}

// isAuthKey says whether a text begins with a key whose value may be a pair of user and password: auth=('app', 'abc').
func isAuthKey(s string) bool {
	switch strings.ToLower(s[:identEnd(s, 0)]) {
	case "auth", "basic_auth", "http_auth", "basicauth", "httpauth", "credentials":
		return true
	}
	return false
}

// isReference says whether what stands without quotes is a call, a type or a name of a variable: os.Getenv("X"), Optional[str], req.body.password.
func isReference(s string, v value) bool {
	text := s[v.from:v.to]
	if text[len(text)-1] == '(' {
		return len(text) > 3 && onlyName(text[:len(text)-1]) && v.to < len(s) && strings.IndexByte(")\"'", s[v.to]) >= 0
	}
	if at := strings.IndexByte(text, '['); at > 2 {
		return isUpper(text[0]) && isName(text[:at]) && isName(text[at+1:]) && v.to < len(s) && s[v.to] == ']'
	}
	dot := strings.LastIndexByte(text, '.')
	return dot > 0 && isName(text) && isLower(text[0]) && meaningOf(text[dot+1:]).secret()
}

// diagnosis is the end of one that begins with its code: F33.1 rezidivierende depressive Störung; from where none stands.
func diagnosisEnd(s string, from int) int {
	if from+3 > len(s) || !isUpper(s[from]) || !isDigit(s[from+1]) || !isDigit(s[from+2]) || from+3 < len(s) && (isDigit(s[from+3]) || isLetter(s[from+3]) || s[from+3] == '-') {
		return from
	}
	to := from
	for to < len(s) && strings.IndexByte(",;|)]}\"'\n", s[to]) < 0 {
		if s[to] == ' ' {
			if key := identEnd(s, to+1); key > to+1 && key < len(s) && (s[key] == '=' || s[key] == ':') {
				break
			}
		}
		to++
	}
	return to
}

func identEnd(s string, i int) int {
	for i < len(s) && isIdent(s[i]) {
		i++
	}
	return i
}

// isLevel: imap-login: Info: …
func isLevel(text string) bool {
	switch text {
	case "Info", "Warning", "Error", "Debug", "Notice", "Fatal", "Panic", "INFO", "WARN", "WARNING", "ERROR", "DEBUG", "NOTICE", "FATAL":
		return true
	}
	return false
}
