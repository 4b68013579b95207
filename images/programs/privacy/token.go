package privacy

import "strings"

// tokens finds what is secret by its shape: keys of vendors, JWTs, Discord's tokens, lines of a PEM block.
func (x *scanner) tokens(s string) {
	x.pemBlocks(s)
	for i := 0; i < len(s); {
		if !isTokenChar(s[i]) {
			i++
			continue
		}
		start := i
		for i < len(s) && isTokenChar(s[i]) {
			i++
		}
		from := min(afterEscape(s, start), i)
		if i-from >= 10 || i-from >= 2 && i < len(s) && s[i] == '.' {
			x.vendorKey(s, from, i)
		}
		if i < len(s) && s[i] == '.' && i-from >= 3 && isLower(s[from]) {
			x.dottedName(s, from, i)
		}
		if i-from >= 7 {
			x.joinedNames(s, from, i)
			if strings.IndexByte(s[from:i], '-') > 2 {
				x.ownersOfDevices(s, from, i)
			}
		}
		if i-from == 1 && s[from] == 's' && i+25 <= len(s) && s[i] == '.' && isOldToken(s, i+1) {
			x.add(from, i+25, secret)
			i += 25
			continue
		}
		if writtenID(s[from:i]) && !measured(s, from, i) && !namedNumber(s, from) {
			x.add(from, i, person)
		}
		if i-from == 35 && strings.HasPrefix(s[from:], "md5") && isAllHex(s[from+3:i]) {
			x.add(from, i, secret) // PostgreSQL's hash of a password
		}
		if i-from >= 37 && strings.HasPrefix(s[from:], "cache") && strings.HasSuffix(s[:from], "sessions.") {
			x.add(from+len("cache"), i, secret) // Django's key of a session
		}
		if to := botTokenEnd(s, from, i); to > 0 {
			if strings.HasPrefix(s[from:], "bot") {
				from += len("bot") // of the path: api.telegram.org/bot123456789:AA…
			}
			x.add(from, to, secret)
			i = to
		}
		if i-from >= 15 {
			x.iban(s, from, i)
		} else if i-from == 4 {
			x.iban(s, from, i)
		}
		if i-from >= 15 {
			i = max(i, x.shaped(s, from, i))
		}
	}
	x.base64Runs(s)
}

// isOldToken says whether a token of Vault as it wrote them before follows its prefix: s. and 24 letters and digits that nobody chose.
func isOldToken(s string, from int) bool {
	if from+24 < len(s) && (isTokenChar(s[from+24]) || s[from+24] == '(') {
		return false
	}
	lowers, uppers, digits := letterKinds(s[from : from+24])
	return lowers+uppers+digits == 24 && lowers >= 3 && uppers >= 3 && digits >= 2
}

func isTokenChar(c byte) bool { return isAlnum(c) || c == '_' || c == '-' }

// vendorKey compares the word and its parts with the prefixes that are known.
func (x *scanner) vendorKey(s string, from, to int) {
	if to-from == 34 && s[from] == 'A' && s[from+1] == 'C' && isAllHex(s[from+2:to]) && to+33 <= len(s) && s[to] == ':' && isAllHex(s[to+1:to+33]) && (to+33 == len(s) || !isAlnum(s[to+33])) {
		x.add(to+1, to+33, secret) // account and token of Twilio
	}
	for i := from; i < to; i++ {
		if i > from && isAlnum(s[i-1]) {
			continue
		}
		for _, key := range rules.vendorKeys[s[i]] {
			if !strings.HasPrefix(s[i:], key.Prefix) {
				continue
			}
			found := false
			x.nearby(s, i, i+len(key.Prefix), func(s string, i int) {
				rest := i + len(key.Prefix)
				end := rest
				for end < len(s) && (isTokenChar(s[end]) || s[end] == '.' || s[end] == '=' && end+1 < len(s) && s[end+1] == '=' || s[end] == '+' || s[end] == '/') {
					end++
				}
				for end > rest && s[end-1] == '.' {
					end--
				}
				if slash := strings.IndexByte(s[rest:end], '/'); slash >= 0 && len(key.Prefix) == 4 && key.Prefix[0] == 'A' && isUpperWord(key.Prefix) {
					end = rest + slash // AKIA…/20261129/eu-central-1/s3/aws4_request
				}
				if len(key.Prefix) == 2 && key.Prefix == strings.ToUpper(key.Prefix) && isNameOfVariable(s[i:end]) {
					return // SKYVERN_AUTH_…: a name
				}
				if found = end-rest >= key.Min && isRandom(s[rest:end]); found {
					x.add(i, end, secret)
				}
			})
			if found {
				return
			}
		}
	}
	x.prefixedToken(s, from, to)
	x.saidToken(s, from, to)
	x.endedToken(s, from, to)
	// a licence key of New Relic ends with its mark
	if to-from >= 24 && strings.HasSuffix(s[from:to], "NRAL") {
		x.add(from, to, secret)
	}
}

