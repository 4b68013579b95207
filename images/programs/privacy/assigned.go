package privacy

import "strings"

// assigned finds values behind keys in every notation: a=b, a: b, "a": "b", {\"a\": \"b\"}, 'a': 'b', a => "b", a%3Db.
func (x *scanner) assigned(s string) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '=', ':', '%', '\t', '>', '(', ';', ',', '|', '{':
			x.nearby(s, i, i, x.assignedAt)
		}
	}
}

// assignedAt finds what the sign at i assigns.
func (x *scanner) assignedAt(s string, i int) {
	c := s[i]
	if isColumnSign(s, i) {
		x.quotedColumn(s, i)
	}
	width := 1
	switch {
	case c == '=' || c == ':':
	case c == '%' && i+2 < len(s) && s[i+1] == '3' && (s[i+2]|0x20 == 'd' || s[i+2]|0x20 == 'a'):
		width = 3
	case c == '\t' && i > 2 && isAlnum(s[i-1]):
		x.tabbed(s, i)
		return
	case c == '>' && i > 2 && s[i-1] == '-' && s[i-2] == ' ':
		x.arrow(s, i)
		return
	case c == '>' && i > 2:
		x.element(s, i)
		return
	case c == '(' && i > 2 && i+2 < len(s) && (s[i+1] == '\'' || s[i+1] == '"'):
		x.call(s, i)
		return
	case c == '{':
		x.braced(s, i)
		return
	case c == '(' && i > 4 && i+9 < len(s) && isAlnum(s[i+1]):
		x.bareCall(s, i)
		return
	case c == ';' && i > 2 && s[i-1] == '"' && strings.HasPrefix(s[i:], ";s:"):
		x.serialized(s, i)
		return
	case c == ',' && i+2 < len(s) && i > 2:
		if s[i-1] == '\'' || s[i-1] == '"' {
			x.pair(s, i)
			if from, to, _ := identBefore(s, i); from > 1 && s[from-2] == '[' && i-to == 1 {
				x.barePair(s[:min(len(s), i+200)], from, i)
			}
		} else if isIdent(s[i-1]) {
			x.bareTuple(s, i)
		}
		if s[i+1] == '"' || s[i+1] == '<' || s[i+1] == ' ' && (s[i+2] == '"' || s[i+2] == '<') {
			x.tuple(s, i)
		}
		return
	case c == '|' && i > 2 && i+2 < len(s) && s[i-1] == ' ' && s[i+1] == ' ':
		x.column(s, i)
		return
	default:
		return
	}
	before := i
	if c == '=' && i > 2 && (s[i-1] == '?' || s[i-1] == '+') {
		before-- // of a makefile
	} else if c == '=' && i > 3 && s[i-1] == '|' && s[i-2] == '|' {
		before -= 2 // ||= of Ruby
	}
	from, to, quoted := identBefore(s, before)
	if before > 3 && (from == to || s[to-1] == '.' && strings.Trim(s[from:to], ".") == "") {
		from, to, quoted = keyBeforeSigns(s, before)
	} else if s[i] == '=' && isVisibility(s[from:to]) {
		from, to = propertyBefore(s, from, to)
	} else if c == ':' && beforeVisibility(s, i+1) {
		return
	}
	if to == from || to-from < 2 && !quoted {
		return
	}
	if i == to && s[i] == ':' && from > 2 && s[from-3:from] == "://" && strings.IndexByte(s[i:min(len(s), i+200)], '@') > 0 {
		// the user of a URL is no key: https://user:secret@host
		return
	}
	if end := from + hashedLength; end <= len(s) && isReplacement(s[from:end]) {
		return
	}
	if ident := s[from:to]; isNameKey(ident) || ident == "id" {
		if v := valueAfter(s, i+width, quoted); v.quoted || namesClearly(s[v.from:v.to]) {
			x.named(s, v)
		}
	}
	if c == ':' && i+3 < len(s) && s[i+1] == '*' && s[i+2] == '*' {
		width = 3 // **Password:** …
	}
	m := x.meaningOf(s, from, to)
	if m == plain && c == ':' && to == i && x.tokenInKey(s, from, i) {
		return
	}
	if m == plain || m == number || m == version || m == server || m == machine || m == client || m == caller || m == kept || c == ':' && m.secret() && ofResource(s, from) {
		return
	}
	x.valueOf(s, i, i+width, from, m, quoted)
}

