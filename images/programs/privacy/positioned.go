package privacy

import "strings"

// Secrets that the place among the arguments of a command tells: sqlplus app/abc@db, net use \\nas\x abc /user:app, send "abc\r".

// argument of a command: where it stands, without its quotes.
type argument struct {
	from, to int
	quoted   bool
}

// arguments are those of a command behind i, up to the end of its line or the next command.
func arguments(s string, i int, into []argument) []argument {
	return argumentsTo(s, i, endOfLine(s[:min(len(s), i+reach)], i), into)
}

func argumentsTo(s string, i, end int, into []argument) []argument {
	for len(into) < cap(into) {
		for i < end && s[i] == ' ' {
			i++
		}
		if i >= end || strings.IndexByte("|;&)}]", s[i]) >= 0 {
			break
		}
		if s[i] == '"' || s[i] == '\'' {
			v := quotedValue(s[:end], i, i)
			if v.from >= end {
				break
			}
			into = append(into, argument{v.from, v.to, true})
			i = v.after
			continue
		}
		to := i
		for to < end && strings.IndexByte(" \t\"'`|;)}]", s[to]) < 0 {
			to++
		}
		if to == i {
			break
		}
		into = append(into, argument{i, to, false})
		i = to
	}
	return into
}

// reach is how far behind its name a command is read: a long text is not read again for each of its words.
const reach = 600

// maxArguments of a command that are looked at.
const maxArguments = 12

