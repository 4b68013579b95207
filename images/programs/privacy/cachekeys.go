package privacy

import "strings"

// Tokens in the keys of a cache, behind the words that say what they open: password_reset:4bf2765e…, email-verify:Zk81….

// tokenInKey finds one of twenty characters or more that nobody chose; its key stands at from..colon.
func (x *scanner) tokenInKey(s string, from, colon int) bool {
	to := colon + 1
	for to < len(s) && isTokenChar(s[to]) {
		to++
	}
	text := s[colon+1 : to]
	if len(text) < 20 || isOfWords(text) || to < len(s) && s[to] == ':' || !isAllHex(text) && !looksSecret(text) || isUUID(text) || !opensByKey(s[from:colon]) {
		return false
	}
	x.add(colon+1, to, secret)
	return true
}

// isOfWords says whether words are joined, rather than that a token of Base64 holds a sign: refresh:orders-by-customer-2026.
func isOfWords(text string) bool {
	if !strings.ContainsAny(text, "-_") {
		return false
	}
	for part := range strings.FieldsFuncSeq(text, func(c rune) bool { return c == '-' || c == '_' }) {
		if len(part) >= 4 && onlyLetters(part) && (part == strings.ToLower(part) || part == strings.ToUpper(part)) {
			return true
		}
	}
	return strings.ToLower(text) == text
}

// opensByKey says whether a word of a key says that what follows opens something once.
func opensByKey(key string) bool {
	var w words
	w.split(key)
	for i := range w.n {
		switch string(w.joined(i, i)) {
		case "reset", "verify", "verification", "magic", "confirm", "confirmation", "activate", "activation", "unsubscribe", "invite", "invitation", "recover", "recovery", "otp", "onetime", "login", "signin", "oauth", "sso", "csrf", "handoff", "impersonate", "refresh":
			return true
		}
	}
	return false
}
