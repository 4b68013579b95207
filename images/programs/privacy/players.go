package privacy

import "strings"

// Players in lines that servers of games and of voices print: Orla99[/10.1.2.3:50122] logged in, UUID of player Orla99 is …, '<4:Orla99(12)>'.

// noPlayers stand before `joined the game` and its like and are nobody.
var noPlayers = setOf([]string{"everyone", "everybody", "nobody", "someone", "somebody", "anyone", "host", "opponent", "spectator", "bot", "they", "who", "all", "one", "player", "players", "server",
	"client", "npc", "team", "guest", "user", "member", "party", "clan", "guild", "squad", "lobby", "connection", "he", "she", "you"})

// isPlayer says whether a word before what only players do is what one is called.
func isPlayer(who string) bool {
	if len(who) < 3 || len(who) > 32 || !isLetter(who[0]) && who[0] != '_' && who[0] < 0x80 || strings.IndexByte(who, '.') >= 0 || noPlayers.hasFold(who) || rules.proseWords.hasFold(who) || isHarmless(who) {
		return false
	}
	stem := strings.TrimRight(who, "0123456789")
	return !noPlayers.hasFold(stem) && !kindsOfThings.hasFold(stem) && !notUserNames.hasFold(stem) && !rules.notUsers.hasFold(stem) && (len(stem) < len(who) || !things.hasFold(who))
}

// playerBefore masks the player whose name ends at `to`; sure says that nothing but a player does what follows.
func (x *scanner) playerBefore(s string, to int, sure bool) bool {
	for to > 0 && s[to-1] == ' ' {
		to--
	}
	from := to
	for from > 0 && isIdent(s[from-1]) && to-from < 40 {
		from--
	}
	who := s[from:to]
	if !isPlayer(who) || isServiceUser(who) {
		return false
	}
	line := strings.HasSuffix(s[:from], "]: ") || strings.HasSuffix(s[:from], "] ")
	if !sure && !isHandle(who) && !isJoinedHandle(who) && !isGivenName(who) && !line {
		return false
	}
	x.add(from, to, person)
	return true
}

// playerAt masks the player whose name begins at i.
func (x *scanner) playerAt(s string, i int, sure bool) bool {
	for i < len(s) && strings.IndexByte(" '\"@", s[i]) >= 0 {
		i++
	}
	to := identEnd(s, i)
	for to > i && s[to-1] == '.' {
		to--
	}
	if who := s[i:to]; isChosenName(who) || isJoinedHandle(who) || sure && isPlayer(who) && !isServiceUser(who) && !isUUID(who) {
		x.add(i, to, person)
		return true
	}
	return false
}

// isJoinedHandle: Orla_Otter.
func isJoinedHandle(who string) bool {
	first, second, ok := strings.Cut(who, "_")
	return ok && isGivenName(first) && len(second) > 2 && isUpper(second[0]) && onlyLetters(second)
}