// positioned finds the secret by its place where the word at from..end is a command that takes one so; false where it is none.
func (x *scanner) positioned(s string, word []byte, from, end int) bool {
	var buffer [maxArguments]argument
	switch string(word) {
	case "add_user", "change_password", "authenticate_user", "wpa_passphrase":
		x.nth(s, end, 1)
	case "mkpasswd":
		if a := arguments(s, end, buffer[:0]); len(a) > 0 && s[a[len(a)-1].from] != '-' && isSpokenPassword(s[a[len(a)-1].from:a[len(a)-1].to]) && !isKindOfDigest(s[a[len(a)-1].from:a[len(a)-1].to]) {
			x.addUnlessMask(s, a[len(a)-1].from, a[len(a)-1].to)
		}
	case "encrypt_string":
		if a := arguments(s, end, buffer[:0]); len(a) > 0 && (a[0].quoted || s[a[0].from] != '-') && strings.Contains(s[:from], "ansible-vault ") {
			x.addUnlessMask(s, a[0].from, a[0].to)
		}
	case "requirepass", "masterauth", "rcon_password", "sv_password", "input_pw", "user_pw", "owner_pw":
		x.nth(s, end, 0)
	case "login":
		if strings.HasSuffix(s[:from], "vault ") {
			if a := arguments(s, end, buffer[:0]); len(a) > 0 && (looksSecret(s[a[0].from:a[0].to]) || isSpokenPassword(s[a[0].from:a[0].to])) && !strings.ContainsAny(s[a[0].from:a[0].to], "=:") && s[a[0].from] != '-' {
				x.addUnlessMask(s, a[0].from, a[0].to)
				return true
			}
		}
		return false
	case "obscure":
		if strings.HasSuffix(s[:from], "rclone ") {
			x.nth(s, end, 0)
		}
	case "htpasswd", "mosquitto_passwd":
		x.batchPassword(s, arguments(s, end, buffer[:0]))
	case "sqlplus", "sqlcl", "impdp", "expdp", "sqlldr", "rman", "imp", "exp", "connect", "conn":
		x.userSlash(s, arguments(s, end, buffer[:0]), string(word) != "sqlplus" && string(word) != "sqlldr" && string(word) != "impdp" && string(word) != "expdp")
	case "user":
		if strings.HasSuffix(s[:from], "ftp> ") {
			x.nth(s, end, 1)
		}
		return false
	case "net":
		line := strings.IndexByte(s[end:], '\n') // a share may begin with an n: \\nas
		if line < 0 {
			line = len(s) - end
		}
		x.netUse(s, argumentsTo(s, end, end+line, buffer[:0]))
	case "alias", "host":
		// mc alias set NAME URL USER SECRET
		if a := arguments(s, end, buffer[:0]); len(a) > 4 && (s[a[0].from:a[0].to] == "set" || s[a[0].from:a[0].to] == "add") && strings.Contains(s[a[2].from:a[2].to], "://") {
			x.addUnlessMask(s, a[4].from, a[4].to)
		}
		return false
	case "smbclient":
		if a := arguments(s, end, buffer[:0]); len(a) > 1 && strings.HasPrefix(s[a[0].from:], "//") && s[a[1].from] != '-' {
			x.addUnlessMask(s, a[1].from, a[1].to)
		}
	case "chpasswd", "kinit", "passwd":
		return x.hereString(s, end)
	case "poetry", "composer":
		if at := strings.Index(s[end:], "http-basic."); at >= 0 {
			x.nth(s, wordEndOf(s, end+at, len(s)), 1)
		}
	case "convertto-securestring":
		for _, a := range arguments(s, end, buffer[:0]) {
			if s[a.from] != '-' || a.quoted {
				if s[a.from] != '$' {
					x.addUnlessMask(s, a.from, a.to)
				}
				break
			}
		}
	case "identify":
		if containsFold(s[:from], "nickserv") {
			if a := arguments(s, end, buffer[:0]); len(a) > 0 && len(a) <= 2 {
				x.addUnlessMask(s, a[len(a)-1].from, a[len(a)-1].to)
			}
		}
	case "iphone", "ipad", "macbook", "galaxy":
		x.deviceOf(s, end+1)
		return false
	case "community":
		if containsFold(s[max(0, from-16):from], "snmp") {
			x.nth(s, end, 0)
		}
	case "key", "key-string":
		if strings.HasSuffix(s[:from], "-server ") || len(word) > 3 {
			if a := arguments(s, end, buffer[:0]); len(a) > 1 && isKindOfHash(s[a[0].from:a[0].to]) {
				x.nth(s, end, 1)
			} else {
				x.nth(s, end, 0)
			}
			return true
		}
		return false
	case "tried":
		if a := arguments(s, end, buffer[:0]); len(a) > 0 && a[0].quoted && containsFold(s[:from], "password") {
			x.addUnlessMask(s, a[0].from, a[0].to)
		}
	case "plate":
		wordsBefore(s, from, 1, func(before []byte) bool {
			if string(before) == "license" || string(before) == "licence" || string(before) == "number" || string(before) == "registration" {
				x.plateAt(s, arguments(s, end, buffer[:0]))
			} else if a := arguments(s, end, buffer[:0]); len(a) > 0 && isPlate(s[a[0].from:a[0].to]) && speaksOfVehicles(s) {
				x.add(a[0].from, a[0].to, person)
			}
			return false
		})
	case "send":
		x.sentToPrompt(s, end)
	case "rp":
		if from > 1 && s[from-1] == '/' && s[from-2] == ' ' {
			x.nth(s, end, 0)
		}
	case "body", "b":
		if isOption(s, from) && strings.Contains(s[:from], "secret set ") {
			x.nth(s, end, 0)
		}
	case "env", "setenv":
		if a := arguments(s, end, buffer[:0]); len(a) == 2 {
			key, text := s[a[0].from:a[0].to], s[a[1].from:a[1].to]
			if m := meaningOf(key); (m == password || m == token) && strings.IndexByte(key, '=') < 0 && key == strings.ToUpper(key) && (looksSecret(text) || isSpokenPassword(text) || isTold(s, a[1].from, a[1].to)) {
				x.addUnlessMask(s, a[1].from, a[1].to)
			}
		}
		return false
	case "put", "config", "set":
		a := arguments(s, end, buffer[:0])
		if len(a) > 0 && string(word) == "config" && s[a[0].from] == '-' {
			a = a[1:]
		}
		if len(a) == 2 && !a[0].quoted && isSecretPath(s[a[0].from:a[0].to]) && s[a[1].from] != '-' && strings.IndexByte(s[a[1].from:a[1].to], '=') < 0 &&
			!rules.proseWords.hasFold(s[a[1].from:a[1].to]) {
			x.addUnlessMask(s, a[1].from, a[1].to)
		}
		return false
	default:
		return false
	}
	return true
}

