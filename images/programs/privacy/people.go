package privacy

import "strings"

// notInNames are words of titles, companies and things, never of a person.
var notInNames = setOf([]string{"inc", "ltd", "gmbh", "corp", "corporation", "llc", "ag", "as", "asa", "ab", "oy", "plc", "bv", "nv", "sarl", "company", "team",
	"service", "services", "group", "bank", "hospital", "school", "university", "clinic", "shop", "store", "premium", "gold", "basic", "plan", "manager",
	"admin", "account", "support", "department", "office", "center", "centre", "server", "queue", "default", "test", "system", "list", "not", "found",
	"new", "all", "any", "none", "per", "missing", "is", "error", "failed", "data", "record", "id", "ids", "type", "status", "table", "portal", "app",
	"search", "lookup", "import", "export", "report", "update", "created", "updated", "deleted", "api", "gateway", "worker", "facing", "success"})

// looksFullName says whether a value is two to five words as in a person's name: Piet de Vries.
func looksFullName(v string) bool {
	if len(v) < 5 || len(v) > 64 {
		return false
	}
	words, names := 0, 0
	for word := range strings.SplitSeq(v, " ") {
		bare := strings.TrimSuffix(word, ".")
		if words++; bare == "" || words > 5 || notInNames.hasFold(bare) {
			return false
		}
		for i := 0; i < len(bare); i++ {
			if !isWordByte(bare[i]) && bare[i] != '.' {
				return false
			}
		}
		switch {
		case beginsName(bare, 0):
			if len(bare) > 3 && bare == strings.ToUpper(bare) && bare[0] < 0x80 {
				return false
			}
			names++
		case !isParticle(bare):
			return false
		}
	}
	return names >= 2
}

// looksCalled says whether a value is a name in full, or one word of letters that begins with a capital: Kari.
func looksCalled(v string) bool {
	if looksFullName(v) {
		return true
	}
	if len(v) < 2 || len(v) > 32 || !beginsName(v, 0) || notInNames.hasFold(v) || isHarmless(v) || len(v) > 3 && v[0] < 0x80 && v == strings.ToUpper(v) {
		return false
	}
	for i := 0; i < len(v); i++ {
		if !isWordByte(v[i]) {
			return false
		}
	}
	return true
}

// handleWords stand before somebody's handle: reply from @sofie_h99.
var handleWords = setOf([]string{"reply", "replied", "from", "by", "user", "mention", "mentioned", "mentions", "dm", "cc", "hi", "hello", "hey", "thanks", "follow",
	"followed", "follows", "ping", "pinged", "invited", "invites", "kicked", "banned", "blocked", "muted", "reported", "to", "with", "author", "member",
	"player", "tagged", "welcome", "unbanned", "unmuted", "warned", "whois", "profile", "message", "messaged", "asked", "said", "and", "for", "via", "handle", "turn", "of", "host", "organizer"})

// notHandles follow the sign in programs.
var notHandles = setOf([]string{"here", "everyone", "channel", "timestamp", "daily", "hourly", "weekly", "monthly", "yearly", "annually", "reboot", "latest",
	"next", "beta", "alpha", "canary", "main", "master", "head", "rc", "media", "import", "param", "return", "returns", "type", "override", "test",
	"property", "staticmethod", "classmethod", "dataclass", "localhost", "types", "version", "message", "request", "app", "router"})

