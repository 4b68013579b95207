package privacy

import (
	"encoding/json"
	"strings"
)

// edit is a string of a JSON text that becomes another.
type edit struct {
	from, to int
	text     string
}

// document of JSON inside a text, read in place. What is not touched keeps its bytes.
type jsonReader struct {
	x     *scanner
	s     string
	edits []edit
	depth int
	// above is the key of the object that is read.
	above string
	// codes: a member of this object says that codes follow.
	codes bool
}

const maxJSONDepth = 64

// jsonText cleans a text that is JSON as if it were attributes. It reports whether it was JSON.
func (x *scanner) jsonText(s string, m meaning) (clean string, changed, ok bool) {
	start := 0
	for start < len(s) && isSpace(s[start]) {
		start++
	}
	if len(s)-start < 4 || s[start] != '{' && s[start] != '[' || isMongo(s[start:]) || x.nested >= maxNesting {
		return s, false, false
	}
	x.nested++
	defer func() { x.nested-- }()
	if m == number && strings.Contains(s, `"content"`) {
		m = plain // gen_ai.input.messages are no count
	}
	r := jsonReader{x: x, s: s}
	end := r.value(start, m, nil)
	if end < 0 || strings.TrimRight(s[end:], " \t\r\n") != "" {
		return s, false, false
	}
	if len(r.edits) == 0 {
		return s, false, true
	}
	out := make([]byte, 0, len(s))
	at := 0
	for _, one := range r.edits {
		out = append(out, s[at:one.from]...)
		out = appendJSONString(out, one.text)
		at = one.to
	}
	return string(append(out, s[at:]...)), true, true
}

// maxFailures bounds what a text costs that begins documents and never ends one.
const maxFailures = 3

// embeddedJSON cleans a document inside a text as such: update {"message": {…}} done.
func (x *scanner) embeddedJSON(s string, m meaning) {
	if x.nested >= maxNesting {
		return
	}
	failures := 0
	for at := 0; at < len(s); {
		next := strings.IndexByte(s[at:], '{')
		if next < 0 || failures == maxFailures {
			return
		}
		at += next
		first := at + 1
		for first < len(s) && isSpace(s[first]) {
			first++
		}
		if first >= len(s) || s[first] != '"' || isMongo(s[at:]) {
			at++
			continue
		}
		from := at
		closing := closingBrace(s, at)
		if closing < 0 {
			at++
			failures++
			continue
		}
		found, out, spares := x.found, x.out, x.spares
		x.found, x.out, x.spares = nil, nil, nil
		x.nested++
		r := jsonReader{x: x, s: s[:closing]}
		end := r.value(at, m, nil)
		x.nested--
		x.found, x.out, x.spares = found, out, spares
		if end < 0 {
			at++
			failures++
			continue
		}
		if len(r.edits) > 0 {
			clean := make([]byte, 0, end-at)
			for _, one := range r.edits {
				clean = append(clean, s[at:one.from]...)
				clean = appendJSONString(clean, one.text)
				at = one.to
			}
			x.found = append(x.found, finding{from: from, to: end, kind: rewritten, text: string(append(clean, s[at:end]...))})
		}
		at = end
	}
}

// closingBrace is behind the brace that closes the one at i; negative where none does.
func closingBrace(s string, i int) int {
	depth := 0
	for ; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"':
			for i++; i < len(s) && s[i] != '"'; i++ {
				if s[i] == '\\' {
					i++
				}
			}
		}
	}
	return -1
}

// maxNesting of JSON inside strings of JSON.
const maxNesting = 6

// value reads one value from i and returns where it ends; negative where this is no JSON. said is where a string is left for the caller.
func (r *jsonReader) value(i int, m meaning, said *string) int {
	i = r.space(i)
	if i >= len(r.s) {
		return -1
	}
	switch c := r.s[i]; {
	case c == '{':
		return r.object(i, m)
	case c == '[':
		return r.list(i, m)
	case c == '"':
		return r.text(i, m, said)
	case c == '-' || isDigit(c):
		return r.number(i, m)
	}
	for _, word := range [...]string{"true", "false", "null"} {
		if strings.HasPrefix(r.s[i:], word) {
			return i + len(word)
		}
	}
	return -1
}

func (r *jsonReader) space(i int) int {
	for i < len(r.s) && isSpace(r.s[i]) {
		i++
	}
	return i
}

// next reads the sign between two members: a comma goes on, the closing sign ends.
func (r *jsonReader) next(i int, closing byte) (at int, more bool) {
	i = r.space(i)
	if i >= len(r.s) {
		return -1, false
	}
	if r.s[i] == closing {
		return i + 1, false
	}
	if r.s[i] != ',' {
		return -1, false
	}
	return r.space(i + 1), true
}

