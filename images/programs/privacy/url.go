package privacy

import "strings"

// credentialsInURLs finds `://user:password@host` of any scheme, also where the password holds a slash or all is escaped.
func (x *scanner) credentialsInURLs(s string) {
	for _, sign := range [...]string{"://", "%3A%2F%2F", "%3a%2f%2f", `:\/\/`} {
		for at := strings.Index(s, sign); at >= 0; {
			after := at + len(sign)
			x.nearby(s, at, after, func(s string, at int) { x.userInfo(s, at, at+len(sign)) })
			next := strings.Index(s[after:], sign)
			if next < 0 {
				break
			}
			at = after + next
		}
	}
}

// storeSchemes have no `@` behind the host.
var storeSchemes = setOf([]string{"postgres", "postgresql", "redis", "rediss", "amqp", "amqps", "mysql", "mongodb", "mariadb",
	"asyncpg", "psycopg", "aiomysql", "srv", "smtp", "smtps", "ldap", "ldaps", "ftp", "sftp", "mssql", "nats", "mqtt"})

func (x *scanner) userInfo(s string, at, from int) {
	end := from
	for end < len(s) && strings.IndexByte(" \t\r\n\"<>`|", s[end]) < 0 && !(s[end] == '\'' && (end+1 == len(s) || strings.IndexByte(" ,)]};:", s[end+1]) >= 0)) {
		end++
	}
	token := s[from:end]
	authority := token
	if slash := strings.IndexAny(token, "/?#\\"); slash >= 0 {
		authority = token[:slash]
	}
	store := storeSchemes.hasFold(s[wordStart(s, at):at])
	sign := strings.LastIndexByte(authority, '@')
	if sign < 0 {
		sign = strings.LastIndex(authority, "%40")
	}
	if sign < 0 || store {
		if later := strings.LastIndexByte(token, '@'); later > sign {
			colon := strings.IndexByte(authority, ':')
			if colon > 0 && !allDigits(authority[colon+1:]) || store && colon >= 0 {
				if later+1 < len(token) && (isAlnum(token[later+1]) || token[later+1] == '[') {
					sign = later
				}
			}
		}
	}
	if sign <= 0 {
		return
	}
	info := token[:sign]
	if isReplacement(info) || strings.Trim(info, "*:") == "" || info[0] != ':' && isPlaceholder(info) {
		return
	}
	colon := strings.IndexByte(info, ':')
	if colon < 0 {
		colon = strings.Index(strings.ToUpper(info), "%3A")
	}
	if colon < 0 {
		if isName(info) || !store && len(info) < 8 {
			return
		}
		x.add(from, from+sign, secret)
		return
	}
	if strings.Trim(info[colon:], ":*•") == "" && len(info) > colon+1 {
		return // its password is masked already
	}
	if password := strings.TrimPrefix(info[colon:], ":"); isHarmless(password) && isName(strings.Trim(info[:colon], "{}$<>_")+"x") && password != "" && isPlaceholder(password) {
		return
	}
	x.add(from, from+sign, secret)
}

func isAllHex(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isHex(s[i]) {
			return false
		}
	}
	return len(s) >= 16
}

// queries finds the values behind `?a=b&c=d` and `#a=b`. What is only about paging and sorting stays.
func (x *scanner) queries(s string, m meaning) {
	if m == queryText {
		x.query(s, 0)
		return
	}
	for i := 0; i < len(s); {
		at := strings.IndexAny(s[i:], "?#")
		if at < 0 {
			return
		}
		i += at + 1
		end := i
		for end < len(s) && (isIdent(s[end]) || s[end] == '[' || s[end] == ']' || s[end] == '%' || s[end] == '$') {
			end++
		}
		if end > i && end < len(s) && s[end] == '=' && (i < 2 || s[i-2] != ' ') {
			i = x.query(s, i)
		}
	}
}

func (x *scanner) query(s string, i int) int {
	for i < len(s) {
		sign := i
		for sign < len(s) && s[sign] != '=' && s[sign] != '&' && !isSpace(s[sign]) {
			sign++
		}
		if sign == len(s) || s[sign] != '=' {
			if sign < len(s) && s[sign] == '&' {
				i = sign + 1
				continue
			}
			return sign
		}
		end := sign + 1
		for end < len(s) && strings.IndexByte("&;#\"'<>` )]}\\\t\r\n", s[end]) < 0 {
			end++
		}
		if bar := strings.IndexByte(s[sign+1:end], '|'); bar > 0 && endsBefore(s[sign+1:sign+1+bar], s[sign+2+bar:end]) {
			end = sign + 1 + bar
		}
		if x.isPrivateParameter(s[i:sign], s[sign+1:end]) {
			x.add(sign+1, end, secret)
		}
		if end == len(s) || strings.IndexByte("&;#", s[end]) < 0 {
			return end
		}
		i = end + 1
		if strings.HasPrefix(s[i:], "amp;") {
			i += 4
		}
	}
	return i
}

