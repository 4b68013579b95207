package privacy

import "strings"

// mails finds e-mail addresses, also where the sign is escaped: jane%40example.org.
func (x *scanner) mails(s string) {
	for _, sign := range [...]string{"@", "%40", `\u0040`, "&#64;", " [at] ", " (at) "} {
		for at := strings.Index(s, sign); at >= 0; {
			x.nearby(s, at, at+len(sign), func(s string, at int) { x.mailAt(s, at, at+len(sign)) })
			next := strings.Index(s[at+len(sign):], sign)
			if next < 0 {
				break
			}
			at += len(sign) + next
		}
	}
}

func (x *scanner) mailAt(s string, at, after int) {
	from := at
	for from > 0 && isLocal(s[from-1]) {
		from--
	}
	from = min(afterEscape(s, from), at)
	if from == at && at > 1 && s[at-1] == '"' {
		if open := strings.LastIndexByte(s[:at-1], '"'); open >= 0 && at-open < 64 && (isAlnum(s[open+1]) || s[open+1] >= 0x80) {
			from = open
		}
	}
	for from < at && (s[from] == '.' || s[from] == '-' || s[from] == '\'') {
		from++
	}
	to := domainEnd(s, after)
	if to == 0 {
		if to = realmEnd(s, from, at, after); to > 0 && isOnMachine(s[from:at]) && isRemoteShell(s[:from]) {
			x.add(from, at, person)
			return
		}
	}
	if s[at] == ' ' {
		to = spelledDomainEnd(s, after)
	}
	if s[at] == '@' && to > after && from < at && isHostOfSite(s[after:to]) && isRemoteShell(s[:from]) {
		if isServiceUser(s[from:at]) {
			return // ssh deploy@build-07.example.lan
		}
		if isOnMachine(s[from:at]) {
			x.add(from, at, person)
			return
		}
	}
	if x.isUserInfo(at) {
		return
	}
	if from < at && to == 0 && s[at] == '@' {
		x.unfinished(s, from, at, after)
		x.onMachine(s, from, at, after)
	}
	if from == at || to == 0 {
		return
	}
	if isAlgorithm(s[from:at], s[after:to]) || isPrincipal(s, from, at, s[after:to]) {
		return
	}
	switch local := s[from:at]; {
	case local == "git" || local == "rabbit" || local == "celery" || isReplacement(local), hasKeyword(s[after:], "anonymous.invalid"):
		return
	}
	x.add(from, to, person)
	x.besideMail(s, from)
	x.afterMail(s, to)
	for _, scheme := range [...]string{"sip:", "sips:", "mailto:"} {
		if strings.HasSuffix(s[:from], "<"+scheme) {
			from -= len(scheme)
		}
	}
	if from > 1 && s[from-1] == '<' && s[from-2] == ' ' {
		end := from - 2
		start := fullNameBefore(s, end)
		if end > 0 && s[end-1] == '"' {
			if start = strings.LastIndexByte(s[:end-1], '"') + 1; start == 0 || end-start > 64 {
				start = end
			} else {
				end--
			}
		}
		if start < end {
			x.add(start, end, person)
		} else {
			x.calledAs(s, end, s[from:at])
		}
	}
}

// calledAs finds the login or the first name that ends before <…> with the address whose local part resembles it: jane <jane.doe@example.org>.
func (x *scanner) calledAs(s string, to int, local string) {
	from := to
	for from > 0 && isIdent(s[from-1]) {
		from--
	}
	who := s[from:to]
	if len(who) < 3 || from > 0 && strings.IndexByte(" \t\"'>:=,[(", s[from-1]) < 0 || isServiceUser(who) || rules.proseWords.hasFold(who) || meaningOf(who) != plain || notUserNames.hasFold(who) {
		return
	}
	if containsFold(local, strings.ToLower(who)) || hasKeyword(who, local) && len(local) >= 3 || isOfSomebody(who) || isGivenName(string(upper(who[0]))+who[1:]) && isUpper(who[0]) {
		x.add(from, to, person)
	}
}

// unfinished finds an address whose domain has no top level, where a text speaks of addresses: email must be valid (got "jane@example").
func (x *scanner) unfinished(s string, from, at, after int) {
	if said := from > 6 && s[from-1] == ' ' && hasSuffixFold(s[:from-1], "mail"); said {
		if to := identEnd(s, after); to > after && strings.HasPrefix(s[to:], " is ") && onlyLetters(s[after:to]) && !isServiceUser(s[from:at]) {
			x.add(from, to, person) // Email jane@example is invalid
		}
		return
	}
	if from < 1 || strings.IndexByte("\"'=", s[from-1]) < 0 || !containsFold(s, "mail") || !containsFold(s, "valid") && !containsFold(s, "address") && !containsFold(s, "format") {
		return
	}
	to := identEnd(s, after)
	if to == after || to >= len(s) && s[from-1] != '=' || to < len(s) && strings.IndexByte("\"' ,;)", s[to]) < 0 || isServiceUser(s[from:at]) || hasKeyword(s[after:to], "localhost") || !onlyLetters(s[after:to]) {
		return
	}
	x.add(from, to, person)
}

