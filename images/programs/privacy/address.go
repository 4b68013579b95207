package privacy

import (
	"net/netip"
	"strings"
)

// addressesV4 finds IPv4 addresses. Public ones always count; private ones where the key or the words before say that a
// person is behind them. Versions, netmasks and networks do not count.
func (x *scanner) addressesV4(s string, m meaning) {
	for i := 0; i < len(s); {
		dot := strings.IndexByte(s[i:], '.')
		if dot < 0 {
			return
		}
		dot += i
		from := dot
		for from > i && dot-from < 4 && isDigit(s[from-1]) {
			from--
		}
		if from > 0 && s[from-1] == '%' && dot-from > 2 {
			from += 2
		}
		to, octets, ok := parseV4(s, from)
		if !ok || from == dot {
			i = dot + 1
			continue
		}
		i = to
		x.nearby(s, from, to, func(s string, at int) {
			to := at + to - from
			if x.isPersonV4(s, at, to, octets, m) {
				x.add(at, to, address)
			}
			x.askedBy(s, to)
			x.columnBefore(s, at)
		})
	}
}

func parseV4(s string, from int) (to int, octets [4]byte, ok bool) {
	to = from
	for n := range 4 {
		start, value := to, 0
		for to < len(s) && isDigit(s[to]) && to-start < 4 {
			value = value*10 + int(s[to]-'0')
			to++
		}
		if to == start || value > 255 || to-start > 1 && s[start] == '0' {
			return to, octets, false
		}
		octets[n] = byte(value)
		if n < 3 {
			if to >= len(s) || s[to] != '.' {
				return to, octets, false
			}
			to++
		}
	}
	return to, octets, true
}

func (x *scanner) isPersonV4(s string, from, to int, o [4]byte, m meaning) bool {
	if from > 0 {
		switch c := s[from-1]; {
		case c == '.' && (from < 2 || !isLetter(s[from-2])) && !strings.HasSuffix(s[:from], "...") || isDigit(c):
			return false
		case c == '[' && namesServer(s, from-1):
			return false
		case isLetter(c) && from != afterEscape(s, wordStart(s, from)):
			return false
		case c == '-' && from > 1 && isAlnum(s[from-2]) && !countsByCaller(s[wordStart(s, from-1):from-1]), c == '~' || c == '^':
			return false
		case c == '=' && from > 1 && strings.IndexByte("=<>~!", s[from-2]) >= 0:
			return false
		case c == ':' && !(to < len(s) && s[to] == ':') && isTag(s, from-1):
			return false
		case c == '/' && isProduct(s, from-1):
			return false
		}
	}
	if to < len(s) {
		next := s[to]
		switch {
		case next == '.' && to+1 < len(s) && isDigit(s[to+1]), isAlnum(next):
			return false
		case next == '-' && to+1 < len(s) && isLetter(s[to+1]):
			return false
		case next == '/' && o[3] == 0 && to+1 < len(s) && isDigit(s[to+1]) && m != client:
			return false
		}
	}
	switch {
	case o[0] == 0 || o[0] == 127 || o[0] >= 224 || o == [4]byte{169, 254, 169, 254}:
		return false
	case o[3] == 0 && x.addresses == "truncate":
		return false
	case isObjectIdentifier(s, from, o), versionBefore(s, from), isVersionOfProduct(s, from, to, o), versionAfter(s, to), versionBeside(s, from, to), inPackageFile(s, from, to):
		return false
	case m == client:
		return true
	case isResolver(o) && (strings.Contains(s, "dns") || strings.Contains(s, "DNS") || strings.Contains(s, "resolver")):
		return false
	}
	if !isPrivateV4(o) {
		return meaningBefore(s, from) != server
	}
	if m == machine {
		return false
	}
	return clientContext(s, from, to)
}

// meaningBefore is that of the key whose value begins here: server.address=203.0.113.7.
func meaningBefore(s string, from int) meaning {
	sign := from - 1
	for sign > 0 && (s[sign] == ' ' || s[sign] == '"' || s[sign] == '\'' || s[sign] == '[' || s[sign] == '(') && from-sign < 4 {
		sign--
	}
	if sign <= 0 || s[sign] != '=' && s[sign] != ':' {
		return plain
	}
	start, end, _ := identBefore(s, sign)
	return meaningOf(s[start:end])
}

