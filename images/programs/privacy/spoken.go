package privacy

import "strings"

// spoken finds secrets behind a word without a sign: `Bearer abc…`, `password hunter2`, `--token abc`, `mysql -pabc`.
func (x *scanner) spoken(s string, sum summary) {
	for i := 0; i+4 <= len(s); i++ {
		if !isLetter(s[i]) && s[i] < 0x80 || i > 0 && isAlnum(s[i-1]) && afterEscape(s, i-1) != i {
			continue
		}
		end := i
		for end < len(s) && (isAlnum(s[end]) || s[end] == '_' || s[end] == '-' || s[end] >= 0x80) {
			end++
		}
		if length := end - i; length <= 28 {
			x.nearby(s, i, end, func(s string, i int) { x.spokenWord(s, i, i+length) })
		}
		i = end
	}
	if x.days {
		x.earlierDays(s)
	}
	if sum.any(bar) {
		x.piped(s)
	}
	if sum.any(dash) {
		x.commandLine(s)
		x.accessLogUser(s)
	}
	if sum.any(colon) && sum.any(dash|slash) {
		x.colonOptions(s)
	}
	if sum.all(colon | equals) {
		x.sudo(s)
	}
}

// spokenWord finds what the word at i..end announces. None has more than 28 letters.
func (x *scanner) spokenWord(s string, i, end int) {
	if end-i == 5 && strings.EqualFold(s[i:end], "birth") {
		x.days = true
	}
	if end-i >= 4 && isWordForCodes(s[i:end]) {
		x.issuedCodes(s, i, end)
	}
	if end+1 < len(s) && (s[end] == ' ' || s[end] == '\t') {
		if beginsName(s, i) && s[end] == ' ' {
			x.knownName(s, i, end)
		}
		x.wordAndValue(s, i, end)
	} else if end-i <= 16 && end < len(s) && s[end] == ',' {
		x.spokenTo(s, i, end)
		if end-i >= 4 && hasSuffixFold(s[i:end], "name") {
			x.recalledName(s, i, end)
		}
		x.days = x.days || lower(s[i]) == 'b' && bornWords.hasFold(s[i:end])
	} else if beginsName(s, i) && strings.HasPrefix(s[end:], "'s ") {
		x.possessive(s, i, end)
	} else if beginsName(s, i) && end < len(s) && (s[end] == '+' || s[end] == '%') {
		x.escapedName(s, i, end)
	} else if end-i == 4 && strings.EqualFold(s[i:end], "code") {
		x.spokenCode(s, i, end)
	} else if end+8 < len(s) && s[end] == '.' && s[end+1] == '.' && s[end+2] == '.' && s[end+3] == '.' {
		x.dotted(s, i, end)
	} else if end-i <= 5 && end+2 < len(s) && s[end] == '.' && s[end+1] == ' ' {
		x.titled(s, i, end, end+2)
		x.abbreviatedPhone(s, i, end)
	}
}

// abbreviatedPhone finds Tel. 22 33 44 55.
func (x *scanner) abbreviatedPhone(s string, from, end int) {
	switch strings.ToLower(s[from:end]) {
	case "idnr", "nr", "no":
		if strings.EqualFold(s[from:end], "idnr") || hasSuffixFold(s[:from], "steuer-id") || hasSuffixFold(s[:from], "ausweis-") {
			if to := idEnd(s, end+2); to > end+2 {
				x.add(end+2, to, person)
			}
		}
	case "tel", "tlf", "mob", "ph", "telf", "tfn", "fax":
		if to := phoneValue(s, end+2, min(len(s), end+32)); to > end+2 {
			x.add(end+2, to, person)
		}
	}
}

