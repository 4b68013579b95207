package privacy

import "strings"

// Names that people choose for themselves and that hold no number: iron_maud, henrikas_k. Joined words are names of programs, tables and roles as well, so
// every part is looked at, and a word before must say that somebody stands there.

// partsOfRoles are in names of accounts, roles and files that programs have.
var partsOfRoles = setOf([]string{"rw", "ro", "dba", "adm", "dev", "prod", "stg", "qa", "sys", "usr", "svc", "sql", "etl", "cron", "auto", "lambda", "nightly", "hourly", "daily", "weekly", "monthly", "internal", "external", "public", "private", "local",
	"remote", "read", "write", "readonly", "readwrite", "master", "slave", "main", "live", "legacy", "temp", "tmp", "raw", "base", "sub", "pre", "post", "min", "max", "avg", "rps", "ops", "devops", "sre", "net", "http", "https", "json", "csv", "xml", "ssh",
	"ssl", "tls", "tcp", "udp", "dns", "smtp", "imap", "ldap", "mfa", "otp", "sso", "vpn", "wifi", "grpc", "rest", "sidecar", "cli", "sdk", "lib", "bin", "src", "dst", "ref", "uuid", "guid", "hash", "json", "yaml", "html", "stale", "anon", "my", "per", "by", "on", "top", "hot", "best", "latest", "recent", "popular", "posts", "idx", "tbl", "pk", "fk", "seq", "col", "fn", "sp", "vw", "trg", "uq", "ix",
	"ruleset", "throttle", "ratelimit", "fallback", "primary", "standby", "staging", "production", "development", "sandbox", "shared", "common", "global", "regional", "central"})

// isTechnical says whether a part of a joined word rather is of a program's.
func isTechnical(part string) bool {
	return isOfPrograms(part) || things.hasFold(part) || len(part) > 4 && (strings.HasSuffix(part, "ed") || strings.HasSuffix(part, "ing") || strings.HasSuffix(part, "er") && things.hasFold(part[:len(part)-2]))
}

// isOfPrograms says whether a part is one that programs alone have.
func isOfPrograms(part string) bool {
	return notUserNames.hasFold(part) || kindsOfThings.hasFold(part) || rules.notUsers.hasFold(part) || rules.numberWords.hasFold(part) || rules.indexKeys.hasFold(part) || databaseUsers.hasFold(part) ||
		notConnected.hasFold(part) || notSignedIn.hasFold(part) || signInVerdicts.hasFold(part) || signInThings.hasFold(part) || aboutSecrets.hasFold(part) || rules.serviceUsers.hasFold(part) || rules.harmlessFollowers.hasFold(part) ||
		rules.harmlessValues.hasFold(part) || partsOfRoles.hasFold(part) || meaningOf(part) != plain
}

// isChosenName says whether a word is rather what somebody is called than what a program is.
func isChosenName(who string) bool {
	if isHandle(who) || isOfSomebody(who) {
		return true
	}
	if len(who) < 4 || len(who) > 32 || !onlyName(who) || !isLetter(who[0]) && who[0] < 0x80 || strings.IndexByte(who, '-') >= 0 || isServiceUser(who) || isFileName(who) || isUUID(who) || strings.ToUpper(who) == who || !isPersonName(weakName, who) {
		return false
	}
	sign := strings.IndexAny(who, "._")
	if sign < 2 || sign == len(who)-1 {
		return false
	}
	parts, given, thing := 0, false, false
	for part := range strings.FieldsFuncSeq(who, func(c rune) bool { return c == '_' || c == '.' }) {
		stem := strings.TrimRight(part, "0123456789")
		if stem == "" {
			continue
		}
		first := string(upper(stem[0])) + stem[1:]
		switch parts++; {
		case len(stem) >= 3 && isGivenName(first) && !isOfPrograms(stem) && !things.hasFold(stem):
			given = true
		case parts > 1 && (stem == "the" || stem == "of" || stem == "von" || stem == "de"):
		case things.hasFold(stem) && !isOfPrograms(stem):
			thing = true // ruby_jorunn
		case len(stem) > 1 && isTechnical(stem), rules.proseWords.hasFold(stem) && len(stem) > 1:
			return false
		}
	}
	return !(thing && !given) && parts > 1 && parts < 5 && (given || strings.IndexByte(who, '.') < 0)
}

// mayBeChosen says whether the word at i, perhaps in quotes, holds a sign that joins parts of a name, or a digit: a cheap look.
func mayBeChosen(s string, i int) bool {
	for i < len(s) && strings.IndexByte(" '\"@", s[i]) >= 0 {
		i++
	}
	return strings.ContainsAny(s[i:identEnd(s, i)], "._0123456789")
}

