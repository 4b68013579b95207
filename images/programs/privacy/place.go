package privacy

import "strings"

// streetWords end the name of a street that stands behind a house number: 14 Rue de la Paix, 221B Baker Street.
var streetWords = setOf([]string{"street", "st", "road", "rd", "avenue", "ave", "lane", "ln", "drive", "boulevard", "blvd", "terrace", "crescent",
	"close", "gardens", "grove", "parkway", "highway", "hwy", "court", "way", "row", "mews", "quay", "alley"})

// streetTypes begin one: Rue de la Paix 14, Calle Mayor 3.
var streetTypes = setOf([]string{"rue", "avenue", "chemin", "calle", "avenida", "plaza", "via", "viale", "piazza", "corso", "rua", "ulica", "ul", "quai",
	"allée", "impasse", "paseo", "largo", "travessa", "улица", "ул"})

// streetEndings end the name of a street that stands before its number: Storgata 15, Lindenstraße 3.
var streetEndings = [...]string{"straße", "strasse", "straat", "gracht", "gatan", "gata", "veien", "vegen", "vägen", "vej", "gade", "platz", "allee", "alleen", "alléen", "laan",
	"plein", "kade", "katu", "utca", "damm", "ufer", "gasse"}

// commonWords have such an ending and are none.
var commonWords = setOf([]string{"regata", "brigade", "upgrade", "downgrade", "cascade", "decade", "blockade", "arcade", "facade", "renegade", "barricade", "legata", "autostrade", "ersatzplatz", "sackgasse"})

// streets finds a street with the number of a house, and the town that follows. `keyed` says that a key promised one: then endings
// that other words have too are enough.
func (x *scanner) streets(s string, keyed bool) {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			continue
		}
		from, to := i, i
		for to < len(s) && isDigit(s[to]) {
			to++
		}
		i = to
		if to-from > 4 || from > 0 && s[from-1] != ' ' && s[from-1] != '"' && s[from-1] != '\'' && s[from-1] != '=' && s[from-1] != '\n' && s[from-1] != ',' {
			continue
		}
		if to+1 < len(s) && s[to] == '/' && isDigit(s[to+1]) && streetBefore(s, from, keyed) < from {
			for to++; to < len(s) && isDigit(s[to]); to++ {
			}
		}
		if to < len(s) && isLetter(s[to]) && !(to+1 < len(s) && isAlnum(s[to+1])) {
			to++
		}
		start := streetBefore(s, from, keyed)
		if start == from && !keyed {
			if begin := streetBefore(s, from, true); begin < from && beginsName(s, begin) && beforePostcode(s, to) {
				start = begin // Ahornweg 3, 10115 Berlin
			}
		}
		if start < from && !(to < len(s) && (isAlnum(s[to]) || s[to] == '%' || s[to] == '.' && to+1 < len(s) && isDigit(s[to+1]))) {
			to = townEnd(s, to)
			x.add(start, to, person)
			i = to
		} else if end := streetAfter(s, to, keyed); end > to {
			town := townEnd(s, end)
			if town == end && !keyed && end+1 < len(s) && s[end] == ' ' && beginsName(s, end+1) {
				continue // 12 Monkeys Road Show
			}
			x.add(from, town, person)
			i = town
		}
	}
}

// beforePostcode says whether a postcode and a town follow the number of a house: , 10115 Berlin.
func beforePostcode(s string, i int) bool {
	if i+8 > len(s) || s[i] != ',' || s[i+1] != ' ' {
		return false
	}
	from := i + 2
	to := from
	for to < len(s) && (isDigit(s[to]) || s[to] == '-' && to > from) {
		to++
	}
	return to-from >= 4 && to-from <= 8 && to+2 < len(s) && s[to] == ' ' && beginsName(s, to+1) && isWordByte(s[to+2])
}

// isWordByte accepts letters of every script.
func isWordByte(c byte) bool { return isLetter(c) || c >= 0x80 || c == '-' || c == '\'' }

func beginsName(s string, i int) bool { return i < len(s) && (isUpper(s[i]) || s[i] >= 0x80) }

// streetBefore is where the street begins whose number stands at `number`; `number` where none does.
func streetBefore(s string, number int, keyed bool) int {
	end := number
	for end > 0 && (s[end-1] == ' ' || s[end-1] == ',' || s[end-1] == '.') && number-end < 2 {
		end--
	}
	if end == number || end == 0 {
		return number
	}
	start := end
	for start > 0 && isWordByte(s[start-1]) {
		start--
	}
	if start == end {
		return number
	}
	word := strings.ToLower(s[start:end])
	if (beginsName(s, start) || keyed) && len(word) >= 6 && !commonWords.has([]byte(word)) {
		for _, ending := range streetEndings {
			if strings.HasSuffix(word, ending) && len(word) > len(ending) {
				return start
			}
		}
		if strings.HasSuffix(word, "str") && s[end] == '.' || keyed && (strings.HasSuffix(word, "weg") || strings.HasSuffix(word, "gate") || strings.HasSuffix(word, "ring") || strings.HasSuffix(word, "gasse") || strings.HasSuffix(word, "vei")) {
			return start
		}
	}
	// Rue de la Paix 14, Karl Johans gate 1, Street 15
	for words := 0; words < 5; words++ {
		low := strings.ToLower(s[start:end])
		if words > 0 && (beginsName(s, start) || keyed || low == "ul") && streetTypes.hasFold(low) {
			return start
		}
		if words == 0 && lastWords.has([]byte(low)) {
			if before := namesBefore(s, start); before < start && (keyed || low == "allé" || strings.HasSuffix(s[before:start], "s ")) {
				return before
			} else if keyed {
				return min(before, start)
			}
		}
		if start < 2 || s[start-1] != ' ' {
			break
		}
		end = start - 1
		if s[end-1] == '.' {
			end-- // ul. Długa 14
		}
		for start = end; start > 0 && isWordByte(s[start-1]); start-- {
		}
		if start == end {
			break
		}
	}
	return number
}

