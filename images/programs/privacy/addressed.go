package privacy

import "strings"

// Names in sentences that no key announces, where a word before leaves no doubt: a title, a greeting, what somebody did.

var (
	// titles stand before somebody's name and nothing else.
	titles = setOf([]string{"mr", "mrs", "ms", "mme", "mlle", "herr", "frau", "fru", "dr", "prof", "señor", "señora", "sr", "sra", "monsieur", "madame",
		"signor", "signora", "dhr", "mevr", "pan", "pani", "panie", "doña"})
	// greetings begin a letter.
	greetings = setOf([]string{"hi", "hello", "dear", "hey", "hei", "hallo", "hola", "kjære", "käre", "kära", "kære", "liebe", "lieber", "bonjour", "cher",
		"chère", "ciao", "caro", "cara", "beste", "olá", "estimado", "estimada", "gentile"})
	// notGreeted follow a greeting and are nobody's name.
	notGreeted = setOf([]string{"world", "customer", "valued", "all", "everyone", "everybody", "team", "user", "sir", "madam", "friend", "friends", "there", "diary",
		"member", "guest", "player", "admin", "colleague", "colleagues", "subscriber"})
	// adverbs stand between a word for a person and what that person did.
	adverbs = setOf([]string{"not", "already", "just", "never", "now", "still", "has", "had", "was", "is", "been", "who", "got", "again", "last", "first", "must",
		"should", "can", "cannot", "may", "and", "or", "to", "account", "session", "service", "agent", "input", "data"})
)

// titled finds the name behind a title: Frau Müller, Mr. van Dyke. from..end is the title, at where the next word begins.
func (x *scanner) titled(s string, from, end, at int) {
	if !isUpper(s[from]) || end-from > 1 && isUpper(s[from+1]) || !titles.hasFold(s[from:end]) {
		return
	}
	switch word := strings.ToLower(s[from:end]); {
	case end < len(s) && s[end] == '.' || len(word) > 3:
	case word == "mr" || word == "mrs" || word == "ms" || word == "mme" || word == "fru":
	default:
		return // Pan Left
	}
	if to := namesEnd(s, at, 1); to > at {
		x.add(at, to, person)
	}
}

// greeted finds the name in full behind a greeting, up to the sign that ends it: Hi Kari Nordmann, …
func (x *scanner) greeted(s string, at int) {
	if titles.hasFold(wordFrom(s, at)) {
		return // Lieber Herr Brandt, which its title says
	}
	to := namesEnd(s, at, 2)
	if to == at && isGivenName(wordFrom(s, at)) {
		to = at + len(wordFrom(s, at)) // Hi Kari,
	}
	if to == at || to >= len(s) || strings.IndexByte(",!:\n", s[to]) < 0 {
		return
	}
	for word := range strings.SplitSeq(s[at:to], " ") {
		if notGreeted.hasFold(word) || notInNames.hasFold(word) {
			return
		}
	}
	x.add(at, to, person)
}

// sentWords stand before `to` and whom something is sent to or paid by.
var sentWords = setOf([]string{"bill", "billed", "ship", "shipped", "deliver", "delivered", "sold", "invoice", "invoiced", "issued", "addressed", "payable", "attention", "attn", "posted", "mailed",
	"registered", "licensed", "refund", "refunded", "prescribed"})

// addressedTo finds the name in full behind what is sent: billed to Kari Nordmann.
func (x *scanner) addressedTo(s string, from, at int) (found bool) {
	wordsBefore(s, from, 1, func(before []byte) bool {
		found = sentWords.has(before)
		return false
	})
	if !found {
		return false
	}
	to := namesEnd(s, at, 2)
	if to > at && looksFullName(s[at:to]) {
		x.add(at, to, person)
		return true
	}
	return false
}

// namesEnd is the end of at least so many and at most four words with a capital, particles between them; at where they are fewer.
func namesEnd(s string, at, least int) int {
	end, names := at, 0
	for i, words := at, 0; words < 6 && i < len(s); words++ {
		to := i
		for to < len(s) && isWordByte(s[to]) {
			to++
		}
		word := s[i:to]
		if beginsName(s, i) && to-i > 1 && !(isUpper(s[i]) && isUpper(s[i+1])) {
			names++
			end = to
		} else if !isParticle(word) {
			break
		}
		if to >= len(s) || s[to] != ' ' {
			break
		}
		i = to + 1
	}
	if names < least || names > 4 {
		return at
	}
	return end
}

// verbs of people, behind their name.
var peopleDid = [...]string{" logged in", " logged out", " signed in", " signed out", " signed up", " joined", " left", " registered", " was banned", " was kicked", " unsubscribed"}

// did says whether a word before is about people and what follows is what a person did: user kari.nordmann logged in.
func (x *scanner) did(s string, start, to int) bool {
	who := s[start:to]
	if len(who) < 3 || !isLetter(who[0]) && who[0] < 0x80 || !onlyName(who) || adverbs.hasFold(who) || strings.HasSuffix(who, "ly") || !isPersonName(weakName, who) {
		return false
	}
	sure := strings.ContainsAny(who, "._0123456789")
	if stem := strings.TrimRight(who, "0123456789"); len(stem) < len(who) && (notUserNames.hasFold(stem) || kindsOfThings.hasFold(stem)) {
		return false // user agent2 registered
	}
	for i, verb := range peopleDid {
		if strings.HasPrefix(s[to:], verb) && (sure || i < 5) {
			x.add(start, to, person)
			return true
		}
	}
	return false
}

