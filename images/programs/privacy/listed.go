package privacy

import "strings"

// Lists whose first text names those behind it: ["API key", "…"], ["Recovery codes", "…", "…"].

// listedCode is what a text means that stands at place n of a list, behind the text `before`; plain where that says nothing of it. codes: the first
// text of the list names codes.
func listedCode(codes bool, n int, before, text string) meaning {
	if codes && isListedCode(text) {
		return password
	}
	before = strings.TrimRight(before, ": ")
	if n%2 == 0 || strings.IndexByte(before, ' ') < 0 || !isHeading(before) {
		return plain
	}
	if m := meaningOf(before); (m == password || m == token) && isPairedSecret(text) {
		return m
	}
	return plain
}

// namesCodes says whether a text announces several codes that open something: Backup codes:.
func namesCodes(text string) bool {
	text = strings.TrimRight(text, ": ")
	if len(text) < 8 || !isHeading(text) {
		return false
	}
	for _, ending := range [...]string{"codes", "keys", "words", "pins", "otps", "secrets", "koder", "kody", "codici", "códigos", "codigos", "wörter"} {
		if hasSuffixFold(text, ending) {
			return meaningOf(text) == password
		}
	}
	return false
}

// isListedCode: 4821-7733, h7k2-m9p4, 48217733.
func isListedCode(text string) bool {
	digits := 0
	for i := 0; i < len(text); i++ {
		if isDigit(text[i]) {
			digits++
		} else if !isLetter(text[i]) && text[i] != '-' && text[i] != ' ' {
			return false
		}
	}
	return digits >= 2 && len(text) >= 6 && len(text) <= 40
}

// spacedBegin is where a key in quotes begins whose last word begins at from: "API key".
func spacedBegin(s string, from int) int {
	if from < 2 || s[from-1] != ' ' {
		return from
	}
	for i := from - 1; i > max(0, from-40); i-- {
		switch c := s[i-1]; {
		case c == '"' || c == '\'':
			if isLetter(s[i]) || s[i] >= 0x80 {
				return i
			}
			return from
		case !isIdent(c) && c != ' ':
			return from
		}
	}
	return from
}
