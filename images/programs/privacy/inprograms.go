package privacy

import "strings"

// Who is who in lines of programs that write no key before it: a firewall, a broker of MQTT, a switch of telephones, a server of Matrix, MyBatis.

// inPrograms finds them.
func (x *scanner) inPrograms(s string) {
	x.each(s, ") <- [", func(s string, after int) {
		// binding parameter (2:VARCHAR) <- [7391] of Hibernate, behind a statement that names something private
		if end := strings.IndexByte(s[after:min(len(s), after+window)], ']'); end > 0 && strings.Contains(s[max(0, after-48):after], "binding parameter (") && namesPrivate(s[max(0, after-window):after]) && !isHarmless(s[after:after+end]) {
			x.add(after, after+end, literal)
		}
	})
	x.each(s, "User <", x.inGroup)
	x.each(s, ", u'", x.connectedAs)
	x.each(s, ">->", x.calling)
	x.each(s, ".git denied to ", x.refusedByHost)
	x.each(s, "@", func(s string, from int) {
		if from < 2 || !isIdent(s[from-2]) && strings.IndexByte("+%@$*", s[from-2]) < 0 {
			x.onMatrix(s, from, ":")
		}
	})
	x.each(s, "%40", func(s string, from int) {
		if from > 3 && s[from-4] == '/' {
			x.onMatrix(s, from, "%3A")
		}
	})
}

// inGroup finds Group <staff> User <jane> IP <203.0.113.7> of a firewall; the name begins at from.
func (x *scanner) inGroup(s string, from int) {
	end := strings.IndexByte(s[from:min(len(s), from+80)], '>')
	if end < 2 {
		return
	}
	to := from + end
	if strings.HasPrefix(s[to:], "> IP <") || strings.HasPrefix(s[to:], "> IP ") || strings.HasSuffix(s[:from], "> User <") {
		x.addLogin(s, from, to)
	}
}

// refusedByHost finds who may not write: Permission to acme/board.git denied to jane-doe. The name begins at from.
func (x *scanner) refusedByHost(s string, from int) {
	to := identEnd(s, from)
	for to > from && s[to-1] == '.' {
		to--
	}
	if who := s[from:to]; onlyName(who) && isPersonName(weakName, who) {
		x.add(from, to, person)
	}
}

// connectedAs finds who connected as boiler-5cd6f0ecb8d9 (p2, c1, k60, u'jane') of Mosquitto; the name begins at from.
func (x *scanner) connectedAs(s string, from int) {
	open := strings.LastIndex(s[max(0, from-48):from], " (p")
	end := strings.IndexByte(s[from:min(len(s), from+80)], '\'')
	if open < 0 || end < 2 {
		return
	}
	x.addLogin(s, from, from+end)
	to := max(0, from-48) + open
	begin := to
	for begin > 0 && to-begin < 80 && isAlnum(s[begin-1]) {
		begin--
	}
	if device := s[begin:to]; isIMEI(device) || len(device) == 12 && isDeviceID(device) && strings.ContainsAny(device, "0123456789") {
		x.add(begin, to, person)
	}
}

// calling finds who calls whom: Processing Jane Doe <4722334455>->4799887766 in context public. What is called begins at after.
func (x *scanner) calling(s string, after int) {
	to := after - len(">->")
	from := to
	for from > 0 && to-from < 20 && (isDigit(s[from-1]) || s[from-1] == '+') {
		from--
	}
	if to-from < 3 || from < 2 || s[from-1] != '<' {
		return
	}
	if to-from >= 7 {
		x.add(from, to, person)
		if end := identEnd(s, after); end-after >= 7 && allDigits(s[after:end]) {
			x.add(after, end, person)
		}
	}
	end := from - 1
	for end > 0 && (s[end-1] == ' ' || s[end-1] == '"') {
		end--
	}
	begin := strings.LastIndex(s[max(0, end-80):end], "Processing ")
	if begin < 0 {
		return
	}
	begin += max(0, end-80) + len("Processing ")
	for begin < end && s[begin] == '"' {
		begin++
	}
	if called := s[begin:end]; looksFullName(called) || isNameInCapitals(called) || isGivenName(called) || len(called) >= 7 && allDigits(called) {
		x.add(begin, end, person)
	}
}

// onMatrix finds who somebody is on Matrix: @jane:example.org, %40jane%3Aexample.org. The name begins at from, and the sign ends it.
func (x *scanner) onMatrix(s string, from int, sign string) {
	to := from
	for to < len(s) && to-from < 64 && (isAlnum(s[to]) || strings.IndexByte("._=-/+", s[to]) >= 0) {
		to++
	}
	if to-from < 2 || !strings.HasPrefix(s[to:], sign) || strings.IndexByte(s[from:to], '/') >= 0 {
		return
	}
	start := to + len(sign)
	end := start
	for end < len(s) && (isAlnum(s[end]) || s[end] == '-' || s[end] == '.') {
		end++
	}
	for end > start && s[end-1] == '.' {
		end--
	}
	host := s[start:end]
	if dot := strings.LastIndexByte(host, '.'); dot < 1 || len(host)-dot < 3 || !allLetters(host[dot+1:]) || isFileName(host) {
		return
	}
	if user := s[from:to]; isPersonName(weakName, user) && !isServiceUser(user) {
		x.add(from, to, person)
	}
}

