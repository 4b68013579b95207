package privacy

const (
	maxWords = 16
	maxIdent = 96
)

// words are the words of an identifier in small letters: `http.request.header.X-Api-Key`, `clientSecret`, `PGPASSWORD`.
// Neighbours stand side by side in `low`, so that "api key" can be looked up as "apikey".
type words struct {
	low   [maxIdent]byte
	start [maxWords + 1]uint8
	n     int
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func isUpper(c byte) bool  { return c >= 'A' && c <= 'Z' }
func isLower(c byte) bool  { return c >= 'a' && c <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return isLower(c | 0x20) }
func isAlnum(c byte) bool  { return isDigit(c) || isLetter(c) }
func isHex(c byte) bool    { return isDigit(c) || (c|0x20 >= 'a' && c|0x20 <= 'f') }
func isSpace(c byte) bool  { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// split takes the words at the end of an identifier, as many as have room.
func (w *words) split(ident string) {
	if len(ident) > maxIdent {
		ident = ident[len(ident)-maxIdent:]
	}
	n, at, inWord := 0, 0, false
	for i := 0; i < len(ident); i++ {
		c := ident[i]
		if !isAlnum(c) && c < 0x80 {
			inWord = false
			continue
		}
		if inWord && isUpper(c) {
			afterLower := isLower(ident[i-1]) || isDigit(ident[i-1])
			beforeLower := i+1 < len(ident) && isLower(ident[i+1]) && isUpper(ident[i-1])
			if afterLower || beforeLower {
				inWord = false
			}
		}
		if !inWord {
			if n == maxWords {
				// Only the last words matter: forget the first.
				copy(w.start[:], w.start[1:])
				n--
			}
			w.start[n] = uint8(at)
			n++
			inWord = true
		}
		w.low[at] = lower(c)
		at++
	}
	w.start[n] = uint8(at)
	w.n = n
}

// joined are the words from..to (inclusive) without anything between.
func (w *words) joined(from, to int) []byte {
	return w.low[w.start[from]:w.start[to+1]]
}

func withoutDigits(word []byte) []byte {
	end := len(word)
	for end > 0 && isDigit(word[end-1]) {
		end--
	}
	return word[:end]
}

// isParameter recognises db.query.parameter.<key> and the like.
func (w *words) isParameter() bool {
	for i := 1; i < w.n; i++ {
		switch string(w.joined(i-1, i)) {
		case "queryparameter", "queryparameters", "operationparameter", "statementparameters", "sqlparameters", "bindparameters":
			return true
		}
	}
	return false
}

// isPublic says whether a key is one that everybody may know: publicKeyToken.
func (w *words) isPublic(i int) bool {
	for j := max(0, i-2); j < i; j++ {
		if string(w.joined(j, j)) == "public" {
			return true
		}
	}
	return false
}

// at is the meaning of up to three words that end with word i.
func (w *words) at(i int) (meaning, bool) {
	if w.isPublic(i) {
		return plain, false
	}
	for k := min(2, i); k >= 0; k-- {
		if k == 0 && i > 0 && w.opens(i) {
			return token, true
		}
		joined := w.joined(i-k, i)
		if m, ok := rules.meanings[string(joined)]; ok {
			return m, true
		}
		if short := withoutDigits(joined); len(short) > 0 && len(short) < len(joined) {
			if m, ok := rules.meanings[string(short)]; ok {
				return m, true
			}
		}
	}
	if m := w.nameOfKind(i); m != plain {
		return m, true
	}
	if m := w.leet(i); m != plain {
		return m, true
	}
	last := withoutDigits(w.joined(i, i))
	if endsWithOneOf(last, rules.secretEndings) && !rules.noSecretEndings.has(last) {
		return password, true
	}
	if endsWithOneOf(last, rules.looseEndings) {
		return loose, true // shopsess, websession
	}
	return plain, false
}

// endsWithOneOf says whether a word ends with one of some, and has something before it.
func endsWithOneOf(word []byte, endings []string) bool {
	for _, ending := range endings {
		if len(word) > len(ending) && string(word[len(word)-len(ending):]) == ending {
			return true
		}
	}
	return false
}

// opens says whether a code or a phrase is one that opens something: pairing_code, unlockPhrase.
func (w *words) opens(i int) bool {
	switch string(withoutDigits(w.joined(i, i))) {
	case "code", "codes", "phrase", "pin":
		return rules.openers.has(w.joined(i-1, i-1))
	}
	return false
}

// nameOfKind: patient_name, studentFullName.
func (w *words) nameOfKind(i int) meaning {
	switch string(w.joined(i, i)) {
	case "name", "names", "fullname", "initials":
	case "id", "ids":
		// payer_id; a number or a UUID of an own table stays
		if i > 0 && rules.personKinds.has(w.joined(i-1, i-1)) {
			return userID
		}
		return plain
	case "key", "keys":
		// of any key that is none of the many that say which row, queue or translation is meant, a value that nobody chose opens something
		if i > 0 && !rules.indexKeys.has(w.joined(i-1, i-1)) {
			return weak
		}
		return plain
	case "number", "no", "nr", "num", "nummer", "numero", "número", "numéro":
		if i > 0 && rules.documentKinds.has(w.joined(i-1, i-1)) {
			return personal
		}
		return plain
	default:
		return plain
	}
	for j := i - 1; j >= max(0, i-2); j-- {
		if rules.personKinds.has(w.joined(j, j)) {
			return name
		}
		if rules.perhapsPersonKinds.has(w.joined(j, j)) {
			return maybeName
		}
	}
	return plain
}

// leet: p4ssw0rd. Digits at the end are numbers.
func (w *words) leet(i int) meaning {
	if !w.hasDigits(max(0, i-1), i) {
		return plain
	}
	if i > 0 {
		// P4SSWORD falls into p4 and ssword
		if two := w.joined(i-1, i); len(two) <= 16 {
			if plainer, changed := leetKey(two); changed && rules.meanings[plainer] == password {
				return password
			}
		}
	}
	word := withoutDigits(w.joined(i, i))
	if len(word) < 4 || len(word) > 16 {
		return plain
	}
	if plainer, changed := leetKey(word); changed {
		if m := rules.meanings[plainer]; m == password || m == token {
			return m
		}
	}
	return plain
}

func (w *words) hasDigits(from, to int) bool {
	for _, c := range w.joined(from, to) {
		if isDigit(c) {
			return true
		}
	}
	return false
}

// meaningOf an identifier. The last word says what a value is (`token_count` is a count); words that follow a secret's
// name and are not known make it doubtful (`secret_santa`).
func meaningOf(ident string) meaning {
	var w words
	w.split(ident)
	if w.n == 0 {
		return plain
	}
	last := w.n - 1
	if w.isParameter() {
		return parameter
	}
	if m := w.withoutOrder(); m != plain {
		return m
	}
	if m, ok := w.at(last); ok {
		if m == geo && w.counts(last) {
			return number // wal_position
		}
		return m
	}
	if m, ok := w.plural(last); ok {
		return m
	}
	for i := last - 1; i >= 0; i-- {
		m, ok := w.at(i)
		switch {
		case !ok:
		case m.secret() && m < weak:
			return w.followed(m, i+1)
		case m.ofPerson() && w.saysWhich(i+1):
			return m
		}
	}
	for i := 0; i <= last; i++ {
		switch word := w.joined(i, i); {
		case rules.versionWords.has(word):
			return version
		case rules.numberWords.has(word) && string(w.joined(last, last)) != "id":
			return number
		}
	}
	return plain
}

// withoutOrder is what an identifier whose last word needs another says of a secret or a person without the words that only say which of several it
// is: session.previous_id, user.last_key.
func (w *words) withoutOrder() meaning {
	last := w.n - 1
	if last < 2 || !isGeneral(string(w.joined(last, last))) || !ordered.has(w.joined(last-1, last-1)) {
		return plain
	}
	for k := 3; k >= 2; k-- {
		if last-k < 0 && k == 3 {
			continue
		}
		var low [maxIdent]byte
		n := copy(low[:], w.joined(max(0, last-k), last-2))
		n += copy(low[n:], w.joined(last, last))
		if m := rules.meanings[string(low[:n])]; m.secret() || m == userID || m == device {
			return m
		}
	}
	return plain
}

// ordered say which of several that follow each other is meant.
var ordered = setOf([]string{"previous", "prev", "prior", "last", "next", "old", "new", "former", "current", "original", "orig", "first", "parent", "initial", "replaced", "superseded"})

// counts says whether a word before word i is about measures.
func (w *words) counts(i int) bool {
	for j := range i {
		if word := w.joined(j, j); rules.numberWords.has(word) || string(word) == "log" || string(word) == "replication" || string(word) == "read" || string(word) == "write" {
			return true
		}
	}
	return false
}

// followed is what is left of the meaning of a secret's name where other words follow: those that only say which one change nothing, those that
// say something about it make it plain, and any other leaves it doubtful.
func (w *words) followed(m meaning, from int) meaning {
	for i := from; i < w.n; i++ {
		word := w.joined(i, i)
		if rules.harmlessFollowers.has(word) {
			return plain
		}
		if len(withoutDigits(word)) > 0 && !rules.secretFollowers.has(word) {
			m = weak
		}
	}
	return m
}

// saysWhich says whether the words from i to the end only say which one of several is meant: phone_primary, first_name_old, street_line_2.
func (w *words) saysWhich(from int) bool {
	for i := from; i < w.n; i++ {
		if word := w.joined(i, i); len(withoutDigits(word)) > 0 && !rules.whichFollowers.has(word) {
			return false
		}
	}
	return true
}

// plural is the meaning of a word whose plural no list has: `clientsecrets`, `user_phones`. Counts of things are rather plural too, so it is
// one of those whose values have a shape or are read with care.
func (w *words) plural(i int) (meaning, bool) {
	end := w.start[i+1]
	if n := end - w.start[i]; n < 5 || w.low[end-1] != 's' || w.low[end-2] == 's' {
		return plain, false
	}
	for _, cut := range [...]uint8{1, 2} {
		if cut == 2 && w.low[end-2] != 'e' {
			break
		}
		w.start[i+1] = end - cut
		m, ok := w.at(i)
		w.start[i+1] = end
		switch {
		case !ok:
		case m == name:
			return weakName, true // a number is a count
		case m == password || m == phone || m == userID || m == client || m == mail:
			return m, true
		case m == weakName || m == maybeName:
			return weakNames, true
		}
	}
	return plain, false
}

// lowered is a word in small letters without an allocation; false where it is longer than any that a list holds.
func lowered(buffer *[32]byte, word string) ([]byte, bool) {
	if len(word) > len(buffer) {
		return nil, false
	}
	for i := 0; i < len(word); i++ {
		buffer[i] = lower(word[i])
	}
	return buffer[:len(word)], true
}

func (s set) hasFold(word string) bool {
	var buffer [32]byte
	low, ok := lowered(&buffer, word)
	return ok && s.has(low)
}
