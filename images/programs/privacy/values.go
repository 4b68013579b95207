package privacy

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// attributes cleans the values of a map, what lies inside them, and the keys. `above` is what the key of the map says.
func (x *scanner) attributes(m pcommon.Map, above meaning) {
	renamed := false
	if x.action == "drop" {
		m.RemoveIf(func(key string, v pcommon.Value) bool {
			facts := x.key(key)
			renamed = renamed || facts.clean != key
			return x.member(v, key, facts.means.inside(m, key, v), above)
		})
	} else {
		for key, v := range m.All() {
			facts := x.key(key)
			renamed = renamed || facts.clean != key
			means := facts.means
			if means == place || means == password || means == expiry || key == "subject" || key == "sub" || isWriter(key) {
				means = means.inside(m, key, v)
			}
			x.member(v, key, means, above)
		}
	}
	if renamed {
		x.renameKeys(m)
	}
}

// member cleans the value of a key inside a map.
func (x *scanner) member(v pcommon.Value, key string, means, above meaning) bool {
	if means != kept && x.above != "" && isGeneral(strings.ToLower(key)) {
		means = x.meaningInside(key, x.above)
	}
	if kind := v.Type(); kind != pcommon.ValueTypeMap && kind != pcommon.ValueTypeSlice {
		return x.value(v, means.below(above, key))
	}
	outer := x.above
	x.above = key
	changed := x.value(v, means.below(above, key))
	x.above = outer
	return changed
}

// meaningInside is what a key means inside an object with a key of its own: {"api": {"key": "…"}} is an API key.
func (x *scanner) meaningInside(key, above string) meaning {
	if above == "" || !isGeneral(strings.ToLower(key)) {
		return x.words.meaningOf(key)
	}
	if m := meaningOf(above + " " + key); m != client && m != server && m != machine {
		return m
	}
	return meaningOf(key)
}

// below is what a key inside a map means: `secrets: {database: …}` holds secrets. Of a person only what names them is a name.
func (m meaning) below(above meaning, key string) meaning {
	if m == handle && (above == name || above == weakName || above == weakNames) {
		return name
	}
	if m == town && (above == postal || above == addressee) && isHouseNumber(key) {
		return personal
	}
	if m != plain || above == plain {
		return m
	}
	return inherited(above, key)
}

func inherited(above meaning, key string) meaning {
	switch {
	case above == name || above == weakName || above == weakNames:
		if isPartOfName(key) {
			return name
		}
		return plain
	case above == maybeName || above == companyName || above == calledName:
		if isPartOfName(key) {
			return calledName
		}
		return plain
	case above.secret() && saysAbout(key):
		return plain
	case (above == postal || above == addressee) && isAddressPart(key):
		return personal
	case above == addressee && isPartOfName(key):
		return calledName
	case above == addressee:
		return postal
	case above == device || above == town || above == diagnosis:
		return plain
	}
	return above
}

// saysAbout says whether a key inside a secret says something about it: {"token": {"type": "bearer", "value": "…"}}.
func saysAbout(key string) bool {
	var w words
	w.split(key)
	return w.n > 0 && rules.harmlessFollowers.has(w.joined(w.n-1, w.n-1))
}

// isAddressPart says whether a key inside an address holds what leads to a house.
func isAddressPart(key string) bool {
	switch strings.TrimRight(strings.ToLower(key), "0123456789") {
	case "line", "road", "building", "house", "housenumber", "house_number", "unit", "apartment", "flat", "streetname", "street_name", "thoroughfare", "formatted":
		return true
	}
	return false
}

// isHouseNumber says whether a key that stands beside a street says which house of it.
func isHouseNumber(key string) bool {
	low := strings.ToLower(key)
	return strings.Contains(low, "hus") || strings.Contains(low, "hous") || strings.Contains(low, "haus") || strings.Contains(low, "huis") || strings.Contains(low, "street") || strings.Contains(low, "numero") || strings.Contains(low, "flat") || strings.Contains(low, "apartment")
}

func isPartOfName(key string) bool {
	switch strings.ToLower(key) {
	case "name", "first", "last", "given", "family", "middle", "full", "display", "alias", "handle", "real", "short", "value", "text", "title":
		return true
	}
	return false
}

func (x *scanner) renameKeys(m pcommon.Map) {
	var dirty []string
	for key := range m.All() {
		if x.key(key).clean != key {
			dirty = append(dirty, key)
		}
	}
	taken := map[string]int{}
	for _, key := range dirty {
		v, _ := m.Get(key)
		held := pcommon.NewValueEmpty()
		v.MoveTo(held)
		m.Remove(key)
		held.MoveTo(m.PutEmpty(free(m, x.key(key).clean, taken)))
	}
}