// isNameOfVariable says whether a word is what variables of an environment are called: words in capitals, joined by underscores.
func isNameOfVariable(word string) bool {
	joined := false
	for i := 0; i < len(word); i++ {
		if c := word[i]; c == '_' {
			joined = true
		} else if !isUpper(c) && !isDigit(c) {
			return c == '=' && joined
		}
	}
	return joined
}

// prefixedToken finds the key of a vendor that no list names: a short prefix, then 32 characters or more that nobody chose.
func (x *scanner) prefixedToken(s string, from, to int) {
	if to-from < 35 {
		return
	}
	prefix := from
	for prefix < to && isAlnum(s[prefix]) {
		prefix++
	}
	if strings.HasPrefix(s[from:], "sha") || strings.HasPrefix(s[from:], "md5") {
		return
	}
	if n := prefix - from; n < 1 || n > 12 || prefix == to || s[prefix] != '_' && s[prefix] != '-' || !isLetter(s[from]) {
		return
	}
	// more prefixes: abc_live_…
	body := prefix + 1
	for range 2 {
		next := body
		for next < to && isLower(s[next]) {
			next++
		}
		if next == to || s[next] != '_' && s[next] != '-' || next-body > 8 {
			break
		}
		body = next + 1
	}
	lowers, uppers, digits, run, longest := 0, 0, 0, 0, 0
	for i := body; i < to; i++ {
		switch c := s[i]; {
		case isLower(c):
			lowers++
		case isUpper(c):
			uppers++
		case isDigit(c):
			digits++
		default:
			run = -1
		}
		run++
		longest = max(longest, run)
	}
	if longest >= 32 && lowers >= 5 && uppers >= 5 && digits >= 2 {
		x.add(from, to, secret)
	}
}

// tokenPrefixes say that what follows opens something: invtok_…, rt_….
var tokenPrefixes = setOf([]string{"rt", "at", "art", "rft", "refresh", "access", "invite", "inv", "tok", "session", "sid", "magic", "reset", "verify", "otk", "secret", "csrf", "pat", "auth", "bearer", "jwt", "api"})

// saidToken finds a token whose prefix says what it is: letters in both cases and digits, sixteen or more, that nobody chose.
func (x *scanner) saidToken(s string, from, to int) {
	sign := strings.IndexByte(s[from:to], '_')
	if sign < 2 || sign > 12 || to-from-sign-1 < 16 || !onlyLetters(s[from:from+sign]) {
		return
	}
	prefix := strings.ToLower(s[from : from+sign])
	if !tokenPrefixes.hasFold(prefix) && !strings.HasSuffix(prefix, "tok") && !strings.HasSuffix(prefix, "token") && !strings.HasSuffix(prefix, "key") && !strings.HasSuffix(prefix, "secret") {
		return
	}
	lowers, uppers, digits := letterKinds(s[from+sign+1 : to])
	if lowers >= 3 && uppers >= 3 && digits >= 1 {
		x.add(from, to, secret)
	}
}

// endedToken finds the keys whose form is known by their end or their middle: Mailchimp's …-us14, Plaid's access-production-….
func (x *scanner) endedToken(s string, from, to int) {
	word := s[from:to]
	if len(word) >= 36 && len(word) <= 38 && word[32:35] == "-us" && isAllHex(word[:32]) && allDigits(word[35:]) {
		x.add(from, to, secret)
	}
	if len(word) == 35 && word[:3] == "fc-" && isAllHex(word[3:]) || len(word) == 42 && word[2:6] == "-lf-" && isUUID(word[6:]) || len(word) == 46 && word[:3] == "oy2" && isAllAlnum(word) {
		x.add(from, to, secret)
	}
	if len(word) > 42 && word[:7] == "access-" && isUUID(word[len(word)-36:]) {
		x.add(from, to, secret)
	}
}

func isAllAlnum(v string) bool {
	for i := 0; i < len(v); i++ {
		if !isLower(v[i]) && !isDigit(v[i]) {
			return false
		}
	}
	return true
}

// letterKinds counts small letters, capitals and digits.
func letterKinds(s string) (lowers, uppers, digits int) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isLower(c):
			lowers++
		case isUpper(c):
			uppers++
		case isDigit(c):
			digits++
		}
	}
	return lowers, uppers, digits
}

