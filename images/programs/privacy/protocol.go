package privacy

import "strings"

// protocols finds credentials in what programs say to each other: AUTH of Redis and mail servers, files of clients, commands
// whose argument by position is a password.
func (x *scanner) protocols(s string) {
	x.authCommand(s)
	x.npmSettings(s)
	for _, command := range [...]string{"AUTH PLAIN ", "AUTH LOGIN "} {
		if at := strings.Index(s, command); at >= 0 {
			from := at + len(command)
			if to := wordEnd(s, from); to-from >= 8 && onlyBase64(s[from:to]) {
				x.addUnlessMask(s, from, to)
			}
		}
	}
	for _, prompt := range [...]string{"VXNlcm5hbWU6", "UGFzc3dvcmQ6"} {
		if at := strings.Index(s, prompt); at >= 0 {
			x.answer(s, at+len(prompt))
		}
	}
	if at := strings.Index(s, " on >"); at >= 0 || strings.Contains(s, "ACL SETUSER") {
		for i := 1; i+2 < len(s); i++ {
			if s[i] == '>' && s[i-1] == ' ' && s[i+1] != ' ' && s[i+1] != '=' {
				to := wordEnd(s, i+1)
				x.addUnlessMask(s, i+1, to)
			}
		}
	}
	x.workflowCommands(s)
	if at := strings.Index(s, `\0`); at >= 0 && !strings.HasPrefix(s[at:], `\0'`) {
		if next := strings.Index(s[at+2:], `\0`); next > 0 && next < 64 && onlyName(s[at+2:at+2+next]) {
			from := at + 2 + next + 2
			x.addUnlessMask(s, from, wordEnd(s, from))
		}
	}
	if at := strings.Index(s, ":user/"); at > 0 && strings.Contains(s[:at], "arn:") {
		from := at + len(":user/")
		x.addPerson(s, from, wordEnd(s, from))
	}
	if strings.Contains(s, "DHCP") {
		x.leases(s)
	}
	for _, done := range [...]string{") CMD (", ") RELOAD (", ") BEGIN EDIT (", ") END EDIT (", ") REPLACE (", ") LIST ("} {
		if !strings.Contains(s, ") ") {
			break
		}
		if at := strings.Index(s, done); at > 0 {
			from := strings.LastIndexByte(s[:at], '(') + 1
			x.addPerson(s, from, at)
		}
	}
	x.peers(s)
	if at := strings.Index(s, ":thin:"); at >= 0 {
		from := at + len(":thin:")
		if sign := strings.IndexByte(s[from:], '@'); sign > 0 && strings.IndexByte(s[from:from+sign], '/') > 0 {
			x.addUnlessMask(s, from, from+sign)
		}
	}
	for _, network := range [...]string{"@tcp(", "@unix("} {
		if at := strings.Index(s, network); at > 0 {
			from := at
			for from > 0 && strings.IndexByte(" \t\n\"'=", s[from-1]) < 0 {
				from--
			}
			if strings.IndexByte(s[from:at], ':') > 0 {
				x.addUnlessMask(s, from, at)
			}
		}
	}
	for _, mark := range [...]string{"bearer.", "Bearer."} {
		if at := strings.Index(s, mark); at >= 0 && (at == 0 || !isAlnum(s[at-1])) {
			from := at + len(mark)
			if to := wordEnd(s, from); to-from >= 8 && strings.ContainsAny(s[from:to], "0123456789") {
				x.addUnlessMask(s, from, to)
			}
		}
	}
	if at := strings.Index(s, "auth(["); at >= 0 {
		// auth([ 'user', '…' ]) of ioredis
		list := s[at:min(len(s), at+window)]
		if end := strings.IndexByte(list, ']'); end > 0 {
			x.nthQuoted(s[:at+end], at, max(1, strings.Count(list[:end], ",")+1))
		}
	}
	x.authOfDriver(s)
	x.unsealKeys(s)
	for _, call := range [...]string{"PDO->__construct(", "mysqli->__construct(", "mysqli_connect("} {
		if at := strings.Index(s, call); at >= 0 {
			x.nthQuoted(s, at+len(call), 3)
		}
	}
	if at := strings.Index(s, "machine "); at >= 0 && strings.Contains(s[at:], " login ") {
		if word := strings.Index(s[at:], " password "); word > 0 {
			from := at + word + len(" password ")
			x.addUnlessMask(s, from, wordEnd(s, from))
			who := at + strings.Index(s[at:], " login ") + len(" login ")
			if end := wordEnd(s, who); isOfSomebody(s[who:end]) {
				x.add(who, end, person)
			}
		}
	}
	x.passFile(s)
	x.inPrograms(s)
}