// plays finds who plays by the word at from..; what follows it begins at start. False where the word says nothing of players.
func (x *scanner) plays(s string, word []byte, from, start int) bool {
	rest := s[start:]
	switch string(word) {
	case "joined", "left":
		return (strings.HasPrefix(rest, "the game") || strings.HasPrefix(rest, "the server") || strings.HasPrefix(rest, "the match") || strings.HasPrefix(rest, "the lobby") || strings.HasPrefix(rest, "game ") || strings.HasPrefix(rest, "lobby ") || strings.HasPrefix(rest, "session ") || strings.HasPrefix(rest, "event ") || strings.HasPrefix(rest, "the waitlist") || strings.HasPrefix(rest, "waitlist") || strings.HasPrefix(rest, "this ")) && x.playerBefore(s, from, false)
	case "has":
		if strings.HasPrefix(rest, "joined.") || strings.HasPrefix(rest, "left.") || strings.HasPrefix(rest, "made the advancement") || strings.HasPrefix(rest, "completed the challenge") ||
			strings.HasPrefix(rest, "reached the goal") {
			return x.playerBefore(s, from, strings.HasPrefix(rest, "made the adv"))
		}
	case "was":
		for _, end := range [...]string{"slain by ", "shot by ", "blown up by ", "killed by ", "fireballed by ", "pricked to death"} {
			if strings.HasPrefix(rest, end) {
				return x.playerBefore(s, from, false)
			}
		}
	case "issued":
		return strings.HasPrefix(rest, "server command:") && x.playerBefore(s, from, true)
	case "lost":
		return strings.HasPrefix(rest, "connection: ") && strings.HasSuffix(s[:from], " ") && strings.Contains(s[max(0, from-80):from], "]: ") && x.playerBefore(s, from, true)
	case "entered":
		return strings.HasPrefix(rest, "the game") && x.playerBefore(s, from, false)
	case "player":
		if hasSuffixFold(s[:from], "uuid of ") {
			if at := strings.Index(rest, " is "); at > 0 && len(rest) >= at+4+36 && isUUID(rest[at+4:at+4+36]) {
				x.add(start+at+4, start+at+4+36, person)
			}
			return x.playerAt(s, start, !strings.HasPrefix(rest, "is "))
		}
		if hasSuffixFold(s[:from], "[connected ") {
			return x.playerAt(s, start, true)
		}
	case "zdoid":
		return strings.HasPrefix(rest, "from ") && strings.HasPrefix(s[:from], "") && x.playerAt(s, start+len("from "), false)
	case "against":
		// report filed against Orla99
		filed := false
		wordsBefore(s, from, 2, func(before []byte) bool {
			filed = talkWords.has(before)
			return !filed
		})
		return filed && x.playerAt(s, start, false)
	case "kick", "ban", "unban", "mute", "unmute", "pardon", "op", "deop", "whitelist", "teleported", "made", "added":
		if string(word) == "whitelist" {
			rest, _ := strings.CutPrefix(rest, "add ")
			rest, _ = strings.CutPrefix(rest, "remove ")
			start = len(s) - len(rest)
		}
		return x.playerAt(s, start, false)
	case "of":
		taken := false
		wordsBefore(s, from, 1, func(before []byte) bool {
			taken = takenPart.has(before)
			return false
		})
		return taken && x.playerAt(s, start, false)
	case "to":
		return sentToSomebody(s, from) && x.reached(s, start)
	case "by", "from":
		said := false
		wordsBefore(s, from, 1, func(before []byte) bool {
			said = talkWords.has(before)
			return false
		})
		return said && x.playerAt(s, start, false)
	}
	return false
}

// takenPart stand before `of` where somebody takes part in something, or no longer does.
var takenPart = setOf([]string{"party", "signup", "registration", "participation", "rsvp", "removal", "promotion", "kick", "ban", "mute", "nickname", "invitation", "membership", "attendance", "account", "profile", "mention", "mentions", "character", "avatar", "password", "ownership", "impersonation", "inventory", "turn", "timezone", "birthday", "streak", "score", "rank", "stats", "preferences", "presence", "deck", "sheet", "profilepicture", "reminder", "bio"})

// messagesToPeople are sent to somebody.
var messagesToPeople = setOf([]string{"dm", "dms", "whisper", "reminder", "reminders", "invite", "invitation", "message", "notification", "mail", "email", "sms", "welcome", "letter", "ping"})

// sentToSomebody says whether the words before `to`, which begins at from, say that a message went to somebody: DM sent to.
func sentToSomebody(s string, from int) (sent bool) {
	wordsBefore(s, from, 2, func(word []byte) bool {
		sent = messagesToPeople.has(word)
		return !sent && (string(word) == "sent" || string(word) == "delivered" || string(word) == "failed" || string(word) == "queued")
	})
	return sent
}

// reached masks whom a message reached, where no machine is called so.
func (x *scanner) reached(s string, start int) bool {
	who := s[start:identEnd(s, start)]
	if stem := strings.TrimRight(who, "0123456789"); notConnected.hasFold(stem) || ofCluster(who) || stem == "loki" || stem == "kafka" {
		return false
	}
	return x.playerAt(s, start, false)
}

