package privacy

import "strings"

// nationalIDs finds the numbers that states give to people where their own notation and check digits leave no doubt:
// Brazil's 071.973.323-54, Switzerland's 756.0720.2860.21, Finland's 131052-805U, Sweden's 850712-3969, France's 1 85 07 75 118 772 36.
func (x *scanner) nationalIDs(s string) {
	for i := 0; i < len(s); {
		if !isDigit(s[i]) || i > 0 && (isAlnum(s[i-1]) || s[i-1] == '.' || s[i-1] == '-' || s[i-1] == '_' || s[i-1] == '/' || s[i-1] == ':') {
			i++
			continue
		}
		var digits [16]byte
		n, from := 0, i
		to := from
		var shape [14]byte
		parts, run := 0, 0
		for to < len(s) && n < len(digits) && parts < len(shape)-1 {
			if isDigit(s[to]) {
				digits[n] = s[to]
				n++
				run++
				to++
				continue
			}
			if strings.IndexByte(".- +", s[to]) < 0 || to+1 >= len(s) || !isDigit(s[to+1]) {
				break
			}
			shape[parts], shape[parts+1] = byte('0'+run), s[to]
			parts += 2
			run = 0
			to++
		}
		if parts < len(shape) {
			shape[parts] = byte('0' + min(run, 9))
			parts++
		}
		if i = to; n < 9 || parts < 3 {
			continue
		}
		end := to
		switch string(shape[:parts]) {
		case "3.3.3-2":
			if !isCPF(digits[:n]) {
				continue
			}
		case "3.4.4.2":
			if string(digits[:3]) != "756" || !isEAN(digits[:n]) {
				continue
			}
		case "6-3", "6+3":
			if to >= len(s) || !isHetu(digits[:n], s[to]) {
				continue
			}
			end++
		case "6-4", "6+4":
			if !isKennitala(digits[:n]) && (!isDay(digits[2:6], 0) || !luhn(string(digits[:n]))) || isRecent(digits[:n]) {
				continue
			}
		case "3-2-4":
			if !isSocialSecurity(digits[:n]) || namedNumber(s, from) {
				continue
			}
		case "2.2.2-3.2":
			if !isBelgian(digits[:n]) {
				continue
			}
		case "2.3.3-1":
			if !isRUT(digits[:n]) {
				continue
			}
		case "2-8-1":
			if !isCUIT(digits[:n]) {
				continue
			}
		case "6-7":
			if !isDay(digits[2:6], 0) || digits[6] < '1' || digits[6] > '4' || isRecent(digits[:n]) || namedNumber(s, from) {
				continue
			}
		case "6 5":
			if !isNorwegian(digits[:n]) {
				continue
			}
		case "8-4":
			if !isDay(digits[4:8], 0) || !luhn(string(digits[2:n])) || digits[0] != '1' && digits[0] != '2' {
				continue
			}
		case "4.2.5":
			if !isNorwegianAccount(digits[:n]) {
				continue
			}
		case "1 2 2 2 3 3 2":
			if !isNIR(digits[:n]) {
				continue
			}
		default:
			continue
		}
		if end < len(s) && isAlnum(s[end]) || measured(s, from, end) {
			continue
		}
		x.add(from, end, person)
	}
}

// isDay says whether four digits are a month and a day; order 0: month first.
func isDay(d []byte, order int) bool {
	a, b := int(d[0]-'0')*10+int(d[1]-'0'), int(d[2]-'0')*10+int(d[3]-'0')
	if order == 1 {
		a, b = b, a
	}
	return a >= 1 && a <= 12 && (b >= 1 && b <= 31 || b >= 61 && b <= 91)
}

// isRecent says whether six digits and four are rather a day and a minute of these years: 261129-1432.
func isRecent(d []byte) bool {
	return d[0] == '2' && d[4] < '4' && (d[6] < '2' || d[6] == '2' && d[7] < '4') && d[8] < '6'
}

// namedNumber says whether the word before says that a number is that of a thing.
func namedNumber(s string, from int) (named bool) {
	wordsBefore(s, from, 1, func(word []byte) bool {
		switch string(word) {
		case "order", "part", "item", "sku", "invoice", "ref", "reference", "serial", "model", "case", "ticket", "batch", "lot", "build", "version", "range", "job", "run", "pack", "id":
			named = true
		}
		return false
	})
	return named
}

// isSocialSecurity knows the areas, groups and numbers that the United States give to nobody.
func isSocialSecurity(d []byte) bool {
	area, group, serial := string(d[:3]), string(d[3:5]), string(d[5:])
	return area != "000" && area != "666" && d[0] != '9' && group != "00" && serial != "0000" && string(d) != "123456789" && string(d) != "078051120"
}