// handles finds @name behind a word about people; a name with a digit or an underscore, or behind a word that is about nothing else.
func (x *scanner) handles(s string) {
	for at := strings.Index(s, " @"); at >= 0; {
		from := at + 2
		to := from
		for to < len(s) && (isAlnum(s[to]) || s[to] == '_' || s[to] == '.' && to+1 < len(s) && isAlnum(s[to+1])) {
			to++
		}
		if handle := s[from:to]; to-from >= 3 && to-from <= 32 && isLetter(s[from]) && !(to < len(s) && strings.IndexByte("/(@=-:", s[to]) >= 0 && !(s[to] == ':' && to+1 < len(s) && s[to+1] == ' ')) &&
			!notHandles.hasFold(handle) && !hasParameterDigits(handle) {
			mixed := strings.ContainsAny(handle, "_0123456789")
			wordsBefore(s, at, 1, func(word []byte) bool {
				if handleWords.has(word) && (mixed || len(word) > 4 && handle == strings.ToLower(handle) && strings.IndexByte(handle, '.') < 0) {
					x.add(from, to, person)
				}
				return false
			})
		}
		next := strings.Index(s[from:], " @")
		if next < 0 {
			return
		}
		at = from + next
	}
}

// hasParameterDigits: @p0, @param12 of a statement.
func hasParameterDigits(handle string) bool {
	bare := strings.TrimRight(handle, "0123456789")
	return len(bare) < len(handle) && (len(bare) == 1 || strings.HasPrefix(bare, "param") || strings.HasPrefix(bare, "__"))
}

// isStreetKey says whether a key of an address says the street or the postcode.
func isStreetKey(key string) bool {
	return besideStreet(key)
}

// besideStreet says whether a text has a key for a street or a postcode: then a town is part of the address.
func besideStreet(s string) bool {
	for _, key := range [...]string{"street", "postal", "zip", "postcode", "line1", "plz", "strasse", "straße", "address", "adres", "indirizzo", "direcci", "endere", "logradouro", "ulica", "straat", "calle"} {
		if containsFold(s, key) {
			return true
		}
	}
	return false
}

func containsFold(s, low string) bool {
	return indexFold(s, low) >= 0
}

// speaksOfPerson says whether a text names what only people have, beside a name: prénom=…, edad: 31.
func speaksOfPerson(s string) bool {
	for _, key := range [...]string{"prénom", "prenom", "apellid", "cognome", "vorname", "etternavn", "efternavn", "efternamn", "edad", "email", "e-mail", "@", "telef", "phone",
		"birth", "given", "né le", "geb", "født", "nascita", "nacimiento"} {
		if strings.Contains(s, key) {
			return true
		}
	}
	return false
}

// contactKeys stand beside the name of a person.
var contactKeys = [...]string{"street", "zip", "postal", "postcode", "email", "e-mail", "mail", "phone", "mobile", "birth", "dob", "address", "age"}

// besideContact says whether a key `name` stands alone, and a key beside it says where that person lives or is called.
func besideContact(s string, from int) bool {
	if from > 1 && s[from-1] == ' ' && isWordByte(s[from-2]) || from > 0 && s[from-1] == '.' {
		return false
	}
	around := s[max(0, from-60):min(len(s), from+140)]
	if besidePersonalKey(around) {
		return true
	}
	for _, key := range contactKeys {
		for at := indexFold(around, key); at >= 0; {
			end := at + len(key)
			for end < len(around) && (around[end] == '"' || around[end] == '\'' || around[end] == '\\') {
				end++
			}
			if end < len(around) && (around[end] == ':' || around[end] == '=' || at > 0 && around[at-1] == '<') && (at == 0 || !isLetter(around[at-1])) {
				return true
			}
			next := indexFold(around[at+1:], key)
			if next < 0 {
				break
			}
			at += 1 + next
		}
	}
	return false
}

// besidePersonalKey says whether a key of a text holds what only people have: dni=…, iban: …
func besidePersonalKey(s string) bool {
	for i := 1; i < len(s); i++ {
		if s[i] != '=' && s[i] != ':' {
			continue
		}
		if from, to, _ := identBefore(s, i); to-from >= 3 && meaningOf(s[from:to]).reaches() != plain {
			return true
		}
	}
	return false
}

func indexFold(s, low string) int {
	for i := 0; i+len(low) <= len(s); i++ {
		if lower(s[i]) == low[0] && strings.EqualFold(s[i:i+len(low)], low) {
			return i
		}
	}
	return -1
}

