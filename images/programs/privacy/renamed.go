package privacy

import "strings"

// What somebody was called and is called now: nickname orla99 -> orla_b, user renamed from orla99 to orla_b; and who did something to whom: whisper orla99 -> finn_o.

// arrows stand between two names.
var arrows = [...]string{"->", "=>", "-->", "<->", "→", "⇒", "»", ">"}

// afterArrow is where the text goes on behind an arrow at i with spaces around it; i where none stands there.
func afterArrow(s string, i int) int {
	at := i
	for at < len(s) && s[at] == ' ' {
		at++
	}
	for _, arrow := range arrows {
		if rest, ok := strings.CutPrefix(s[at:], arrow); ok && rest != "" && (rest[0] == ' ' || at == i) {
			end := len(s) - len(rest)
			for end < len(s) && s[end] == ' ' {
				end++
			}
			return end
		}
	}
	return i
}

// nameAt is what somebody may be called at i: what quotes hold, or a word.
func nameAt(s string, i int) value {
	if i < len(s) && (s[i] == '"' || s[i] == '\'' || s[i] == '`') {
		return quotedValue(s, i, i)
	}
	to := wordEnd(s, i)
	for to > i && strings.IndexByte(".:!", s[to-1]) >= 0 {
		to--
	}
	return value{i, to, false, to}
}

// becomes finds two names with an arrow or `to` between, behind a word for names which ends before i; changed says that a word told of a change.
func (x *scanner) becomes(s string, i int, changed bool) bool {
	for i < len(s) && (s[i] == ' ' || s[i] == ':') {
		i++
	}
	one := nameAt(s, i)
	if one.from == one.to || one.to-one.from > 48 {
		return false
	}
	next := afterArrow(s, one.after)
	if rest, ok := strings.CutPrefix(s[one.after:], " to "); ok && next == one.after && changed {
		next = len(s) - len(rest)
	}
	if next == one.after {
		return false
	}
	other := nameAt(s, next)
	before, after := s[one.from:one.to], s[other.from:other.to]
	quoted := one.quoted && other.quoted
	if !isCalledSo(before, quoted) || !isCalledSo(after, quoted) || !quoted && !mayBeCalled(before) && !mayBeCalled(after) && !(changed && isChosenName(before) && isChosenName(after)) {
		return false
	}
	x.add(one.from, one.to, person)
	x.add(other.from, other.to, person)
	return true
}

// isCalledSo says whether nothing speaks against a word being what somebody is called.
func isCalledSo(who string, quoted bool) bool {
	if len(who) < 2 || isHarmless(who) || !isPersonName(name, who) || strings.ContainsAny(who, "/=(){}[]$<>") || !quoted && strings.IndexByte(who, '.') > 0 && !isPersonalLogin(who) {
		return false
	}
	return quoted || meaningOf(who) == plain && !rules.proseWords.hasFold(who) && !rules.notUsers.hasFold(who)
}

// mayBeCalled says whether a word has the form of what somebody calls themselves: a number or a sign at its end, or a first name.
func mayBeCalled(who string) bool {
	return who != "" && (isChosenName(who) || isJoinedHandle(who) || isGivenName(who) || isGivenName(string(upper(who[0]))+who[1:]))
}

// renamedPerson finds `renamed from orla99 to orla_b` behind words about people; the word begins at from, what follows at start.
func (x *scanner) renamedPerson(s string, from, start int) bool {
	about := false
	wordsBefore(s, from, 3, func(word []byte) bool {
		switch string(word) {
		case "user", "player", "member", "nick", "nickname", "username", "account", "client", "name", "handle", "guest":
			about = true
		}
		return !about
	})
	if !about {
		return false
	}
	if rest, ok := strings.CutPrefix(s[start:], "from "); ok {
		start = len(s) - len(rest)
		return x.becomes(s, start, true)
	}
	if rest, ok := strings.CutPrefix(s[start:], "to "); ok {
		return x.playerAt(s, len(s)-len(rest), false)
	}
	return x.becomes(s, start, true)
}

// didTo finds who did something to whom: whisper orla99 -> finn_o2; the arrow ends at i.
func (x *scanner) didTo(s string, i int) {
	to := i - 1
	for to > 0 && s[to-1] == ' ' {
		to--
	}
	from := to
	for from > 0 && isIdent(s[from-1]) && to-from < 40 {
		from--
	}
	if who := s[from:to]; !isHandle(who) && !isJoinedHandle(who) {
		return
	}
	talks := false
	wordsBefore(s, from, 2, func(word []byte) bool {
		talks = talkWords.has(word)
		return !talks
	})
	if talks || strings.HasSuffix(s[:from], "[PM] ") || strings.HasSuffix(s[:from], "[MSG] ") {
		x.add(from, to, person)
		x.playerAt(s, i+1, false)
	}
}

// verdictsOnNames follow what somebody wants to be called.
var verdictsOnNames = [...]string{" too long", " too short", " is too", " is taken", " taken", " already", " is already", " not found", " is not available", " not available", " unavailable", " rejected", " is invalid", " contains", " not allowed", " is reserved",
	" does not exist", " is in use"}

// judgedName finds what somebody wants to be called, before what a form says of it: username orlaf too long.
func (x *scanner) judgedName(s string, start int) bool {
	v := nameAt(s, start)
	who := s[v.from:v.to]
	if v.quoted || len(who) < 3 || !onlyName(who) || !isLetter(who[0]) && who[0] < 0x80 || !isCalledSo(who, false) || !mayBeLogin(s, who, len(s), true) && !mayBeCalled(who) {
		return false
	}
	for _, verdict := range verdictsOnNames {
		if strings.HasPrefix(s[v.to:], verdict) {
			x.add(v.from, v.to, person)
			return true
		}
	}
	return false
}
