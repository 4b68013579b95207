package privacy

import "strings"

// parameterValues masks what SQLAlchemy prints of the values of a statement at from..to, each for itself: (1013442756426022810, 'jane', 25, datetime.datetime(…)). Numbers
// of an own table, instants and values that say nothing stay, and so do the names of parameters.
func (x *scanner) parameterValues(s string, from, to int) {
	for i := from; i < to; {
		switch c := s[i]; {
		case c == '"' || c == '\'':
			start := i
			for start > from && s[start-1] == '\\' {
				start--
			}
			v := quotedValue(s[:to], start, i)
			if nextSign(s[:to], v.after) != ':' && !isHarmless(s[v.from:v.to]) {
				x.add(v.from, v.to, secret)
			}
			i = max(v.after, i+1)
		case isDigit(c) || c == '-' && i+1 < to && isDigit(s[i+1]):
			end := i + 1
			for end < to && (isAlnum(s[end]) || strings.IndexByte(".+-_", s[end]) >= 0) {
				end++
			}
			if !isOwnNumber(s[i:end]) {
				x.add(i, end, secret)
			}
			i = end
		case isLetter(c) || c >= 0x80 || c == '<':
			i = x.parameterWord(s, i, to)
		default:
			i++
		}
	}
}

// isOwnNumber says whether a number is short enough for a count or an id of an own table, and no coordinate.
func isOwnNumber(v string) bool {
	v = strings.TrimPrefix(v, "-")
	whole, decimals, _ := strings.Cut(v, ".")
	return len(whole) < 7 && allDigits(whole) && len(decimals) < 4 && (decimals == "" || allDigits(decimals))
}

// parameterWord judges a value that begins with a letter, and says where the next one begins.
func (x *scanner) parameterWord(s string, i, to int) int {
	end := identEnd(s[:to], i)
	word := s[i:end]
	if end < to && s[end] == '(' {
		switch word {
		case "datetime.datetime", "datetime.timedelta", "datetime.time", "UUID", "uuid.UUID":
			return closingOf(s, end, to)
		case "datetime.date":
			next := closingOf(s, end, to)
			x.add(i, next, secret)
			return next
		}
		return end + 1
	}
	if end < to && (s[end] == '"' || s[end] == '\'') && len(word) <= 2 {
		return end // b'…'
	}
	switch word {
	case "None", "NULL", "null", "nil", "undefined", "True", "False", "true", "false", "Background", "and", "of", "total", "sets":
		return end
	}
	for end < to && strings.IndexByte(",)]}", s[end]) < 0 {
		end++
	}
	if end > i && !isHarmless(strings.TrimSpace(s[i:end])) {
		x.add(i, end, secret)
	}
	return max(end, i+1)
}

// closingOf is where the text goes on behind the bracket that closes the one at open; to where none does.
func closingOf(s string, open, to int) int {
	depth := 0
	for i := open; i < to; i++ {
		if s[i] == '(' {
			depth++
		} else if s[i] == ')' {
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return to
}