// ofResource says whether a word is the kind of a thing in a cloud's name for it: arn:aws:secretsmanager:eu-north-1:000000000000:secret:shop/db-x7Qp2L.
func ofResource(s string, from int) bool {
	if from == 0 || s[from-1] != ':' {
		return false
	}
	start := from
	for start > 0 && from-start < 128 && (isIdent(s[start-1]) || s[start-1] == ':' || s[start-1] == '/') {
		start--
	}
	return strings.Contains(s[start:from], "arn:") && strings.Count(s[start:from], ":") >= 5
}

// tabbed finds a key and its value in two columns; a row of names is a heading.
func (x *scanner) tabbed(s string, i int) {
	from, to, quoted := identBefore(s, i)
	if to != i && !quoted {
		return
	}
	m := meaningOf(s[from:to])
	if m == name || m == personal {
		x.bare(s, from, value{from: i + 1, to: cellStop(s, i+1)}, m)
	}
	if m == password || m == token {
		v := valueAfter(s, i+1, false)
		if text := s[v.from:v.to]; (!isName(text) || m == password && twoCells(s, from, v.to) && isTold(s, v.from, v.to) && !isTypeOfColumn(text)) && isSecret(m, text) {
			x.add(v.from, v.to, secret)
		}
	}
}

// arrow finds `password -> abc`.
func (x *scanner) arrow(s string, i int) {
	if from, to, quoted := identBefore(s, i-1); to-from >= 2 {
		m := x.meaningOf(s, from, to)
		if m == plain {
			x.didTo(s, i)
		} else if v := valueAfter(s, i+1, quoted); m == name && !v.quoted && !mayBeCalled(s[v.from:v.to]) && !beginsName(s, v.from) {
			return // display name -> title
		}
		if m.secret() || m == name || m == personal {
			x.valueOf(s, i, i+1, from, m, quoted)
		}
	}
}