// endsBefore says whether a bar between two texts parts the columns of a line, and is none of a value: behind a JWT, or before an exception.
func endsBefore(v, rest string) bool {
	return strings.HasPrefix(v, "eyJ") && strings.Count(v, ".") == 2 || rest == "" || strings.HasSuffix(rest, "Exception:") || strings.HasSuffix(rest, "Error:")
}

func (x *scanner) isPrivateParameter(key, v string) bool {
	if isHarmless(v) || len(v) < 2 {
		return false
	}
	m := meaningOf(key)
	if m == password || m == token || m == name || m == userID && isUserID(v) {
		return m != token || isSecret(m, v)
	}
	if isUUID(v) && isOnce(key) {
		return true
	}
	if allDigits(v) && len(v) <= 10 || isUUID(v) || len(v) >= 10 && isTime(v) || isFloat(v) {
		return m == phone || m == personal
	}
	unescaped := unescapedSigns.Replace(v)
	var w words
	w.split(key)
	if w.n > 0 && (rules.harmlessQuery.has(w.joined(0, w.n-1)) || rules.harmlessQuery.has(w.joined(w.n-1, w.n-1))) && !looksSecret(unescaped) {
		return false
	}
	if w.n == 2 && string(w.joined(1, 1)) == "name" && observedNames.has(w.joined(0, 0)) && !looksSecret(v) {
		return false
	}
	if key == "state" && len(v) >= 5 && len(v) <= 10 && allLetters(v) && v == strings.ToLower(v) && isVocabulary(v) {
		return false // state=signup
	}
	if w.n > 0 && isName(v) && v == strings.ToUpper(v) && strings.HasSuffix(key, "code") {
		return false // code=ECONNREFUSED
	}
	if isPlainPath(unescaped) {
		return false
	}
	if w.n > 0 && rules.privateQuery.has(w.joined(0, w.n-1)) || m != plain && m != weak && m != server && m != machine && m != version && m != number {
		return true
	}
	// a word of a fixed vocabulary, as in transport=polling
	return !isVocabulary(v)
}

// unescapedSigns are what queries escape in words that nobody needs to hide: scope=email%20profile.
var unescapedSigns = strings.NewReplacer("%20", "-", "+", "-", "%3A", ":", "%3a", ":", "%2F", "/", "%2f", "/", "%2C", "-", "%2c", "-")

// isPlainPath says whether a value is a page of the application itself, and nobody's: next=/admin/orders.
func isPlainPath(v string) bool {
	if v[0] != '/' || len(v) > 80 {
		return false
	}
	before := ""
	for segment := range strings.SplitSeq(v[1:], "/") {
		if !onlyLetters(strings.Map(withoutSigns, segment)) && segment != "" || !isVocabulary(segment) || meaningOf(before).ofPerson() || secretPaths.hasFold(before) {
			return false
		}
		before = segment
	}
	return true
}

// isOnce says whether a parameter is what opens something once: ticket, one_time_key.
func isOnce(key string) bool {
	switch strings.ToLower(strings.Map(withoutSigns, key)) {
	case "ticket", "wsticket", "authticket", "loginticket", "nonce", "otk", "otp", "onetimekey", "onetimetoken", "onetimecode", "otc", "code", "authcode", "state", "invite", "magic", "handoff", "exchangecode":
		return true
	}
	return false
}

// withoutSigns drops what joins the words of a key.
func withoutSigns(r rune) rune {
	if r == '_' || r == '-' || r == '.' {
		return -1
	}
	return r
}

// isVocabulary says whether a value is made of what programs call things: polling, in_progress, id,title, eu-west-1, 15m, NOK. A word with digits
// of its own may be somebody's.
func isVocabulary(v string) bool {
	if len(v) > 64 || len(v) > 16 && strings.IndexByte(v, '.') >= 0 {
		return false
	}
	for part := range strings.FieldsFuncSeq(v, func(c rune) bool { return strings.ContainsRune("-_.,:+ ", c) }) {
		bare := strings.TrimLeft(part, "0123456789")
		switch {
		case len(part) <= 3 && isUpperOrDigits(strings.ToUpper(part)):
		case len(bare) == 0:
			if len(part) > 4 {
				return false
			}
		case len(bare) < len(part):
			if len(part)-len(bare) > 4 || len(bare) > 3 || !allLetters(bare) {
				return false // 15m, 10MB
			}
		case part[0] == 'v' && allDigits(part[1:]):
		case !allLetters(part) || len(part) > 16:
			return false
		case part != strings.ToLower(part) && (len(part) > 4 || part != strings.ToUpper(part)):
			return false
		}
	}
	return true
}