// isAlgorithm says whether an address is the name that somebody who invented an algorithm of SSH gave it: chacha20-poly1305@openssh.com.
func isAlgorithm(local, domain string) bool {
	switch domain {
	case "openssh.com", "libssh.org", "ssh.com", "lysator.liu.se", "putty.projects.tartarus.org", "amazon.com", "cert-v00", "tinyssh.org", "matt.ucc.asn.au":
		return strings.IndexByte(local, '-') > 0 || strings.ContainsAny(local, "0123456789") || local == "none" || local == "zlib"
	}
	return false
}

// realmEnd is the end of a domain that leads nowhere but inside a company, where somebody's name stands before: jane.doe@corp.local, jdoe@CORP.LOCAL.
func realmEnd(s string, from, at, after int) int {
	to := after
	for to < len(s) && (isAlnum(s[to]) || s[to] == '.' || s[to] == '-') {
		to++
	}
	realm := strings.TrimRight(s[after:to], ".-")
	if !hasSuffixFold(realm, ".local") && !hasSuffixFold(realm, ".internal") && !hasSuffixFold(realm, ".lan") && !hasSuffixFold(realm, ".corp") {
		return 0
	}
	if user := s[from:at]; user != "" && (isPersonalLogin(user) || isOnMachine(user) && isRemoteShell(s[:from])) || realm == strings.ToUpper(realm) && onlyName(user) && !isServiceUser(user) && isPersonName(weakName, user) && len(user) >= 3 && isLetter(user[0]) && (from == 0 || s[from-1] != '/') {
		return after + len(realm)
	}
	return 0
}

// isHostOfSite says whether the name of a machine is one that only its own network knows.
func isHostOfSite(host string) bool {
	return hasSuffixFold(host, ".lan") || hasSuffixFold(host, ".local") || hasSuffixFold(host, ".internal") || hasSuffixFold(host, ".corp") || hasSuffixFold(host, ".intern")
}

// isPrincipal says whether an address is that of a service in a realm of Kerberos: krbtgt/EXAMPLE.ORG@EXAMPLE.ORG, HTTP/web1.example.org@EXAMPLE.ORG.
func isPrincipal(s string, from, at int, realm string) bool {
	return from > 2 && s[from-1] == '/' && isAlnum(s[from-2]) && realm == strings.ToUpper(realm) && strings.IndexByte(s[from:at], '.') > 0
}

// isLocalPart says whether a value is what stands before the sign of an address: gerlinde.voss.
func isLocalPart(v string) bool {
	first, last, ok := strings.Cut(v, ".")
	return ok && len(first) > 1 && len(last) > 3 && onlyLetters(first) && onlyLetters(last) && !notDomains.hasFold(last) && !notLocalParts.hasFold(last)
}

// notLocalParts end names of machines and keys.
var notLocalParts = setOf([]string{"info", "name", "example", "online", "cloud", "test", "localhost", "invalid", "arpa", "host", "domain", "required", "created", "updated", "deleted",
	"format", "email", "mail", "address", "verified", "confirmed", "sent", "failed", "missing", "queue", "send", "changed", "error", "unique", "length"})

// fullNameBefore is where the name of two to four words begins that ends at to: Jane van Doe <jane@example.org>. to, where there is none.
func fullNameBefore(s string, to int) int {
	from, names := to, 0
	for i, words := to, 0; words < 4 && i > 0; words++ {
		end := i
		for i > 0 && (isLetter(s[i-1]) || s[i-1] >= 0x80 || s[i-1] == '\'' || s[i-1] == '-') {
			i--
		}
		if i == end || end-i == 1 && s[i] < 0x80 && !isUpper(s[i]) {
			break
		}
		if isUpper(s[i]) || s[i] >= 0x80 {
			from = i
			names++
		} else if names == 0 {
			break
		}
		if i == 0 || s[i-1] != ' ' {
			break
		}
		i--
	}
	if names < 2 {
		return to
	}
	return from
}

// isUserInfo says whether the sign closes the credentials of a URL, which were found before.
func (x *scanner) isUserInfo(at int) bool {
	return x.isClosed(at)
}

