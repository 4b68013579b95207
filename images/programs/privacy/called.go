package privacy

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Names that no key announces: a first name that many people have and what follows it, and what stands behind a word for people.

// knownName finds a first name with the family name behind it: Ewa Nowicka, Piet de Vries, John F. Kennedy. The first word is from..end.
func (x *scanner) knownName(s string, from, end int) bool {
	if !mayFollow(s, end+1) || !isGivenName(s[from:end]) && !isAmbiguousPair(s[from:end], wordFrom(s, end+1)) {
		return false
	}
	to := familyEnd(s, end)
	if to == end || precededByArticle(s, from) {
		return false
	}
	x.add(from, to, person)
	return true
}

// isAmbiguousPair: Max Mustermann, Grace Jones.
func isAmbiguousPair(first, family string) bool {
	if _, ok := slices.BinarySearch(ambiguousNames, first); !ok {
		return false
	}
	_, ok := slices.BinarySearch(familyNames, strings.TrimSuffix(family, "'s"))
	return ok
}

// isGivenName knows also Anne-Marie.
func isGivenName(word string) bool {
	if dash := strings.IndexByte(word, '-'); dash > 0 {
		word = word[:dash]
	}
	return len(word) >= 3 && len(word) <= 24 && isFirstName(word)
}

// mayFollow says whether a capital or a particle stands at i.
func mayFollow(s string, i int) bool {
	return beginsName(s, i) || i < len(s) && isParticle(wordFrom(s, i))
}

// precededByArticle: the Alexander Technique.
func precededByArticle(s string, from int) (found bool) {
	if from < 3 || s[from-1] != ' ' {
		return false
	}
	wordsBefore(s, from, 1, func(before []byte) bool {
		switch string(before) {
		case "the", "an", "der", "die", "das", "saint", "san", "santa", "los":
			found = true
		}
		return false
	})
	return found
}

// familyEnd is the end of the one to three words of a name that follow one which ends at `end`; `end` where none does, or where the name is
// that of a thing.
func familyEnd(s string, end int) int {
	to, names := end, 0
	for i := end; names < 3 && i+1 < len(s) && s[i] == ' '; {
		start := i + 1
		for particle := wordFrom(s, start); isParticle(particle) && isLower(particle[0]) && start+len(particle)+1 < len(s) && s[start+len(particle)] == ' '; particle = wordFrom(s, start) {
			start += len(particle) + 1
		}
		next := start + len(wordFrom(s, start))
		word := strings.TrimRight(strings.TrimSuffix(s[start:next], "'s"), "'-")
		if len(word) == 1 && isUpper(word[0]) && next+1 < len(s) && s[next] == '.' && s[next+1] == ' ' && names == 0 {
			i = next + 1 // John F. Kennedy
			continue
		}
		if !isFamilyName(word) || next < len(s) && (strings.IndexByte("_/\\=:@(0123456789", s[next]) >= 0 && !endsSentence(s, next)) || beginsKey(s, start, next) {
			break
		}
		if things.hasFold(word) || notInNames.hasFold(word) {
			if names == 0 || institutions.hasFold(word) || isLower(word[len(word)-1]) && next < len(s) && s[next] == ' ' {
				return end // Robin Hood Trivia Night is a title
			}
			break
		}
		names++
		to, i = start+len(word), next
	}
	return to
}

// endsSentence says whether a colon ends what somebody is called by: message from Kari Nordmann: hello.
func endsSentence(s string, i int) bool {
	return s[i] == ':' && (i+1 == len(s) || s[i+1] == ' ' || strings.HasPrefix(s[i+1:], "mailto:"))
}

// isFamilyName: Nowicka, O'Brien, McKay, DUPONT, Müller-Lund. PostgreSQL and SDK are none.
func isFamilyName(word string) bool {
	if len(word) < 2 || len(word) > 32 || !beginsName(word, 0) {
		return false
	}
	first, size := utf8.DecodeRuneInString(word)
	if !unicode.IsUpper(first) {
		return false
	}
	capitals, letters := 0, 0
	for i, r := range word[size:] {
		switch {
		case unicode.IsUpper(r):
			// O'Brien, McKay, Müller-Lund
			before := word[:size+i]
			if last := before[len(before)-1]; last != '\'' && last != '-' && before != "Mc" && before != "Mac" && before != "De" && before != "Di" && before != "La" {
				capitals++
			}
			letters++
		case unicode.IsLetter(r):
			letters++
		}
	}
	return letters > 0 && (capitals == 0 || capitals == letters && letters >= 3)
}