// observedNames are things of an installation that have names: pod_name, queue_name.
var observedNames = setOf([]string{"host", "pod", "container", "queue", "secret", "node", "service", "file", "exchange", "db", "table", "column",
	"image", "cluster", "job", "task", "metric", "event", "command", "namespace", "deployment"})

// isTime recognises 2026-11-29 and 2026-11-29T01:02:03Z, also escaped.
func isTime(v string) bool {
	return allDigits(v[:4]) && v[4] == '-' && allDigits(v[5:7]) && v[7] == '-' && allDigits(v[8:10])
}

// secretPaths are followed by a token: the API of Discord and Slack, links in mails.
var secretPaths = setOf([]string{"reset", "reset-password", "password-reset", "verify", "verify-email", "confirm", "activate",
	"magic", "magic-link", "magiclink", "unsubscribe", "invitation", "invitations", "join", "confirm-email", "recover", "token", "tokens", "session", "sessions", "share", "callback",
	"confirm_email", "email_confirm", "confirmation", "confirmations", "verification", "verify_email", "activation", "activations", "reset_password", "password_reset", "set_password", "magic_link", "magiclogin", "email-verification",
	"shared_invite", "unlock", "approve", "optin", "opt-in", "catch", "onboarding", "signup", "registration",
	"otp", "auth", "login", "oauth", "signin", "sso", "accept", "password", "new-password", "set-password", "forgot-password", "validate", "redeem", "claim"})

// tokensInPaths finds /webhooks/ID/TOKEN, /interactions/ID/TOKEN, invites, and the tokens of links that are mailed.
func (x *scanner) tokensInPaths(s string) {
	x.invitesToChats(s)
	for i := 0; i < len(s); i++ {
		if s[i] != '/' {
			continue
		}
		from := i + 1
		end := segmentEnd(s, from)
		if end == from && from < len(s) && s[from] == '@' {
			if to := identEnd(s, from+1); isHandle(s[from+1 : to]) {
				x.add(from+1, to, person) // /@orla77
			}
		}
		if end == from || end >= len(s) && end-from < 16 {
			continue
		}
		segment := s[from:end]
		if len(segment) >= 16 && i >= 7 && followsSession(s, i) && (isUUID(segment) || isSecret(loose, segment)) {
			x.add(from, end, secret) // session/9f0c2f10…
		}
		switch segment {
		case "webhooks", "interactions":
			x.idAndToken(s, end)
		case "invite", "invites":
			if end < len(s) && s[end] == '/' {
				x.invite(s, end+1)
			}
		case "mail", "crontabs":
			if end < len(s) && s[end] == '/' && strings.HasPrefix(s[max(0, from-21):], "/var/spool/cron/cront") || end < len(s) && s[end] == '/' && (strings.HasSuffix(s[:i], "/var") || strings.HasSuffix(s[:i], "/var/spool")) {
				x.addLogin(s, end+1, identEnd(s, end+1))
			}
		case "users", "user", "u", "players", "player", "profile", "profiles", "members", "member", "people", "authors":
			if end < len(s) && s[end] == '/' {
				if to := segmentEnd(s, end+1); to > end+1 && (isChosenName(s[end+1:to]) || isJoinedHandle(s[end+1:to])) {
					x.add(end+1, to, person)
				}
			}
		case "avatars", "avatar", "banners":
			x.pictureOf(s, end, segment == "banners")
		case "home", "Users":
			if end < len(s) && s[end] == '/' && beginsPath(s[:i], '/') {
				x.homeOf(s, end+1)
			}
		case "services":
			if strings.HasSuffix(s[:i], "hooks.slack.com") || isHookOfSlack(s, end) {
				x.nearby(s, end, end, func(s string, end int) { x.add(end+1, pathEnd(s, end+1), secret) })
			}
		default:
			if end >= len(s) {
				return
			}
			if s[end] == '/' && (strings.HasSuffix(segment, "discord.gg") || segment == "dsc.gg") {
				x.invite(s, end+1)
			} else if s[end] == '/' && (secretPaths.hasFold(segment) || strings.HasPrefix(segment, "webhook") || strings.HasPrefix(segment, "hooks")) {
				x.secretSegments(s, end+1)
			}
		}
	}
	for _, host := range [...]string{"discord.gg/", "dsc.gg/", `discord.gg\/`} {
		for at := strings.Index(s, host); at >= 0; {
			x.invite(s, at+len(host))
			next := strings.Index(s[at+1:], host)
			if next < 0 {
				break
			}
			at += 1 + next
		}
	}
}