// free is a key that no other value of a map has: two keys may become one. taken says how often each was asked for.
func free(m pcommon.Map, key string, taken map[string]int) string {
	for {
		one := key
		if n := taken[key]; n > 0 {
			one += " " + strconv.Itoa(n+1)
		}
		taken[key]++
		if _, exists := m.Get(one); !exists {
			return one
		}
	}
}

// value cleans one value, and says whether it was one that had to change.
func (x *scanner) value(v pcommon.Value, m meaning) bool {
	if m == kept {
		return false
	}
	switch v.Type() {
	case pcommon.ValueTypeStr:
		clean, changed := x.repeated(v.Str(), m)
		if changed {
			v.SetStr(clean)
		}
		return changed
	case pcommon.ValueTypeInt:
		return x.number(v, v.Int(), m)
	case pcommon.ValueTypeDouble:
		if m == personal && v.Double() != 0 || m == place && v.Double() != float64(int64(v.Double())) {
			v.SetStr(mask)
			return true
		}
		if d := v.Double(); (d >= 1e12 || m == chatID && d >= 1e8) && d < 1e19 && d == float64(int64(d)) {
			return x.number(v, int64(d), m)
		}
	case pcommon.ValueTypeMap:
		inner := v.Map()
		x.attributes(inner, m)
		x.namedValue(inner)
		x.variablesOf(inner)
		x.townOf(inner)
		x.columned(inner)
	case pcommon.ValueTypeSlice:
		if m == geo && isPair(v.Slice()) {
			m = place
		} else if m == weakNames {
			m = weakName
		}
		x.slice(v.Slice(), m)
		x.headed(v.Slice())
	case pcommon.ValueTypeBytes:
		if raw := v.Bytes().AsRaw(); utf8.Valid(raw) {
			if clean, changed := x.keyed(string(raw), m); changed {
				v.Bytes().FromRaw([]byte(clean))
				return true
			}
		}
	}
	return false
}

// number cleans an integer: an id of Discord, a card, a PIN.
func (x *scanner) number(v pcommon.Value, n int64, m meaning) bool {
	if n < 0 || n < 1e12 && (m == plain || m == number) {
		return false
	}
	var buffer [20]byte
	clean, changed := x.cleanInt(n, string(appendInt(buffer[:0], n)), m)
	if changed {
		v.SetStr(clean)
	}
	return changed
}

// cleanInt is what takes the place of an integer under a key with this meaning.
func (x *scanner) cleanInt(n int64, text string, m meaning) (string, bool) {
	switch m {
	case number, version, server, kept:
		return text, false
	case password, token, weak, loose:
		opens := isSecret(m, text)
		x.credential = x.credential || opens
		return mask, opens
	case parameter:
		return "?", true
	case phone, caller:
		if len(text) < 6 || m == caller && len(text) < 8 {
			return text, false
		}
		return x.person(text), true
	case personal:
		if n == 0 {
			return text, false
		}
		return x.person(text), true
	case device:
		if isDeviceID(text) {
			return x.person(text), true
		}
	case clientID:
		if isIMEI(text) {
			return x.person(text), true
		}
	case chatID:
		if isChatID(text) {
			return x.person(text), true
		}
	}
	if n < 1e12 {
		return text, false
	}
	if isCard(text) {
		x.credential = true
		return mask, true
	}
	if !x.isSnowflakeInt(n) {
		return text, false
	}
	return x.person(text), true
}

func appendInt(out []byte, n int64) []byte {
	if n < 0 {
		return append(out, '-')
	}
	if n >= 10 {
		out = appendInt(out, n/10)
	}
	return append(out, byte('0'+n%10))
}

// slice cleans the elements of a list. A list may be a command (`--password`, then the password) or a pair (name, value).
func (x *scanner) slice(list pcommon.Slice, m meaning) {
	flag, codes := "", false
	secretAt := placeOfSecret(func(i int) string {
		if i < list.Len() && list.At(i).Type() == pcommon.ValueTypeStr {
			return list.At(i).Str()
		}
		return ""
	})
	for i := 0; i < list.Len(); i++ {
		v := list.At(i)
		means := m
		if v.Type() == pcommon.ValueTypeStr {
			switch text := v.Str(); {
			case i == 0:
				flag, codes = passwordFlag(text), namesCodes(text)
			case flag == "" || flag == "u" && strings.IndexByte(text, ':') < 0:
			case list.At(i-1).Type() == pcommon.ValueTypeStr && isFlag(list.At(i-1).Str(), flag), len(text) > 3 && isFlag(text[:2], flag) && takesAttached(list.At(0).Str()):
				means = password
			}
		}
		if i == secretAt {
			means = password
		}
		if (i == 1 || i == 2) && i == list.Len()-1 && v.Type() == pcommon.ValueTypeStr && isArgumentOfAuth(list.At(0).AsString(), i, v.Str()) {
			means = password
		}
		if m == weak && v.Type() == pcommon.ValueTypeStr && isListedToken(v.Str()) {
			means = token
		}
		if i > 0 && (m == plain || m == number) && v.Type() == pcommon.ValueTypeStr && list.At(i-1).Type() == pcommon.ValueTypeStr {
			before := list.At(i - 1).Str()
			flag := strings.HasPrefix(before, "-") && !strings.HasPrefix(v.Str(), "-")
			if listed := listedCode(codes, i, before, v.Str()); listed != plain {
				means = listed
			} else if said := meaningOf(before); (said == password || said == token) && !strings.ContainsAny(before, " =") &&
				(flag || (list.Len() == 2 && i == 1 || isHeader(before) != "") && isPairedSecret(v.Str())) {
				means = said
			} else if i == 1 && list.Len() == 2 && (said.ofPerson() || said == weakName) && strings.ContainsFunc(v.Str(), notInColumnNames) {
				means = said // ["username", "kari.n"], and no list of columns
			}
		}
		x.value(v, means)
	}
}

