package privacy

import "strings"

const (
	// mostRepeated is how many findings are looked for elsewhere in their text.
	mostRepeated = 12
	// shortestRepeated is the shortest of them; shorter ones may be there by chance.
	shortestRepeated = 6
	// longestRead bounds the text that is read again.
	longestRead = 1 << 14
)

// again finds what was found once in all other places of its text: [jane.doe] behind jane.doe/203.0.113.7:51234.
func (x *scanner) again(s string) {
	if len(s) > longestRead || len(x.found) > 4*mostRepeated {
		return
	}
	n := min(len(x.found), mostRepeated)
	for i := range n {
		one := x.found[i]
		if one.kind != secret && one.kind != person || one.to-one.from < shortestRepeated || one.to-one.from > 128 {
			continue
		}
		said := s[one.from:one.to]
		if !isDistinct(said, one.kind) {
			continue
		}
		for at := strings.Index(s, said); at >= 0; {
			to := at + len(said)
			if at != one.from && (at == 0 || !isAlnum(s[at-1]) || afterEscape(s, at-1) == at) && (to == len(s) || !isAlnum(s[to])) {
				x.add(at, to, one.kind)
			}
			next := strings.Index(s[to:], said)
			if next < 0 {
				break
			}
			at = to + next
		}
	}
}

// isDistinct says whether a finding is no word that a text may say of something else.
func isDistinct(said string, k kind) bool {
	if k == secret {
		return looksSecret(said) || isSpokenPassword(said) || len(said) >= 16 && strings.IndexByte(said, ' ') < 0
	}
	return strings.ContainsAny(said, "._@0123456789") && !allDigits(said) || len(said) >= 12 && allDigits(said) || looksFullName(said)
}
