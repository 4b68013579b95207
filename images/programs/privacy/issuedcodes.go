package privacy

import "strings"

// Codes that open an account once, in a list behind the words for them: recovery codes issued: ["7f3k-9q2m", …], Wiederherstellungscodes: ….

var (
	// codesOnce stand before the word for codes that somebody keeps for later.
	codesOnce = setOf([]string{"recovery", "backup", "scratch", "emergency", "time", "use", "rescue", "reserve", "mfa", "fa", "reset", "restore", "security", "unlock", "otp"})
	// codesOf follow that word in other languages: codes de récupération, kody zapasowe.
	codesOf = [...]string{" de récup", " de recup", " de secours", " de respaldo", " de segurança", " de seguridad", " di recupero", " di backup", " di emergenza", " zapasowe", " odzyskiwania", " ratunkowe"}
	// codesIn begin the word itself: Wiederherstellungscodes, reservekoder.
	codesIn = [...]string{"wiederherstellung", "sicherheit", "sicherung", "backup", "ersatz", "einmal", "notfall", "herstel", "gjenoppretting", "reserve", "engang", "återställning", "gendannelse", "recovery"}
)

// isWordForCodes says whether a word is the plural of `code`, also at its end.
func isWordForCodes(word string) bool {
	if strings.IndexByte("sryiSRYI", word[len(word)-1]) < 0 {
		return false
	}
	for _, ending := range [...]string{"codes", "koder", "kody", "codici", "códigos", "codigos"} {
		if hasSuffixFold(word, ending) {
			return true
		}
	}
	return false
}

// issuedCodes finds the codes in the list behind the word for them, which is at from..end.
func (x *scanner) issuedCodes(s string, from, end int) {
	if !areCodesOnce(s, from, end) {
		return
	}
	at := end
	for at < len(s) && at-end < 56 && (isWordByte(s[at]) || isDigit(s[at]) || s[at] == ' ' || s[at] == '"') {
		at++
	}
	if at >= len(s) || strings.IndexByte(":=[({\n", s[at]) < 0 {
		return
	}
	for range 32 {
		quote := byte(0)
		for at < len(s) && (isSpace(s[at]) || strings.IndexByte(":=[({,;|*-\"'\\", s[at]) >= 0) {
			if quote = s[at]; s[at] == '\\' && at+1 < len(s) && s[at+1] == 'n' {
				at++
			}
			at++
		}
		to := at
		for to < len(s) && (isAlnum(s[to]) || s[to] == '-' || s[to] == ' ' && (quote == '"' || quote == '\'')) {
			to++
		}
		code := s[at:to]
		if len(code) < 3 && to < len(s) && (s[to] == '.' || s[to] == ')') && allDigits(code) {
			at = to + 1 // 1. 7f3k-9q2m
			continue
		}
		if !isListedCode(code) || to < len(s) && strings.IndexByte("=:/@_", s[to]) >= 0 || len(code) == 10 && isTime(code) {
			return
		}
		x.add(at, to, secret)
		at = to
	}
}

// areCodesOnce says whether the words before, behind or in the word for codes say that they open an account.
func areCodesOnce(s string, from, end int) (found bool) {
	low := strings.ToLower(s[from:end])
	for _, begin := range codesIn {
		if strings.HasPrefix(low, begin) {
			return true
		}
	}
	for _, words := range codesOf {
		if strings.HasPrefix(s[end:], words) {
			return true
		}
	}
	wordsBefore(s, from, 1, func(word []byte) bool {
		found = codesOnce.has(word)
		return false
	})
	return found
}
