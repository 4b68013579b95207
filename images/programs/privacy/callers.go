package privacy

import "strings"

// Who calls a server from a private network: what servers print when they accept somebody, answer or hang up, each in its own form.

// firstEphemeral is the lowest port that a system gives to who calls; servers listen on lower ones.
const firstEphemeral = 32768

// isCaller says whether the address at from..to is that of somebody who called.
func isCaller(s string, from, to int) bool {
	if from > 1 && s[from-1] == '>' && s[from-2] == '-' || from > 2 && s[from-1] == ' ' && s[from-2] == '>' && s[from-3] == '-' {
		return false // A -> B: who was called
	}
	port, end := portAfter(s, to)
	return inAccessLog(s, from, to, port, end) || goesOnAboutCaller(s[end:], port) || calledBefore(s, from, port)
}

// portAfter is the port behind an address that ends at `to`, perhaps in brackets, and where that ends; 0 and `to` where none follows.
func portAfter(s string, to int) (port, end int) {
	at := to
	if at+1 < len(s) && s[at] == ']' && s[at+1] == ':' {
		at++
	}
	if at+1 >= len(s) || s[at] != ':' || !isDigit(s[at+1]) {
		return 0, to
	}
	end = at + 1
	for end < len(s) && isDigit(s[end]) && end-at < 7 {
		end++
	}
	return portOf(s[at+1 : end]), end
}

// inAccessLog says whether an address with its port, which ends at `end`, stands where a line about a request says who asked.
func inAccessLog(s string, from, to, port, end int) bool {
	before, rest := s[max(0, from-160):from], s[end:]
	if line := strings.LastIndexByte(before, '\n'); line >= 0 {
		before = before[line+1:]
	}
	switch {
	case strings.HasPrefix(rest, " [") && isLogDay(rest[2:]), beforeLoggedUser(rest), strings.HasPrefix(rest, " -> ") && isMethod(rest[4:]), port > 0 && strings.HasPrefix(rest, " - - ["):
		return true // aiohttp, HAProxy, hypercorn
	case strings.HasSuffix(before, "R:/"), strings.HasSuffix(before, "[AF_INET]"), strings.HasSuffix(before, "[AF_INET6]"):
		return true // Netty, OpenVPN
	case port == 0 && strings.HasPrefix(rest, ") ") && isTaken(rest[2:]):
		return true // 200 GET /x (10.1.2.3) 31.35ms
	case port >= firstEphemeral && (strings.HasSuffix(before, "[/") && rest != "" && rest[0] == ']' || strings.HasSuffix(before, "(/") && rest != "" && rest[0] == ')'):
		return true // jane[/10.1.2.3:50122]
	case strings.HasSuffix(strings.TrimRight(before, " "), "|"):
		return strings.Contains(before, " |") && isMethod(strings.TrimLeft(rest, " |")) && strings.HasPrefix(strings.TrimLeft(rest, " "), "|")
	case port > 0 && rest != "" && rest[0] == ']' && strings.HasSuffix(before, "["):
		return strings.Contains(before, "WebSocket ") || strings.Contains(before, "HTTP ")
	case port > 0 && rest != "" && rest[0] == ']' && strings.HasSuffix(before, ", "):
		return strings.Contains(before, "HTTP ") && strings.IndexByte(before, '[') > 0
	case strings.HasSuffix(before, "('"), strings.HasSuffix(before, `("`):
		return inTupleBefore(rest) // uvicorn
	case strings.HasSuffix(before, `"`) && port == 0 && rest != "" && rest[0] == '"':
		return isAnsweredBefore(before) && (len(rest) == 1 || strings.HasPrefix(rest, `" "`)) // Envoy
	case strings.HasSuffix(before, "@"):
		return port >= firstEphemeral || port == 0 && isLoginBefore(before[:len(before)-1], rest) // app@10.1.2.3:50122 of PgBouncer
	case strings.HasSuffix(before, "["):
		return strings.HasPrefix(rest, "]) - ") // ProFTPD
	case rest != "" && rest[0] == '[' && strings.HasSuffix(before, "("):
		end, _, ok := parseV4(rest, 1)
		return ok && strings.HasPrefix(rest[end:], "]) - ")
	case hasSuffixFold(before, "(host="):
		return strings.Contains(rest[:min(len(rest), 40)], ") * establish")
	case strings.HasPrefix(rest, " connected to "):
		return (port == 0 || port >= firstEphemeral) && !saysServer(before)
	case port >= firstEphemeral && strings.HasPrefix(rest, " ") && strings.Contains(before, "bound|"):
		return endsWithAddress(before) // the last of the addresses that istio writes
	}
	return false
}