func (r *jsonReader) object(i int, m meaning) int {
	if r.depth++; r.depth > maxJSONDepth {
		return -1
	}
	defer func() { r.depth-- }()
	begin, above := i, r.above
	defer func() { r.above = above }()
	i = r.space(i + 1)
	if i < len(r.s) && r.s[i] == '}' {
		return i + 1
	}
	named := plain
	var cols []meaning
	for more := true; more; {
		if i < 0 || i >= len(r.s) || r.s[i] != '"' {
			return -1
		}
		end := r.stringEnd(i)
		if end < 0 {
			return -1
		}
		key := unquoted(r.s[i:end])
		r.cleanKey(key, i, end)
		r.above = above
		means := r.meaningOf(key, m, i)
		if above == "variables" && means == plain {
			means = meaningOfVariable(r.operationNear(i), key)
		}
		if isValueKey(key) {
			if named == plain {
				named = r.nameBeside(begin)
			}
			if named.namesSecretOrPerson() || named == number || named == version {
				means = named
			}
		}
		i = r.space(end)
		if i >= len(r.s) || r.s[i] != ':' {
			return -1
		}
		var said string
		r.above = key
		if cols != nil && rowKeys.hasFold(key) {
			i = r.rows(i+1, cols)
		} else {
			if cols == nil && columnKeys.hasFold(key) {
				cols = r.columns(i + 1)
			}
			i = r.value(i+1, means, &said)
		}
		if i < 0 {
			return -1
		}
		if said != "" && isNameKey(key) {
			named = meaningOf(said)
		} else if said != "" && isSystemKey(key) && isSystemOfPeople(said) {
			named = personal
		}
		if said != "" && namesCodes(said) {
			r.codes = true
			defer func() { r.codes = false }()
		}
		if i, more = r.next(i, '}'); i < 0 {
			return -1
		}
	}
	return i
}

// nameBeside is what an object that begins at i names, also where the name stands behind the value: {"value": "…", "name": "DB_PASSWORD"}.
func (r *jsonReader) nameBeside(i int) meaning {
	end := strings.IndexByte(r.s[i:min(len(r.s), i+401)], '}')
	if end < 0 {
		return plain
	}
	object := r.s[i : i+end]
	for _, key := range [...]string{`"name":`, `"key":`, `"field":`, `"header":`, `"column":`, `"parameter":`, `"setting":`, `"option":`, `"attribute":`, `"property":`, `"variable":`} {
		if at := strings.Index(object, key); at >= 0 {
			if v := valueAfter(object, at+len(key), true); v.quoted {
				return meaningOf(object[v.from:v.to])
			}
		}
	}
	if at := strings.Index(object, `"system":`); at >= 0 {
		if v := valueAfter(object, at+len(`"system":`), true); v.quoted && isSystemOfPeople(object[v.from:v.to]) {
			return personal
		}
	}
	return plain
}

// meaningOf a key that begins at i, inside an object whose own key means `above`.
func (r *jsonReader) meaningOf(key string, above meaning, i int) meaning {
	if facts, ok := (*r.x.keys.known.Load())[key]; ok && facts.means == kept {
		return kept
	}
	switch key {
	case "name", "nom", "nombre", "nome", "navn", "namn", "naam", "nimi", "Name", "NAME", "family", "given":
		if above == weakName || above == weakNames || key == "name" && (r.above == "claims" || r.above == "userinfo" || r.above == "user_info" || r.above == "id_token") {
			return name
		}
		if beside := r.beside(i); beside != plain {
			return beside
		}
		if key != "name" && speaksOfPerson(around(r.s, i, i)) {
			return name
		}
		if key == "name" {
			object := r.around(i)
			if ownsHome(object, r.valueBehind(i)) {
				return name
			}
			if besidePassword(object) {
				return handle
			}
		}
	case "line1", "line2", "address1", "address2":
		if r.besideStreet(i) && (r.has(i, `"zip"`) || r.has(i, `"city"`) || r.has(i, `"postal`) || r.has(i, `"postcode"`) || r.has(i, `"country"`)) {
			return personal
		}
	case "cn":
		if beside := r.beside(i); beside != plain {
			return beside
		}
		if r.has(i, `"telephoneNumber"`) || r.has(i, `"givenName"`) || r.has(i, `"mail"`) || r.has(i, `"sn"`) || r.has(i, `"uid"`) {
			return maybeName // of a directory
		}
	case "routingKey", "routing_key":
		if strings.Contains(strings.ToLower(r.around(i)), "pagerduty") {
			return password
		}
	case "code":
		// {"phone": "…", "code": "482913"} of who proves a number
		if v := r.valueBehind(i); len(v) == 6 && allDigits(v) && (r.has(i, `"phone`) || r.has(i, `"email"`) || r.has(i, `"msisdn"`) || r.has(i, `"mobile`)) && !r.has(i, `"status`) && !r.has(i, `"error`) && !r.has(i, `"country`) && !r.has(i, `"message`) && !r.has(i, `"postal`) {
			return password
		}
	case "first", "last":
		if r.hasBoth(i, `"first":`, `"last":`) {
			return calledName
		}
	case "account", "acct":
		if r.has(i, `"routing`) || r.has(i, `"sort_code"`) || r.has(i, `"sortCode"`) || r.has(i, `"aba"`) || r.has(i, `"ifsc"`) {
			return personal
		}
	case "serial", "serial_number", "serialNumber", "serialNo":
		if r.has(i, `"imei`) || r.has(i, `"android_id"`) || r.has(i, `"bssid"`) || r.has(i, `"udid"`) {
			return serial
		}
	case "subject", "sub":
		if besideToken(r.around(i)) {
			return account
		}
	case "input":
		if strings.Contains(r.near(i), `"loc"`) {
			if inPaging(r.around(i)) {
				return plain
			}
			return parameter
		}
	case "id":
		if r.has(i, `"is_bot"`) || r.has(i, `"first_name"`) && (r.above == "from" || r.above == "chat") {
			return chatID // of Telegram
		}
	case "d", "p", "q", "dp", "dq", "qi", "k":
		if strings.Contains(r.near(i), `"kty"`) {
			return password
		}
	}
	means := r.inside(r.x.meaningInside(key, r.above).below(above, key), key, i)
	if means == town && r.besideStreet(i) {
		return personal
	}
	return means
}

