package privacy

import "strings"

// Keys that signs of a notation part from what gives them a value: **Password**: …, password ......: …, [password:protected] => ….

// keyBeforeSigns is the identifier before the signs that end before i: the stars of Markdown, where they stand on both sides, and the dots that lead to a column.
func keyBeforeSigns(s string, i int) (from, to int, quoted bool) {
	to = i
	for to > 0 && s[to-1] == ' ' && i-to < 8 {
		to--
	}
	sign := byte(0)
	if to > 0 {
		sign = s[to-1]
	}
	end := to
	if sign == '*' {
		for to > 0 && end-to < 2 && s[to-1] == '*' {
			to--
		}
	} else if sign == '.' {
		for to > 0 && s[to-1] == '.' {
			to--
		}
		if end-to < 3 {
			return i, i, false
		}
		for to > 0 && s[to-1] == ' ' {
			to--
		}
	} else {
		return i, i, false
	}
	from = to
	for from > 0 && isIdent(s[from-1]) {
		from--
	}
	if sign == '*' && (from == 0 || s[from-1] != '*') {
		return i, i, false
	}
	return from, to, false
}

func isVisibility(word string) bool { return word == "protected" || word == "private" }

// propertyBefore is the name of what PHP prints with its visibility and perhaps its class: [password:protected] => …, ["password":"App\\User":private]=> ….
func propertyBefore(s string, from, to int) (int, int) {
	if from < 3 || s[from-1] != ':' {
		return from, to
	}
	at := from - 1
	for start := at; at > 0 && start-at < 120 && s[at-1] != '['; at-- {
	}
	begin := at
	for begin < from && (s[begin] == '"' || s[begin] == '\'') {
		begin++
	}
	end := identEnd(s, begin)
	if at == 0 || end == begin || end > from {
		return from, to
	}
	return begin, end
}

// beforeVisibility says whether a colon before i parts the name of a property from what PHP says of it.
func beforeVisibility(s string, i int) bool {
	end := i
	for end < len(s) && end-i < 120 && (isIdent(s[end]) || strings.IndexByte(`"\:`, s[end]) >= 0) {
		end++
	}
	if end >= len(s) || s[end] != ']' {
		return false
	}
	what := s[i:end]
	return strings.HasSuffix(what, "protected") || strings.HasSuffix(what, "private")
}

// dotted finds the value to which dots lead: password.............."abc" of HikariCP.
func (x *scanner) dotted(s string, from, end int) {
	at := end
	for at < len(s) && s[at] == '.' {
		at++
	}
	if at >= len(s) || s[at] != '"' {
		return
	}
	if m := meaningOf(s[from:end]); m.secret() || m == name || m == weakName {
		x.judge(s, quotedValue(s, at, at), from, m, true)
	}
}