// isResolver knows the addresses of resolvers that anybody may use.
func isResolver(o [4]byte) bool {
	switch o {
	case [4]byte{1, 1, 1, 1}, [4]byte{1, 0, 0, 1}, [4]byte{8, 8, 8, 8}, [4]byte{8, 8, 4, 4}, [4]byte{9, 9, 9, 9}:
		return true
	}
	return false
}

func isPrivateV4(o [4]byte) bool {
	return o[0] == 10 || o[0] == 172 && o[1]&0xf0 == 16 || o[0] == 192 && o[1] == 168 || o[0] == 169 && o[1] == 254 ||
		o[0] == 100 && o[1]&0xc0 == 64
}

func wordStart(s string, i int) int {
	for i > 0 && isAlnum(s[i-1]) {
		i--
	}
	return i
}

// namesServer says whether a bracket follows the host of a server: relay=mx.example.org[192.0.2.1].
func namesServer(s string, bracket int) bool {
	i := bracket
	for i > 0 && (isTokenChar(s[i-1]) || s[i-1] == '.') {
		i--
	}
	if i == bracket || i == 0 || s[i-1] != '=' {
		return false
	}
	return rules.strongServerWords.hasFold(s[wordStart(s, i-1) : i-1])
}

// isTag says whether a colon follows the name of an image: image=app:1.2.3.4, registry/app:1.2.3.4.
func isTag(s string, colon int) bool {
	from := colon
	for from > 0 && isTokenChar(s[from-1]) {
		from--
	}
	return from < colon && from > 0 && (s[from-1] == '/' || s[from-1] == '=') && !countsByCaller(s[from:colon]) && !rules.clientWords.hasFold(s[from:colon]) && meaningOf(s[from:colon]) != client
}

// isProduct says whether a version follows the slash: Chrome/120.0.0.0, not /ip/203.0.113.7.
func isProduct(s string, slash int) bool {
	from := slash
	for from > 0 && (isAlnum(s[from-1]) || s[from-1] == '-' || s[from-1] == '_' || s[from-1] == '.') {
		from--
	}
	return from < slash && (from == 0 || s[from-1] != '/') && isLetter(s[from]) && !countsByCaller(s[from:slash])
}

// countedByCaller are what is counted or kept for each address that calls: login/203.0.113.7, and no products.
var countedByCaller = setOf([]string{"login", "logins", "signin", "signup", "logon", "auth", "ip", "ips", "ratelimit", "ratelimits", "throttle", "throttled", "limiter", "otp", "ban", "bans", "banned", "blocked", "blocklist", "denylist",
	"visitor", "visitors", "guest", "anon", "anonymous", "peer", "remote", "attempts", "lockout", "lockouts", "abuse", "captcha", "addr", "address", "rl", "rlimit", "limit", "limits", "firewall", "greylist", "allowlist", "whitelist", "blacklist", "geo", "geoip", "session", "client", "clients"})

// countsByCaller says whether the last word before a slash is one of these: rate_limit/203.0.113.7.
func countsByCaller(word string) bool {
	return countedByCaller.hasFold(word[strings.LastIndexAny(word, "_-.")+1:]) || hasSuffixFold(word, "rate_limit") || hasSuffixFold(word, "rate-limit")
}

// versionBefore says whether the word before is about versions: "version 1.2.3.4", "v: 1.2.3.4".
func versionBefore(s string, from int) bool {
	if hasSuffixFold(s[:from], "ip:") || hasSuffixFold(s[:from], "ip=") {
		return false // edge=ip:203.0.113.7
	}
	if comparesVersion(s[:from]) {
		return true
	}
	found := false
	from = earlierVersion(s, from)
	// "upgraded 1.2.3.4 -> 1.2.3.5"
	for from > 0 && (isDigit(s[from-1]) || strings.IndexByte(". ->", s[from-1]) >= 0) {
		from--
	}
	n, named := 0, false
	wordsBefore(s, from, 2, func(word []byte) bool {
		n++
		found = rules.versionWords.has(word) || string(word) == "v" || n == 1 && len(word) > 4 && string(word[:3]) == "lib" || named && packageVerbs.has(word)
		named = n == 1 && len(word) > 2 && !rules.clientWords.has(word) && !rules.serverWords.has(word) && !rules.proseWords.has(word)
		return !found
	})
	return found || strings.HasSuffix(s[:from], " over (") && strings.Contains(s[max(0, from-120):from], "npacking ")
}