// answer masks what a mail server is told after it asked for a user or a password, all in base64.
func (x *scanner) answer(s string, from int) {
	for n := 0; n < 4 && from < len(s); n++ {
		for from < len(s) && !isAlnum(s[from]) {
			from++
		}
		to := from
		for to < len(s) && (isAlnum(s[to]) || s[to] == '+' || s[to] == '/' || s[to] == '=') {
			to++
		}
		if to-from >= 8 && (to-from)%4 == 0 && s[from:to] != "UGFzc3dvcmQ6" && (looksSecret(s[from:to]) || strings.HasSuffix(s[from:to], "=")) {
			x.addUnlessMask(s, from, to)
			return
		}
		from = to
	}
}

// mechanisms of AUTH are no secrets.
var mechanisms = setOf([]string{"login", "plain", "cram-md5", "xoauth2", "gssapi", "ntlm", "external", "digest-md5", "scram-sha-1", "scram-sha-256", "anonymous"})

func onlyBase64(v string) bool {
	v = strings.TrimRight(v, "=")
	for i := 0; i < len(v); i++ {
		if strings.IndexByte(base64Alphabet, v[i]) < 0 {
			return false
		}
	}
	return v != ""
}

// nthQuoted masks the string of that number behind i: address, user, password.
func (x *scanner) nthQuoted(s string, i, which int) {
	for n := 0; i < len(s) && s[i] != ')' && s[i] != '}'; i++ {
		if s[i] != '\'' && s[i] != '"' {
			continue
		}
		v := quotedValue(s, i, i)
		if n++; n == which {
			x.addUnlessMask(s, v.from, v.to)
			return
		}
		i = v.after - 1
	}
}

func (x *scanner) addUnlessMask(s string, from, to int) {
	if from < to && !isHarmless(s[from:to]) {
		x.add(from, to, secret)
	}
}

// leases finds whose device got an address: DHCPACK on 10.0.0.7 to a4:83:e7:12:34:56 (Janes-iPhone).
func (x *scanner) leases(s string) {
	for i := 2; i+15 <= len(s); i++ {
		if s[i] != ':' || !isHex(s[i-1]) || !isHex(s[i-2]) || i > 2 && (isAlnum(s[i-3]) || s[i-3] == ':') {
			continue
		}
		end := i - 2 + 17
		if strings.Count(s[i:end], ":") != 5 || end < len(s) && (isAlnum(s[end]) || s[end] == ':') {
			continue
		}
		x.add(i-2, end, person)
		if before, ok := strings.CutSuffix(s[:i-2], " to "); ok || strings.HasSuffix(s[:i-2], " from ") {
			if !ok {
				before = strings.TrimSuffix(s[:i-2], " from ")
			}
			at := strings.LastIndexByte(before, ' ') + 1
			if to, _, ok := parseV4(s, at); ok && to == len(before) {
				x.add(at, to, address)
			}
		}
		x.leasedOf(s, i-2, end)
		if rest, ok := strings.CutPrefix(s[end:], " ("); ok {
			if closing := strings.IndexByte(rest[:min(len(rest), window)], ')'); closing > 0 {
				x.add(end+2, end+2+closing, person)
			}
		}
		i = end
	}
}

func (x *scanner) addPerson(s string, from, to int) {
	if from < to && !isHarmless(s[from:to]) && isPersonName(weakName, s[from:to]) {
		x.add(from, to, person)
	}
}

func wordEnd(s string, i int) int {
	for i < len(s) && strings.IndexByte(" \t\r\n,;\"'`)]}<>|\\", s[i]) < 0 {
		i++
	}
	return i
}

func onlyName(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isIdent(s[i]) && s[i] != '@' {
			return false
		}
	}
	return true
}

