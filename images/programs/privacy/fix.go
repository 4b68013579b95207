package privacy

import "strings"

// credentialsInFIX finds who logs on and with what in a message of the FIX protocol: 35=A|553=jane|554=abc|; its fields end with a bar, a caret and A, or byte 1.
func (x *scanner) credentialsInFIX(s string) {
	if !strings.Contains(s, "8=FIX") {
		return
	}
	for _, tag := range [...]string{"553=", "554=", "925=", "1402=", "1404="} {
		k := secret
		if tag == "553=" {
			k = person
		}
		x.each(s, tag, func(s string, from int) {
			before := from - len(tag) - 1
			if before < 0 || isAlnum(s[before]) && s[before] != 'A' || s[before] == 'A' && (before == 0 || s[before-1] != '^') {
				return
			}
			to := from
			for to < len(s) && s[to] >= ' ' && s[to] != '|' && s[to] != ';' && s[to] != '"' && s[to] != '\\' && !strings.HasPrefix(s[to:], "^A") {
				to++
			}
			if k == person {
				x.addPerson(s, from, to)
			} else {
				x.addUnlessMask(s, from, to)
			}
		})
	}
}