// roleName finds the name in full behind a word for people: patient Ewa Nowicka admitted, Kunde "Tobias Brandl". The role is from..end.
func (x *scanner) roleName(s string, from, end, at int) bool {
	quote := byte(0)
	if at < len(s) && (s[at] == '"' || s[at] == '\'') {
		quote = s[at]
		at++
	}
	if !beginsName(s, at) {
		return false
	}
	next := at + len(wordFrom(s, at))
	word := strings.TrimRight(s[at:next], "'-")
	next = at + len(word)
	if len(word) > 1 && word == strings.ToUpper(word) && next < len(s) && s[next] == ' ' {
		if to := next + 1 + len(wordFrom(s, next+1)); isNameInCapitals(s[at:to]) {
			x.add(at, to, person)
			return true
		}
	}
	if !isFamilyName(word) || word == strings.ToUpper(word) || things.hasFold(word) || notInNames.hasFold(word) || next >= len(s) || from > 0 && strings.IndexByte("-_./", s[from-1]) >= 0 {
		return false
	}
	// O'Brien, Mary
	if strings.HasPrefix(s[next:], ", ") {
		if to := wordFrom(s, next+2); isGivenName(to) && quote == 0 {
			x.add(at, next+2+len(to), person)
			return true
		}
	}
	to := familyEnd(s, next)
	if to == next && isGivenName(word) && next+3 <= len(s) && s[next] == ' ' && isUpper(s[next+1]) && (s[next+2] == '.' || s[next+2] == ' ' || s[next+2] == ',') && quote == 0 {
		x.add(at, next+2, person) // driver Jane D. accepted
		return true
	}
	switch {
	case to > next && (quote == 0 || to < len(s) && s[to] == quote):
	case to == next && hasKeyword(s[from:end], "famili") && quote == 0:
	case to == next && isGivenName(word) && !ofMachines(s[from:end]) && (quote == 0 && endsWord(s, next) || quote != 0 && s[next] == quote):
	default:
		return false
	}
	x.add(at, to, person)
	return true
}

// ofMachines says whether a role is one of programs and machines too.
func ofMachines(role string) bool {
	switch strings.ToLower(role) {
	case "host", "client", "driver", "agent", "owner", "manager", "reporter", "author", "parent", "child", "member", "reader", "sender", "receiver", "engine", "clients":
		return true
	}
	return false
}

// endsWord says whether a sentence goes on behind a word, or ends.
func endsWord(s string, i int) bool {
	return i == len(s) || s[i] == '.' || s[i] == ',' || s[i] == ')' || s[i] == ' ' && i+1 < len(s) && (isLower(s[i+1]) || s[i+1] == '(')
}

// What stands before `by`, `for` and `name is` where a person follows: signed by, appointment for, my name is.
var (
	byWhom = setOf([]string{"signed", "approved", "requested", "invited", "reviewed", "prescribed", "booked", "submitted", "admitted", "examined", "ordered",
		"hosted", "reported", "authored", "witnessed", "treated", "triggered", "started", "deployed", "created", "updated", "deleted", "changed", "modified", "cancelled",
		"canceled", "opened", "closed", "launched", "granted", "revoked", "uploaded", "owned", "assigned", "rejected", "executed", "merged", "pushed",
		"referred", "countersigned", "cosigned"})
	forWhom = setOf([]string{"appointment", "booking", "reservation", "prescription", "invoice", "referral", "visa", "passport", "surgery", "consultation",
		"payslip", "salary", "refund", "prescribed", "booked", "lookup"})
	whoseName = setOf([]string{"my", "his", "her", "their", "your", "full", "legal", "real", "last", "first", "customer", "patient", "guest", "whose"})
)

// behind finds the name in full at `at`, where the word before the one at from..end is one of these.
func (x *scanner) behind(s string, from, end, at int, words set) (found bool) {
	if !beginsName(s, at) {
		if to := identEnd(s, at); isLogin(s[at:to]) {
			wordsBefore(s, from, 1, func(before []byte) bool {
				found = words.has(before)
				return false
			})
			if found {
				x.add(at, to, person)
			}
		}
		return found
	}
	wordsBefore(s, from, 1, func(before []byte) bool {
		found = words.has(before) && x.roleName(s, from, end, at)
		return false
	})
	return found
}

// areThings says whether a value is words of things only, and more than one: Nightly Build.
func areThings(v string) bool {
	words := 0
	for word := range strings.SplitSeq(v, " ") {
		if words++; !things.hasFold(word) {
			return false
		}
	}
	return words > 1
}

// interjections stand before a first name with a comma between: Sure, Anna!
var interjections = setOf([]string{"sure", "thanks", "sorry", "hi", "hello", "hey", "welcome", "ok", "okay", "great", "perfect", "danke", "hallo", "bonjour",
	"merci", "goodbye", "bye", "farewell", "willkommen", "bienvenue", "bienvenido", "bienvenida", "benvenuto", "benvenuta", "velkommen", "välkommen", "witaj", "welkom", "tschüss", "hola", "gracias", "absolutely", "certainly", "yes", "no",
	"cheers", "regards", "congratulations", "takk", "tack", "ciao", "grazie", "entschuldigung"})

// leave begin what is said to somebody who comes or goes, with the name in full behind: Goodbye, Kari Nordmann.
var leave = setOf([]string{"welcome", "goodbye", "bye", "farewell", "willkommen", "bienvenue", "bienvenido", "bienvenida", "benvenuto", "benvenuta", "velkommen", "välkommen", "witaj", "welkom", "tschüss", "congratulations"})