func (x *scanner) wordAndValue(s string, from, end int) {
	var low [32]byte
	word, ok := lowered(&low, s[from:end])
	if !ok {
		return
	}
	start := end
	for start < len(s) && (s[start] == ' ' || s[start] == '\t') {
		start++
	}
	if x.positioned(s, word, from, end) {
		return
	}
	flag := isOption(s, from)
	to := start
	for to < len(s) && strings.IndexByte(" \t\r\n,;\"'`)]}<>|\\", s[to]) < 0 {
		to++
	}
	next := s[start:to]
	if next == "" && start < len(s) && (s[start] == '"' || s[start] == '\'' || s[start] == '`') {
		v := quotedValue(s, start, start)
		if s[start] == '`' {
			if string(word) == "user" && x.namedUser(s, from, start+1) {
				return
			}
			if text := s[v.from:v.to]; v.after <= len(s) && tellsPassword(word) && meaningOf(s[from:end]) == password && strings.IndexByte(text, ' ') < 0 && isSpokenPassword(text) {
				x.bare(s, from, v, password)
			}
			return
		}
		if next = s[v.from:v.to]; flag && (takesUserAndSecret(word) || string(word) == "u") {
			if colon := strings.IndexByte(next, ':'); colon > 0 {
				x.addUnlessMask(s, v.from, v.to)
			}
			return
		} else if string(word) == "by" && hasSuffixFold(s[:from], "identified ") {
			x.addUnlessMask(s, v.from, v.to)
			return
		} else if string(word) == "for" && changedFor(s, from) {
			x.loginAt(s, start)
			return
		} else if (string(word) == "for" || string(word) == "by") && aboutSignIn(s, from) && x.signsInAt(s, start) || (string(word) == "role" && isOfSomebody(next) || string(word) == "identity" && hasSuffixFold(s[:from], "eap ")) && x.signsInAt(s, start) {
			return
		} else if rules.nationalIDs.has(word) && v.after <= len(s) && isWrittenNumber(next) {
			x.add(v.from, v.to, person) // nino "QQ 12 34 56 C"
			return
		} else if string(word) == "value" && from > 0 {
			// 'spring.datasource.password' value "…"
			start, end, quoted := identBefore(s, from)
			if m := meaningOf(s[start:end]); quoted && m.secret() && isSecret(m, next) {
				x.add(v.from, v.to, secret)
			}
			return
		} else if peopleWords.has(word) && x.roleName(s, from, end, start) {
			return
		} else if isKeyword(s, from) {
			// {:password "…"} of Clojure
			if m := meaningOf(s[from:end]); m.namesSecretOrPerson() && m != parameter {
				x.judge(s, v, from, m, true)
			}
		} else if next != "" && (flag || len(next) >= 3) {
			if m := x.meaningOf(s, from, end); (m == password || m == token && (flag || looksSecret(next))) && isSecret(m, next) && !strings.Contains(next, " ") && !isName(next) {
				x.add(v.from, v.to, secret)
			} else if (flag || from > 0 && s[from-1] == '.' || tellsPassword(word) && toldInQuotes(s, from, v) || strings.Contains(s[:from], "mysqladmin ")) && m == password && isSecret(m, next) {
				x.add(v.from, v.to, secret)
			} else if m == maybeName && looksFullName(next) {
				x.add(v.from, v.to, person)
			} else if m == phone && phoneValue(next, 0, len(next)) == len(next) && strings.ContainsAny(next, "-+ ()/") {
				x.add(v.from, v.to, person)
			} else if (m == name || m == weakName && !strings.ContainsAny(next, ":/=%{<") && (!isServiceContext(s) || isOfSomebody(next) || isRefusedUser(s, next, v.to))) && isPersonName(m, next) {
				x.add(v.from, v.to, person)
			}
		}
		return
	}
	if string(word) == "value" && from > 0 && looksSecret(next) {
		// while writing refreshToken value v1.MO85…
		key, keyEnd, _ := identBefore(s, from)
		if m := meaningOf(s[key:keyEnd]); m.secret() && isSecret(m, next) {
			x.add(start, to, secret)
			return
		}
	}
	m, first := x.words.meaningOf(s[from:end]), from
	if m == plain || isGeneral(string(word)) {
		if said, begin, ok := spelledKey(s, from, end); ok {
			m, first = said, begin
		} else if isGeneral(string(word)) {
			m = plain
		}
	}
	if m == place {
		if to := degreesEnd(s, start, 4); to > start && !hasUnit(s, to) {
			x.add(start, to, person) // lat 59.91273 lng 10.74609
			return
		}
	}
	if m == plain && isUpper(s[from]) && rules.nationalIDs.has(word) {
		m = personal
	}
	if m == password && isKindOfHash(next) && (strings.Contains(s[:from], "username ") || strings.Contains(s[:from], "enable ")) {
		x.nth(s, end, 1)
		return
	}
	if (m == device || m == geo || m == personal) && x.spokenIdentity(s, first, end, m) {
		return
	}
	if flag && takesUserAndSecret(word) && strings.IndexByte(next, ':') > 0 {
		x.addUnlessMask(s, start, to)
		return
	}
	if flag && (string(word) == "user" || string(word) == "username" || string(word) == "login") && onlyName(next) && strings.ContainsAny(next, "._0123456789") && isPersonName(weakName, next) {
		x.add(start, to, person)
		return
	}
	if flag && m == name && next != "" && next[0] != '-' {
		x.saidToBe(s, from, start, m)
		return
	}
	if start+2 < len(s) && s[start] == '<' && string(word) == "user" {
		if closing := strings.IndexByte(s[start:min(len(s), start+50)], '>'); closing > 3 && isBracketed(s[start+1:start+closing]) && !isServiceUser(s[start+1:start+closing]) {
			x.add(start+1, start+closing, person)
			return
		}
	}
	if start < len(s) && (s[start] == '[' || s[start] == '<') && m == password && !flag {
		x.inOtherBrackets(s, from, start)
		return
	}
	if start < len(s) && s[start] == '(' && next != "" && (m == name || m == personal || m == password || m == token) {
		x.inBrackets(s, from, start, m)
		return
	}
	if m == name && next == "is" {
		x.saidToBe(s, from, to, m)
		return
	}
	if m == name && (x.renamed(s, start) || x.judgedName(s, start)) {
		return
	}
	if flag && (m == password || m == token) && next != "" {
		if rest, ok := strings.CutPrefix(next, "pass:"); ok {
			start, next = start+len("pass:"), rest // of OpenSSL
		}
		if next == "" {
			return
		}
		if next[0] != '-' && isSecret(m, next) && !isHelp(s, end, start, to) && !goesOnAbout(s, next, to) {
			x.add(start, to, secret)
		}
		return
	}
	if beginsName(s, start) && peopleWords.has(word) && x.roleName(s, from, end, start) {
		return
	}
	if len(next) < 2 && next != "-" {
		return
	}
	if len(next) >= 20 && x.inStore(s, word, start, to) {
		return
	}
	switch string(word) {
	case "expected", "got", "actual", "received":
		if len(next) >= 8 && looksSecret(next) && !strings.ContainsAny(next, "=:(") && comparesSecrets(s[max(0, from-80):from]) {
			x.add(start, to, secret)
			return
		}
	case "state":
		if len(next) >= 12 && looksSecret(next) && !strings.ContainsAny(next, "=:(") && (saysOAuth(s, from) || refusedAfter(s[to:])) {
			x.add(start, to, secret)
			return
		}
	case "notify", "notified", "notifying", "remind", "reminded", "reminding", "inviting", "kicking", "banning", "promoted", "demoted", "promoting":
		if x.playerAt(s, start, false) {
			return
		}
	case "su":
		if next == "-" && to+2 < len(s) && isOfSomebody(s[to+1:identEnd(s, to+1)]) {
			x.add(to+1, identEnd(s, to+1), person)
		}
		return
	case "chown":
		if who := s[start:identEnd(s, start)]; isOfSomebody(who) {
			x.add(start, start+len(who), person)
		}
		return
	case "renamed", "rename":
		if x.renamedPerson(s, from, start) {
			return
		}
	case "session", "code", "ticket", "nonce":
		if len(next) >= 12 && looksSecret(next) && !strings.ContainsAny(next, "=:(") {
			x.add(start, to, secret)
			return
		}
		if string(word) == "code" {
			if next == "is" && to+1 < len(s) && s[to] == ' ' {
				start = to + 1
				to = wordEnd(s, start)
				next = strings.TrimRight(s[start:to], ".!")
				to = start + len(next)
			}
			if (isMixedCode(next) || isCodeToJoin(s, from, next) || isDeviceCode(next)) && opensBefore(s, from) {
				x.add(start, to, secret)
				return
			}
			x.spokenCode(s, from, start)
		} else if rest, ok := strings.CutPrefix(s[start:], "with id "); ok {
			// could not find session with id abc
			value := len(s) - len(rest)
			if to := wordEnd(s, value); isSecret(loose, s[value:to]) {
				x.add(value, to, secret)
			}
		}
		return
	case "name":
		if hasSuffixFold(s[:from], "login ") && isFailedUser(next, strings.Replace(s[to:min(len(s), to+24)], " unknown", " not found", 1)) {
			x.add(start, to, person) // login name jane unknown
			return
		}
		if strings.HasPrefix(s[start:], "is ") && x.behind(s, from, end, start+len("is "), whoseName) {
			return
		}
	case "kod", "kode", "código", "codigo", "codice", "koodi":
		x.spokenCode(s, from, start)
		return
	case "phrase":
		// pass phrase for server.key: …
		if strings.HasSuffix(s[:from], "ass ") {
			x.sentence(s, end, password)
		}
		return
	case "invite":
		if isMixedCode(next) && len(next) >= 5 && strings.IndexByte(next, '-') < 0 && changesCase(next) {
			x.add(start, to, secret)
		}
		return
	case "pnr", "locator":
		if isMixedCode(next) && next == strings.ToUpper(next) && len(next) <= 8 {
			x.add(start, to, person)
		}
		return
	case "msisdn":
		if end := phoneValue(s, start, to); end == to {
			x.add(start, to, person)
		}
		return
	case "leader", "gm", "host", "moderator", "organizer", "organiser", "captain", "streamer", "opponent", "rival", "teammate", "winner", "loser", "challenger", "inviter", "username", "nick", "nickname":
		if x.chosenAt(s, start) {
			return
		}
	case "chat":
		if len(next) >= 9 && allDigits(next) && containsFold(s, "telegram") {
			x.add(start, to, person)
			return
		}
	case "between":
		x.bothWho(s, from, start)
		return
	case "als", "jako", "som", "como", "come", "que":
		if x.signedInLike(s, from, start) {
			return
		}
	case "as":
		if hasSuffixFold(s[:from], "connected ") && !isBot(next) && x.chosenAt(s, start) {
			return
		}
		if (next == "user" || next == "account" || next == "member") && (strings.HasSuffix(s[:from], "ogged in ") || strings.HasSuffix(s[:from], "igned in ") || strings.HasSuffix(s[:from], "uthenticated ")) {
			x.signsInAt(s, to)
			return
		}
		if (strings.HasSuffix(s[:from], "log in ") || strings.HasSuffix(s[:from], "sign in ")) && x.signsInAt(s, start) {
			return
		}
		if strings.HasSuffix(s[:from], "ogged in ") || strings.HasSuffix(s[:from], "igned in ") || strings.HasSuffix(s[:from], "uthenticated ") {
			if isPersonName(weakName, next) && !rules.proseWords.hasFold(next) && next != "principal" && !isBot(next) && !(strings.IndexByte(next, '_') > 0 && !isChosenName(strings.TrimRight(next, ".,:;"))) {
				x.add(start, nameEnd(s, value{from: start, to: to}), person)
			}
		}
		return
	case "by":
		if start < len(s) && hasSuffixFold(s[:from], "identified ") || x.behind(s, from, end, start, byWhom) || aboutSignIn(s, from) && x.signsInAt(s, start) || x.plays(s, word, from, start) {
			return
		}
	case "of":
		if hasSuffixFold(s[:from], "authentication ") || hasSuffixFold(s[:from], "impersonation ") {
			x.signsInAt(s, start)
			return
		}
		if x.plays(s, word, from, start) {
			return
		}
	case "out":
		if hasSuffixFold(s[:from], "locking ") && strings.HasPrefix(s[to:], " after") {
			x.signsInAt(s, start)
			return
		}
	case "account":
		if x.refusedUser(s, from, start) {
			return
		}
		if isOfSomebody(strings.TrimRight(next, ".:")) && x.signsInAt(s, start) {
			return
		}
	case "authenticate":
		if hasSuffixFold(s[:from], "not ") || hasSuffixFold(s[:from], "to ") || hasSuffixFold(s[:from], "cannot ") {
			x.signsInAt(s, start)
			return
		}
	case "joined", "left", "has", "was", "issued", "lost", "entered", "zdoid", "kick", "ban", "unban", "mute", "unmute", "pardon", "op", "deop", "whitelist", "teleported", "against", "made", "added":
		if x.plays(s, word, from, start) {
			return
		}
	case "id":
		// session id 9f1e8d7c6b5a4f3e, patient id PAT-88412
		wordsBefore(s, from, 1, func(before []byte) bool {
			if rules.personKinds.has(before) && strings.ContainsAny(next, "0123456789") && isLetter(next[0]) && onlyName(next) && isUserID(next) {
				x.add(start, to, person)
			}
			if open := len(next) - len(strings.TrimLeft(next, "[(<")); string(before) == "session" && strings.IndexByte(next, '=') < 0 && isSecret(loose, next[open:]) {
				x.add(start+open, to, secret)
			}
			return false
		})
		return
	case "digest":
		if line := s[start:endOfLine(s, start)]; strings.Contains(line, "response=") && isParameters(line) {
			x.authParameters(s, start, start+len(line))
		}
		return
	case "bearer", "bot", "token", "apikey", "basic", "ssws", "geniekey", "ntlm", "negotiate":
		if isUUID(next) && string(word) != "bot" {
			x.add(start, to, secret)
			return
		}
		if string(word) == "token" && isSpokenPassword(next) && len(next) >= 8 && refusedAfter(s[to:]) {
			x.add(start, to, secret)
			return
		}
		if len(next) >= 8 && (looksSecret(next) || isAllHex(next) && !allLetters(next)) && !strings.ContainsAny(next, "=:(") || string(word) == "basic" && isBasic(next) || x.isQuotedBearer(s, from, to, word, next) {
			x.add(start, to, secret)
		} else if string(word) == "token" || string(word) == "apikey" {
			x.sentence(s, end, token)
		}
		return
	case "codes":
		x.spokenCodes(s, from, start)
	case "kicked", "banned", "muted", "unbanned", "whois", "back", "warned", "invited", "unmuted", "timeouted", "silenced", "deafened", "challenged", "followed", "unfollowed", "befriended", "ignored", "reported":
		if who := strings.TrimRight(next, ".!,:"); isChosenName(who) && (string(word) != "back" || hasSuffixFold(s[:from], "welcome ")) {
			x.add(start, start+len(who), person)
			return
		}
	case "on":
		x.onTerminal(s, from, start)
		return
	case "fail", "ok":
		x.serverOfFiles(s, from, start)
	case "for":
		if changedFor(s, from) {
			x.loginAt(s, start)
			return
		}
		if x.signedIn(s, "for", from, start, to) || x.behind(s, from, end, start, forWhom) || aboutSignIn(s, from) && x.signsInAt(s, start) {
			return
		}
	case "user", "member", "author", "player":
		if x.refusedUser(s, from, start) {
			return
		}
		if strings.HasSuffix(s[:from], " of ") && strings.Contains(s[max(0, from-24):from], "ession ") {
			x.addPerson(s, start, start+len(strings.TrimRight(next, "."))) // New session 42 of user jane.
			return
		}
		if x.signedIn(s, "user", from, start, to) || x.did(s, start, to) || x.doneBy(s, start, to) || string(word) == "player" && x.plays(s, word, from, start) {
			return
		}
		if string(word) == "user" && (hasSuffixFold(s[:from], "authenticate ") || hasSuffixFold(s[:from], "find ")) && x.signsInAt(s, start) {
			return
		}
		if x.cameFrom(s, from, start, to) || string(word) == "user" && x.namedUser(s, from, start) {
			return
		}
		if strings.HasSuffix(s[:from], "uthenticating ") || strings.HasSuffix(s[:from], " by invalid ") {
			x.loginAt(s, start)
			return
		}
		if string(word) == "user" && next != "" && next[0] == '[' && to < len(s) && s[to] == ']' && x.signsInAt(s, start) {
			return
		}
		if who := strings.TrimRight(next, ".:"); isHandle(who) || string(word) != "author" && isChosenName(who) || isSlackID(who) || string(word) == "user" && isFailedUser(who, s[start+len(who):]) {
			x.add(start, start+len(who), person)
			return
		}
		// Failed password for invalid user jarle from …
		if strings.HasPrefix(s[to:], " from ") && (strings.HasSuffix(s[:from], "nvalid ") || strings.HasSuffix(s[:from], "nknown ") || strings.HasSuffix(s[:from], "llegal ")) && isPersonName(weakName, next) {
			x.add(start, to, person)
			return
		}
		// user jane.doe (734567890123456789)
		if rest, ok := strings.CutPrefix(s[to:], " ("); ok && len(rest) > 17 && allDigits(rest[:17]) && isPersonName(weakName, next) {
			x.add(start, to, person)
			return
		}
	case "benutzer", "utilisateur", "usuario", "gebruiker", "bruker", "användare", "utente", "użytkownik", "uživatel", "anwender":
		if onlyName(next) && strings.ContainsAny(next, "._0123456789") && isLetter(next[0]) && isPersonName(weakName, next) && !isFileName(next) {
			x.add(start, to, person)
			return
		}
	case "credentials", "creds", "login":
		if next == "are" && to+1 < len(s) && s[to] == ' ' {
			start = to + 1
			to = wordEnd(s, start)
			next = s[start:to]
		}
		if rest, ok := strings.CutPrefix(s[to:], " / "); ok && onlyName(next) {
			// default credentials admin / abc123
			if at := len(s) - len(rest); isSpokenPassword(s[at:wordEnd(s, at)]) {
				x.add(at, wordEnd(s, at), secret)
				return
			}
		}
		if user, secretPart, ok := strings.Cut(next, ":"); ok && onlyName(user) && (isSpokenPassword(secretPart) || rules.serviceUsers.hasFold(user) && isTold(s, to-len(secretPart), to)) {
			x.add(start, to, secret)
			return
		}
		if user, secretPart, ok := strings.Cut(next, "/"); ok && string(word) != "login" && rules.serviceUsers.hasFold(user) && strings.IndexByte(secretPart, '/') < 0 &&
			(isSpokenPassword(secretPart) || len(secretPart) >= 6 && lettersAndDashes(secretPart) && meaningOf(secretPart) == plain && !aboutSecrets.hasFold(secretPart) && !isHarmless(secretPart)) {
			x.add(to-len(secretPart), to, secret)
			return
		}
	case "from", "to":
		if string(word) == "to" && (x.addressedTo(s, from, start) || x.givenTo(s, from, start) || x.plays(s, word, from, start)) || string(word) == "from" && (x.cameBefore(s, from, start) || x.takenFrom(s, from, start) || x.plays(s, word, from, start)) {
			return
		}
		if next = strings.TrimRight(next, ":"); len(next) >= 9 && len(next) <= 15 && allDigits(next) && (containsFold(s, "sms") || containsFold(s, "whatsapp") || containsFold(s, "viber") || containsFold(s, "caller") || containsFold(s, "voicemail")) && !measured(s, start, to) {
			x.add(start, start+len(next), person)
		}
		return
	case "is":
		// this is Jon, …
		if name := wordFrom(s, start); strings.HasSuffix(s[:from], "his ") && isGivenName(name) && start+len(name) < len(s) && strings.IndexByte(",.!", s[start+len(name)]) >= 0 {
			x.add(start, start+len(name), person)
		}
		return
	case "passport", "reisepass", "passeport", "pasaporte":
		x.documentNumber(s, end)
		return
	case "phone", "tel", "telephone", "call", "called", "mobile", "sms", "fax", "telefon", "handy", "whatsapp", "number", "dial", "mob", "tlf", "ring", "ringte", "anruf", "mobil", "cell", "cellphone", "mobiltelefon", "celular", "móvil", "movil", "rufnummer", "gsm", "viber", "handynummer", "telefonnummer", "teléfono", "telefono", "téléphone", "numéro", "komórka", "mobilnummer",
		"llamada", "ligação", "ligacao", "chamada", "appel", "dialing", "dialling", "calling", "anrufer", "oproep", "połączenie", "samtale", "samtal", "recipient", "telefone", "telemóvel", "telemovel", "cellulare", "telefoon", "telefoonnummer", "nummer", "número", "numero", "chiamata":
		if next == "to" || next == "at" || next == "from" || next == "is" || next == "was" || calledWords.hasFold(next) {
			for start = to; start < len(s) && s[start] == ' '; start++ {
			}
		}
		if to := wordEnd(s, start); string(word) != "number" && string(word) != "call" && string(word) != "called" && string(word) != "dial" && string(word) != "ring" && string(word) != "recipient" && string(word) != "nummer" && string(word) != "número" && string(word) != "numero" && to-start >= 9 && to-start <= 15 && allDigits(s[start:to]) && !measured(s, start, to) && !hasUnit(s, to) {
			x.add(start, to, person)
			return
		}
		if end := phoneValue(s, start, min(len(s), start+30)); end > start && (strings.ContainsAny(s[start:end], "-+ ()/") || end-start >= 11 && strings.HasPrefix(s[start:], "00")) {
			x.add(start, end, person)
		}
		return
	}
	switch {
	case bornWords.has(word):
		x.born(s, start)
		x.days = true
	case titles.has(word):
		x.titled(s, from, end, start)
	case greetings.has(word):
		x.greeted(s, start)
	case m == password || m == token:
		if x.sentence(s, end, m) {
			return
		}
		for range 2 {
			if !beforeSpoken.hasFold(next) {
				break
			}
			for start = to; start < len(s) && s[start] == ' '; start++ {
			}
			for to = start; to < len(s) && strings.IndexByte(" \t\r\n,;\"'`)]}<>|\\", s[to]) < 0; to++ {
			}
			next = s[start:to]
		}
		next = strings.TrimRight(next, ".!?")
		to = start + len(next)
		if afterPasswords.hasFold(next) {
			return
		}
		variable := strings.IndexByte(s[from:end], '_') > 0 && s[from:end] == strings.ToUpper(s[from:end])
		if isSecret(m, next) && !strings.ContainsAny(next, "=:(") && !aboutSecrets.hasFold(next) && (looksSecret(next) || (m == password || variable) && isSpokenPassword(next)) {
			x.add(start, to, secret)
		} else if m == password && tellsPassword(word) && isTold(s, start, to) && (toldBesideUser(s, first) || beforeSecret(s, first) || strings.Contains(s[:from], "nmcli ")) {
			x.add(start, to, secret)
		} else if isCode(word) && strings.HasPrefix(s[start:], "code ") {
			x.spokenNumber(s, to+1)
		} else if isCode(word) && len(next) == 7 && next[3] == '-' && allDigits(next[:3]) && allDigits(next[4:]) {
			x.add(start, to, secret) // OTP 482-913
		} else if isCode(word) && allDigits(next) && (len(next) >= 4 || len(next) == 3 && word[0] == 'c') && len(next) <= 8 {
			x.add(start, to, secret)
		}
	case m == phone && string(word) != "fax":
		if end := phoneValue(s, start, to); end == to && to-start >= 9 && !measured(s, start, to) {
			x.add(start, to, person)
		}
	case m == userID && isUserID(next) && strings.ContainsAny(next, "0123456789") && strings.ContainsAny(next, "@#"):
		x.add(start, to, person)
	}
}

