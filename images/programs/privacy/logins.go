package privacy

import "strings"

// Names to sign in with in a text that speaks of signing in, where their own shape leaves little doubt: a first name that is no word, then a family
// name or a number. Which words stand around them, programs choose freely.

// speaksOfSignIn says whether a text has a word about signing in: login, logged, signed in, authentication, password, credentials, account, user, MFA. Every text is
// asked, so it is read once, by a letter that each of them has.
func speaksOfSignIn(s string) bool {
	for i := 1; i+2 < len(s); i++ {
		before, rest := s[i-1], s[i:]
		found := false
		switch s[i] {
		case 'g':
			if before == 'o' {
				found = strings.HasPrefix(rest, "gin") || strings.HasPrefix(rest, "gged") || strings.HasPrefix(rest, "gging") || strings.HasPrefix(rest, "gout") || strings.HasPrefix(rest, "g in ")
			} else if before == 'i' {
				found = strings.HasPrefix(rest, "gned in") || strings.HasPrefix(rest, "gning in") || strings.HasPrefix(rest, "gn-in") || strings.HasPrefix(rest, "gn in ")
			}
		case 'h':
			found = before == 't' && strings.HasPrefix(rest, "hent")
		case 'w':
			found = before == 's' && strings.HasPrefix(rest, "word")
		case 'c':
			found = before == 'c' && strings.HasPrefix(rest, "count")
		case 'd':
			found = before == 'e' && strings.HasPrefix(rest, "dential")
		case 'v':
			found = before == 'n' && strings.HasPrefix(rest, "vited")
		case 'm', 'i':
			found = strings.HasPrefix(rest, "mpersonat") || before == 's' && strings.HasPrefix(rest, "ion as ")
		case 'F', 'T', 'S', 'W':
			found = before == 'M' && strings.HasPrefix(rest, "FA") || before == 'O' && strings.HasPrefix(rest, "TP") || before == 'S' && strings.HasPrefix(rest, "SO") || before == 'J' && strings.HasPrefix(rest, "WT")
		case 'r':
			found = before == 'e' && rest[1] == ' ' && i > 2 && s[i-2] == 's' && s[i-3]|0x20 == 'u' || before == 'g' && strings.HasPrefix(rest, "ranted to ")
		}
		if found {
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