// isRandom says whether a word has a part that nobody chose: letters and digits mixed, or long.
func isRandom(s string) bool {
	start := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && isAlnum(s[i]) {
			continue
		}
		part := s[start:i]
		start = i + 1
		if len(part) < 7 {
			continue
		}
		lowers, uppers, digits := letterKinds(part)
		if digits > 0 || lowers > 0 && uppers > 1 || len(part) >= 16 {
			return true
		}
	}
	return false
}

// shaped finds tokens in several parts that begin with the word from..to, and returns where they end.
func (x *scanner) shaped(s string, from, to int) int {
	word := s[from:to]
	if at := strings.Index(word, "eyJ"); at >= 0 && (at == 0 || !isAlnum(word[at-1])) && len(word)-at >= 15 {
		end := to
		for parts := 0; parts < 4 && end < len(s) && (s[end] == '.' || parts == 0 && s[end] == '='); parts++ {
			end++
			for end < len(s) && (isTokenChar(s[end]) || s[end] == '=') {
				end++
			}
		}
		for end > to && s[end-1] == '.' {
			end--
		}
		x.add(from+at, end, secret)
		return end
	}
	if len(word) >= 17 && to+30 < len(s) && s[to] == '.' {
		second := to + 1
		end := second
		for end < len(s) && isTokenChar(s[end]) {
			end++
		}
		if n := end - second; n >= 5 && n <= 8 && end < len(s) && s[end] == '.' {
			third := end + 1
			end = third
			for end < len(s) && isTokenChar(s[end]) {
				end++
			}
			if end-third >= 20 && isEncodedNumber(word) {
				x.add(from, end, secret)
				return end
			}
		}
	}
	return to
}

// botTokenEnd is the end of a token of Telegram, 123456789:AA…; 0 where none begins.
func botTokenEnd(s string, from, to int) int {
	digits := strings.TrimPrefix(s[from:to], "bot")
	if len(digits) < 8 || len(digits) > 10 || !allDigits(digits) || to >= len(s) || s[to] != ':' {
		return 0
	}
	end := to + 1
	for end < len(s) && isTokenChar(s[end]) {
		end++
	}
	if end-to < 30 || !isRandom(s[to+1:end]) {
		return 0
	}
	return end
}

// iban finds account numbers whose check digits are right, in one word or in groups of four.
func (x *scanner) iban(s string, from, to int) {
	if !isUpper(s[from]) || !isUpper(s[from+1]) || !isDigit(s[from+2]) || !isDigit(s[from+3]) {
		return
	}
	var text [34]byte
	n, end := 0, from
	for i := from; i < len(s) && n < len(text); i++ {
		c := s[i]
		if isUpper(c) || isDigit(c) {
			text[n] = c
			n++
			end = i + 1
		} else if (c != ' ' && c != '-') || (n%4 != 0) || i+1 < len(s) && !isDigit(s[i+1]) && !isUpper(s[i+1]) {
			break
		}
	}
	for ; n >= 15 && end > from; n-- {
		if (end == len(s) || !isAlnum(s[end])) && ibanChecks(text[:n]) {
			x.add(from, end, person)
			return
		}
		// the last group may belong to the next word
		for end--; end > from && !isAlnum(s[end-1]); end-- {
		}
	}
}

func ibanChecks(text []byte) bool {
	remainder := 0
	for i := range text {
		c := text[(i+4)%len(text)]
		if isDigit(c) {
			remainder = (remainder*10 + int(c-'0')) % 97
		} else {
			remainder = (remainder*100 + int(c-'A') + 10) % 97
		}
	}
	return remainder == 1
}

// isEncodedNumber says whether base64 begins with digits, as the first part of a Discord token does.
func isEncodedNumber(s string) bool {
	var bits, n uint
	decoded := 0
	for i := 0; i < len(s) && i < 16; i++ {
		value := strings.IndexByte(base64Alphabet, s[i])
		if value < 0 {
			return false
		}
		bits = bits<<6 | uint(value)
		if n += 6; n >= 8 {
			n -= 8
			if !isDigit(byte(bits >> n)) {
				return false
			}
			decoded++
		}
	}
	return decoded >= 8
}

const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// pemBlocks masks what stands between BEGIN and END; a block that was cut ends with the text.
func (x *scanner) pemBlocks(s string) {
	const begin, dashes = "-----BEGIN ", "-----"
	if !strings.Contains(s, dashes) {
		return
	}
	x.pemEnd(s)
	for at := 0; at < len(s); {
		next := strings.Index(s[at:], begin)
		if next < 0 {
			return
		}
		from := at + next + len(begin)
		closing := strings.Index(s[from:], dashes)
		if closing < 0 {
			return
		}
		from += closing + len(dashes)
		to := len(s)
		if end := strings.Index(s[from:], "-----END"); end >= 0 {
			to = from + end
		}
		at = to
		for to > from && isSpace(s[to-1]) {
			to--
		}
		for from < to && isSpace(s[from]) {
			from++
		}
		if !isReplacement(s[from:to]) && !speaksOfBlock(s[from:to]) {
			x.add(from, to, secret)
		}
	}
}