// talkWords stand before `by` and `from` where somebody speaks to others.
var talkWords = setOf([]string{"mention", "mentioned", "reply", "message", "whisper", "dm", "report", "reported", "invite", "invited", "challenge", "challenged", "request", "duel", "trade", "gift", "complaint", "ticket", "post", "posted",
	"comment", "tell", "kicked", "banned", "muted", "killed", "slain", "pinged", "ping", "quoted", "won", "hosted", "raid", "created", "started", "claimed", "submitted", "uploaded", "owned", "opened", "edited", "deleted", "authored",
	"shared", "liked", "followed", "cancelled", "canceled", "approved", "warned", "reviewed", "changed", "updated", "modified", "removed", "added", "registered", "signup", "enrolled", "rsvp", "signed", "rolled", "unlocked", "purchased", "ordered", "paid", "reset", "granted", "revoked", "attempt", "attempts"})

// elements stand in angle brackets and speak with nobody.
var elements = setOf([]string{"html", "body", "div", "span", "head", "root", "null", "nil", "none", "empty", "unknown", "binary", "script", "xml", "link", "meta", "form", "input", "table"})

// playersInSigns finds players between signs: Orla99[/10.1.2.3:50122], "Orla99<12><STEAM_1:0:1><CT>", 'Orla99'(id:5), [CHAT] Orla99: …, n\Orla99\t\0.
func (x *scanner) playersInSigns(s string, sum summary) {
	x.playerOfProfile(s, sum)
	for _, mark := range [...]string{"[/", " (/"} {
		if !sum.all(bracket | slash) {
			break
		}
		if at := strings.Index(s, mark); at > 0 {
			after := at + len(mark)
			if to, _, ok := parseV4(s, after); ok && to < len(s) && s[to] == ':' {
				x.playerBefore(s, at, mark == "[/")
			}
		}
	}
	if sum.any(angle) {
		if at := strings.Index(s, "]: <"); at > 0 {
			// [Server thread/INFO]: <Orla99> hello
			from := at + len("]: <")
			if to := identEnd(s, from); strings.HasPrefix(s[to:], "> ") && strings.Contains(s[:at], "/INFO") && isPlayer(s[from:to]) && !isServiceUser(s[from:to]) && !elements.hasFold(s[from:to]) {
				x.add(from, to, person)
			}
		}
		if at := strings.Index(s, "><STEAM_"); at > 0 {
			x.playerInAngles(s, at)
		} else if at := strings.Index(s, "><[U:"); at > 0 {
			x.playerInAngles(s, at)
		}
	}
	if !sum.any(bracket) {
		return
	}
	if at := strings.Index(s, "'(id:"); at > 0 {
		if from := strings.LastIndexByte(s[:at], '\'') + 1; from > 0 && at-from <= 32 && isPlayer(s[from:at]) {
			x.add(from, at, person)
		}
	}
	if open := strings.IndexByte(s, '['); open >= 0 && strings.Contains(s, "] ") {
		for _, mark := range [...]string{"[CHAT] ", "[JOIN] ", "[LEAVE] ", "[KICK] ", "[BAN] "} {
			if at := strings.Index(s[open:], mark); at >= 0 {
				x.playerAt(s, open+at+len(mark), false)
			}
		}
	}
}

// playerOfProfile finds who is called so in what a server prints of a player: GameProfile@1f[id=…,name=Orla99], n\Orla99\t\0, [Orla99] <-> ….
func (x *scanner) playerOfProfile(s string, sum summary) {
	if at := strings.IndexByte(s, '\\'); at >= 0 {
		x.playerOfQuake(s)
	}
	if at := strings.Index(s, "] <-> "); sum.any(angle) && at > 0 {
		if from := strings.LastIndexByte(s[:at], '[') + 1; from > 0 && isPlayer(s[from:at]) && onlyName(s[from:at]) {
			x.add(from, at, person)
		}
	}
	if at := strings.Index(s, "GameProfile"); sum.any(equals) && at >= 0 {
		if name := strings.Index(s[at:], "name="); name > 0 && name < 120 {
			x.playerAt(s, at+name+len("name="), true)
		}
	}
}

