package privacy

import "strings"

// phones finds numbers that are written as phone numbers: +49 30 1234567, (555) 010-1234, 555-010-1234, 06 12 34 56 78,
// 0170 1234567, and any after a word that says so.
func (x *scanner) phones(s string, sum summary) {
	if sum.any(plus) || sum.any(percent) {
		for _, sign := range [...]string{"+", "%2B", "%2b"} {
			for at := strings.Index(s, sign); at >= 0; {
				after := at + len(sign)
				x.international(s, at, after)
				next := strings.Index(s[after:], sign)
				if next < 0 {
					break
				}
				at = after + next
			}
		}
	}
	if !sum.any(dash | dot | space | slash) {
		return
	}
	if sum.any(bracket) {
		x.trunkPrefixed(s)
	}
	for i := 0; i < len(s); {
		if !isDigit(s[i]) {
			i++
			continue
		}
		from := i
		if to := nationalEnd(s, from); to > 0 && !measured(s, from, to) {
			if from > 0 && s[from-1] == '(' {
				from--
			}
			x.add(from, to, person)
			i = to
			continue
		}
		for i < len(s) && (isDigit(s[i]) || s[i] == '.' || s[i] == '-' || isLetter(s[i])) {
			i++
		}
	}
}

// trunkPrefixed finds 0049 (0)30 4234 3915, 49 (0) 30 42343915, where the zero in brackets is dialled at home only.
func (x *scanner) trunkPrefixed(s string) {
	x.each(s, "(0)", func(s string, after int) {
		from := after - len("(0)")
		for from > 0 && after-from < 12 && (isDigit(s[from-1]) || s[from-1] == ' ' && from > 1 && isDigit(s[from-2])) {
			from--
		}
		code := strings.TrimSuffix(s[from:after-len("(0)")], " ")
		if at := strings.LastIndexByte(code, ' '); at >= 0 && code[at+1:] != code {
			from += at + 1
			code = code[at+1:]
		}
		abroad := strings.HasPrefix(code, "00") || from > 0 && s[from-1] == '+'
		code = strings.TrimPrefix(code, "00")
		if !abroad {
			return
		}
		if code == "" || len(code) > 3 || !allDigits(code) || code[0] == '0' || from > 0 && isAlnum(s[from-1]) {
			return
		}
		if from > 0 && s[from-1] == '+' {
			from--
		}
		to := after
		for to < len(s) && s[to] == ' ' {
			to++
		}
		if end := phoneValue(s, to, min(len(s), to+24)); end > to && !hasUnit(s, end) {
			x.add(from, end, person)
		}
	})
}

// international accepts 8 to 15 digits after a plus sign, in groups or not.
func (x *scanner) international(s string, at, after int) {
	if at > 0 && isAlnum(s[at-1]) || after >= len(s) || s[after] < '1' || s[after] > '9' {
		return
	}
	digits, to, brackets := 0, after, 0
	for i := after; i < len(s); i++ {
		c := s[i]
		switch {
		case isDigit(c):
			digits++
			to = i + 1
			continue
		case c == '(' && digits >= 8:
		case c == '(' || c == ')':
			brackets++
			continue
		case c == ' ' || c == '-' || c == '.' || c == '/':
			if i == to || i == to+1 && (s[i-1] == ')' || s[i-1] == ' ' || s[i-1] == '-') || i == to+2 && s[i-1] == '/' && s[i-2] == ' ' {
				continue
			}
		}
		break
	}
	if digits < 8 || digits > 15 || to < len(s) && (isAlnum(s[to]) || s[to] == ':' && to+1 < len(s) && isDigit(s[to+1])) {
		return
	}
	if hasUnit(s, to) {
		return
	}
	x.add(at, to, person)
}