// typedValues finds what MyBatis bound to a statement, each with its type: ==> Parameters: Jane(String), 42(Integer). Of a statement that names nothing
// private nothing goes; where none stands before, what looks like a constant stays.
func (x *scanner) typedValues(s string) {
	const mark = "==> Parameters: "
	at := strings.Index(s, mark)
	if at < 0 {
		return
	}
	before := s[max(0, at-window):at]
	prepared := strings.LastIndex(before, "Preparing: ")
	if prepared >= 0 && !namesPrivate(before[prepared:]) {
		return
	}
	end := endOfLine(s, at)
	for from := at + len(mark); from < end; {
		next := strings.Index(s[from:end], "), ")
		to := end
		if next >= 0 {
			to = from + next + 1
		}
		open := strings.LastIndexByte(s[from:to], '(')
		if open > 0 && s[from+open:to] == "(String)" {
			if text := s[from : from+open]; text != "?" && (prepared >= 0 || !isConstant(text)) {
				x.add(from, from+open, literal)
			}
		}
		from = to + len(", ")
	}
}

// namesPrivate says whether a statement names a column that holds what is somebody's.
func namesPrivate(statement string) bool {
	for i := 0; i < len(statement); {
		from := i
		for i < len(statement) && isIdent(statement[i]) {
			i++
		}
		if i-from > 2 {
			if m := meaningOf(statement[from:i]); m.namesSecretOrPerson() && m != parameter && m != weak {
				return true
			}
		}
		if i == from {
			i++
		}
	}
	return false
}

// isConstant: ACTIVE, eu-north, 2026-11-30.
func isConstant(text string) bool {
	return isName(text) && (isVocabulary(text) || text == strings.ToUpper(text)) || isUUID(text) || len(text) == 10 && isTime(text)
}

// leasedOf finds the address before a hardware address, which stands at from..to, and the host's name behind it: DHCPACK(br-lan) 10.0.0.7 a4:83:e7:12:34:56 Janes-iPhone.
func (x *scanner) leasedOf(s string, from, to int) {
	if from < 9 || s[from-1] != ' ' {
		return
	}
	at := strings.LastIndexByte(s[:from-1], ' ') + 1
	if end, _, ok := parseV4(s, at); !ok || end != from-1 || at < 2 || s[at-2] != ')' {
		return
	}
	x.add(at, from-1, address)
	if to+1 < len(s) && s[to] == ' ' {
		host := to + 1
		end := identEnd(s, host)
		for part := range strings.SplitSeq(s[host:end], "-") {
			if devices.hasFold(part) {
				x.add(host, end, person)
				return
			}
		}
	}
}

// isIMEI says whether a value is the number of a mobile device, by its check digit.
func isIMEI(v string) bool {
	return len(v) == 15 && allDigits(v) && v[0] != '0' && luhn(v)
}

// isSerial says whether a value may be the serial number of a device.
func isSerial(v string) bool {
	return len(v) >= 8 && len(v) <= 24 && isMixedCode(v) && v == strings.ToUpper(v) || isDeviceID(v)
}

// digitsBehind is how many digits stand behind the sign of the key that ends at `to`, where nothing else does.
func digitsBehind(s string, to int) int {
	at := to
	for at < len(s) && at-to < 6 && strings.IndexByte("=: \"'\\", s[at]) >= 0 {
		at++
	}
	end := at
	for end < len(s) && isDigit(s[end]) {
		end++
	}
	if end < len(s) && (isAlnum(s[end]) || s[end] == '.') {
		return 0
	}
	return end - at
}

// besideBank says whether a text says at which bank an account is.
func besideBank(s string) bool {
	for _, key := range [...]string{"routing=", "routing:", "routing_number", "routing\"", "routing ", "sort_code", "sort code", "sortcode", "iban", "bic=", "bic:", "swift=", "aba=", "ifsc", "blz"} {
		if containsFold(s, key) {
			return containsFold(s, "account") || containsFold(s, "acc")
		}
	}
	return false
}

// inCapitals says whether a value is two to four words in capitals, as names stand on cards.
func inCapitals(v string) bool {
	words := 0
	for word := range strings.SplitSeq(v, " ") {
		if words++; words > 4 || !isUpperWord(word) || things.hasFold(word) {
			return false
		}
	}
	return words > 1
}

// placeOfSecret is the place of the secret among a command's arguments that no option announces; -1 where there is none.
func placeOfSecret(argument func(i int) string) int {
	program := argument(0)
	switch program = program[strings.LastIndexByte(program, '/')+1:]; program {
	case "mc", "mcli":
		if argument(1) == "alias" && argument(2) == "set" {
			return 6
		}
		if argument(1) == "config" && argument(2) == "host" && argument(3) == "add" {
			return 7
		}
	case "rabbitmqctl":
		if command := argument(1); command == "add_user" || command == "change_password" || command == "authenticate_user" {
			return 3
		}
	case "wpa_passphrase":
		return 2
	}
	return -1
}