// calledWords stand between a call and its number in other languages.
var calledWords = setOf([]string{"desde", "para", "de", "von", "an", "à", "a", "til", "fra", "från", "od", "do", "da", "dal", "al", "naar", "van", "er", "ist", "es", "est", "è", "number"})

// takesUserAndSecret says whether an option is followed by user and secret in one word: --creds app:abc.
func takesUserAndSecret(option []byte) bool {
	switch string(option) {
	case "user", "proxy-user", "creds", "src-creds", "dest-creds", "auth", "basic-auth", "userpass", "http-auth", "credentials":
		return true
	}
	return false
}

// isOption says whether a word, or the last one between dots, is an option of a command: --db.password.
func isOption(s string, from int) bool {
	if from > 1 && s[from-1] == '.' {
		for from--; from > 0 && (isAlnum(s[from-1]) || s[from-1] == '.' || s[from-1] == '_'); from-- {
		}
		return from >= 2 && s[from-1] == '-' && s[from-2] == '-'
	}
	return from >= 2 && s[from-1] == '-' && (s[from-2] == '-' || s[from-2] == ' ')
}

// isKeyword says whether a colon stands right before a word and nothing before it.
func isKeyword(s string, from int) bool {
	return from > 0 && s[from-1] == ':' && (from == 1 || strings.IndexByte(" {([,", s[from-2]) >= 0)
}

