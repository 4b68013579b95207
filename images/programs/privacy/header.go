package privacy

import "strings"

// isHeader names the headers whose value has a form of its own.
func isHeader(ident string) string {
	var low [32]byte
	n := 0
	for n < len(ident) && n < len(low) && isIdent(ident[n]) {
		low[n] = lower(ident[n])
		n++
	}
	word := string(low[:n])
	switch {
	case strings.HasSuffix(word, "cookie"):
		return "cookie"
	case word == "pwd" || word == "oldpwd":
		return "path"
	case strings.HasSuffix(word, "authorization"), strings.HasSuffix(word, "authenticate"):
		return "authorization"
	}
	return ""
}

// cookies masks the values of a cookie header; how a cookie is to be kept, and a word that is no key, stay.
func (x *scanner) cookies(s string, v value) {
	for i := v.from; i < v.to; {
		end := i
		for end < v.to && s[end] != ';' {
			end++
		}
		if sign := strings.IndexByte(s[i:end], '='); sign > 0 {
			key, text := strings.TrimSpace(s[i:i+sign]), s[i+sign+1:end]
			if x.isPrivateCookie(key, text) {
				x.add(i+sign+1, end, secret)
			}
		}
		i = end + 1
	}
}

// cookieAttributes say how a cookie is kept.
var cookieAttributes = setOf([]string{"path", "expires", "max-age", "samesite", "domain", "version", "priority", "httponly", "secure"})

// chosenInCookies are keys of cookies that say what somebody wants to see, where a cookie's value is short.
var chosenInCookies = setOf([]string{"culture", "locale", "lang", "language", "uiculture", "theme", "currency", "tz", "timezone", "colorscheme", "color_scheme", "darkmode"})

// isCookieHeader says whether the value of a key for secrets is a list of cookies, or one and how it is kept.
func isCookieHeader(s string) bool {
	first, _, more := strings.Cut(s, "; ")
	key, text, isPair := strings.Cut(first, "=")
	return more && isPair && key != "" && text != "" && onlyName(key)
}

// cookieHeader is such a value without those of the cookies.
func (x *scanner) cookieHeader(s string) string {
	parts := strings.Split(s, ";")
	for i, part := range parts {
		key, text, isPair := strings.Cut(part, "=")
		switch {
		case cookieAttributes.hasFold(strings.TrimSpace(key)):
		case isPair && !x.isPrivateCookie(strings.TrimSpace(key), text):
		case isPair:
			parts[i] = key + "=" + mask
		case !isPair && strings.TrimSpace(part) != "":
			parts[i] = " " + mask
		}
	}
	x.credential = true
	return strings.Join(parts, ";")
}

func (x *scanner) isPrivateCookie(key, text string) bool {
	if isHarmless(text) || cookieAttributes.hasFold(key) {
		return false
	}
	if len(text) <= 24 && chosenInCookies.hasFold(key) && !looksSecret(text) {
		return false
	}
	if m := meaningOf(key); m != plain && m != number {
		return !(m == token && isFloat(text) && len(text) < 6)
	}
	return len(text) > 10 || !isName(text) && !(allDigits(text) && len(text) < 6)
}

// authorization keeps the scheme and masks what follows.
func (x *scanner) authorization(s string, v value, m meaning) {
	to := v.to
	if !v.quoted {
		to = lineEnd(s, v.from)
	}
	text := s[v.from:to]
	first := text
	if space := strings.IndexByte(text, ' '); space > 0 && !v.quoted && (isHarmless(text[:space]) && !rules.schemes.hasFold(text[:space]) || s[v.from-1] == '=' && !rules.schemes.hasFold(text[:space])) {
		if !isHarmless(text[:space]) && !isVerdict(text[:space]) {
			x.add(v.from, v.to, secret)
		}
		return
	}
	if space := strings.IndexAny(text, " +"); space > 0 && (text[space] == ' ' || rules.schemes.hasFold(text[:space])) {
		first = text[:space]
	}
	if len(first) == len(text) {
		if isSecret(m, text) && !isVerdict(text) {
			x.add(v.from, v.to, secret)
		}
		return
	}
	from := v.from + len(first) + 1
	for from < to && s[from] == ' ' {
		from++
	}
	known := rules.schemes.hasFold(first)
	end := from
	for end < to && strings.IndexByte(" \t,;)]}>", s[end]) < 0 {
		end++
	}
	if end < to && (s[end] == '>' && s[from] == '<' || s[end] == ']' && s[from] == '[' || s[end] == ')' && s[from] == '(') && isHarmless(s[from:end+1]) {
		return // Bearer <redacted>
	}
	second := s[from:end]
	switch {
	case known && isParameters(s[from:]):
		if !v.quoted {
			to = endOfLine(s, from)
		}
		x.authParameters(s, from, to)
	case strings.HasPrefix(second, "realm="):
	case known:
		if !isHarmless(second) && !rules.proseWords.hasFold(second) {
			if v.quoted {
				end = to
			}
			x.add(from, end, secret)
		}
	case v.quoted:
		if isSecret(m, first) && !strings.Contains(first, " ") && (looksSecret(first) || looksSecret(second)) {
			x.add(v.from, to, secret)
		}
	case looksSecret(second):
		x.add(from, end, secret)
	case isSecret(m, first) && !rules.proseWords.hasFold(first) && !rules.proseWords.hasFold(second) && !rules.schemes.hasFold(second):
		x.add(v.from, v.from+len(first), secret)
	}
}

// isVerdict: authorization=allowed. No scheme is missing before a word of small letters.
func isVerdict(word string) bool {
	return len(word) <= 12 && word == strings.ToLower(word) && allLetters(word)
}

// isParameters says whether a scheme is followed by name=value, name="value".
func isParameters(s string) bool {
	i := 0
	for i < len(s) && isTokenChar(s[i]) {
		i++
	}
	return i > 0 && i+2 < len(s) && s[i] == '=' && s[i+1] != '=' && !isSpace(s[i+1]) && strings.IndexByte(s, ',') > 0
}

// publicParameters of an authorization say who asks for what, and open nothing.
var publicParameters = setOf([]string{"realm", "algorithm", "qop", "nc", "signedheaders", "uri", "ts", "version", "headers", "charset", "stale",
	"oauth_version", "oauth_signature_method", "oauth_timestamp"})

func (x *scanner) authParameters(s string, from, to int) {
	for i := from; i < to; {
		for i < to && (s[i] == ' ' || s[i] == ',') {
			i++
		}
		start := i
		for i < to && (isTokenChar(s[i]) || s[i] == '.') {
			i++
		}
		if i == start || i >= to || s[i] != '=' {
			return
		}
		key := s[start:i]
		v := valueAfter(s[:to], i+1, false)
		i = max(v.after, i+1)
		end := v.to
		if strings.EqualFold(key, "credential") {
			if slash := strings.IndexByte(s[v.from:v.to], '/'); slash > 0 {
				end = v.from + slash
			}
		}
		if !publicParameters.hasFold(key) && !isHarmless(s[v.from:end]) {
			x.add(v.from, end, secret)
		}
	}
}