// inTupleBefore says whether what follows an address ends a tuple of address and port before a request: ', 43854) - "WebSocket /ws".
func inTupleBefore(rest string) bool {
	if len(rest) < 8 || rest[0] != '\'' && rest[0] != '"' || rest[1] != ',' {
		return false
	}
	i := 2
	for i < len(rest) && i < 24 && (isDigit(rest[i]) || rest[i] == ' ' || rest[i] == ',') {
		i++
	}
	return strings.HasPrefix(rest[i:], `) - "`) || strings.HasPrefix(rest[i:], `) - \"`)
}

// endsWithAddress says whether an address with its port and a space end a text: 10.0.0.8:8080 .
func endsWithAddress(before string) bool {
	before = strings.TrimSuffix(before, " ")
	colon := strings.LastIndexByte(before, ':')
	if colon < 7 || !allDigits(before[colon+1:]) {
		return false
	}
	from := colon
	for from > 0 && colon-from < 16 && (isDigit(before[from-1]) || before[from-1] == '.') {
		from--
	}
	end, _, ok := parseV4(before, from)
	return ok && end == colon
}

// saysServer says whether the word right before an address says that a machine of ours is there: worker 10.0.0.5 connected to ….
func saysServer(before string) (server bool) {
	wordsBefore(before, len(before), 1, func(word []byte) bool {
		switch string(word) {
		case "tcp", "udp", "client", "peer", "remote", "info", "debug", "from":
			return false
		}
		server = rules.serverWords.has(word) || kindsOfThings.has(word) || notConnected.has(word)
		return false
	})
	return server
}

// beforeLoggedUser says whether who signed in and the time of a request follow an address: 10.1.2.3 jane [11/Feb/2026:….
func beforeLoggedUser(rest string) bool {
	if len(rest) < 16 || rest[0] != ' ' {
		return false
	}
	end := identEnd(rest, 1)
	return end > 1 && strings.HasPrefix(rest[end:], " [") && isLogDay(rest[end+2:])
}

// isLogDay: 11/Feb/2026.
func isLogDay(s string) bool {
	return len(s) > 11 && isDigit(s[0]) && isDigit(s[1]) && s[2] == '/' && isLetter(s[3]) && s[6] == '/' && isDigit(s[7])
}

// isTaken says whether a text begins with the time that something took: 31.35ms.
func isTaken(s string) bool {
	i := 0
	for i < len(s) && (isDigit(s[i]) || s[i] == '.') {
		i++
	}
	return i > 0 && (strings.HasPrefix(s[i:], "ms") || strings.HasPrefix(s[i:], "s") || strings.HasPrefix(s[i:], "µs"))
}

func isMethod(s string) bool {
	for _, method := range [...]string{"GET", "POST", "PUT", "HEAD", "PATCH", "DELETE", "OPTIONS"} {
		if rest, ok := strings.CutPrefix(s, method); ok && (rest == "" || rest[0] == ' ') {
			return true
		}
	}
	return false
}

// isAnsweredBefore says whether a line has a request and what it was answered with: "GET / HTTP/1.1" 200.
func isAnsweredBefore(before string) bool {
	at := strings.LastIndex(before, `" `)
	version := strings.LastIndex(before, " HTTP/")
	if version < 0 {
		return false
	}
	at = strings.Index(before[version:], `" `)
	return at > 0 && at < 16 && version+at+2 < len(before) && isDigit(before[version+at+2])
}

// isLoginBefore says whether who signed in, or nobody, stands before the sign in (jane@10.1.2.3), or in a server's own line about who connects.
func isLoginBefore(before, rest string) bool {
	from := len(before)
	for from > 0 && (isIdent(before[from-1]) || before[from-1] == '?') {
		from--
	}
	if from > 0 && before[from-1] == '(' {
		return strings.HasPrefix(rest, ")")
	}
	return strings.HasPrefix(rest, " on ") && strings.HasSuffix(strings.TrimRight(before[:from], " \t"), "Connect") // MySQL
}