// segments finds who is who in a message of a hospital: PID|1||12345678^^^HOSP||Hansen^Kari.
func (x *scanner) segments(s string) {
	for _, mark := range [...]string{"PID|", "NK1|", "GT1|", "IN1|"} {
		at := strings.Index(s, mark)
		if at < 0 || at > 0 && isAlnum(s[at-1]) {
			continue
		}
		end := at
		for end < len(s) && s[end] != '\n' && s[end] != '\r' && s[end] != '"' {
			end++
		}
		from := at + len(mark)
		for from < end {
			to := from
			for to < end && s[to] != '|' {
				to++
			}
			if field := s[from:to]; len(field) > 3 && !isReplacement(field) {
				x.add(from, to, person)
			}
			from = to + 1
		}
	}
}

// gameIDs finds ids of Steam: STEAM_0:1:12345678, [U:1:24691356].
func (x *scanner) gameIDs(s string) {
	for _, mark := range [...]string{"STEAM_", "[U:1:"} {
		if at := strings.Index(s, mark); at >= 0 {
			to := at + len(mark)
			for to < len(s) && (isDigit(s[to]) || s[to] == ':') {
				to++
			}
			if to-at >= len(mark)+5 {
				x.add(at, to, person)
			}
		}
	}
}

// besideMail finds the name in full that stands right before a mail address: 'Bjarne Ness', 'bjarne@example.org'.
func (x *scanner) besideMail(s string, mail int) {
	x.cellsBefore(s, mail)
	to, signs := mail, 0
	quote := byte(0)
	for to > 0 && mail-to < 6 && strings.IndexByte("'\", ;|(\t", s[to-1]) >= 0 {
		if s[to-1] != ' ' {
			signs++
		}
		if quote == 0 && to < mail && (s[to-1] == '\'' || s[to-1] == '"') {
			quote = s[to-1]
		}
		to--
	}
	if signs == 0 || to == 0 {
		return
	}
	from := fullNameBefore(s, to)
	if quote != 0 {
		from = strings.LastIndexByte(s[:to], quote) + 1
	}
	if from < to && looksFullName(s[from:to]) {
		x.add(from, to, person)
	}
}

// cellsBefore finds a first name and a family name in the two cells before a mail address, in a row that no headings name: 14;Kari;Nordmann;kari@example.org.
func (x *scanner) cellsBefore(s string, mail int) {
	if mail == 0 {
		return
	}
	at := mail
	for at > 0 && (s[at-1] == '"' || s[at-1] == '\'' || s[at-1] == ' ') && mail-at < 3 {
		at--
	}
	if at == 0 || strings.IndexByte(";,\t|", s[at-1]) < 0 {
		return
	}
	between := s[at-1]
	var from, to [2]int
	for n := range 2 {
		to[n] = at - 1
		start := to[n]
		for start > 0 && s[start-1] != between && s[start-1] != '\n' && to[n]-start < 40 {
			start--
		}
		from[n] = start
		for from[n] < to[n] && strings.IndexByte(" \"'", s[from[n]]) >= 0 {
			from[n]++
		}
		for to[n] > from[n] && strings.IndexByte(" \"'", s[to[n]-1]) >= 0 {
			to[n]--
		}
		if start == 0 || s[start-1] != between {
			if n == 0 {
				return
			}
			break
		}
		at = start
	}
	family, given := s[from[0]:to[0]], s[from[1]:to[1]]
	if looksCalled(family) && looksCalled(given) && (isGivenName(given) || isGivenName(family)) && !things.hasFold(family) && !things.hasFold(given) {
		x.add(from[0], to[0], person)
		x.add(from[1], to[1], person)
	}
}

// around is what stands near from..to: what is further away says nothing about it, and a long text is not read again for each of its keys.
func around(s string, from, to int) string {
	const near = 240
	return s[max(0, from-near):min(len(s), to+near)]
}