// signedIn finds who signed in in the logs of sshd, sudo and PAM. word is `for` or `user`, the name stands at start..to.
func (x *scanner) signedIn(s, word string, from, start, to int) bool {
	who := s[start:to]
	if open := strings.IndexByte(who, '('); open > 0 {
		who = who[:open]
	}
	before, rest := s[:from], s[start+len(who):]
	switch word {
	case "for":
		if !strings.HasPrefix(rest, " from ") || !strings.HasSuffix(before, "password ") && !strings.HasSuffix(before, "publickey ") && !strings.HasSuffix(before, "/pam ") &&
			!strings.HasSuffix(before, "none ") && !strings.HasSuffix(before, "hostbased ") {
			return false
		}
	default:
		if !strings.HasSuffix(before, "session opened for ") && !strings.HasSuffix(before, "session closed for ") && !strings.HasSuffix(before, "session for ") {
			return false
		}
	}
	if onlyName(who) && isPersonName(weakName, who) {
		x.add(start, start+len(who), person)
		return true
	}
	return false
}

// sudo finds who ran a command: sudo: jane : TTY=pts/0 ; PWD=…
func (x *scanner) sudo(s string) {
	at := strings.Index(s, " : TTY=")
	if at < 0 {
		return
	}
	from := at
	for from > 0 && s[from-1] != ' ' {
		from--
	}
	if who := s[from:at]; who != "" && onlyName(who) && isPersonName(weakName, who) {
		x.add(from, at, person)
		if home := strings.Index(s[at:], "/home/"+who); home > 0 {
			begin := at + home + len("/home/")
			if to := begin + len(who); to == len(s) || !isIdent(s[to]) {
				x.add(begin, to, person)
			}
		}
	}
}

// cameFrom says whether an address follows a word for a person and a name: login ok for user jane from 203.0.113.9.
func (x *scanner) cameFrom(s string, from, start, to int) bool {
	who := s[start:to]
	rest, ok := strings.CutPrefix(s[to:], " from ")
	if !ok && len(s) > to && s[to] == ' ' && strings.Contains(s[to:min(len(s), to+56)], " port ") {
		rest, ok = s[to+1:], true
	}
	if !ok || len(who) < 3 || !onlyName(who) || !isLetter(who[0]) || isServiceUser(who) || !isPersonName(weakName, who) || rules.proseWords.hasFold(who) || adverbs.hasFold(who) {
		return false
	}
	for _, before := range [...]string{"ip ", "IP ", "address ", "host ", "["} {
		rest = strings.TrimPrefix(rest, before)
	}
	_, _, v4 := parseV4(rest, 0)
	if colon := strings.IndexByte(rest[:min(len(rest), 6)], ':'); !v4 && (colon < 1 || !isHexGroup(rest[:colon])) {
		return false
	}
	x.add(start, to, person)
	return true
}

// cameBefore finds who is before what brought them here: jane.doe connected from 203.0.113.9. `from` begins at from, the address at start.
func (x *scanner) cameBefore(s string, from, start int) bool {
	if _, _, ok := parseV4(s, start); !ok {
		return false
	}
	for _, verb := range [...]string{" connected ", " logged in ", " signed in ", " authenticated ", " logged on ", " reconnected ", " disconnected "} {
		before, ok := strings.CutSuffix(s[:from], verb)
		if !ok {
			continue
		}
		begin := len(before)
		for begin > 0 && isIdent(before[begin-1]) {
			begin--
		}
		if who := before[begin:]; isPersonalLogin(who) || isHandle(who) {
			x.add(begin, len(before), person)
			return true
		}
	}
	return false
}

// isHexGroup says whether a word is a group of an IPv6 address: 2001.
func isHexGroup(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isHex(s[i]) {
			return false
		}
	}
	return len(s) <= 4
}

// doneBy finds who did something, where the name has a form of those of Discord, in small letters with dots and underscores: user ravenholt.exe opened the list.
func (x *scanner) doneBy(s string, start, to int) bool {
	who := s[start:to]
	if len(who) < 5 || len(who) > 32 || !strings.ContainsAny(who, "._") || who != strings.ToLower(who) || !onlyName(who) || isFileName(who) || isServiceUser(who) || meaningOf(who) != plain || to+4 >= len(s) || s[to] != ' ' {
		return false
	}
	verb := wordFrom(s, to+1)
	if len(verb) < 5 || !strings.HasSuffix(verb, "ed") && verb != "chose" && verb != "wrote" && verb != "began" || isPassive(verb) || strings.HasPrefix(s[to+1+len(verb):], " by ") || to+1+len(verb) >= len(s) || s[to+1+len(verb)] != ' ' {
		return false
	}
	for part := range strings.FieldsFuncSeq(who, func(c rune) bool { return c == '.' || c == '_' || c == '-' }) {
		if stem := strings.TrimRight(part, "0123456789"); notUserNames.hasFold(stem) || kindsOfThings.hasFold(stem) || rules.notUsers.hasFold(stem) || rules.numberWords.hasFold(stem) || rules.proseWords.hasFold(stem) || things.hasFold(stem) || meaningOf(stem) != plain {
			return false
		}
	}
	x.add(start, to, person)
	return true
}

// isPassive says whether a verb rather tells what was done to a thing: user orders.read granted.
func isPassive(verb string) bool {
	switch verb {
	case "granted", "loaded", "created", "updated", "deleted", "expired", "failed", "used", "needed", "required", "missed", "configured", "defined", "renamed", "dropped", "cached", "indexed", "migrated", "deprecated", "removed", "added", "allowed", "denied", "revoked":
		return true
	}
	return false
}