// aboutOptions follow the name of an option in a sentence about it: Using --password via the CLI is insecure.
var aboutOptions = setOf([]string{"via", "on", "in", "is", "was", "are", "or", "and", "option", "options", "flag", "flags", "instead", "together", "argument", "arguments", "parameter", "requires", "needs", "must", "cannot", "can", "may", "should", "for", "from", "with", "without", "to",
	"has", "only", "when", "if", "because", "has", "takes", "expects", "overrides", "conflicts", "deprecated", "not", "as", "over", "exposes", "leaks", "will", "ist", "oder", "und", "eller", "og", "est", "ou", "o", "y", "e", "value", "specified", "given", "provided", "before", "after", "than", "at"})

// goesOnAbout says whether a word behind an option goes on with a sentence about the option.
func goesOnAbout(s, word string, to int) bool {
	return aboutOptions.hasFold(strings.TrimRight(word, ".")) && (to == len(s) || s[to] == ' ' || s[to] == '.' || s[to] == '\n')
}

// isHelp says whether what follows an option explains it, as the help of a program does: two spaces, then a sentence.
func isHelp(s string, end, start, to int) bool {
	return start-end >= 2 && onlyLetters(s[start:to]) && to+1 < len(s) && s[to] == ' ' && isLetter(s[to+1])
}