// authCommand finds `AUTH abc`, `HELLO 3 AUTH default abc`, `"AUTH" "default" "abc"`, `a001 LOGIN jane abc`.
func (x *scanner) authCommand(s string) {
	for _, command := range [...]string{"AUTH", "LOGIN", "PASS", "auth"} {
		if command == "auth" && strings.IndexByte(s, '"') < 0 && strings.IndexByte(s, '>') < 0 {
			break
		}
		for at := strings.Index(s, command); at >= 0; {
			x.nearby(s, at, at, func(s string, at int) { x.commandArguments(s, at, at+len(command), command) })
			next := strings.Index(s[at+1:], command)
			if next < 0 {
				break
			}
			at += 1 + next
		}
	}
}

func (x *scanner) commandArguments(s string, at, after int, command string) {
	if at > 0 && (isIdent(s[at-1])) || after >= len(s) {
		return
	}
	quoted := s[after] == '"' && at > 0 && s[at-1] == '"'
	if command == "LOGIN" && !quoted && mailThenQuoted(s, after) {
		v := quotedValue(s, after+strings.IndexByte(s[after:], '"'), after+strings.IndexByte(s[after:], '"'))
		x.addUnlessMask(s, v.from, v.to)
		return
	}
	if command == "auth" {
		// as a client wrote it; in a sentence it is a word
		if !quoted && !strings.HasSuffix(strings.TrimRight(s[:at], " "), ">") {
			return
		}
		command = "AUTH"
	}
	if quoted {
		after++
	}
	if after >= len(s) || s[after] != ' ' || !quoted && !beginsCommand(s[:at], command) {
		return
	}
	end := endOfLine(s, after)
	var from, to [4]int
	n := 0
	for i := after; i < end && n < len(from); {
		for i < end && s[i] == ' ' {
			i++
		}
		if i == end {
			break
		}
		v := value{i, wordEndOf(s, i, end), false, 0}
		v.after = v.to
		if s[i] == '"' {
			v = quotedValue(s[:end], i, i)
		}
		from[n], to[n] = v.from, v.to
		n++
		i = max(v.after, i+1)
	}
	most, least := 2, 1
	if command == "LOGIN" {
		least = 2
	} else if command == "PASS" {
		most = 1
	}
	if n < least || n > most || rules.proseWords.hasFold(s[from[0]:to[0]]) {
		return
	}
	if mechanisms.hasFold(strings.TrimRight(s[from[n-1]:to[n-1]], "\r")) {
		return
	}
	x.addUnlessMask(s, from[n-1], to[n-1])
	if command == "LOGIN" {
		x.addUnlessMask(s, from[0], to[0])
	}
}

// mailThenQuoted says whether an address of mail and a text in quotes follow, as who signs in to a mailbox sends them: LOGIN jane@example.org "…".
func mailThenQuoted(s string, i int) bool {
	if i+4 >= len(s) || s[i] != ' ' {
		return false
	}
	to := wordEndOf(s, i+1, len(s))
	return (strings.IndexByte(s[i+1:to], '@') > 0 || isReplacement(s[i+1:to])) && to+2 < len(s) && s[to+1] == '"'
}

func wordEndOf(s string, i, end int) int {
	for i < end && s[i] != ' ' {
		i++
	}
	return i
}

// beginsCommand says whether nothing but a tag, a prompt or the command around stands before.
func beginsCommand(before, command string) bool {
	before = strings.TrimRight(before, " ")
	if before == "" || strings.HasSuffix(before, ">") || strings.HasSuffix(before, "\n") || strings.HasSuffix(before, "C:") {
		return true
	}
	last := before[strings.LastIndexByte(before, ' ')+1:]
	if command == "AUTH" {
		// redis: AUTH …, sending command AUTH …
		switch word := strings.ToLower(strings.Trim(last, "():=[]\"'")); word {
		case "redis", "redis-cli", "valkey", "keydb", "command", "cmd", "sending", "send", "sent", "executing", "exec", "request", "query", "monitor", "->", ">>", "running", "issued":
			return true
		}
		if strings.HasSuffix(last, "cmd=") || strings.HasSuffix(last, "command=") || strings.HasSuffix(last, ":") && containsFold(before, "redis") {
			return true
		}
	}
	if command == "LOGIN" {
		return len(last) <= 6 && strings.ContainsAny(last, "0123456789")
	}
	return strings.Contains(before, "HELLO") && allDigits(last) || command == "PASS" && last == "quote"
}

