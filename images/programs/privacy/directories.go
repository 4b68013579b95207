package privacy

import "strings"

// bindsTo finds the secret behind the name of who binds to a directory: simple_bind('cn=reader,dc=example,dc=org', 'abc').
func (x *scanner) bindsTo(s string) {
	for i := 0; i < len(s); i++ {
		if s[i] != '=' || i+4 > len(s) || !hasKeyword(s[max(0, i-2):], "dc=") {
			continue
		}
		// the last part of a name ends with its quote, then the secret follows in quotes
		end := i + 1
		for end < len(s) && (isAlnum(s[end]) || s[end] == '-') {
			end++
		}
		i = end - 1
		if end >= len(s) || s[end] != '\'' && s[end] != '"' && s[end] != '\\' {
			continue
		}
		quote := end
		for quote < len(s) && s[quote] == '\\' {
			quote++
		}
		if quote+3 >= len(s) || s[quote] != '\'' && s[quote] != '"' || s[quote+1] != ',' {
			continue
		}
		next := quote + 2
		for next < len(s) && s[next] == ' ' {
			next++
		}
		open := next
		for open < len(s) && s[open] == '\\' {
			open++
		}
		if open >= len(s) || s[open] != s[quote] {
			continue
		}
		v := quotedValue(s, next, open)
		if text := s[v.from:v.to]; len(text) >= 4 && strings.IndexByte(text, ' ') < 0 && strings.IndexByte(text, '=') != 2 && text[0] != '(' && (looksSecret(text) || isSpokenPassword(text) || bindsBefore(s, end)) {
			x.addUnlessMask(s, v.from, v.to)
		}
	}
}

// bindsBefore says whether somebody binds, by the word before the name that ends at i.
func bindsBefore(s string, i int) bool {
	near := s[max(0, i-240):i]
	return containsFold(near, "bind(") || containsFold(near, "bind_s") || containsFold(near, "bind\n") || containsFold(near, ".bind")
}