// plateAt masks the number of a vehicle in one word or two: EL12345, EL 12345.
func (x *scanner) plateAt(s string, a []argument) {
	if len(a) > 1 && a[0].to-a[0].from <= 6 && strings.IndexByte(s[a[0].from:a[0].to], '-') > 0 && isUpperOrDigits(s[a[0].from:a[0].to]) && allDigits(s[a[1].from:a[1].to]) {
		x.add(a[0].from, a[1].to, person) // B-MW 4471
		return
	}
	if len(a) == 0 || !isUpper(s[a[0].from]) || a[0].to-a[0].from > 10 {
		return
	}
	to := a[0].to
	if len(a) > 1 && isUpperWord(s[a[0].from:to]) && strings.ContainsAny(s[a[1].from:a[1].to], "0123456789") && a[1].to-a[1].from <= 6 {
		to = a[1].to
	}
	if strings.ContainsAny(s[a[0].from:to], "0123456789") {
		x.add(a[0].from, to, person)
	}
}

// isPlate: EL48213.
func isPlate(v string) bool {
	stem := strings.TrimRight(v, "0123456789")
	return len(stem) >= 2 && len(stem) <= 3 && isUpperWord(stem) && len(v)-len(stem) >= 3 && len(v)-len(stem) <= 5
}

// speaksOfVehicles says whether a text is about where vehicles come by.
func speaksOfVehicles(s string) bool {
	for _, word := range [...]string{"gate", "parking", "vehicle", "garage", "camera", "toll", "driver", "barrier"} {
		if containsFold(s, word) {
			return true
		}
	}
	return false
}

// isSecretPath says whether what is set is called a secret, and by more than a word of a sentence: db/password, user.password.
func isSecretPath(key string) bool {
	at := strings.LastIndexAny(key, "/.:")
	if at < 0 {
		return false
	}
	m := meaningOf(key[at+1:])
	return m == password || m == token
}

// nth masks the argument behind so many others.
func (x *scanner) nth(s string, i, before int) {
	var buffer [maxArguments]argument
	a := arguments(s, i, buffer[:0])
	if len(a) > before && !rules.proseWords.hasFold(s[a[before].from:a[before].to]) && s[a[before].from] != '=' {
		x.addUnlessMask(s, a[before].from, a[before].to)
	}
}

// batchPassword: htpasswd -b FILE USER PASSWORD, -nb USER PASSWORD.
func (x *scanner) batchPassword(s string, a []argument) {
	batch, before := false, 2
	for len(a) > 0 && s[a[0].from] == '-' {
		options := s[a[0].from:a[0].to]
		batch = batch || strings.IndexByte(options, 'b') > 0
		if strings.IndexByte(options, 'n') > 0 {
			before = 1
		}
		a = a[1:]
	}
	if batch && len(a) > before {
		if who := a[before-1]; isOnMachine(s[who.from:who.to]) {
			x.add(who.from, who.to, person)
		}
		x.addUnlessMask(s, a[before].from, a[before].to)
	}
}

// userSlash: sqlplus -S app/abc@db. Where the command is a word of other texts too, the database must follow.
func (x *scanner) userSlash(s string, a []argument, strict bool) {
	for _, one := range a {
		text := s[one.from:one.to]
		if key, value, ok := strings.Cut(text, "="); ok && strings.EqualFold(key, "userid") {
			one.from += len(key) + 1
			text = value
		}
		slash := strings.IndexByte(text, '/')
		if slash <= 0 || text[0] == '-' || text[0] == '@' || !onlyName(text[:slash]) || slash+1 == len(text) {
			continue
		}
		from, to := one.from+slash+1, one.to
		if sign := strings.IndexByte(s[from:to], '@'); sign > 0 {
			to = from + sign
		} else if sign == 0 || strict || strings.IndexByte(s[from:to], '/') >= 0 {
			continue
		}
		x.addUnlessMask(s, from, to)
		return
	}
}