// nationalEnd is where a phone number without its country ends; 0 where none begins.
func nationalEnd(s string, from int) int {
	bracket := from > 0 && s[from-1] == '('
	if from > 0 && !bracket {
		if c := s[from-1]; isAlnum(c) || strings.IndexByte("._-+:/#$,", c) >= 0 {
			return 0
		}
	}
	var groups [6]int
	var seps [6]byte
	n, at := 0, from
	for n < len(groups) {
		end := at
		for end < len(s) && isDigit(s[end]) {
			end++
		}
		if end == at {
			return 0
		}
		groups[n] = end - at
		n++
		if bracket && n == 1 {
			if end >= len(s) || s[end] != ')' {
				return 0
			}
			end++
			seps[0] = ')'
			if end < len(s) && (s[end] == ' ' || s[end] == '-') {
				end++
			}
			if end >= len(s) || !isDigit(s[end]) {
				return 0
			}
			at = end
			continue
		}
		at = end
		if end+1 >= len(s) || !isDigit(s[end+1]) || strings.IndexByte(" -./", s[end]) < 0 {
			break
		}
		if n < len(seps) {
			seps[n-1] = s[end]
		}
		at = end + 1
	}
	if at < len(s) && (isAlnum(s[at]) || s[at] == '%' || s[at] == '_' || s[at] == ':') {
		return 0
	}
	first := s[from : from+groups[0]]
	switch {
	case n == 3 && groups[0] == 3 && groups[1] == 3 && groups[2] == 4 && first[0] >= '2' &&
		(seps[0] == ')' || seps[0] == seps[1] && (seps[0] == '-' || seps[0] == '.')):
		return at
	case n == 4 && first == "1" && groups[1] == 3 && groups[2] == 3 && groups[3] == 4 && seps[0] == '-' && seps[1] == '-':
		return at
	case n == 2 && groups[0] == 2 && groups[1] == 8 && first[0] == '0' && first[1] != '0' && seps[0] == '-' && s[from+3:from+5] != "20" && s[from+3:from+5] != "19":
		return at
	case n == 5 && groups == [6]int{2, 2, 2, 2, 2} && first[0] == '0' && first[1] != '0' && seps[0] == seps[3] && seps[0] != '/' && seps[0] != '-':
		return at
	case bracket && groups[0] >= 3 && first[0] == '0' && n >= 2 && total(groups[:n]) >= 8:
		return at
	case n >= 2 && n <= 3 && first[0] == '0' && first != "00" && groups[0] >= 3 && groups[0] <= 5 && groups[1] >= 5 && !isMode(first) && seps[0] != '.' &&
		total(groups[:n]) >= 9 && total(groups[:n]) <= 13:
		return at
	case n >= 4 && first == "00" && groups[1] <= 3 && s[from+3] != '0' && seps[0] == ' ' && seps[1] == ' ' && total(groups[:n]) >= 10 && total(groups[:n]) <= 15:
		return at
	case n >= 3 && groups[0] >= 2 && groups[0] <= 5 && first[0] == '0' && first[1] != '0' && seps[0] == ' ' && isSpaced(seps[:n-1]) && total(groups[:n]) >= 10 && total(groups[:n]) <= 11 && least(groups[:n]) >= 2:
		return at // 0470 12 34 56, 079 123 45 67, 020 7946 0958
	case n == 4 && groups[0] >= 2 && groups[0] <= 4 && first[0] == '0' && first[1] != '0' && seps[0] == '-' && isSpaced(seps[1:3]) && total(groups[:n]) >= 9 && total(groups[:n]) <= 10 && least(groups[:n]) >= 2:
		return at // 070-418 27 93
	case n >= 3 && groups[0] >= 4 && first[:2] == "00" && first[2] != '0' && total(groups[:n]) >= 10 && seps[0] != '.':
		return at
	}
	return 0
}

// isMode says whether this is a usual mode of a file: 0644.
func isMode(s string) bool {
	return len(s) == 4 && s[1] >= '4' && s[1] <= '7' && s[2] <= '7' && s[3] <= '7' && (s[2] == '0' || s[2] >= '4') && (s[3] == '0' || s[3] >= '4')
}

// isSpaced says whether spaces separate all groups.
func isSpaced(seps []byte) bool {
	for _, sep := range seps {
		if sep != ' ' {
			return false
		}
	}
	return true
}

func least(groups []int) int {
	n := groups[0]
	for _, group := range groups {
		n = min(n, group)
	}
	return n
}

func total(groups []int) (sum int) {
	for _, group := range groups {
		sum += group
	}
	return sum
}

// phoneValue is the end of a number that a key calls a phone number; from where it is none.
func phoneValue(s string, from, to int) int {
	digits, end := 0, from
	for i := from; i < to; i++ {
		switch c := s[i]; {
		case isDigit(c):
			digits++
			end = i + 1
		case strings.IndexByte(" -./()+", c) >= 0:
		default:
			i = to
		}
	}
	if digits < 6 || digits > 15 {
		return from
	}
	return end
}