// afterMail finds the first name or the name in full, in quotes, right behind a mail address: args=['noor@example.org', 'Noor'].
func (x *scanner) afterMail(s string, to int) {
	if to+4 >= len(s) || s[to] != '\'' && s[to] != '"' || s[to+1] != ',' {
		return
	}
	at := to + 2
	if s[at] == ' ' {
		at++
	}
	if at < len(s) && s[at] == s[to] {
		v := quotedValue(s, at, at)
		if text := s[v.from:v.to]; looksCalled(text) && !things.hasFold(text) {
			x.add(v.from, v.to, person)
		}
	}
}

// subjects finds who somebody is at a provider of identities: auth0|5f7c8ec7c33c6c004bbafe82, google-oauth2|1093….
func (x *scanner) subjects(s string) {
	for _, provider := range [...]string{"auth0|", "oauth2|", "samlp|", "waad|", "facebook|", "github|", "apple|", "windowslive|", "twitter|"} {
		if at := strings.Index(s, provider); at >= 0 {
			to := wordEndOf(s, at, len(s))
			to = min(to, at+len(provider)+identEnd(s[at+len(provider):], 0))
			from := at
			for from > 0 && isTokenChar(s[from-1]) {
				from--
			}
			if to-at-len(provider) >= 6 {
				x.add(from, to, person)
			}
		}
	}
}

// joinedByCaret finds HAUGEN^SOLVEIG, as DICOM writes somebody's name.
func (x *scanner) joinedByCaret(s string) {
	x.each(s, "^", func(s string, after int) {
		from, to := after-1, after
		for from > 0 && after-from < 64 && isWordByte(s[from-1]) {
			from--
		}
		for to < len(s) && to-after < 64 && (isWordByte(s[to]) || s[to] == '^') {
			to++
		}
		if to > from && after < len(s) && from > 0 {
			// %B…^HOLMGREN/ASTRID^… of a card's stripe
			end := after
			for end < len(s) && end-after < 40 && (isUpper(s[end]) || s[end] == '/' || s[end] == ' ' || s[end] == '.') {
				end++
			}
			if end < len(s) && s[end] == '^' && strings.IndexByte(s[after:end], '/') > 1 && strings.Contains(s[max(0, after-32):after], "%B") {
				x.add(after, end, person)
			}
		}
		family, given := s[from:after-1], s[after:to]
		if at := strings.IndexByte(given, '^'); at >= 0 {
			given = given[:at]
		}
		if len(family) < 2 || len(given) < 2 || !isUpper(family[0]) || !isUpper(given[0]) {
			return
		}
		if isGivenName(given[:1]+strings.ToLower(given[1:])) || isGivenName(family[:1]+strings.ToLower(family[1:])) {
			x.add(from, to, person)
		}
	})
}

// onTicket finds HAUGEN/SOLVEIG MRS, as airlines write who travels.
func (x *scanner) onTicket(s string) {
	x.each(s, "/", func(s string, after int) {
		from, to := after-1, after
		for from > 0 && isUpper(s[from-1]) {
			from--
		}
		for to < len(s) && isUpper(s[to]) {
			to++
		}
		if after-1-from < 2 || to-after < 2 || from > 0 && (isAlnum(s[from-1]) || s[from-1] == '/') {
			return
		}
		titled := false
		for _, title := range [...]string{" MRS", " MR", " MS", " MISS", " MSTR", " CHD", " INF"} {
			if end := to + len(title); strings.HasPrefix(s[to:], title) && (end == len(s) || !isAlnum(s[end])) {
				titled = true
			}
		}
		given := s[after:to]
		for _, title := range [...]string{"MRS", "MR", "MS"} {
			given = strings.TrimSuffix(given, title)
		}
		if len(given) >= 3 && (titled || given != s[after:to]) && (isGivenName(given[:1] + strings.ToLower(given[1:]))) {
			x.add(from, to, person)
		}
	})
}