// lastWords end the name of a street and stand alone: Karl Johans gate 1.
var lastWords = setOf([]string{"gate", "street", "vei", "weg", "platz", "allé", "plass", "vej", "väg", "torg", "plads", "gade", "road", "avenue"})

// namesBefore is where up to three words with a capital that stand before i begin.
func namesBefore(s string, i int) int {
	for range 3 {
		if i < 2 || s[i-1] != ' ' {
			return i
		}
		start := i - 1
		for start > 0 && isWordByte(s[start-1]) {
			start--
		}
		if start == i-1 || !beginsName(s, start) {
			return i
		}
		i = start
	}
	return i
}

// streetAfter is the end of the street whose number ends at i: Baker Street, Rue de la Paix; i where none follows.
func streetAfter(s string, i int, keyed bool) int {
	at := i
	if at < len(s) && s[at] == ',' {
		at++
	}
	for words := 0; words < 5; words++ {
		if at >= len(s) || s[at] != ' ' {
			return i
		}
		start := at + 1
		for at = start; at < len(s) && isWordByte(s[at]); at++ {
		}
		if at == start {
			return i
		}
		isName := beginsName(s, start)
		if !isName && words == 0 && !keyed {
			return i
		}
		word := s[start:at]
		if words == 0 && !keyed && streetWords.hasFold(word) {
			return i // 2 Lane Highway
		}
		if words > 0 && (isName || keyed) && streetWords.hasFold(word) {
			return at
		}
		if words == 0 && streetTypes.hasFold(word) && (keyed || at < len(s) && s[at] == ' ' && isName) {
			last := at
			for at < len(s) && s[at] == ' ' && at+1 < len(s) && isWordByte(s[at+1]) && (beginsName(s, at+1) || isParticle(wordFrom(s, at+1))) {
				for at++; at < len(s) && isWordByte(s[at]); at++ {
				}
				last = at
			}
			return last
		}
		if !isName && !isParticle(word) && !keyed {
			return i
		}
	}
	return i
}

func wordFrom(s string, i int) string {
	i = min(i, len(s))
	end := i
	for end < len(s) && isWordByte(s[end]) {
		end++
	}
	return s[i:end]
}

// particles stand in names in small letters.
var particles = setOf([]string{"van", "von", "de", "der", "den", "di", "da", "del", "della", "dos", "du", "des", "la", "le", "les", "bin", "al", "el", "af",
	"av", "zu", "ten", "ter", "y", "e", "og", "und", "l", "d"})

func isParticle(word string) bool { return particles.hasFold(word) }

// townEnd takes a town with its postcode behind a street: ", London NW1 6XE".
func townEnd(s string, i int) int {
	end, at, hasDigits := i, i, false
	for range 6 {
		start := at
		if start < len(s) && (s[start] == ',' || s[start] == '\n') {
			start++
		}
		for start < len(s) && s[start] == ' ' && start-at < 3 {
			start++
		}
		if start == at {
			break
		}
		to := start
		digits := false
		for to < len(s) && (isAlnum(s[to]) || s[to] >= 0x80 || s[to] == '-') {
			digits = digits || isDigit(s[to])
			to++
		}
		if to == start || to < len(s) && (s[to] == '=' || s[to] == ':') || !digits && !beginsName(s, start) || digits && (to-start > 8 || !isUpperOrDigits(s[start:to])) {
			break
		}
		hasDigits = hasDigits || digits
		at = to
		if hasDigits {
			end = to
		}
	}
	return end
}

func isUpperOrDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isUpper(s[i]) && !isDigit(s[i]) && s[i] != '-' {
			return false
		}
	}
	return true
}

// looksPostal says whether a text under the key of an address is one of a house.
func (x *scanner) looksPostal(s string) bool {
	if len(s) < 6 || !strings.ContainsAny(s, "0123456789") {
		return false
	}
	before := len(x.found)
	x.streets(s, true)
	found := len(x.found) > before
	x.found = x.found[:before]
	return found
}

// degreesEnd is the end of a coordinate with at least so many decimals; from where none is.
func degreesEnd(s string, from, decimals int) int {
	i := from
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	whole := i
	value := 0
	for i < len(s) && isDigit(s[i]) && i-whole < 4 {
		value = value*10 + int(s[i]-'0')
		i++
	}
	if i == whole || value > 180 || i >= len(s) || s[i] != '.' {
		return from
	}
	fraction := i + 1
	for i = fraction; i < len(s) && isDigit(s[i]); i++ {
	}
	if i-fraction < decimals || i < len(s) && (isLetter(s[i]) && !isCompass(s, i) || s[i] == '.' || s[i] == '%') {
		return from
	}
	return i
}

func isCompass(s string, i int) bool {
	return strings.IndexByte("NSEW", s[i]) >= 0 && (i+1 == len(s) || !isAlnum(s[i+1]))
}

// pairEnd is the end of two coordinates: 59.9138,10.7522; from where they are none.
func pairEnd(s string, from int) int {
	const decimals = 3
	i := degreesEnd(s, from, decimals)
	if i == from {
		return from
	}
	next := i
	for next < len(s) && next-i < 6 && strings.IndexByte(",;/ NSEW", s[next]) >= 0 {
		next++
	}
	if strings.HasPrefix(s[next:], "%2C") {
		next += 3
	}
	if next == i {
		return from
	}
	to := degreesEnd(s, next, decimals)
	if to == next {
		return from
	}
	return to
}