// isQuotedBearer recognises an argument of its own: ('Bearer tok-6',), where a sentence would go on.
func (*scanner) isQuotedBearer(s string, from, to int, word []byte, next string) bool {
	return string(word) == "bearer" && from > 0 && to < len(s) && (s[from-1] == '\'' || s[from-1] == '"') && s[to] == s[from-1] &&
		strings.ContainsAny(next, "0123456789")
}

// isCode names the words before a number that opens something.
func isCode(word []byte) bool {
	switch string(word) {
	case "otp", "pin", "totp", "cvv", "cvc", "passcode":
		return true
	}
	return false
}

// isSpokenPassword: "password hunter2", not "password 3", "password v2".
func isSpokenPassword(v string) bool {
	digits, letters, others := 0, 0, 0
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case isDigit(c):
			digits++
		case isLetter(c):
			letters++
		case c != '-' && c != '_' && c != '.' && c != '/':
			others++
		}
	}
	return len(v) >= 6 && letters >= 3 && (digits > 0 || others > 0) && !strings.HasPrefix(v, "/")
}

func allLetters(v string) bool {
	for i := 0; i < len(v); i++ {
		if !isLetter(v[i]) {
			return false
		}
	}
	return true
}

// isBasic says whether base64 holds `user:password`.
func isBasic(v string) bool {
	v = strings.TrimRight(v, "=")
	if len(v) < 6 {
		return false
	}
	var bits, n uint
	colon := false
	for i := 0; i < len(v); i++ {
		value := strings.IndexByte(base64Alphabet, v[i])
		if value < 0 {
			return false
		}
		bits = bits<<6 | uint(value)
		if n += 6; n >= 8 {
			n -= 8
			c := byte(bits >> n)
			if c < 0x20 {
				return false
			}
			colon = colon || c == ':'
		}
	}
	return colon
}

// isFileName: settings.json.
func isFileName(v string) bool {
	switch v[strings.LastIndexByte(v, '.')+1:] {
	case "json", "yaml", "yml", "xml", "txt", "csv", "conf", "ini", "py", "js", "ts", "go", "service", "log", "sql", "html", "pdf":
		return true
	}
	return false
}