// isFlag says whether an argument is one of the letters behind which a password stands: -p.
func isFlag(text, letters string) bool {
	return len(text) == 2 && text[0] == '-' && strings.IndexByte(letters, text[1]) >= 0
}

// passwordFlag is the letter behind which the program a list begins with takes a password: ["mysql", "-pabc"].
func passwordFlag(program string) string {
	if slash := strings.LastIndexByte(program, '/'); slash >= 0 {
		program = program[slash+1:]
	}
	return rules.commands[program]
}

// isListedToken says whether an element of a list called tokens is one.
func isListedToken(text string) bool {
	return len(text) >= 8 && strings.ContainsAny(text, "0123456789") && strings.IndexByte(text, ' ') < 0
}

// namedValue cleans {name: "password", value: "…"}, where the key is a value itself, and {name: "…", email: "…"}, which is a person.
func (x *scanner) namedValue(m pcommon.Map) {
	if m.Len() > 8 {
		return
	}
	if where, ok := m.Get("loc"); ok && !(where.Type() == pcommon.ValueTypeSlice && where.Slice().Len() > 0 && isPaging(where.Slice().At(where.Slice().Len()-1).AsString())) {
		// an error of a validator repeats what was entered
		if input, ok := m.Get("input"); ok {
			x.value(input, parameter)
		}
	}
	if id, ok := m.Get("id"); ok {
		if _, telegram := m.Get("is_bot"); telegram {
			x.value(id, chatID)
		}
	}
	for _, both := range [...][2]string{{"given", "family"}, {"first", "last"}} {
		if one, ok := m.Get(both[0]); ok {
			if other, ok := m.Get(both[1]); ok {
				x.value(one, calledName)
				x.value(other, calledName)
			}
		}
	}
	for key, called := range m.All() {
		if called.Type() != pcommon.ValueTypeStr || !isCalled(key) {
			continue
		}
		beside := plain
		for other := range m.All() {
			beside = max(beside, x.key(other).means.reaches())
		}
		if beside == plain && key == "name" {
			beside = nameBesideLogin(m, called.Str())
		}
		if beside != plain {
			x.value(called, beside)
		}
	}
	x.codesBeside(m)
	named := plain
	for key, said := range m.All() {
		if said.Type() == pcommon.ValueTypeStr && isNameKey(key) && len(said.Str()) < maxIdent {
			if means := meaningOf(said.Str()); means.namesSecretOrPerson() {
				named = means
			}
		} else if said.Type() == pcommon.ValueTypeStr && isSystemKey(key) && isSystemOfPeople(said.Str()) {
			named = personal
		}
	}
	if named == plain {
		return
	}
	for key, v := range m.All() {
		if isValueKey(key) {
			x.value(v, named)
		}
	}
}

// nameBesideLogin is what `name` means beside a password, or beside the home directory that it names; plain where neither stands there.
func nameBesideLogin(m pcommon.Map, called string) meaning {
	beside := plain
	for other, v := range m.All() {
		if v.Type() == pcommon.ValueTypeStr && ownsHome(v.Str(), called) {
			return name
		}
		if meaningOf(other) == password {
			beside = handle
		}
	}
	return beside
}

// isCalled says whether a key alone says what somebody or something is called: name, nombre.
func isCalled(key string) bool {
	return strings.EqualFold(key, "name") || key == "cn" || key == "commonName" || rules.meanings[strings.ToLower(key)] == companyName
}

// reaches is what `name` means beside a key with this meaning, which says how to reach somebody, or what only people have; plain where it says neither.
func (m meaning) reaches() meaning {
	switch m {
	case mail, phone, name:
		return calledName
	case personal:
		return maybeName
	}
	return plain
}