// speaksOfBlock says whether words follow a BEGIN, and no block: -----BEGIN CERTIFICATE----- expected, found ….
func speaksOfBlock(s string) bool {
	end := strings.IndexAny(s, " ,.:;\"')")
	return end > 1 && isVerdict(s[:end])
}

// pemEnd masks the lines before an END whose BEGIN another record has.
func (x *scanner) pemEnd(s string) {
	to := strings.Index(s, "-----END ")
	if to <= 0 || strings.Contains(s[:to], "-----BEGIN ") {
		return
	}
	for to > 0 {
		end := to
		for end > 0 && isSpace(s[end-1]) {
			end--
		}
		if end > 1 && s[end-1] == 'n' && s[end-2] == '\\' {
			end -= 2
		}
		from := end
		for from > 0 && (isBase64(s[from-1]) || s[from-1] == '=') {
			from--
		}
		if from = min(afterEscape(s, from), end); end == to || end-from < 8 {
			return
		}
		x.add(from, end, secret)
		to = from
	}
}

// passwordHashes finds $2b$12$…, $argon2id$…, pbkdf2_sha256$…, SCRAM-SHA-256$….
func (x *scanner) passwordHashes(s string) {
	for _, scheme := range [...]string{"{SSHA", "{SHA", "{CRYPT", "{MD5", "{PBKDF2", "{BCRYPT", "{ARGON2"} {
		if at := strings.Index(s, scheme); at >= 0 {
			if closing := strings.IndexByte(s[at:], '}'); closing > 0 && closing < 16 {
				if end := wordEnd(s, at+closing+1); end-at-closing > 16 {
					x.add(at, end, secret)
				}
			}
		}
	}
	if at := strings.Index(s, "access_token$"); at >= 0 {
		x.add(at, wordEnd(s, at), secret)
	}
	for i := 0; i < len(s); i++ {
		if s[i] == '$' {
			end := i
			x.nearby(s, i, i, func(s string, at int) { end += x.passwordHash(s, at) - at })
			i = end
		}
	}
}

// passwordHash finds one whose scheme ends at i, and says where it ends; i where none does.
func (x *scanner) passwordHash(s string, i int) int {
	from := i
	for from > 0 && (isTokenChar(s[from-1]) || s[from-1] == ':') {
		from--
	}
	end := i + 1
	for end < len(s) && strings.IndexByte(" \t\r\n\"'`,;:<>)]}|\\", s[end]) < 0 {
		end++
	}
	for end+1 < len(s) && s[end] == ',' && strings.IndexByte(s[i:end], '=') > 0 && isLetter(s[end+1]) {
		// $argon2id$v=19$m=65536,t=3,p=4$salt$hash
		for end++; end < len(s) && strings.IndexByte(" \t\r\n\"'`,;:<>)]}|\\", s[end]) < 0; end++ {
		}
	}
	scheme, hash := s[from:i], s[i+1:end]
	if strings.HasPrefix(strings.ToLower(scheme), "scram") {
		for end < len(s) && s[end] == ':' {
			for end++; end < len(s) && strings.IndexByte(" \t\r\n\"'`,;:<>)]}|\\", s[end]) < 0; end++ {
			}
		}
		hash = s[i+1 : end]
	}
	if dollar := strings.IndexByte(hash, '$'); strings.HasSuffix(scheme, ":") || scheme == "" {
		from = i
		if dollar < 1 || len(hash) < 20 || !isHashScheme(hash[:dollar]) {
			return i
		}
	} else if !isHashName(scheme) || len(hash) < 16 {
		return i
	}
	x.add(from, end, secret)
	return end
}

func isHashScheme(name string) bool {
	switch name {
	case "1", "2", "2a", "2b", "2x", "2y", "5", "6", "7", "y", "gy", "apr1", "md5", "sha1":
		return true
	}
	return strings.HasPrefix(name, "argon2") || strings.HasPrefix(name, "scrypt") || strings.HasPrefix(name, "pbkdf2") || strings.HasPrefix(name, "bcrypt")
}

func isHashName(name string) bool {
	low := strings.ToLower(name)
	for _, prefix := range [...]string{"pbkdf2", "scrypt", "argon2", "bcrypt", "scram-sha", "sha1", "sha256", "sha512"} {
		if strings.HasPrefix(low, prefix) {
			return true
		}
	}
	return false
}