// spokenTo finds the first name behind such a word, which is at from..end; a sign ends it.
func (x *scanner) spokenTo(s string, from, end int) {
	back := end-from == 4 && strings.EqualFold(s[from:end], "back") && hasSuffixFold(s[:from], "welcome ")
	if end+3 >= len(s) || s[end+1] != ' ' || !beginsName(s, end+2) || !back && !interjections.hasFold(s[from:end]) {
		return
	}
	if to := namesEnd(s, end+2, 2); to > end+2 && to < len(s) && strings.IndexByte("!.\n", s[to]) >= 0 && looksFullName(s[end+2:to]) && (back || leave.hasFold(s[from:end])) {
		x.add(end+2, to, person)
		return
	}
	name := wordFrom(s, end+2)
	to := end + 2 + len(name)
	if isGivenName(name) && (to == len(s) || strings.IndexByte("!,.?\n", s[to]) >= 0) {
		x.add(end+2, to, person)
	}
}

// joinedNames finds a first name and a family name that a sign joins: Kunigunde_Aschauer, Aschauer_Kunigunde, Ines+Farkas.
func (x *scanner) joinedNames(s string, from, to int) {
	if from > 1 && s[from-1] == '/' && isZone(s, from-1) {
		return
	}
	for i := from + 3; i+3 <= to; i++ {
		if s[i] == '_' && to-from < 128 && strings.HasPrefix(s[i:], "_at_") {
			x.mailAt(s, i, i+len("_at_")) // jane.doe_at_example.org
		}
		if s[i] != '_' || !isUpper(s[i+1]) {
			continue
		}
		begin, end := i, i+1
		for begin > from && isLetter(s[begin-1]) {
			begin--
		}
		for end < to && isLetter(s[end]) {
			end++
		}
		one, other := s[begin:i], s[i+1:end]
		if (isFirstName(one) || isFirstName(other)) && isFamilyName(one) && isFamilyName(other) && one != strings.ToUpper(one) && other != strings.ToUpper(other) &&
			!things.hasFold(one) && !things.hasFold(other) && !notInNames.hasFold(one) && !notInNames.hasFold(other) {
			x.add(begin, end, person)
			i = end
		}
	}
}

// isZone says whether the name of a zone of time ends at i: America/Sao_Paulo.
func isZone(s string, i int) bool {
	for _, continent := range [...]string{"America", "Europe", "Asia", "Africa", "Pacific", "Australia", "Atlantic", "Antarctica", "Indian", "Argentina", "Indiana", "Kentucky", "North_Dakota", "Brazil", "Arctic"} {
		if strings.HasSuffix(s[:i], continent) {
			return true
		}
	}
	return false
}

// escapedName finds a name in full in a query: name=Ines+Farkas, name=Ines%20Farkas.
func (x *scanner) escapedName(s string, from, end int) {
	at := end + 1
	if strings.HasPrefix(s[end:], "%20") {
		at = end + 3
	} else if s[end] == '%' {
		return
	}
	word := wordFrom(s, at)
	if from > 0 && (s[from-1] == '=' || s[from-1] == ' ' || s[from-1] == '"' || s[from-1] == '\'') && isGivenName(s[from:end]) && isFamilyName(word) && !things.hasFold(word) {
		x.add(from, at+len(word), person)
	}
}

// isNameInCapitals: MR TOBIAS REINHOLT, as on a card.
func isNameInCapitals(v string) bool {
	if len(v) > 64 || strings.IndexByte(v, ' ') < 0 || v != strings.ToUpper(v) {
		return false
	}
	given, words := false, 0
	for word := range strings.SplitSeq(v, " ") {
		if words++; word == "" || words > 4 || things.hasFold(word) && !titles.hasFold(word) {
			return false
		}
		for i := 0; i < len(word); i++ {
			if !isWordByte(word[i]) && word[i] != '.' {
				return false
			}
		}
		if words <= 2 {
			first, size := utf8.DecodeRuneInString(word)
			given = given || isGivenName(string(first)+strings.ToLower(word[size:])) || titles.hasFold(word)
		}
	}
	return given && words > 1
}

// devices that somebody calls after themselves: Eva's iPhone, iPad von Eva.
var devices = setOf([]string{"iphone", "ipad", "macbook", "galaxy", "laptop", "phone", "watch", "tablet", "pixel", "airpods", "imac", "handy", "computer", "mac",
	"pc", "mobile", "notebook", "thinkpad"})

func (x *scanner) possessive(s string, from, end int) {
	if isGivenName(s[from:end]) && devices.hasFold(wordFrom(s, end+len("'s "))) {
		x.add(from, end, person)
	}
}

// deviceOf finds whose a device is called; the word for the device ends before at.
func (x *scanner) deviceOf(s string, at int) {
	of := wordFrom(s, at)
	switch of {
	case "von", "de", "of", "di", "av", "van", "til", "od":
		name := wordFrom(s, at+len(of)+1)
		if isGivenName(name) {
			x.add(at+len(of)+1, at+len(of)+1+len(name), person)
		}
	}
}