// packageVerbs stand before the name of a package and its version: Installing rails 7.1.3.4.
var packageVerbs = setOf([]string{"using", "installing", "fetching", "unpacking", "up", "gem", "downgrading", "collecting", "uninstalling", "reinstalling"})

// comparesVersion says whether a text ends where a list of packages says which versions are wanted: activerecord (= 7.1.3.4).
func comparesVersion(before string) bool {
	for _, sign := range [...]string{"(= ", "(>= ", "(~> ", "(<= ", "(< ", "(> "} {
		if strings.HasSuffix(before, sign) {
			return true
		}
	}
	return false
}

// inPackageFile says whether an address stands in the name of a package: libfoo_1.2.3.4_amd64.deb.
func inPackageFile(s string, from, to int) bool {
	if from == 0 || s[from-1] != '_' || to >= len(s) || s[to] != '_' {
		return false
	}
	for _, machine := range [...]string{"amd64", "arm64", "all.", "i386", "x86", "armhf"} {
		if strings.HasPrefix(s[to+1:], machine) {
			return true
		}
	}
	return false
}

// versionAfter: "3.4.4.2 release notes".
func versionAfter(s string, to int) bool {
	if to >= len(s) || s[to] != ' ' {
		return false
	}
	switch word := wordFrom(s, to+1); word {
	case "release", "version", "build":
		end := to + 1 + len(word)
		return end == len(s) || s[end] == ' '
	}
	return false
}

// wordsBefore calls with up to n words that end before i, the nearest first, in small letters, on the same line.
func wordsBefore(s string, i, n int, call func(word []byte) bool) {
	var buffer [32]byte
	oldest := max(0, i-64)
	for range n {
		for i > oldest && !isLetter(s[i-1]) {
			if s[i-1] == '\n' || isDigit(s[i-1]) && i-2 >= 0 && s[i-2] == '.' {
				return
			}
			i--
		}
		end := i
		for i > oldest && isLetter(s[i-1]) {
			i--
			if isUpper(s[i]) && i > oldest && isLower(s[i-1]) {
				break
			}
		}
		if i == end {
			return
		}
		if low, ok := lowered(&buffer, s[i:end]); ok && !call(low) {
			return
		}
	}
}

// clientContext says whether the words before an address, or the shape of an access log, are about who calls.
func clientContext(s string, from, to int) bool {
	if rest := s[to:]; strings.HasPrefix(rest, " - ") || isTurnedAway(s, from, to) {
		return true
	} else if rest, ok := strings.CutPrefix(rest, ":"); ok {
		digits := 0
		for digits < len(rest) && isDigit(rest[digits]) {
			digits++
		}
		if strings.HasPrefix(rest[digits:], ` - "`) || strings.HasPrefix(rest[digits:], `] "`) && monitored(s[:from]) {
			return true
		}
		if strings.HasPrefix(rest, " ") && asksForTicket(s[:from]) {
			return true
		}
	}
	switch meaningBefore(s, from) {
	case server, machine:
		return false
	case client:
		return true
	}
	if isCaller(s, from, to) {
		return true
	}
	verdict, skipped := false, 0
	wordsBefore(s, from, 4, func(word []byte) bool {
		verdict = rules.clientWords.has(word)
		if (string(word) == "address" || string(word) == "network") && skipped < 2 {
			skipped++
			return !verdict // Source Network Address: …
		}
		if string(word) == "host" && strings.IndexByte(s[max(0, from-8):from], '[') >= 0 && remoteHost(s[:from]) {
			verdict = true // remote host [ipv4:10.0.4.19:51022]
			return false
		}
		return !verdict && !rules.serverWords.has(word)
	})
	return verdict
}

// monitored says whether a text before an address is what MONITOR of Redis writes of a command's client: 1770619260.418227 [0 10.71.2.88:50142] "GET".
func monitored(before string) bool {
	at := strings.LastIndexByte(before, '[')
	return at >= 0 && len(before)-at >= 3 && len(before)-at <= 8 && before[len(before)-1] == ' ' && allDigits(before[at+1:len(before)-1])
}

