package privacy

import "strings"

// sqlTypes take numbers in brackets that say how long or how exact a value may be, and no function has such a name.
var sqlTypes = setOf([]string{"numeric", "decimal", "dec", "varchar", "nvarchar", "varying", "varbinary", "varbit", "timestamptz", "datetime", "character", "nchar"})

// castTypes are functions too, unless a cast stands before.
var castTypes = setOf([]string{"char", "bit", "time", "timestamp", "timetz", "interval", "float", "number", "binary", "geometry", "vector"})

// ofType says whether a number belongs to a type: total::numeric(12,2), CAST(fee AS decimal(10, 2)), name varchar(255).
func ofType(s string, i int) bool {
	open := i - 1
	for open >= 0 && i-open < 12 && (isDigit(s[open]) || s[open] == ',' || s[open] == ' ') {
		open--
	}
	if open < 1 || s[open] != '(' {
		return false
	}
	end := open
	start := end
	for start > 0 && isAlnum(s[start-1]) {
		start--
	}
	word := strings.TrimRight(s[start:end], "0123456789")
	if sqlTypes.hasFold(word) {
		return true
	}
	return castTypes.hasFold(word) && (strings.HasSuffix(s[:start], "::") || hasSuffixFold(s[:start], " as "))
}

// isEmptyJSON says whether a literal is a document with nothing in it.
func isEmptyJSON(literal string) bool {
	return literal == "'{}'" || literal == "'[]'"
}

// isCallInStatement says whether a value is a call inside a statement, whose literals are replaced as such: password_hash = crypt($1, password_hash).
func isCallInStatement(s, value string) bool {
	open := strings.IndexByte(value+"(", '(')
	if open < 2 || open == len(value) || !isName(value[:open]) || strings.ContainsAny(value[:open], " .-") {
		return false
	}
	if rest := value[open+1:]; rest != "" && strings.IndexByte("$:?%@", rest[0]) < 0 && !isName(rest) && rest[len(rest)-1] != '(' {
		return false
	}
	return mentionsStatement(s)
}

// unknownCommand finds what Redis repeats of a command that it did not know: unknown command 'AUTH', with args beginning with: 'abc'.
func (x *scanner) unknownCommand(s string) {
	at := strings.Index(s, "with args beginning with:")
	if at < 0 || !containsFold(s[:at], "auth") && !containsFold(s[:at], "hello") {
		return
	}
	for i := at; i < len(s); i++ {
		if s[i] == '\'' || s[i] == '`' {
			v := quotedValue(s, i, i)
			x.addUnlessMask(s, v.from, v.to)
			i = v.after - 1
		}
	}
}

// isIdentifiedBy says whether a string is what an account is opened with: IDENTIFIED WITH mysql_native_password BY '…'.
func isIdentifiedBy(s string, i int) (opens bool) {
	wordsBefore(s, i, 1, func(word []byte) bool {
		opens = string(word) == "by" || string(word) == "using"
		return false
	})
	return opens && containsFold(s[max(0, i-80):i], "identified")
}