// element finds the text of <password>…</password>, also with a namespace and attributes.
func (x *scanner) element(s string, i int) {
	const data = "<![CDATA["
	open := strings.LastIndexByte(s[max(0, i-200):i], '<')
	if open < 0 || s[i-1] == '/' {
		return
	}
	start := i + 1
	closing := "</"
	if strings.HasPrefix(s[start:], data) {
		start += len(data)
		closing = "]]>"
	}
	length := strings.Index(s[start:], closing)
	end := start + max(length, 0)
	if end == start || closing == "</" && strings.IndexByte(s[start:end], '<') >= 0 {
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
	if to == i {
		x.elementPair(s, s[from:to], start, end)
	}
	m := x.meaningOf(s, from, to)
	if named := x.attributeName(s[to:i]); named != plain {
		m = named
	} else if m == plain && hasKeyword(s[from:to], "value") {
		m = x.nameOfOuter(s, from-1)
	}
	x.judge(s, value{start, end, true, end}, from, m, true)
}

// nameOfOuter is the meaning of the name that the element has in which the one at `open` is the first: <setting name="SmtpPassword"><value>.
func (x *scanner) nameOfOuter(s string, open int) meaning {
	to := open
	for to > 0 && isSpace(s[to-1]) {
		to--
	}
	if to < 2 || s[to-1] != '>' {
		return plain
	}
	before := s[max(0, to-200) : to-1]
	if begin := strings.LastIndexByte(before, '<'); begin >= 0 && begin+1 < len(before) && before[begin+1] != '/' {
		return x.attributeName(before[begin:])
	}
	return plain
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
	if hasSuffixFold(s[from:i], "getconnection") {
		x.nthQuoted(s, i+1, 3)
		return
	}
	if takesUserAndPassword(s[max(0, from-1):i]) {
		first := quotedValue(s, i+1, i+1)
		if isOfSomebody(s[first.from:first.to]) {
			x.add(first.from, first.to, person)
		}
		if v := valueAfter(s, min(first.after+1, len(s)), true); first.after < len(s) && s[first.after] == ',' && v.quoted {
			x.addUnlessMask(s, v.from, v.to)
		}
		return
	}
	if m := meaningOf(s[from:i]); m == password {
		v := quotedValue(s, i+1, i+1)
		if end := nextSign(s, v.after); (end == ')' || end == ',') && isSecret(m, s[v.from:v.to]) && !isName(s[v.from:v.to]) && !isPath(s[v.from:v.to]) {
			x.add(v.from, v.to, secret)
		}
	}
}

// braced finds std::string encryption_key{"…"} of C++.
func (x *scanner) braced(s string, i int) {
	if i < 3 || i+10 > len(s) || s[i+1] != '"' || !isIdent(s[i-1]) {
		return
	}
	from := i
	for from > 0 && isIdent(s[from-1]) {
		from--
	}
	if m := meaningOf(s[from:i]); m == password || m == token {
		if v := quotedValue(s, i+1, i+1); nextSign(s, v.after) == '}' && looksSecret(s[v.from:v.to]) {
			x.add(v.from, v.to, secret)
		}
	}
}

// isPath says whether a value is a file below the root: /etc/ssl/site.key.
func isPath(v string) bool {
	if len(v) < 4 || v[0] != '/' && !strings.HasPrefix(v, "./") && !strings.HasPrefix(v, "~/") || strings.Count(v, "/") < 2 {
		return false
	}
	for i := 0; i < len(v); i++ {
		if !isIdent(v[i]) && v[i] != '/' && v[i] != '~' {
			return false
		}
	}
	return true
}

// serialized finds PHP's s:8:"password";s:3:"abc".
func (x *scanner) serialized(s string, i int) {
	from, to, _ := identBefore(s, i)
	if to-from < 2 {
		return
	}
	if m := meaningOf(s[from:to]); m == phone || m == name || s[from:to] == "name" {
		if quote := strings.IndexByte(s[i:], '"'); quote > 0 {
			v := quotedValue(s, i+quote, i+quote)
			if text := s[v.from:v.to]; m == name && isPersonName(name, text) || m == phone && phoneValue(text, 0, len(text)) == len(text) || m == plain && looksFullName(text) && besidePersonalKey(strings.ReplaceAll(around(s, from, to), "\";s:", "\":s:")) {
				x.add(v.from, v.to, person)
			}
		}
	} else if m.secret() {
		if quote := strings.IndexByte(s[i:], '"'); quote > 0 {
			v := quotedValue(s, i+quote, i+quote)
			if isSecret(m, s[v.from:v.to]) {
				x.add(v.from, v.to, secret)
			}
		}
	}
}

// isNameOfPerson says whether `name` stands inside something that is a person: User(name=…), "author": {"name": …}.
func isNameOfPerson(s string, from int) bool {
	return rules.personTypes.hasFold(enclosing(s, from))
}

// enclosing is the word before the bracket or the tag around a place: Token of Token(value=…).
func enclosing(s string, from int) string {
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
			return s[start:end]
		}
	}
	return ""
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
		if strings.HasPrefix(ident, "Authentication") && strings.HasSuffix(ident, "Event") || isUserNotFound(ident) {
			x.signsInAt(s, min(to+1, len(s))) // AuthenticationFailureBadCredentialsEvent: jane; details: …
		}
		return meaningOf(ident)
	}
	if isUserNotFound(ident) {
		x.signsInAt(s, min(to+1, len(s))) // UserNotFoundException: jane_d
	}
	switch string(word) {
	case "columns", "column_names", "header", "headers", "headings", "fields", "cols", "spalten", "colonnes", "columnas", "kolonner", "kolonnen", "kolumny":
		x.inlineRow(s, to)
	case "author", "authors", "maintainer", "maintainers", "publisher":
		if isManifest(around(s, from, to)) {
			if open := strings.IndexByte(s[to:min(len(s), to+8)], '['); open > 0 {
				if closing := strings.IndexByte(s[to+open:], ']'); closing > 0 {
					x.spares = append(x.spares, spared{to + open, to + open + closing})
				}
			} else if v := valueAfter(s, min(len(s), to+1+strings.IndexByte(s[to:]+":", ':')), true); v.quoted {
				x.spares = append(x.spares, spared{v.from, v.to})
			}
			return plain
		}
	case "name":
		if strings.HasSuffix(s[:from], "new user: ") {
			return account // useradd
		}
		if strings.HasSuffix(s[:from], "Account ") && (strings.Contains(s, "Logon") || strings.Contains(s, "logged o") || strings.Contains(s, "Account Domain")) {
			return weakName // an event of Windows
		}
		if isNameOfPerson(s, from) || besidePerson(s, from) {
			return name
		}
		if besideContact(s, from) || besideBank(around(s, from, to)) {
			return maybeName
		}
		if near := around(s, from, to); besidePassword(near) || containsFold(near, "player") {
			return handle
		}
	case "input":
		if inPaging(around(s, from, to)) {
			return plain
		}
		if strings.Contains(s, `loc`) && (strings.Contains(s, `"msg"`) || strings.Contains(s, `'msg'`)) || strings.Contains(s, "ValidationError") {
			return parameter
		}
	case "plate", "documentnumber", "documentno":
		for _, said := range [...]string{"vehicle", "vin=", "kyc", "passport", "firstname", "identity"} {
			if containsFold(around(s, from, to), said) {
				return personal
			}
		}
	case "nom", "nombre", "nome", "navn", "namn", "naam", "nimi":
		if besideContact(s, from) {
			return maybeName
		}
	case "first", "last":
		if said := around(s, from, to); (containsFold(said, "first=") || containsFold(said, "first:") || containsFold(said, "first'")) && (containsFold(said, "last=") || containsFold(said, "last:") || containsFold(said, "last'")) {
			return calledName
		}
	case "value", "raw", "plain", "contents":
		if m := meaningOf(enclosing(s, from)); (m == password || m == token) && to < len(s) && s[to] == '=' {
			return m // Token(value='…')
		}
	case "cn":
		// a name in a directory; that of a certificate says its country
		if said := around(s, from, to); containsFold(said, "dc=") || containsFold(said, "uid=") {
			return maybeName
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
	case "set_id":
		// of Exim
		if said := around(s, from, to); strings.Contains(said, "authenticat") || strings.Contains(said, "(535 ") {
			return account
		}
	case "account", "acct", "acc":
		if digitsBehind(s, to) >= 6 && besideBank(around(s, from, to)) {
			return personal
		}
	case "serial", "serialno", "serial_no", "serial_number", "serialnumber":
		if said := around(s, from, to); containsFold(said, "android_id") || containsFold(said, "imei") || containsFold(said, "bssid") || containsFold(said, "udid") {
			return serial
		}
	case "subject", "sub":
		// of a token; that of a message is a sentence
		if besideToken(around(s, from, to)) {
			return account
		}
	case "sn":
		// a family name in a directory
		if said := around(s, from, to); containsFold(said, "givenname") || containsFold(said, "cn:") || containsFold(said, "cn=") {
			return name
		}
	case "expected", "actual", "got", "received", "given", "entered":
		// otp mismatch expected=917340
		if before := s[max(0, from-48):from]; containsFold(before, "otp ") || containsFold(before, "code mismatch") || containsFold(before, "pin mismatch") {
			return password
		}
	case "old", "new", "before", "after":
		// nick changed old='Per' new='Pål'
		if before := s[max(0, from-48):from]; containsFold(before, "nick") || containsFold(before, "username") || containsFold(before, "display name") {
			return name
		}
	case "pass":
		// tests: pass=312 fail=0
		at := to
		for at < len(s) && strings.IndexByte("=: \"'\\", s[at]) >= 0 {
			at++
		}
		if at < len(s) && isDigit(s[at]) && allDigits(s[at:wordEnd(s, at)]) && countsResults(around(s, from, to)) {
			return plain
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
	case "in":
		if hasSuffixFold(s[:from], "logged ") || hasSuffixFold(s[:from], "signed ") {
			return account // User logged in: jane
		}
	case "failed", "denied", "incorrect", "ok", "created", "authenticated", "logout", "deleted", "disabled", "registered", "locked", "unlocked", "suspended", "verified", "joined", "left", "removed", "activated", "deactivated", "enabled", "restored", "invited":
		if to < len(s) && s[to] == ':' && (string(word) == "logout" || hasSuffixFold(s[:from], "login ") || hasSuffixFold(s[:from], "user ") || hasSuffixFold(s[:from], "member ") || hasSuffixFold(s[:from], "player ") || hasSuffixFold(s[:from], "account ")) {
			x.signsInAt(s, to+1) // Login failed: 'jane' (Remote IP: …)
		}
	case "exists", "taken", "reserved", "unavailable":
		if to < len(s) && s[to] == ':' && (containsFold(s[max(0, from-32):from], "username") || containsFold(s[max(0, from-32):from], "nick") || containsFold(s[max(0, from-32):from], "handle") || containsFold(s[max(0, from-32):from], "user ")) {
			x.chosenAt(s, to+1) // username already exists: jane_d
		}
	case "keyerror":
		return handle // who was looked for
	case "found":
		if hasSuffixFold(s[:from], "user not ") && to < len(s) && s[to] == ':' {
			x.signsInAt(s, to+1)
		}
		if hasSuffixFold(s[:from], "key not ") {
			return handle
		}
	case "hmac-sha256", "hmac-sha1", "hmac-sha512", "hmac-sha384":
		if to < len(s) && s[to] == ':' {
			return plain // the kind of a hash, and the hash
		}
	case "key", "keys", "id":
		if m := meaningOf(enclosing(s, from)); (m == password || m == token) && len(word) == 3 && to < len(s) && s[to] == '=' {
			return m // ApiKey(key='…')
		}
		if outer := enclosing(s, from); string(word) == "id" && (outer == "chat" || outer == "from") && digitsBehind(s, to) >= 9 {
			return chatID // {'chat': {'id': 602918375, …}} of Telegram
		}
		if string(word) != "id" && isKeyOfCache(s, from) {
			return plain
		}
		if strings.Contains(s[max(0, from-80):from], "Session started; ") {
			return token // of ASP.NET Core
		}
	case "added", "unban", "unmute", "unbanned":
		if to < len(s) && s[to] == ':' && (len(word) != 5 || hasSuffixFold(s[:from], "ban ") || hasSuffixFold(s[:from], "whitelist ") || hasSuffixFold(s[:from], "friend ") || hasSuffixFold(s[:from], "player ") || hasSuffixFold(s[:from], "member ")) {
			x.playerAt(s, to+1, false)
		}
	case "passe":
		if hasSuffixFold(s[:from], "mot de ") {
			return password
		}
	case "d", "p", "q", "dp", "dq", "qi", "k":
		if strings.Contains(s, `"kty"`) || strings.Contains(s, `\"kty\"`) {
			return password
		}
	}
	m := x.words.meaningOf(ident)
	if m == caller && digitsBehind(s, to) >= 8 {
		return phone // of a message that somebody gets
	}
	if m != plain && !isGeneral(string(word)) {
		return m
	}
	if said, _, ok := spelledKey(s, from, to); ok {
		return said
	}
	if isGeneral(string(word)) {
		// session.id, and what a dash joins
		start := from
		for start > 0 && s[start-1] == ' ' && from-start < 2 {
			start--
		}
		for start > 0 && isAlnum(s[start-1]) {
			start--
		}
		if start > 0 && start < from && s[start-1] == '-' && s[from-1] == ' ' {
			return m // -F name=…
		}
		if m = meaningOf(s[start:to]); m == client || m == server {
			return plain
		}
	}
	return m
}

// isUserNotFound says whether a key is an error that says who was looked for: UsernameNotFoundException.
func isUserNotFound(ident string) bool {
	return len(ident) > 11 && (strings.HasSuffix(ident, "NotFoundException") || strings.HasSuffix(ident, "NotFoundError") || strings.HasSuffix(ident, "NotFound") || strings.HasSuffix(ident, "DoesNotExist")) && (strings.Contains(ident, "User") || strings.Contains(ident, "Member") || strings.Contains(ident, "Account"))
}

// isKeyOfCache says whether a line says before a key that it is that of a cache, which names what is kept there: Cache restored from key:.
func isKeyOfCache(s string, from int) (found bool) {
	wordsBefore(s, from, 5, func(word []byte) bool {
		found = string(word) == "cache" || string(word) == "caches" || string(word) == "cached"
		return !found && !meaningOf(string(word)).secret() && (!rules.openers.has(word) || string(word) == "entry")
	})
	return found
}

// isGeneral says whether a word needs the one before it to mean something.
func isGeneral(word string) bool {
	switch word {
	case "id", "key", "code", "codes", "keys", "name", "number", "no", "phrase", "address", "date":
		return true
	}
	return false
}

// spelledKey is the meaning and the begin of a key of two or three words with spaces between: Date of birth, Social Security number. The words may not be the
// value of another key.
func spelledKey(s string, from, to int) (said meaning, start int, ok bool) {
	start = from
	for range 2 {
		if start < 2 || s[start-1] != ' ' || !isWordByte(s[start-2]) {
			break
		}
		word := start - 1
		for word > 0 && isWordByte(s[word-1]) {
			word--
		}
		if s[word] == '-' || word > 0 && strings.IndexByte(" \t\n\r,;{(\"'[|>", s[word-1]) < 0 {
			break
		}
		start = word
		var low [48]byte
		n := 0
		for i := start; i < to && n < len(low); i++ {
			if s[i] != ' ' && s[i] != '\'' && s[i] != '-' {
				low[n] = lower(s[i])
				n++
			}
		}
		if m, ok := rules.meanings[string(low[:n])]; ok && n < len(low) && m != client && m != server {
			return m, start, true
		}
	}
	return plain, from, false
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
	from = spacedBegin(s, from)
	open := from - 1
	for open > 0 && (s[open] == '"' || s[open] == '\'' || s[open] == '\\' || s[open] == 'b') {
		open--
	}
	for open > 0 && s[open] == ' ' && from-open < 4 && (s[open-1] == '[' || s[open-1] == '(') {
		open-- // [ 'password', '…' ] of Node.js
	}
	if to-from < 2 || open < 0 {
		return
	}
	m := meaningOf(s[from:to])
	v := valueAfter(s, comma+1, true)
	if (m == personal || m == postal || m == addressee) && v.quoted && (s[open] == '(' || s[open] == '[') && strings.ContainsAny(s[v.from:v.to], "0123456789") {
		if end := nextSign(s, v.after); end == ')' || end == ']' {
			x.judge(s, v, from, m, true)
		}
		return
	}
	if !m.secret() && m != name || !v.quoted {
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
	if strings.IndexByte(s[from:to], ' ') > 0 && m.secret() && !isPairedSecret(text) {
		return
	}
	if end == ',' && m.secret() && s[open] == '(' && looksSecret(text) && strings.IndexByte(text, ' ') < 0 {
		x.add(v.from, v.to, secret) // set_config('app.token', '…', false)
		return
	}
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