func weighted(d []byte, weights ...int) (sum int) {
	for i, weight := range weights {
		sum += int(d[i]-'0') * weight
	}
	return sum
}

func isKennitala(d []byte) bool {
	return isDay(d[:4], 1) && (d[9] == '0' || d[9] == '9' || d[9] == '8') && weighted(d, 3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0
}

// isNorwegian checks both digits of a number of eleven.
func isNorwegian(d []byte) bool {
	if len(d) != 11 {
		return false
	}
	day := []byte{d[0], d[1], d[2], d[3]}
	if day[0] >= '4' && day[0] <= '7' {
		day[0] -= 4 // given for a while
	}
	return isDay(day, 1) && weighted(d, 3, 7, 6, 1, 8, 9, 4, 5, 2, 1)%11 == 0 && weighted(d, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0
}

func isBelgian(d []byte) bool {
	value := 0
	for _, c := range d[:9] {
		value = value*10 + int(c-'0')
	}
	check := int(d[9]-'0')*10 + int(d[10]-'0')
	return isDay(d[2:6], 0) && (97-value%97 == check || 97-(2000000000+value)%97 == check)
}

func isRUT(d []byte) bool {
	sum, weight := 0, 2
	for i := len(d) - 2; i >= 0; i-- {
		sum += int(d[i]-'0') * weight
		if weight++; weight > 7 {
			weight = 2
		}
	}
	return 11-sum%11 == int(d[len(d)-1]-'0') || sum%11 == 0 && d[len(d)-1] == '0'
}

func isCUIT(d []byte) bool {
	return len(d) == 11 && (11-weighted(d, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11)%11 == int(d[10]-'0')
}

// isChinese recognises a number of eighteen, the day of birth in its middle, by its check sign.
func isChinese(v string) bool {
	if len(v) != 18 || !allDigits(v[:17]) || v[0] < '1' || v[0] > '8' || v[6:8] != "19" && v[6:8] != "20" || !isDay([]byte(v[10:14]), 0) {
		return false
	}
	return "10X98765432"[weighted([]byte(v[:17]), 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)%11] == upper(v[17])
}

func upper(c byte) byte {
	if isLower(c) {
		return c - 'a' + 'A'
	}
	return c
}

// isSpanish recognises 12345678Z and X1234567L by their letter.
func isSpanish(v string) bool {
	if len(v) != 9 || !isUpper(v[8]) || !allDigits(v[1:8]) {
		return false
	}
	value := 0
	switch first := v[0]; {
	case isDigit(first):
		value = int(first - '0')
	case first >= 'X' && first <= 'Z':
		value = int(first - 'X')
	default:
		return false
	}
	for _, c := range v[1:8] {
		value = value*10 + int(c-'0')
	}
	return "TRWAGMYFPDXBNJZSQVHLCKE"[value%23] == v[8]
}

// writtenID recognises a word that is somebody's number by its check digits.
func writtenID(v string) bool {
	switch len(v) {
	case 9:
		return isSpanish(v)
	case 11:
		return isDigit(v[0]) && allDigits(v) && isNorwegian([]byte(v))
	case 16:
		return isUpper(v[0]) && letteredID(v)
	case 18:
		return isUpper(v[0]) && letteredID(v) || isDigit(v[0]) && isChinese(v)
	}
	return false
}

func isCPF(d []byte) bool {
	if len(d) != 11 {
		return false
	}
	for n := 9; n <= 10; n++ {
		sum := 0
		for i := range n {
			sum += int(d[i]-'0') * (n + 1 - i)
		}
		if sum*10%11%10 != int(d[n]-'0') {
			return false
		}
	}
	return true
}

func isEAN(d []byte) bool {
	if len(d) != 13 {
		return false
	}
	sum := 0
	for i, c := range d {
		sum += int(c-'0') * (1 + i%2*2)
	}
	return sum%10 == 0
}

func isHetu(d []byte, check byte) bool {
	if len(d) != 9 || !isDay(d[:4], 1) {
		return false
	}
	value := 0
	for _, c := range d {
		value = value*10 + int(c-'0')
	}
	return "0123456789ABCDEFHJKLMNPRSTUVWXY"[value%31] == check
}

func isNorwegianAccount(d []byte) bool {
	sum := 0
	for i, weight := range [...]int{5, 4, 3, 2, 7, 6, 5, 4, 3, 2} {
		sum += int(d[i]-'0') * weight
	}
	return (11-sum%11)%11 == int(d[10]-'0')
}

// letteredID recognises Italy's RSSMRA85T10A562S by its check letter, and Mexico's HEGG560427MVZRRL04.
func letteredID(v string) bool {
	shape := func(pattern string) bool {
		for i := range pattern {
			if pattern[i] == 'A' && !isUpper(v[i]) || pattern[i] == '9' && !isDigit(v[i]) {
				return false
			}
		}
		return true
	}
	switch {
	case len(v) == 16 && shape("AAAAAA99A99A999A"):
		odd := [...]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}
		sum := 0
		for i := range 15 {
			value := int(v[i] - '0')
			if !isDigit(v[i]) {
				value = int(v[i] - 'A')
			}
			if i%2 == 0 {
				value = odd[value]
			}
			sum += value
		}
		return byte('A'+sum%26) == v[15]
	case len(v) == 18 && shape("AAAA999999AAAAAA"):
		return (v[10] == 'H' || v[10] == 'M') && isDigit(v[17]) && isDay([]byte(v[6:10]), 0)
	}
	return false
}

func isNIR(d []byte) bool {
	if len(d) != 15 || d[0] != '1' && d[0] != '2' {
		return false
	}
	value := 0
	for _, c := range d[:13] {
		value = value*10 + int(c-'0')
	}
	return 97-value%97 == int(d[13]-'0')*10+int(d[14]-'0')
}

// idEnd is the end of a number of a person behind its name: digits in groups, perhaps with letters; from where none stands.
func idEnd(s string, from int) int {
	digits, letters, to := 0, 0, from
	for i := from; i < len(s) && i-from < 28; i++ {
		c := s[i]
		switch {
		case isDigit(c):
			digits++
			to = i + 1
		case isUpper(c) && (i == from || isDigit(s[i-1]) || isUpper(s[i-1]) || i == from+1 || i > from && strings.IndexByte(".- ", s[i-1]) >= 0 && i+1 < len(s) && isDigit(s[i+1])):
			if letters++; letters > 6 {
				return from
			}
			to = i + 1
		case strings.IndexByte(".-/+", c) >= 0:
		case c == ' ':
			// the next group has digits only
			end := i + 1
			for end < len(s) && isDigit(s[end]) {
				end++
			}
			if end == i+1 && digits >= 6 && end < len(s) && isUpper(s[end]) && (end+1 == len(s) || !isAlnum(s[end+1])) {
				to = end + 1 // QQ 12 34 56 C
			}
			if end == i+1 || end < len(s) && (isAlnum(s[end]) || s[end] == '=' || s[end] == ':') {
				return idOf(digits, from, to)
			}
		case isAlnum(c) || c == '_' || c >= 0x80:
			return from
		default:
			return idOf(digits, from, to)
		}
	}
	return idOf(digits, from, to)
}

// isWrittenNumber says whether all of a text is a number of a person with its groups: QQ 12 34 56 C.
func isWrittenNumber(v string) bool {
	digits := 0
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case isDigit(c):
			digits++
		case isUpper(c), strings.IndexByte(" -./", c) >= 0:
		default:
			return false
		}
	}
	return digits >= 5 && len(v) <= 24
}