// spelledDomainEnd is the end of `example [dot] org`; 0 where that does not follow.
func spelledDomainEnd(s string, from int) int {
	dots := 0
	for i := from; i < len(s); {
		start := i
		for i < len(s) && (isAlnum(s[i]) || s[i] == '-' || s[i] == '.') {
			i++
		}
		if i == start {
			return 0
		}
		rest := s[i:]
		if !strings.HasPrefix(rest, " [dot] ") && !strings.HasPrefix(rest, " (dot) ") {
			if dots > 0 || strings.Contains(s[start:i], ".") {
				return i
			}
			return 0
		}
		dots++
		i += len(" [dot] ")
	}
	return 0
}

func isLocal(c byte) bool {
	return isAlnum(c) || c >= 0x80 || strings.IndexByte("._%+-'!*~", c) >= 0
}

// notDomains end what has the shape of a domain and is none: systemd's units, pictures in two sizes.
var notDomains = setOf([]string{"service", "socket", "timer", "slice", "scope", "target", "mount", "png", "jpg", "jpeg",
	"webp", "svg", "gif", "py", "js", "ts", "internal", "local", "get", "post", "route"})

// domainEnd is where a domain with a top level that can exist ends; 0 where none begins.
func domainEnd(s string, from int) int {
	to, dots, label, letters := from, 0, from, true
	for i := from; i < len(s); i++ {
		c := s[i]
		if c == '-' && dots > 0 && to == i && i-label >= 2 {
			break
		}
		if isAlnum(c) || c >= 0x80 || c == '-' && i > label {
			if letters = (letters || i == label) && (isLetter(c) || c >= 0x80); i-label >= 1 && dots > 0 && letters || strings.HasPrefix(s[label:i+1], "xn--") {
				to = i + 1
			} else if dots > 0 {
				to = min(to, label-1)
			}
			continue
		}
		if c != '.' || i == label {
			break
		}
		dots++
		label = i + 1
	}
	if to <= from || dots == 0 {
		return 0
	}
	top := s[from:to]
	if dot := strings.LastIndexByte(top, '.'); dot <= 0 || notDomains.hasFold(top[dot+1:]) {
		return 0
	}
	return to
}

func onlyLetters(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isLetter(s[i]) && s[i] < 0x80 {
			return false
		}
	}
	return true
}

// afterEscape skips the rest of an escape at the beginning of a word: the n of \n, the 2F of %2F, the end of a colour code.
func afterEscape(s string, i int) int {
	if i == 0 || i >= len(s) {
		return i
	}
	switch s[i-1] {
	case '%':
		if i+2 <= len(s) && isHex(s[i]) && isHex(s[i+1]) {
			return i + 2
		}
	case '\\':
		switch s[i] {
		case 'n', 't', 'r', 'b', 'f', 'v':
			return i + 1
		case 'u':
			return min(i+5, len(s))
		case 'x':
			return min(i+3, len(s))
		}
	case '[':
		if i >= 2 && s[i-2] == 0x1b || i >= 6 && strings.HasSuffix(s[:i-1], "x1b") || i >= 6 && strings.HasSuffix(s[:i-1], "u001b") {
			for j := i; j < len(s) && j < i+12; j++ {
				if s[j] == 'm' {
					return j + 1
				}
			}
		}
	}
	return i
}

// isRemoteShell says whether a command that signs in to another machine stands before: ssh -i key jane@web-1.
func isRemoteShell(before string) bool {
	before = before[max(0, len(before)-80):]
	for _, command := range [...]string{"ssh ", "scp ", "sftp ", "rsync ", "ssh-copy-id ", "mosh "} {
		if strings.Contains(before, command) {
			return true
		}
	}
	return false
}

// onMachine finds who is on a machine: jane@web-1:~$, ssh jane.doe@10.0.0.4, and whose device it is in the comment of a key: jane@laptop.
func (x *scanner) onMachine(s string, from, at, after int) {
	who, host := s[from:at], s[after:identEnd(s, after)]
	if host == "" || !onlyName(who) || isServiceUser(who) || from > 0 && strings.IndexByte(" \t\n'\"(=", s[from-1]) < 0 {
		return
	}
	end := after + len(host)
	prompt := end+1 < len(s) && s[end] == ':' && (s[end+1] == '~' || s[end+1] == '/' && strings.ContainsAny(s[end:min(len(s), end+80)], "$#"))
	switch {
	case isDeviceWord(host) && isGivenName(string(upper(who[0]))+who[1:]):
		x.add(from, end, person)
	case isOnMachine(who) && isRemoteShell(s[:from]):
		x.add(from, at, person)
	case prompt && isPersonName(weakName, who) && isLetter(who[0]), isOfSomebody(who) && !rules.proseWords.hasFold(host):
		x.add(from, at, person)
	}
}