// remoteHost says whether the last word for a host is that of one that calls.
func remoteHost(before string) bool {
	at := strings.LastIndex(before, "host")
	if at < 0 || len(before)-at > 16 {
		return false
	}
	for _, word := range [...]string{"remote ", "client ", "source ", "peer ", "calling ", "caller ", "remote_", "client_", "remote-"} {
		if hasSuffixFold(before[:at], word) {
			return true
		}
	}
	return false
}

// asksForTicket says whether a text before an address is what a server of Kerberos writes about who asks: AS_REQ (1 etypes {18}) 10.3.2.1: ISSUE: ….
func asksForTicket(before string) bool {
	return strings.HasSuffix(before, ") ") && (strings.Contains(before, "AS_REQ (") || strings.Contains(before, "TGS_REQ ("))
}

// addressesV6 finds IPv6 addresses that lead to somebody: not ::1, not a::b of a program.
func (x *scanner) addressesV6(s string, m meaning) {
	for i := 0; i < len(s); {
		colon := strings.IndexByte(s[i:], ':')
		if colon < 0 {
			return
		}
		colon += i
		from, to := colon, colon
		for from > i && isHex(s[from-1]) {
			from--
		}
		from = min(afterEscape(s, from), colon)
		for to < len(s) && (isHex(s[to]) || s[to] == ':' || s[to] == '.') {
			to++
		}
		i = to
		if from == colon && colon+1 < to && s[colon+1] != ':' {
			from++ // map[ip:2a02:8d47:…]
		}
		if to-from < 4 || to-from > 45 {
			continue
		}
		for to > from && s[to-1] == '.' || to > from+2 && s[to-1] == ':' && s[to-2] != ':' {
			to--
		}
		to = withoutPort(s, from, to)
		x.nearby(s, from, to, func(s string, at int) {
			if to := at + to - from; x.isPersonV6(s, at, to, m) {
				x.add(at, to, address)
			}
		})
	}
}

// withoutPort is where an address ends that a port follows without brackets, as HAProxy writes it: 2601:646:5341::baa:44578. A port of four digits cannot be
// told from a group, unless eight stand before it.
func withoutPort(s string, from, to int) int {
	colon := from + strings.LastIndexByte(s[from:to], ':')
	if colon <= from+6 || colon+1 >= to || to-colon > 6 || !allDigits(s[colon+1:to]) || to < len(s) && (isAlnum(s[to]) || s[to] == '_') {
		return to
	}
	groups, short := strings.Count(s[from:colon], ":"), strings.Contains(s[from:colon], "::")
	if groups == 7 && !short || short && groups >= 3 && to-colon == 6 && portOf(s[colon+1:to]) < 1<<16 {
		return colon
	}
	return to
}

func (x *scanner) isPersonV6(s string, from, to int, m meaning) bool {
	text := s[from:to]
	colons := strings.Count(text, ":")
	if colons < 2 || colons != 7 && !strings.Contains(text, "::") {
		return false
	}
	if from > 0 {
		c := s[from-1]
		if (isAlnum(c) || c == '_') && from != afterEscape(s, wordStart(s, from)) && !(from > 2 && s[from-3] == '%') || c == '.' || c == '$' ||
			c == ':' && !(from > 2 && isLetter(s[from-2]) && !isHex(s[from-2])) {
			return false
		}
	}
	if to < len(s) && (isAlnum(s[to]) || s[to] == '_') {
		return false
	}
	if !strings.ContainsAny(text, "0123456789") || hasLongGroup(text) || len(text) == 23 && colons == 7 {
		// the last is an EUI-64: eight groups of two digits
		return false
	}
	if port, ok := strings.CutPrefix(text, "::1:"); ok && allDigits(port) {
		return false // this machine, with a port
	}
	ip, err := netip.ParseAddr(text)
	switch {
	case err != nil || ip.IsLoopback() || ip.IsUnspecified() || ip.IsMulticast():
		return false
	case x.addresses == "truncate" && string(appendTruncated(nil, text)) == text:
		return false
	case ip.Is4In6() && ip.Unmap().IsLoopback():
		return false
	case ip.IsLinkLocalUnicast() && m != client:
		return clientContext(s, from, to)
	case colons == 2 && len(text) < 7 && m != client:
		// ab::1 may be an address; so may be many other things
		return text[0] != ':' && clientContext(s, from, to)
	}
	if ip.IsPrivate() && (m == machine || meaningBefore(s, from) == machine) {
		return false
	}
	return meaningBefore(s, from) != server || m == client
}

