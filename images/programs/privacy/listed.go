package privacy

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

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

// spokenCodes finds Your recovery codes are f8d2-k1l9 m3n4-o5p6. `codes` begins at from, the next word at start.
func (x *scanner) spokenCodes(s string, from, start int) {
	if !opensBefore(s, from) {
		return
	}
	for range 16 {
		to := start
		for to < len(s) && strings.IndexByte(" ,;\n\t\"'()[]", s[to]) < 0 {
			to++
		}
		switch word := strings.TrimRight(s[start:to], ".:"); {
		case isListedCode(word):
			x.add(start, start+len(word), secret)
		case connectors.hasFold(word) || word == "are" || word == "sind" || word == "son" || word == "sont" || word == "er":
		default:
			return
		}
		for start = to; start < len(s) && strings.IndexByte(" ,;\n\t", s[start]) >= 0; start++ {
		}
	}
}

// codeLines finds the codes in the lines below what announces them, which ends at `at`.
func (x *scanner) codeLines(s string, at int) {
	for at < len(s) && s[at] == '\n' {
		end := endOfLine(s, at+1)
		from := at + 1
		for from < end && strings.IndexByte(" -*\t", s[from]) >= 0 {
			from++
		}
		code := strings.TrimRight(s[from:end], " \r,")
		if at := strings.Index(code, ". "); at > 0 && at < 3 && allDigits(code[:at]) {
			from += at + 2 // 1. f8d2-k1l9
			code = code[at+2:]
		}
		if !isListedCode(code) {
			return
		}
		x.add(from, from+len(code), secret)
		at = end
	}
}

// codesBeside cleans {title: "Recovery codes", items: ["…", "…"]}.
func (x *scanner) codesBeside(m pcommon.Map) {
	names := false
	for _, said := range m.All() {
		names = names || said.Type() == pcommon.ValueTypeStr && namesCodes(said.Str())
	}
	if !names {
		return
	}
	for _, v := range m.All() {
		if v.Type() != pcommon.ValueTypeSlice {
			continue
		}
		for i := range v.Slice().Len() {
			if one := v.Slice().At(i); one.Type() == pcommon.ValueTypeStr && isListedCode(one.Str()) {
				x.value(one, password)
			}
		}
	}
}
