package privacy

import "strings"

// quotedColumn finds the number of a telephone in the column behind the one that says so: "telefone";"(11) 98477-2153". The sign between them stands at i.
func (x *scanner) quotedColumn(s string, i int) {
	if i < 4 || i+8 >= len(s) || s[i+1] != '"' && s[i+1] != '\'' && s[i+1] != '\\' {
		return
	}
	from, to, quoted := identBefore(s, i)
	if !quoted || to-from < 2 || to-from > 32 || meaningOf(s[from:to]) != phone {
		return
	}
	v := valueAfter(s, i+1, true)
	if text := s[v.from:v.to]; v.quoted && len(text) >= 7 && phoneValue(text, 0, len(text)) == len(text) {
		x.add(v.from, v.to, person)
	}
}

// isColumnSign says whether a sign parts columns in quotes: ";" of "a";"b".
func isColumnSign(s string, i int) bool {
	return (s[i] == ';' || s[i] == ',' || s[i] == '\t') && i > 2 && i+2 < len(s) && (s[i-1] == '"' || s[i-1] == '\'') && strings.IndexByte(`"'\`, s[i+1]) >= 0
}
