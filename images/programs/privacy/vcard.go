package privacy

import "strings"

// cards finds what cards and calendars say of people: N:Doe;Jane, FN:Jane Doe, ATTENDEE;CN="Jane Doe":mailto:….
func (x *scanner) cards(s string) {
	if strings.Contains(s, "CARD") && (strings.Contains(s, "VCARD") || strings.Contains(s, "MECARD:")) {
		x.cardLines(s)
	}
	if !strings.Contains(s, "CN=") {
		return
	}
	for _, mark := range [...]string{"ATTENDEE", "ORGANIZER"} {
		x.each(s, mark, func(s string, at int) { x.invited(s, at) })
	}
}

// cardKeys are the properties of a card that say who somebody is, or how to reach them.
var cardKeys = setOf([]string{"n", "fn", "nickname", "adr", "tel", "email", "bday", "label", "impp", "geo", "anniversary", "deathdate", "birthplace", "hometel",
	"worktel", "sound", "related", "agent", "x-skype", "x-jabber", "x-phonetic-first-name", "x-phonetic-last-name"})

// cardLines masks the parts of these properties. Their lines may be escaped; those of MECARD end in semicolons.
func (x *scanner) cardLines(s string) {
	compact := strings.Contains(s, "MECARD:")
	for i := 0; i < len(s); i++ {
		if s[i] != ':' || i == 0 {
			continue
		}
		from := i
		for from > 0 && i-from < 96 && s[from-1] != '\n' && s[from-1] != '\r' && !(s[from-1] == '\\' && s[from]|0x20 == 'n') && !(compact && (s[from-1] == ';' || s[from-1] == ':')) && s[from-1] != '"' {
			from--
		}
		for from > 0 && s[from-1] == '\\' && from < i && (s[from] == 'n' || s[from] == 'r') {
			from++
		}
		name := s[from : from+identEnd(s[from:i], 0)]
		if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
			name = name[dot+1:] // item1.TEL
		}
		if name == "" || name != strings.ToUpper(name) || !cardKeys.hasFold(name) {
			continue
		}
		end := i + 1
		for end < len(s) && s[end] != '\n' && s[end] != '\r' && s[end] != '"' && !(s[end] == '\\' && end+1 < len(s) && (s[end+1] == 'n' || s[end+1] == 'r' || s[end+1] == '\\' || s[end+1] == '"')) && !(compact && s[end] == ';') {
			end++
		}
		for at := i + 1; at < end; {
			to := at
			for to < end && s[to] != ';' {
				to++
			}
			if text := s[at:to]; len(text) >= 2 && !isReplacement(text) {
				x.add(at, to, person)
			}
			at = to + 1
		}
		i = end - 1
	}
}

// invited finds CN=Jane Doe among the parameters of who is invited, which begin at `at`.
func (x *scanner) invited(s string, at int) {
	if at >= len(s) || s[at] != ';' {
		return
	}
	for at < len(s) && s[at] == ';' {
		end := at + 1
		quoted := false
		for end < len(s) && (quoted || s[end] != ';' && s[end] != ':') && s[end] != '\n' && s[end] != '\r' {
			if s[end] == '"' {
				quoted = !quoted
			}
			end++
		}
		if key, called, ok := strings.Cut(s[at+1:end], "="); ok && (key == "CN" || key == "EMAIL" || key == "SENT-BY") {
			from, to := at+1+len(key)+1, end
			if called = strings.Trim(called, `"\`); called != s[from:to] {
				from += strings.Index(s[from:to], called)
				to = from + len(called)
			}
			if to-from >= 2 && !isReplacement(called) && !isRole(called) {
				x.add(from, to, person)
			}
		}
		at = end
	}
}