func idOf(digits, from, to int) int {
	if digits < 6 {
		return from
	}
	return to
}

// isDeviceID says whether a value may be that of somebody's device: a UUID, an IMEI, a MAC address, what a system gave it.
func isDeviceID(v string) bool {
	if isHarmless(v) || len(v) < 8 || v[0] == '/' || strings.ContainsAny(v, " (){}") {
		return false
	}
	if isUUID(v) {
		return true
	}
	for _, virtual := range [...]string{"02:42:", "52:54:00:", "00:50:56:", "00:16:3e:", "0a:58:"} {
		if hasKeyword(v, virtual) {
			return false
		}
	}
	digits, letters, hex := 0, 0, 0
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case isDigit(c):
			digits++
			hex++
		case isLetter(c):
			letters++
			if isHex(c) {
				hex++
			}
		}
	}
	switch {
	case letters == 0:
		return digits >= 12
	case hex == digits+letters:
		return hex >= 12
	}
	return digits >= 2 && digits+letters >= 14
}

// leetKey is a word without the digits that take the place of letters: p4ssw0rd.
func leetKey(word []byte) (string, bool) {
	var plainer [maxIdent]byte
	changed := false
	for i, c := range word {
		switch c {
		case '0':
			c = 'o'
		case '1':
			c = 'i'
		case '3':
			c = 'e'
		case '4':
			c = 'a'
		case '5':
			c = 's'
		case '7':
			c = 't'
		}
		changed = changed || c != word[i]
		plainer[i] = c
	}
	return string(plainer[:len(word)]), changed
}

// isFiscalCode says whether a word has the form of Italy's RSSMRA85T10A562S, whatever its check letter.
func isFiscalCode(v string) bool {
	const shape = "AAAAAA99A99A999A"
	if len(v) != len(shape) {
		return false
	}
	for i := range shape {
		if shape[i] == 'A' && !isUpper(v[i]) || shape[i] == '9' && !isDigit(v[i]) {
			return false
		}
	}
	return true
}