// netUse: net use Z: \\nas\share abc /user:app, net user app abc /add.
func (x *scanner) netUse(s string, a []argument) {
	if len(a) < 3 {
		return
	}
	switch what := s[a[0].from:a[0].to]; {
	case strings.EqualFold(what, "use"):
		share := false
		for _, one := range a[1:] {
			text := s[one.from:one.to]
			switch {
			case strings.HasPrefix(text, `\\`) || hasKeyword(text, "/user:"):
				share = true
			case text[0] == '/' || text == "*" || len(text) == 2 && text[1] == ':':
			case share:
				x.addUnlessMask(s, one.from, one.to)
				return
			}
		}
	case strings.EqualFold(what, "user"):
		if text := s[a[2].from:a[2].to]; text[0] != '/' && text != "*" && (len(a) > 3 && strings.EqualFold(s[a[3].from:a[3].to], "/add") || isSpokenPassword(text)) {
			x.addUnlessMask(s, a[2].from, a[2].to)
			if isOnMachine(s[a[1].from:a[1].to]) {
				x.add(a[1].from, a[1].to, person)
			}
		}
	}
}

// hereString: chpasswd <<< "app:abc", kinit app <<< abc.
func (x *scanner) hereString(s string, i int) bool {
	at := strings.Index(s[i:], "<<<")
	if at < 0 {
		return false
	}
	v := valueAfter(s, i+at+3, false)
	if colon := strings.IndexByte(s[v.from:v.to], ':'); colon >= 0 {
		if isOnMachine(s[v.from : v.from+colon]) {
			x.add(v.from, v.from+colon, person)
		}
		v.from += colon + 1
	}
	x.addUnlessMask(s, v.from, v.to)
	return true
}

// isOnMachine says whether an account in a command is rather somebody's: jane.doe, jane77, jane.
func isOnMachine(who string) bool {
	return isOfSomebody(who) || len(who) >= 3 && isLower(who[0]) && onlyLetters(who) && isGivenName(string(upper(who[0]))+who[1:]) && !isServiceUser(who) && !things.hasFold(who)
}

// sentToPrompt finds what a script of expect types where a password is asked for: send "abc\r".
func (x *scanner) sentToPrompt(s string, i int) {
	if near := around(s, i, i); !containsFold(near, "assword") && !containsFold(near, "passphrase") {
		return
	}
	for i < len(s) && (s[i] == ' ' || s[i] == '-') {
		i++
	}
	quote := i
	for quote < len(s) && s[quote] == '\\' {
		quote++
	}
	if quote >= len(s) || s[quote] != '"' {
		return
	}
	v := quotedValue(s, i, quote)
	for _, ending := range [...]string{`\\r`, `\\n`, `\r`, `\n`} {
		for strings.HasSuffix(s[v.from:v.to], ending) {
			v.to -= len(ending)
		}
	}
	if text := s[v.from:v.to]; text != "yes" && text != "exit" && text != "" && text[0] != '$' && strings.IndexByte(text, ' ') < 0 {
		x.addUnlessMask(s, v.from, v.to)
	}
}

// isKindOfDigest says whether a word names a way to keep a password: sha-512.
func isKindOfDigest(word string) bool {
	return hasKeyword(word, "sha") || hasKeyword(word, "md5") || hasKeyword(word, "yescrypt") || hasKeyword(word, "bcrypt") || hasKeyword(word, "scrypt")
}

// isKindOfHash says whether a word is the digit that says how a secret of a router is kept: password 7 094F471A1A0A.
func isKindOfHash(word string) bool {
	return len(word) == 1 && strings.IndexByte("057889", word[0]) >= 0
}

// takesUserAndPassword says whether a call is given a user and a password: HTTPBasicAuth('app', 'abc').
func takesUserAndPassword(call string) bool {
	for _, ending := range [...]string{"BasicAuth", "basic_auth", "PSCredential", "NetworkCredential", "PlainCredentials", "PasswordCredentials", "DigestAuth", "PasswordAuthentication", "basicAuth", "BasicCredentials",
		"PasswordAuthenticationToken", "PlainTextAuthProvider", ".login", ">login", ">authenticate", ">attempt", ":login", ":attempt", ":authenticate", "username_pw_set", ".authenticate", "set_credentials", "db.auth"} {
		if strings.HasSuffix(call, ending) {
			return true
		}
	}
	return false
}