// goesOnAboutCaller says whether what follows an address says what became of who called.
func goesOnAboutCaller(rest string, port int) bool {
	if port == 0 || rest == "" || rest[0] != ' ' {
		return false
	}
	for _, words := range [...]string{" is connecting", " was booted", " was kicked", " was rejected", " TLS: ", " TLS Error", " VERIFY ", " peer info", " - cid:", " - client", " SENT CONTROL"} {
		if strings.HasPrefix(rest, words) {
			return true
		}
	}
	if strings.HasPrefix(rest, " [") {
		if closing := strings.IndexByte(rest[:min(len(rest), 72)], ']'); closing > 0 && strings.HasPrefix(rest[closing:], "] Peer Connection") {
			return true
		}
	}
	if strings.HasPrefix(rest, " - ") && len(rest) > 4 && isDigit(rest[3]) {
		return strings.IndexByte(rest[:min(len(rest), 20)], '"') > 0 // CoreDNS
	}
	if port < firstEphemeral {
		return false
	}
	for _, word := range [...]string{" connected", " disconnected", " accepted", " joined"} {
		if strings.HasPrefix(rest, word) {
			return true
		}
	}
	return false
}

var (
	// opensOrCloses stand right before the address of who calls, where the port says so.
	opensOrCloses = setOf([]string{"websocket", "ws", "disconnect", "disconnected", "opened", "miner", "connected", "reconnected", "upgraded", "subscribed", "kicked", "joined", "left"})
	// callWords stand right before the address of who calls or is called.
	callWords = setOf([]string{"connection", "connections", "conn", "session", "handshake", "socket"})
	// surelyCalled say that it is who calls, and perhapsCalled where the port says so.
	surelyCalled  = setOf([]string{"accepted", "accepting", "accept", "incoming", "inbound", "received"})
	perhapsCalled = setOf([]string{"new", "closing", "closed", "close", "end", "ended", "ending", "dropping", "dropped", "error", "opened", "established", "lost", "reset", "aborted", "rejected", "rejecting", "unexpected"})
)

// calledBefore says whether the words before an address are about who calls: accepting AMQP connection <0.9134.2> (10.1.2.3:50122.
func calledBefore(s string, from, port int) bool {
	var said [5]string
	n, i, oldest := 0, from, max(0, from-80)
	for n < len(said) && i > oldest && s[i-1] != '\n' {
		switch c := s[i-1]; {
		case c == '>' && i > 2 && s[i-2] == '-':
			return false
		case c == '>':
			// a process of Erlang
			if open := strings.LastIndexByte(s[oldest:i], '<'); open >= 0 {
				i = oldest + open
				continue
			}
			i--
		case isLetter(c):
			end := i
			for i > oldest && isLetter(s[i-1]) {
				i--
			}
			said[n] = s[i:end]
			n++
		case isDigit(c) && i > 2 && s[i-2] == '.' && n > 0:
			i = oldest // another address
		default:
			i--
		}
	}
	switch first := said[0]; {
	case first == "" || surelyCalled.hasFold(first) && first[0]|0x20 == 'a':
		return first != ""
	case strings.EqualFold(first, "address"):
		return strings.EqualFold(said[1], "connected") // of a game
	case strings.EqualFold(first, "with"):
		return strings.EqualFold(said[1], "authentication")
	case strings.EqualFold(first, "to"):
		return strings.EqualFold(said[1], "connection") && strings.EqualFold(said[2], "socket") && strings.EqualFold(said[3], "closing") // Kafka
	case strings.EqualFold(first, "host"):
		// connection received: host=…, Aborted connection 812 to db: 'shop' user: 'app' host: '…'
		before := s[max(0, from-120):from]
		return strings.Contains(before, "onnection received") || strings.Contains(before, "disconnection: ") || strings.Contains(before, "borted connection ") || strings.Contains(before, "ejects connection for ")
	case port >= firstEphemeral && opensOrCloses.hasFold(first):
		return true
	case !callWords.hasFold(first):
		return false
	}
	for _, word := range said[1:4] {
		if surelyCalled.hasFold(word) || port >= firstEphemeral && perhapsCalled.hasFold(word) {
			return true
		}
	}
	return false
}
