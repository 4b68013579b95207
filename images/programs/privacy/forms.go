package privacy

import "strings"

// Who signs in or calls in forms that one kind of server prints and no words announce: imap(jane)<31>, 10.1.2.3 jane GET /, SIP/jane-0001.

// mailServices and userStores stand before a bracket with who signs in, as Dovecot prints it: imap(jane)<31>, sql(jane,10.1.2.3).
var (
	mailServices = setOf([]string{"imap", "pop3", "lmtp", "lda", "managesieve", "sieve", "submission", "indexer-worker", "doveadm", "quota-status"})
	userStores   = setOf([]string{"sql", "ldap", "pam", "passwd-file", "passwd", "static", "cache", "lua", "dict", "oauth2", "checkpassword"})
)

// signInsInBrackets finds who stands in brackets behind the word for a service, or behind the address that called.
func (x *scanner) signInsInBrackets(s string) {
	x.each(s, "(", func(s string, at int) {
		from := at - 1
		for from > 0 && (isAlnum(s[from-1]) || s[from-1] == '-') {
			from--
		}
		end := identEnd(s, at)
		if from == at-1 || end == at || end+1 >= len(s) {
			return
		}
		word, sign, next := s[from:at-1], s[end], s[end+1]
		switch {
		case sign == ')' && (next == '<' || next == ':') && mailServices.hasFold(word), sign == ',' && isDigit(next) && userStores.hasFold(word) && beginsAddress(s, end+1):
			x.addLogin(s, at, end)
		}
	})
	// established between 192.0.2.1[vpn.example.org]...203.0.113.7[jane] of strongSwan
	if at := strings.Index(s, "]..."); at > 0 {
		if open := strings.IndexByte(s[at:], '['); open > 0 && open < 60 {
			from := at + open + 1
			if to := identEnd(s, from); to < len(s) && s[to] == ']' && domainEnd(s, from) != to {
				x.addLogin(s, from, to)
			}
		}
	}
}

func beginsAddress(s string, i int) bool {
	_, _, ok := parseV4(s, i)
	return ok
}

// columnBefore finds who is in the column before the address that called, which begins at i: login,orla77,203.0.113.7,OK.
func (x *scanner) columnBefore(s string, i int) {
	if i < 6 || strings.IndexByte(",|;", s[i-1]) < 0 {
		return
	}
	from := i - 1
	for from > 0 && isIdent(s[from-1]) {
		from--
	}
	if who := s[from : i-1]; from > 0 && s[from-1] == s[i-1] && isHandle(who) && !ofCluster(who) {
		x.add(from, i-1, person)
	}
}

// asksItself are programs that ask whether a server is well.
var asksItself = setOf([]string{"healthcheck", "health-check", "healthz", "livez", "readyz", "ready", "live", "kube-probe", "health", "probe", "readiness", "liveness", "check", "status", "metrics", "ping", "curl", "undefined", "anonymous"})

// askedBy finds who signed in between the address that called, which ends at i, and what was asked for: 10.1.2.3 jane GET /db of CouchDB.
func (x *scanner) askedBy(s string, i int) {
	if i >= len(s) || s[i] != ' ' {
		return
	}
	to := identEnd(s, i+1)
	if who := s[i+1 : to]; to > i+2 && to < len(s) && s[to] == ' ' && isMethod(s[to+1:]) && !asksItself.hasFold(who) && !isMethod(who) {
		x.addLogin(s, i+1, to)
	}
}

// encodedLogin finds who failed to sign in, in base64 as Postfix prints it: SASL LOGIN authentication failed: amFuZS5kb2U=. The prompt of a password stays.
func (x *scanner) encodedLogin(s string, i int) {
	for i < len(s) && s[i] == ' ' {
		i++
	}
	to := wordEnd(s, i)
	word := s[i:to]
	if len(word) < 8 || len(word)%4 != 0 || !onlyBase64(word) || word == "UGFzc3dvcmQ6" || word == "VXNlcm5hbWU6" {
		return
	}
	if strings.HasSuffix(word, "=") || isMixed(word) {
		x.add(i, to, person)
	}
}

// dialled finds who calls and who is called in a channel of Asterisk: SIP/jane-0001, PJSIP/004791238405@trunk.
func (x *scanner) dialled(s string, at int) {
	to := at
	for to < len(s) && (isAlnum(s[to]) || strings.IndexByte("._+", s[to]) >= 0) {
		to++
	}
	who := s[at:to]
	digits := strings.TrimPrefix(who, "+")
	switch {
	case len(digits) >= 8 && len(digits) <= 15 && allDigits(digits):
		x.add(at, to, person)
	case who != "" && to < len(s) && s[to] == '-' && (isOfSomebody(who) || isGivenName(string(upper(who[0]))+who[1:])):
		x.add(at, to, person)
	}
}

// loginOfVault finds who signs in where the path of a request to Vault says so: auth/userpass/login/jane, auth/ldap/users/jane.
func (x *scanner) loginOfVault(s string, i int) {
	method := segmentEnd(s, i)
	for _, what := range [...]string{"/login/", "/users/"} {
		if rest, ok := strings.CutPrefix(s[method:], what); ok && rest != "" {
			from := len(s) - len(rest)
			x.addLogin(s, from, identEnd(s, from))
		}
	}
}

// recalledName finds who is told their name in a clause of a mail: Your username, in case you've forgotten: jane_o.
func (x *scanner) recalledName(s string, from, end int) {
	m := meaningOf(s[from:end])
	if said, _, ok := spelledKey(s, from, end); ok {
		m = said
	}
	if m != name && m != weakName {
		return
	}
	line := endOfLine(s, end)
	colon := strings.Index(s[end:line], ": ")
	if colon < 0 || colon > 60 || strings.ContainsAny(s[end:end+colon], "=\"{}[]()/0123456789") {
		return
	}
	v := nameAt(s, end+colon+2)
	if v.to == line && onlyName(s[v.from:v.to]) && isPersonName(weakName, s[v.from:v.to]) && !rules.proseWords.hasFold(s[v.from:v.to]) {
		x.add(v.from, v.to, person)
	}
}

// hostmask finds who speaks in IRC: :orla77!~orla@203.0.113.7 PRIVMSG #general :hi; the sign is at `at`.
func (x *scanner) hostmask(s string, at int) {
	from, to := at, at+1
	for from > 0 && (isIdent(s[from-1]) || strings.IndexByte("[]^|{}", s[from-1]) >= 0) {
		from--
	}
	for to < len(s) && (isIdent(s[to]) || s[to] == '~') && to-at < 24 {
		to++
	}
	if to == at+1 || to >= len(s) || s[to] != '@' || at-from < 2 || from > 0 && s[from-1] != ':' && s[from-1] != ' ' {
		return
	}
	if who := s[from:at]; !isServiceUser(who) {
		x.add(from, at, person)
		x.add(at+1+len(s[at+1:to])-len(strings.TrimLeft(s[at+1:to], "~")), to, person)
	}
}