// chosenAt masks the name that somebody chose and that begins at i, perhaps in quotes.
func (x *scanner) chosenAt(s string, i int) bool {
	for i < len(s) && strings.IndexByte(" '\"@", s[i]) >= 0 {
		i++
	}
	to := identEnd(s, i)
	for to > i && s[to-1] == '.' {
		to--
	}
	if to < len(s) && strings.IndexByte("=/\\@(", s[to]) >= 0 || !isChosenName(s[i:to]) {
		return false
	}
	x.add(i, to, person)
	return true
}

var (
	// givenToPeople stand before `to` and whom something is given to: granted role editor to.
	givenToPeople = setOf([]string{"granted", "assigned", "reassigned", "delegated", "transferred", "awarded", "given", "gave", "gives", "escalated", "impersonating", "switching", "added"})
	// betweenPeople stand before `between` and two who play or talk.
	betweenPeople = setOf([]string{"trade", "duel", "match", "chat", "conversation", "friendship", "game", "fight", "transfer", "exchange", "challenge"})
	// signedInAs stand before `als`, `som` and their like, and who signed in. Letters with accents end them.
	signedInAs = setOf([]string{"angemeldet", "eingeloggt", "zalogowano", "zalogowany", "zalogowana", "ingelogd", "aangemeld", "innlogget", "logget", "inloggad", "iniciada", "iniciado", "conectado", "conectada", "autenticato", "autenticata",
		"effettuato", "autenticado", "autenticada", "logado", "entrou", "tant", "connect", "inn", "ind"})
)

// givenTo masks to whom something is given; `to` begins at from, and who follows at start.
func (x *scanner) givenTo(s string, from, start int) (found bool) {
	if !mayBeChosen(s, start) && !isOfSomebody(s[start:identEnd(s, start)]) {
		return false
	}
	wordsBefore(s, from, 5, func(word []byte) bool {
		found = givenToPeople.has(word)
		return !found
	})
	return found && x.chosenAt(s, start)
}

// takenFrom masks from whom something is taken: removed role Ranger from.
func (x *scanner) takenFrom(s string, from, start int) (found bool) {
	if !mayBeChosen(s, start) {
		return false
	}
	wordsBefore(s, from, 4, func(word []byte) bool {
		switch string(word) {
		case "removed", "revoked", "taken", "stripped", "withdrawn", "rsvp", "signup", "vote", "answer":
			found = true
		}
		return !found
	})
	return found && x.chosenAt(s, start)
}

// bothWho masks both who trade or talk; `between` begins at from, and the first of them at start.
func (x *scanner) bothWho(s string, from, start int) {
	if !mayBeChosen(s, start) {
		return
	}
	two := false
	wordsBefore(s, from, 1, func(word []byte) bool {
		two = betweenPeople.has(word)
		return false
	})
	if !two || !x.chosenAt(s, start) {
		return
	}
	if at := strings.Index(s[start:min(len(s), start+80)], " and "); at > 0 {
		x.chosenAt(s, start+at+len(" and "))
	}
}

// signedInLike masks who signed in, as other languages say it: Angemeldet als jane.
func (x *scanner) signedInLike(s string, from, start int) (found bool) {
	wordsBefore(s, from, 1, func(word []byte) bool {
		found = signedInAs.has(word)
		return false
	})
	if !found || x.signsInAt(s, start) || x.chosenAt(s, start) {
		return found
	}
	if to := identEnd(s, start); strings.ContainsAny(s[start:to], "._0123456789") && !isBot(s[start:to]) && !isFileName(s[start:to]) {
		x.addLogin(s, start, to)
	}
	return true
}

// refusedUser masks who is refused behind `for user` and `by account`; the word for who begins at from, the name at start.
func (x *scanner) refusedUser(s string, from, start int) bool {
	for _, before := range [...]string{" for ", " by ", "For ", "By "} {
		if rest, ok := strings.CutSuffix(s[:from], before); ok {
			begin := len(rest) + 1
			if before[0] != ' ' {
				begin--
			}
			return aboutSignIn(s, begin) && x.signsInAt(s, start)
		}
	}
	return false
}

// isBot says whether a name is that of a program that talks: lumi-bot, HelperBot.
func isBot(who string) bool {
	who = strings.TrimRight(who, ".,:;!")
	return len(who) > 3 && (strings.HasSuffix(who, "Bot") || hasSuffixFold(who, "-bot") || hasSuffixFold(who, "_bot") || hasSuffixFold(who, "[bot]") || hasSuffixFold(who, "-bot]"))
}