// valueBehind is the text of the string behind the key that begins at i.
func (r *jsonReader) valueBehind(i int) string {
	end := r.stringEnd(i)
	if end < 0 {
		return ""
	}
	at := r.space(end)
	if at >= len(r.s) || r.s[at] != ':' {
		return ""
	}
	if at = r.space(at + 1); at >= len(r.s) || r.s[at] != '"' {
		return ""
	}
	if end = r.stringEnd(at); end < 0 {
		return ""
	}
	return r.s[at+1 : end-1]
}

// hasBoth says whether the object around i has both members.
func (r *jsonReader) hasBoth(i int, one, other string) bool {
	object := r.around(i)
	return strings.Contains(object, one) && strings.Contains(object, other)
}

// has says whether the object around i holds this.
func (r *jsonReader) has(i int, what string) bool { return strings.Contains(r.around(i), what) }

// besideStreet says whether the object around i has a street or a postcode.
func (r *jsonReader) besideStreet(i int) bool {
	return besideStreet(r.around(i))
}

// beside is what a name means by the other members of the object around i.
func (r *jsonReader) beside(i int) meaning {
	object := r.around(i)
	beside := plain
	for at := 0; at < len(object); at++ {
		if object[at] != '"' {
			continue
		}
		v := quotedValue(object, at, at)
		if nextSign(object, v.after) == ':' {
			beside = max(beside, meaningOf(object[v.from:v.to]).reaches())
		}
		at = v.after - 1
	}
	return beside
}

func (r *jsonReader) cleanKey(key string, from, to int) {
	if !strings.ContainsAny(key, "@0123456789") {
		return
	}
	if clean, changed := r.x.text(key, client); changed {
		r.edits = append(r.edits, edit{from, to, clean})
	}
}