// escapedAddresses finds IPv6 whose colons are escaped, and IPv4 inside the name that a provider gave it: 203-0-113-7.example.net.
func (x *scanner) escapedAddresses(s string) {
	x.escapedV4(s)
	for i := strings.Index(s, "%3A"); i >= 0; {
		from, to := i, i
		for from > max(0, i-window) && isHex(s[from-1]) {
			from--
		}
		from = min(afterEscape(s, from), i)
		var text [64]byte
		n := 0
		for to = from; to < len(s) && n < len(text); {
			if strings.HasPrefix(s[to:], "%3A") {
				text[n] = ':'
				to += 3
			} else if isHex(s[to]) || s[to] == '.' {
				text[n] = s[to]
				to++
			} else {
				break
			}
			n++
		}
		if plainText := string(text[:n]); strings.Count(plainText, ":") >= 2 && x.isPersonV6(plainText, 0, n, client) {
			x.add(from, to, person)
		}
		next := strings.Index(s[max(to, i+3):], "%3A")
		if next < 0 {
			break
		}
		i = max(to, i+3) + next
	}
}

// escapedV4 finds IPv4 whose dots are escaped.
func (x *scanner) escapedV4(s string) {
	for i := strings.Index(s, "%2"); i >= 0; {
		from := i
		for from > 0 && isDigit(s[from-1]) {
			from--
		}
		from = min(afterEscape(s, from), i)
		var text [16]byte
		n, to := 0, from
		for to < len(s) && n < len(text)-1 {
			if isDigit(s[to]) {
				text[n] = s[to]
				to++
			} else if strings.HasPrefix(s[to:], "%2E") || strings.HasPrefix(s[to:], "%2e") {
				text[n] = '.'
				to += 3
			} else {
				break
			}
			n++
		}
		if end, octets, ok := parseV4(string(text[:n]), 0); ok && end == n && to-from > n && octets[0] > 0 && octets[0] < 224 && octets[0] != 127 && !isPrivateV4(octets) {
			x.add(from, to, person)
		}
		next := strings.Index(s[max(to, i+2):], "%2")
		if next < 0 {
			return
		}
		i = max(to, i+2) + next
	}
}

func (x *scanner) dashedAddresses(s string) {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) || i > 0 && isDigit(s[i-1]) {
			continue
		}
		to, n, value := i, 0, 0
		var octets [4]byte
		for to < len(s) {
			if isDigit(s[to]) {
				if value = value*10 + int(s[to]-'0'); value > 255 {
					break
				}
				octets[n] = byte(value)
			} else if s[to] == '-' && n < 3 && to > i && isDigit(s[to-1]) {
				n++
				value = 0
			} else {
				break
			}
			to++
		}
		if n == 3 && to+2 < len(s) && isDigit(s[to-1]) && s[to] == '.' && isLetter(s[to+1]) && domainEnd(s[:min(len(s), to+window)], to+1) > 0 && octets[0] > 0 && octets[0] < 224 && !isPrivateV4(octets) {
			x.add(i, to, person)
		}
		i = max(i, to-1)
	}
}

func hasLongGroup(text string) bool {
	group := 0
	for i := 0; i < len(text); i++ {
		if text[i] == ':' {
			group = 0
			continue
		}
		if text[i] == '.' {
			return false
		}
		if group++; group > 4 {
			return true
		}
	}
	return false
}

// appendTruncated writes the network of an address: the last octet of IPv4, all but 48 bits of IPv6 become zero.
func appendTruncated(out []byte, s string) []byte {
	ip, err := netip.ParseAddr(s)
	if err != nil {
		return append(out, mask...)
	}
	bits := 48
	switch {
	case ip.Is4():
		bits = 24
	case ip.Is4In6():
		bits = 120
	}
	if ip.Is4In6() {
		o := ip.As16()
		o[15] = 0
		return netip.AddrFrom16(o).AppendTo(out)
	}
	network, err := ip.Prefix(bits)
	if err != nil {
		return append(out, mask...)
	}
	return network.Addr().AppendTo(out)
}
