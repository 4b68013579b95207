package privacy

import "strings"

// Names to sign in with in a text that speaks of signing in, where their own shape leaves little doubt: a first name that is no word, then a family
// name or a number. Which words stand around them, programs choose freely.

// signInStems are parts of the words that such a text has.
var signInStems = [...]string{"ogin", "ogged", "og in ", "ign in ", "ogout", "ogging in", "ogging out", "igned in", "igning in", "ign-in", "uthent", "assword", "redential", "ccount", "ession as", "nvited", "MFA", "OTP", "SSO", "JWT", "mpersonat", "ole granted", "user ", "User "}

func speaksOfSignIn(s string) bool {
	for _, stem := range signInStems {
		if strings.Contains(s, stem) {
			return true
		}
	}
	return false
}

// logins finds them.
func (x *scanner) logins(s string) {
	if !speaksOfSignIn(s) {
		return
	}
	for i := 0; i < len(s); {
		if !isLower(s[i]) {
			i++
			continue
		}
		from := i
		for i < len(s) && (isIdent(s[i]) || s[i] == '@') {
			i++
		}
		to := i
		for to > from && (s[to-1] == '.' || s[to-1] == '-') {
			to--
		}
		if to-from >= 5 && to-from <= 40 && (from == 0 || strings.IndexByte(" '\"([<", s[from-1]) >= 0) && (to == len(s) || strings.IndexByte(" '\",.;:)]>", s[to]) >= 0 && !(s[to] == ':' && to+1 < len(s) && s[to+1] != ' ') && !(s[to] == '.' && to+1 < len(s) && isAlnum(s[to+1]))) {
			if isLoginByShape(s[from:to]) && !beforeSign(s, to) {
				x.add(from, to, person)
			}
		}
	}
}

// beforeSign says whether a sign that gives a word a value follows it.
func beforeSign(s string, i int) bool {
	for i < len(s) && (s[i] == '"' || s[i] == '\'' || s[i] == ' ') {
		i++
	}
	return i < len(s) && (s[i] == '=' || s[i] == ':' && i > 0 && s[i-1] != ' ' && (s[i-1] == '"' || s[i-1] == '\''))
}

// isLoginByShape: nina.ek, nina_ek, nina77, jhansen.
func isLoginByShape(who string) bool {
	if at := strings.IndexAny(who, "._"); at > 0 {
		second := who[at+1:]
		if at == 1 {
			return len(second) >= 4 && onlyLetters(second) && initialAndFamily(who[:1]+second) // a.nowak
		}
		return at >= 4 && len(second) >= 4 && onlyLetters(second) && isLogin(who) && !isFileName(who) && !things.hasFold(second) && !notUserNames.hasFold(second) && !kindsOfThings.hasFold(second) && !isServiceUser(who) && meaningOf(second) == plain && !rules.numberWords.hasFold(second)
	}
	stem := strings.TrimRight(who, "0123456789")
	if n := len(who) - len(stem); n > 0 {
		return n >= 2 && n <= 3 && len(stem) >= 4 && onlyLetters(stem) && isGivenName(string(upper(stem[0]))+stem[1:]) && !isServiceUser(who)
	}
	return len(who) >= 6 && initialAndFamily(who)
}