func (r *jsonReader) list(i int, m meaning) int {
	if r.depth++; r.depth > maxJSONDepth {
		return -1
	}
	defer func() { r.depth-- }()
	i = r.space(i + 1)
	if i < len(r.s) && r.s[i] == ']' {
		return i + 1
	}
	if m == weakNames {
		m = weakName
	}
	if m == geo {
		if end := strings.IndexByte(r.s[i:], ']'); end > 0 && pairEnd(r.s, i) == i+len(strings.TrimRight(r.s[i:i+end], " ")) {
			m = place
		}
	}
	var cols []meaning
	if (m == plain || m == number) && i < len(r.s) && r.s[i] == '[' {
		cols = r.firstRow(i)
	}
	before, flag, attached, codes := "", "", false, r.codes
	var first [4]string
	secretAt := -1
	for n, more := 0, true; more; n++ {
		means := m
		if n >= 2 && n <= len(first) {
			secretAt = placeOfSecret(func(i int) string {
				if i < len(first) {
					return first[i]
				}
				return ""
			})
		}
		if n == secretAt && i < len(r.s) && r.s[i] == '"' {
			means = password
		}
		if flag != "" && i < len(r.s) && r.s[i] == '"' && (isFlag(before, flag) && (flag != "u" || strings.IndexByte(r.s[i:max(i, r.stringEnd(i))], ':') > 0) || attached && i+3 < len(r.s) && isFlag(r.s[i+1:i+3], flag)) {
			means = password
		}
		if (n == 1 || n == 2) && len(first[0]) == 4 && i < len(r.s) && r.s[i] == '"' {
			if end := r.stringEnd(i); end > 0 && nextSign(r.s, end) == ']' && isArgumentOfAuth(first[0], n, r.s[i+1:end-1]) {
				means = password
			}
		}
		if m == weak && i < len(r.s) && r.s[i] == '"' {
			if end := r.stringEnd(i); end > 0 && isListedToken(r.s[i+1:end-1]) {
				means = token
			}
		}
		if (before != "" || codes) && (m == plain || m == number) && i < len(r.s) && r.s[i] == '"' {
			if listed := listedCode(codes, n, before, r.s[i+1:max(i+1, r.stringEnd(i)-1)]); listed != plain {
				means = listed
			} else if said := meaningOf(before); (said == password || said == token) && !strings.ContainsAny(before, " =") {
				end := r.stringEnd(i)
				if strings.HasPrefix(before, "-") && r.s[i+1] != '-' ||
					end > 0 && (n == 1 && nextSign(r.s, end) == ']' || isHeader(before) != "" || strings.IndexByte(before, '-') > 0) && isPairedSecret(r.s[i+1:end-1]) {
					means = said
				}
			} else if said.ofPerson() || said == weakName {
				// ["username", "kari.n"], and no list of columns
				if end := r.stringEnd(i); end > 0 && n == 1 && nextSign(r.s, end) == ']' && strings.ContainsFunc(r.s[i+1:end-1], notInColumnNames) {
					means = said
				}
			}
		}
		var said string
		if cols != nil && n > 0 {
			i = r.rows(i, cols)
		} else {
			i = r.value(i, means, &said)
		}
		if i < 0 {
			return -1
		}
		before = said
		if n < len(first) {
			first[n] = said
		}
		if n == 0 {
			codes = codes || namesCodes(said)
			if letter := passwordFlag(said); letter != "" {
				flag, attached = letter, takesAttached(said)
			}
		}
		if i, more = r.next(i, ']'); i < 0 {
			return -1
		}
	}
	return i
}

// notInColumnNames are what names of columns are not made of.
func notInColumnNames(c rune) bool { return !(c >= 'a' && c <= 'z') && c != '_' }

// stringEnd is behind the closing quote.
func (r *jsonReader) stringEnd(i int) int {
	for j := i + 1; j < len(r.s); j++ {
		switch c := r.s[j]; {
		case c == '\\':
			j++
		case c == '"':
			return j + 1
		case c < 0x20:
			return -1
		}
	}
	return -1
}

func unquoted(quoted string) string {
	if strings.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1]
	}
	var text string
	if json.Unmarshal([]byte(quoted), &text) != nil {
		return ""
	}
	return text
}

func (r *jsonReader) text(i int, m meaning, said *string) int {
	end := r.stringEnd(i)
	if end < 0 {
		return -1
	}
	text := unquoted(r.s[i:end])
	if said != nil {
		*said = text
	}
	if m == kept {
		return end
	}
	if clean, changed := r.x.keyed(text, m); changed {
		r.edits = append(r.edits, edit{i, end, clean})
	}
	return end
}

func (r *jsonReader) number(i int, m meaning) int {
	end := i + 1
	for end < len(r.s) && (isDigit(r.s[end]) || strings.IndexByte(".eE+-", r.s[end]) >= 0) {
		end++
	}
	text := r.s[i:end]
	if clean, changed := r.x.digitsOf(text, m); changed {
		r.edits = append(r.edits, edit{i, end, clean})
	}
	return end
}

// digitsOf cleans a number that is written out.
func (x *scanner) digitsOf(text string, m meaning) (string, bool) {
	if !allDigits(text) {
		return mask, m == personal && text != "0.0" && strings.IndexByte(text, '.') > 0 || m == place && degreesEnd(text, 0, 1) == len(text)
	}
	var n int64
	if len(text) > 19 {
		return text, false
	}
	for i := 0; i < len(text); i++ {
		n = n*10 + int64(text[i]-'0')
	}
	if n < 0 {
		return text, false
	}
	return x.cleanInt(n, text, m)
}

func appendJSONString(out []byte, text string) []byte {
	const hexDigits = "0123456789abcdef"
	out = append(out, '"')
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c == '\n':
			out = append(out, '\\', 'n')
		case c == '\r':
			out = append(out, '\\', 'r')
		case c == '\t':
			out = append(out, '\\', 't')
		case c < 0x20:
			out = append(out, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}