// tokensOfNpm are settings whose value follows them: //registry.example.org/:_authToken abc.
var tokensOfNpm = [...]string{":_authToken ", ":_password "}

func (x *scanner) npmSettings(s string) {
	if strings.IndexByte(s, '_') < 0 {
		return
	}
	for _, setting := range tokensOfNpm {
		if at := strings.Index(s, setting); at >= 0 {
			from := at + len(setting)
			if from < len(s) && s[from] == '-' {
				continue // an option
			}
			x.addUnlessMask(s, from, wordEnd(s, from))
		}
	}
}

// passFile finds a line of libpq's password file, host:port:database:user:password.
func (x *scanner) passFile(s string) {
	if strings.Count(s, ":") < 4 {
		return
	}
	for from := 0; from < len(s); {
		end := endOfLine(s, from)
		line := s[from:end]
		if at := strings.Index(line, "pgpass"); at >= 0 {
			// the name of the file stands before its line
			skipped := at + strings.IndexByte(line[at:]+" ", ' ') + 1
			if skipped < len(line) {
				from, line = from+skipped, line[skipped:]
			}
		}
		if strings.IndexByte(line, ' ') < 0 {
			var at [5]int
			n := 0
			for i := 0; i < len(line) && n < 5; i++ {
				if line[i] == ':' {
					at[n] = i
					n++
				}
			}
			if n == 4 && at[0] > 0 && !isDigit(line[0]) {
				port := line[at[0]+1 : at[1]]
				if (port == "*" || allDigits(port) && len(port) >= 4) && at[3]+1 < len(line) && at[2] > at[1]+1 && at[3] > at[2]+1 {
					x.addUnlessMask(s, from+at[3]+1, end)
				}
			}
		}
		from = end + 1
	}
}

// authOfDriver finds the password of a command that a driver prints as an object: { name: 'auth', args: [ 'worker', '…' ] }.
func (x *scanner) authOfDriver(s string) {
	if !strings.Contains(s, "args") {
		return
	}
	for _, command := range [...]string{"'auth'", "'AUTH'", `"auth"`, `"AUTH"`, "'hello'"} {
		x.each(s, command, func(s string, at int) {
			rest := s[at:min(len(s), at+window)]
			open := strings.Index(rest, "args")
			if open < 0 || open > 8 {
				return
			}
			list := strings.IndexByte(rest, '[')
			if list < 0 || list > open+8 {
				return
			}
			if end := strings.IndexByte(rest, ']'); end > list {
				items := strings.Count(rest[list:end], ",") + 1
				if command == "'hello'" {
					if !containsFold(rest[list:end], "'auth'") {
						return
					}
					items = strings.Count(rest[list:end], "'") / 2
				}
				x.nthQuoted(s[:at+end], at+list, items)
			}
		})
	}
}

// isArgumentOfAuth says whether the last text of a list is the password of a command of Redis: ["AUTH", "default", "…"]; its place says whether a user stands before.
func isArgumentOfAuth(command string, place int, v string) bool {
	if !strings.EqualFold(command, "AUTH") || strings.IndexByte(v, ' ') >= 0 || mechanisms.hasFold(v) {
		return false
	}
	return looksSecret(v) || command == "AUTH" && place == 2 && strings.ContainsAny(v, "0123456789")
}

// unsealKeys finds the parts of a key that Vault prints when it begins: Unseal Key 1: ….
func (x *scanner) unsealKeys(s string) {
	for _, words := range [...]string{"nseal Key ", "nseal key ", "ecovery Key ", "ecovery key "} {
		x.each(s, words, func(s string, at int) {
			colon := at
			for colon < len(s) && isDigit(s[colon]) {
				colon++
			}
			if colon == at || colon+1 >= len(s) || s[colon] != ':' {
				return
			}
			from := colon + 1
			for from < len(s) && s[from] == ' ' {
				from++
			}
			if to := wordEnd(s, from); to-from >= 32 && looksSecret(s[from:to]) {
				x.addUnlessMask(s, from, to)
			}
		})
	}
}