// townOf cleans the town of an address, which says nothing where it stands alone.
func (x *scanner) townOf(m pcommon.Map) {
	besideStreet, hasTown := false, false
	for key := range m.All() {
		switch means := x.key(key).means; means {
		case town:
			hasTown = true
		case personal:
			besideStreet = besideStreet || isStreetKey(key)
		case postal, addressee:
			besideStreet = true
		}
	}
	if !besideStreet || !hasTown {
		return
	}
	for key, v := range m.All() {
		if x.key(key).means == town {
			x.value(v, personal)
		}
	}
}

// isPair says whether a list is two coordinates.
func isPair(list pcommon.Slice) bool {
	if list.Len() != 2 {
		return false
	}
	for i := range 2 {
		v := list.At(i)
		if v.Type() != pcommon.ValueTypeDouble || v.Double() < -180 || v.Double() > 180 || v.Double()*100 == float64(int64(v.Double()*100)) {
			return false
		}
	}
	return true
}

// nextMember is where the next key of a list follows a value, as in baggage: jane;tenant=eu. Nothing where none does.
func nextMember(s string) int {
	at := strings.IndexByte(s, ';')
	if at <= 0 {
		return 0
	}
	end := identEnd(s, at+1)
	if end > at+1 && end < len(s) && s[end] == '=' {
		return at
	}
	return 0
}

// keyed cleans a string whose key means something.
func (x *scanner) keyed(s string, m meaning) (string, bool) {
	if s == "" || isReplacement(s) {
		return s, false
	}
	if m == name || m == weakName || m == userID {
		if at := nextMember(s); at > 0 {
			who, changed := x.keyed(s[:at], m)
			rest, more := x.text(s[at:], plain)
			return who + rest, changed || more
		}
	}
	switch m {
	case password, token, weak, loose:
		if m == token && isCookieHeader(s) {
			clean, _ := x.text(x.cookieHeader(s), plain)
			return clean, true
		}
		if isObject(s) {
			return x.text(s, plain)
		}
		if m == token && hasKeyword(s, "digest ") && isParameters(s[len("digest "):]) && strings.IndexByte(s, '\n') < 0 {
			const header = "authorization: "
			clean, _ := x.text(header+s, plain)
			x.credential = true
			return strings.TrimPrefix(clean, header), true
		}
		if isSecret(m, s) {
			x.credential = true
			return mask, true
		}
	case parameter:
		return "?", s != "?"
	case name, weakName:
		if isPersonName(m, s) && !(m == weakName && strings.ContainsAny(s, "=:")) {
			return x.person(s), true
		}
	case userID:
		if isUserID(s) {
			return x.person(s), true
		}
	case personal:
		if len(s) >= 4 && !isHarmless(s) {
			return x.person(s), true
		}
	case mail:
		if strings.Contains(s, "@") && !strings.ContainsAny(s, " ,;") {
			return x.person(s), true
		}
	case phone:
		if phoneValue(s, 0, len(s)) == len(s) {
			return x.person(s), true
		}
	case caller:
		if digits := strings.TrimPrefix(s, "+"); len(digits) >= 8 && len(digits) <= 15 && allDigits(digits) {
			return x.person(s), true
		}
		return x.text(s, client)
	case account:
		if isAccount(s) {
			return x.person(s), true
		}
	case maybeName:
		if looksFullName(s) || isNameInCapitals(s) || isLogin(s) || strings.IndexByte(s, '_') > 0 && isChosenName(s) {
			return x.person(s), true
		}
	case calledName:
		if looksCalled(s) {
			return x.person(s), true
		}
	case place:
		if end := max(degreesEnd(s, 0, 1), pairEnd(s, 0)); end == len(s) && end > 0 {
			return x.person(s), true
		}
	case geo:
		if end := pairEnd(s, 0); end == len(s) {
			return x.person(s), true
		}
	case device:
		if isDeviceID(s) {
			return x.person(s), true
		}
	case serial:
		if isSerial(s) {
			return x.person(s), true
		}
	case handle:
		if isChosenName(s) {
			return x.person(s), true
		}
	case clientID:
		if isIMEI(s) || isDeviceOf(s) {
			return x.person(s), true
		}
	case chatID:
		if isChatID(s) {
			return x.person(s), true
		}
	case keyName:
		if isKeyName(s) {
			return s, false
		}
	case diagnosis:
		if diagnosisEnd(s, 0) > 0 {
			return x.person(s), true
		}
	case postal, addressee:
		if x.looksPostal(s) || m == addressee && looksFullName(s) {
			return x.person(s), true
		}
	}
	return x.text(s, m)
}

func (x *scanner) person(s string) string {
	x.out = x.appendReplacement(x.out[:0], s, person)
	return string(x.out)
}