// pictureOf masks the name of somebody's picture, which leads to them as an id does: /avatars/ID/a_DIGEST.gif, /avatar/DIGEST of a mail address.
func (x *scanner) pictureOf(s string, end int, needsID bool) {
	for n := range 2 {
		if end >= len(s) || s[end] != '/' {
			return
		}
		from := end + 1
		end = segmentEnd(s, from)
		name, _, _ := strings.Cut(s[from:end], ".")
		if digest := strings.TrimPrefix(name, "a_"); (len(digest) == 32 || len(digest) == 64) && isAllHex(digest) && (n > 0 || !needsID) {
			x.add(from, from+len(name), person)
			return
		}
		if !allDigits(name) && !isReplacement(name) {
			return
		}
	}
}

// isHookOfSlack says whether a team, a hook and its token follow /services: /T0SVZDG0184/B0O654YJMJP/….
func isHookOfSlack(s string, i int) bool {
	for _, first := range [...]byte{'T', 'B'} {
		from := i + 1
		if from >= len(s) || s[i] != '/' || s[from] != first {
			return false
		}
		i = segmentEnd(s, from)
		if i-from < 8 || i-from > 14 || !isUpperOrDigits(s[from:i]) {
			return false
		}
	}
	return i+16 < len(s) && s[i] == '/' && segmentEnd(s, i+1)-i > 16
}

// followsSession says whether the word `session` stands right before i, and is no folder of a path.
func followsSession(s string, i int) bool {
	for _, word := range [...]string{"session", "sessions"} {
		if from := i - len(word); from >= 0 && strings.EqualFold(s[from:i], word) && (from == 0 || s[from-1] != '/' && !isAlnum(s[from-1])) {
			return true
		}
	}
	return false
}

// escapedInvites finds discord.gg%2Fabc.
func (x *scanner) escapedInvites(s string) {
	at := strings.Index(s, "discord.gg%2")
	if at >= 0 && at+13 <= len(s) && s[at+12]|0x20 == 'f' {
		x.invite(s, at+13)
	}
}

// secretSegments masks what looks chosen by nobody among the next segments of a path.
func (x *scanner) secretSegments(s string, from int) {
	for range 4 {
		to := from
		for to < len(s) && (segmentEnd(s, to) > to || s[to] == ':' || s[to] == '@') {
			to = max(segmentEnd(s, to), to+1)
		}
		for to > from && (s[to-1] == '.' || s[to-1] == ':') {
			to--
		}
		part := s[from:to]
		if len(part) >= 5 && part != "oauth2" && !isPageFile(part) && !isReplacement(part) && strings.ContainsAny(part, "0123456789") && (looksSecret(part) || isUUID(part) || len(part) >= 36 || isMixed(part)) {
			x.add(from, to, secret)
		}
		if to >= len(s) || s[to] != '/' {
			return
		}
		from = to + 1
	}
}

// isPageFile says whether a segment is a file of a page, whose name holds a digest of what is in it: page-4c1e2d7b90af3356.js.
func isPageFile(segment string) bool {
	name, ending, ok := strings.Cut(segment, ".")
	if !ok || len(name) > 80 {
		return false
	}
	switch ending[strings.LastIndexByte(ending, '.')+1:] {
	case "js", "mjs", "css", "map", "svg", "woff", "woff2", "ttf", "wasm":
		return true
	}
	return false
}

// isMixed: abcdef7, 1a2b3c; not v10, not 42.
func isMixed(part string) bool {
	letters, digits := 0, 0
	for i := 0; i < len(part); i++ {
		if isDigit(part[i]) {
			digits++
		} else if isLetter(part[i]) {
			letters++
		}
	}
	return letters >= 2 && digits >= 1 && letters+digits == len(part) && len(part) >= 6
}

func segmentEnd(s string, i int) int {
	for i < len(s) && (isAlnum(s[i]) || strings.IndexByte("-_.~%=+*", s[i]) >= 0) {
		i++
	}
	return i
}

func pathEnd(s string, i int) int {
	for i < len(s) && (isAlnum(s[i]) || strings.IndexByte("-_.~%=+*/", s[i]) >= 0) {
		i++
	}
	return i
}