// playerOfQuake finds ClientUserinfoChanged: 2 n\Orla99\t\0.
func (x *scanner) playerOfQuake(s string) {
	if at := strings.Index(s, "ClientUserinfoChanged: "); at >= 0 {
		if name := strings.Index(s[at:], `n\`); name > 0 {
			from := at + name + 2
			if end := strings.IndexByte(s[from:], '\\'); end > 2 && end <= 40 {
				x.add(from, from+end, person)
			}
		}
	}
}

// playerInAngles finds the name before its number and where that is known: Orla99<12><STEAM_…; the number's end is at `at`.
func (x *scanner) playerInAngles(s string, at int) {
	open := at
	for open > 0 && isDigit(s[open-1]) {
		open--
	}
	if open == at || open == 0 || s[open-1] != '<' {
		return
	}
	if from := strings.LastIndexByte(s[max(0, open-66):open], '"'); from >= 0 {
		if from += max(0, open-66) + 1; open-1-from >= 2 {
			x.add(from, open-1, person)
		}
	}
}

// clientInQuotes finds Client "Orla" connected (203.0.113.7:27005): an address in brackets says that it is a player; without one only the form of the name does.
func (x *scanner) clientInQuotes(s string) {
	for _, mark := range [...]string{"lient ?", "layer ?"} {
		at := strings.Index(s, mark[:len(mark)-1])
		if at < 0 || at+len(mark) > len(s) || s[at+len(mark)-1] != '"' && s[at+len(mark)-1] != '\'' {
			continue
		}
		v := quotedValue(s, at+len(mark)-1, at+len(mark)-1)
		rest, who := s[min(v.after, len(s)):], s[v.from:v.to]
		rest = strings.TrimPrefix(strings.TrimPrefix(rest, " has"), " is")
		if !strings.HasPrefix(rest, " connect") && !strings.HasPrefix(rest, " disconnect") && !strings.HasPrefix(rest, " dropped") && !strings.HasPrefix(rest, " joined") && !strings.HasPrefix(rest, " left") && !strings.HasPrefix(rest, " timed out") {
			continue
		}
		open := strings.IndexByte(rest, '(')
		called := false
		if open > 0 && open < 24 {
			_, _, called = parseV4(rest, open+1)
		}
		if isHandle(who) || isJoinedHandle(who) || looksFullName(who) || called && len(who) >= 2 && !isServiceUser(who) && !ofCluster(who) && !kindsOfThings.hasFold(who) {
			x.add(v.from, v.to, person)
		}
	}
}

// peopleOnly are keys of lists that hold people and no machines.
var peopleOnly = setOf([]string{"participants", "players", "attendees", "usernames", "nicknames", "friends", "guests", "invitees", "organizers", "organisers", "spectators", "waitlist"})

// listOfPeople finds who stands in a list without quotes: participants=[orlaf, finn77].
func (x *scanner) listOfPeople(s string, open, ident int) {
	sure := peopleOnly.hasFold(s[ident:identEnd(s, ident)])
	for i := open + 1; i < len(s) && i-open < window; {
		for i < len(s) && (s[i] == ' ' || s[i] == ',') {
			i++
		}
		to := identEnd(s, i)
		if to == i || to == len(s) || s[to] != ',' && s[to] != ']' && s[to] != ' ' {
			return
		}
		if who := s[i:to]; isHandle(who) || sure && len(who) > 2 && isLetter(who[0]) && isPersonName(weakName, who) && !isServiceUser(who) && mayBeLogin(s, who, len(s), true) {
			x.add(i, to, person)
		}
		if s[to] == ']' {
			return
		}
		i = to
	}
}
