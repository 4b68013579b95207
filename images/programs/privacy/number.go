package privacy

import (
	"strconv"
	"strings"
)

// numbers finds Discord ids and cards. A number is an id where its time part is an instant that Discord has seen, and a card
// where its issuer and its check digit are right, unless the words beside it say what it measures.
func (x *scanner) numbers(s string) {
	for i := 0; i < len(s); {
		if !isDigit(s[i]) {
			i++
			continue
		}
		from := i
		for i < len(s) && isDigit(s[i]) {
			i++
		}
		from = min(afterEscape(s, from), i)
		if i-from < 3 {
			continue
		}
		if i-from < 13 {
			if to := groupedCard(s, from, i); to > 0 && !measured(s, from, to) && !isInHex(s, from, to) {
				x.add(from, to, secret)
				i = to
			}
			continue
		}
		if i-from > 20 || isInHex(s, from, i) || isFraction(s, from, i) {
			continue
		}
		if x.isSnowflake(s[from:i]) && !measured(s, from, i) {
			x.add(from, i, person)
		} else if isCard(s[from:i]) && !measured(s, from, i) {
			x.add(from, i, secret)
		}
	}
}

// isInHex says whether digits are part of a longer word that is no id: a digest, a trace id.
func isInHex(s string, from, to int) bool {
	start, end := from, to
	// a longer word is no id, whatever it is made of
	for start > max(0, from-64) && isAlnum(s[start-1]) {
		start--
	}
	start = min(afterEscape(s, start), from)
	for end < min(len(s), to+64) && isAlnum(s[end]) {
		end++
	}
	if start == from && end == to {
		return false
	}
	for i := start; i < end; i++ {
		if !isHex(s[i]) {
			return end-start > 32
		}
	}
	return true
}

func isFraction(s string, from, to int) bool {
	return from > 1 && s[from-1] == '.' && isDigit(s[from-2]) || to+1 < len(s) && s[to] == '.' && isDigit(s[to+1])
}

// isSnowflake says whether the time part of a number of 17 to 20 digits lies between Discord's first day and tomorrow.
func (x *scanner) isSnowflake(digits string) bool {
	if len(digits) < 17 || len(digits) > 20 || digits[0] == '0' || isWrittenTime(digits) {
		return false
	}
	var value uint64
	for i := 0; i < len(digits); i++ {
		value = value*10 + uint64(digits[i]-'0')
	}
	return len(digits) < 20 && value <= x.newest
}

// isWrittenTime: 20261129143200123, year to milliseconds or less in digits.
func isWrittenTime(d string) bool {
	if len(d) < 17 || d[:2] != "20" {
		return false
	}
	within := func(from, least, most int) bool {
		value := int(d[from]-'0')*10 + int(d[from+1]-'0')
		return value >= least && value <= most
	}
	return within(2, 10, 49) && within(4, 1, 12) && within(6, 1, 31) && within(8, 0, 23) && within(10, 0, 59) && within(12, 0, 60)
}

func (x *scanner) isSnowflakeInt(value int64) bool {
	return value >= 1e16 && uint64(value) <= x.newest && (value/1e15 != 20 && value/1e16 != 20 && value/1e17 != 20 || !isWrittenTime(strconv.FormatInt(value, 10)))
}

// isCard checks length, issuer and check digit.
func isCard(digits string) bool {
	n := len(digits)
	if n < 13 || n > 19 {
		return false
	}
	prefix := func(k int) int {
		value := 0
		for i := range k {
			value = value*10 + int(digits[i]-'0')
		}
		return value
	}
	issued := false
	switch two, four := prefix(2), prefix(4); {
	case digits[0] == '4':
		issued = n == 13 || n == 16 || n == 19
	case two >= 51 && two <= 55, four >= 2221 && four <= 2720:
		issued = n == 16
	case two == 34 || two == 37:
		issued = n == 15
	case four == 6011 || two == 65 || prefix(3) >= 644 && prefix(3) <= 649 || four >= 3528 && four <= 3589:
		issued = n >= 16
	case four >= 2200 && four <= 2204:
		issued = n == 16
	case two == 36 && n == 13:
		issued = true
	case two == 36 || two == 38 || prefix(3) >= 300 && prefix(3) <= 305:
		issued = n == 14
	case two == 62 || two == 50 || two >= 56 && two <= 58 || two == 67 || two == 63 || two == 81:
		issued = n >= 16
	}
	return issued && luhn(digits)
}

func luhn(digits string) bool {
	sum, double := 0, false
	for i := len(digits) - 1; i >= 0; i-- {
		d := int(digits[i] - '0')
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return sum%10 == 0
}

// groupedCard is the end of a card that is written in groups, whose first group is from..to; 0 where it is none.
func groupedCard(s string, from, to int) int {
	if to-from != 4 || from > 0 && isAlnum(s[from-1]) {
		return 0
	}
	var digits [19]byte
	n := copy(digits[:], s[from:to])
	groups, ends := [8]int{4}, [8]int{to}
	count := 1
	sep, width := separator(s, to)
	for at := to; width > 0 && at+width < len(s); {
		if next, w := separator(s, at); next != sep || w != width {
			break
		}
		start := at + width
		end := start
		for end < len(s) && isDigit(s[end]) {
			end++
		}
		if end == start || n+end-start > len(digits) || count == len(groups) {
			break
		}
		n += copy(digits[n:], s[start:end])
		groups[count], ends[count] = end-start, end
		count++
		at, to = end, end
	}
	if to < len(s) && isAlnum(s[to]) && count > 1 || groups[count-1] < 3 && count > 4 {
		// the last group is the next word: 4242 4242 4242 4242 3DS failed
		count--
		n -= groups[count]
		groups[count] = 0
		to = ends[count-1]
	}
	if to < len(s) && isAlnum(s[to]) {
		return 0
	}
	switch groups {
	case [8]int{4, 4, 4, 4}, [8]int{4, 6, 5}, [8]int{4, 4, 4, 4, 3}, [8]int{4, 6, 4}, [8]int{4, 6, 6}, [8]int{4, 6, 3}, [8]int{4, 4, 5}, [8]int{4, 4, 4, 1}:
		if isCard(string(digits[:n])) {
			return to
		}
	}
	return 0
}

// separator between the groups of a number: one sign, also escaped, or a space that does not break.
func separator(s string, at int) (sign byte, width int) {
	if at >= len(s) {
		return 0, 0
	}
	switch c := s[at]; {
	case c == ' ' || c == '-' || c == '.' || c == '_' || c == '+' || c == '/':
		return c, 1
	case strings.HasPrefix(s[at:], "%20"):
		return '%', 3
	case strings.HasPrefix(s[at:], "\u00a0"):
		return 'n', 2
	case strings.HasPrefix(s[at:], "\u202f"), strings.HasPrefix(s[at:], "\u2011"), strings.HasPrefix(s[at:], "\u2013"), strings.HasPrefix(s[at:], "\u2009"):
		return s[at+2], 3
	}
	return 0, 0
}