func (x *scanner) invite(s string, from int) {
	to := segmentEnd(s, from)
	for to > from && (s[to-1] == '.') {
		to--
	}
	if code := s[from:to]; len(code) >= 2 && !isHarmless(code) && !stepsOfInvites.hasFold(code) {
		x.add(from, to, secret)
	}
}

// stepsOfInvites are pages about invites: /invites/accept?token=….
var stepsOfInvites = setOf([]string{"accept", "accepted", "decline", "declined", "create", "new", "list", "all", "pending", "revoke", "resend", "send", "verify", "validate", "redeem", "bulk", "import", "export", "count", "stats", "search", "settings", "sent", "received", "expired",
	"index", "edit", "confirm", "cancel", "callback", "status", "check", "preview", "mine", "me", "by-email", "by-code", "join"})

// invitesOfChats are addresses whose path lets into a chat, and invitesToChats finds them.
var invitesOfChats = [...]string{"chat.whatsapp.com/", "t.me/+", "t.me/joinchat/", "signal.group/#", "invite.gg/", "guilded.gg/i/", "line.me/R/ti/g/", "hooks.zapier.com/hooks/catch/", "hook.eu1.make.com/", "hook.us1.make.com/", "webhook.site/", "maker.ifttt.com/use/", "meet.google.com/", "teams.microsoft.com/l/meetup-join/"}

func (x *scanner) invitesToChats(s string) {
	x.each(s, "wa.me/", func(s string, from int) {
		to := from
		for to < len(s) && isDigit(s[to]) {
			to++
		}
		if to-from >= 8 && to-from <= 15 {
			x.add(from, to, person)
		}
	})
	for _, host := range invitesOfChats {
		x.each(s, host, func(s string, from int) {
			if to := segmentEnd(s, from); to-from >= 8 {
				x.add(from, to, secret)
			}
		})
	}
}

// enrolled finds for whom a generator of codes is set up: otpauth://totp/Shop:jane?secret=…. What the scheme says begins at i.
func (x *scanner) enrolled(s string, i int) {
	slash := strings.IndexByte(s[i:min(len(s), i+8)], '/')
	if slash < 0 {
		return
	}
	from := i + slash + 1
	to := from
	for to < len(s) && strings.IndexByte("?\"' \t\n<>", s[to]) < 0 {
		to++
	}
	for _, sign := range [...]string{":", "%3A", "%3a"} {
		if at := strings.LastIndex(s[from:to], sign); at >= 0 {
			from += at + len(sign)
		}
	}
	if who := s[from:to]; len(who) > 1 && who[0] != '{' && who[0] != '<' {
		x.addPerson(s, from, to)
	}
}

// idAndToken masks the two segments behind /webhooks and /interactions; templates and commands stay.
func (x *scanner) idAndToken(s string, i int) {
	if s[i] != '/' {
		return
	}
	from := i + 1
	to := segmentEnd(s, from)
	id := s[from:to]
	if !allDigits(id) && !isReplacement(id) {
		return
	}
	if !isReplacement(id) {
		x.add(from, to, person)
	}
	if to >= len(s) || s[to] != '/' {
		return
	}
	from = to + 1
	to = segmentEnd(s, from)
	switch segment := s[from:to]; segment {
	case "", "callback", "messages", "slack", "github", mask:
	default:
		x.add(from, to, secret)
	}
}

// bareLogins finds app:abc@db:5432, where no scheme says that it is a URL.
func (x *scanner) bareLogins(s string) {
	for i := 0; i < len(s); i++ {
		if s[i] != '@' {
			continue
		}
		host := i + 1
		for host < len(s) && (isAlnum(s[host]) || s[host] == '.' || s[host] == '-') {
			host++
		}
		port := host + 1
		for port < len(s) && isDigit(s[port]) {
			port++
		}
		if host == i+1 || host >= len(s) || s[host] != ':' || port-host < 3 || port-host > 6 || port < len(s) && (isAlnum(s[port]) || s[port] == ':') {
			continue
		}
		x.nearby(s, i, i, x.bareLogin)
	}
}

// bareLogin is one of these, whose host begins behind the sign at i.
func (x *scanner) bareLogin(s string, i int) {
	from := i
	for from > 0 && strings.IndexByte(" \t\n\"'`=,;()[]{}<>|/", s[from-1]) < 0 {
		from--
	}
	if colon := strings.IndexByte(s[from:i], ':'); colon > 1 && onlyName(s[from:from+colon]) && i-from-colon > 4 && s[from:from+colon] != "mailto" {
		x.addUnlessMask(s, from+colon+1, i)
	}
}
