package privacy

import "strings"

// peers finds who calls whom: "Kari Nordmann" <sip:kari@pbx.example.org>, and who is no number in it.
func (x *scanner) peers(s string) {
	if !strings.Contains(s, "<sip") {
		return
	}
	for _, scheme := range [...]string{"<sip:", "<sips:"} {
		x.each(s, scheme, func(s string, from int) {
			user := from
			for user < len(s) && (isIdent(s[user]) || s[user] == '+') {
				user++
			}
			if user < len(s) && s[user] == '@' && onlyName(s[from:user]) {
				x.addPerson(s, from, user)
			}
			if strings.EqualFold(s[from:user], "anonymous") {
				return
			}
			x.displayName(s, from-len(scheme))
		})
	}
}

// displayName finds the name in quotes, or in full, that stands before an address; to is where the address opens.
func (x *scanner) displayName(s string, to int) {
	for to > 0 && s[to-1] == ' ' {
		to--
	}
	if to < 3 {
		return
	}
	quote := s[to-1]
	if quote != '"' && quote != '\'' {
		x.add(fullNameBefore(s, to), to, person)
		return
	}
	end := to - 1
	for end > 0 && s[end-1] == '\\' {
		end--
	}
	from := strings.LastIndexByte(s[:end], quote) + 1
	if from == 0 || end-from > 64 {
		return
	}
	if called := s[from:end]; isPersonName(weakName, called) && !isRole(called) {
		x.add(from, end, person)
	}
}

// isRole says whether a peer is called by what it does: Reception, Sales Team.
func isRole(called string) bool {
	for word := range strings.SplitSeq(called, " ") {
		if notInNames.hasFold(word) || roles.hasFold(word) {
			return true
		}
	}
	return false
}

var roles = setOf([]string{"anonymous", "unknown", "unavailable", "restricted", "reception", "sales", "helpdesk", "hotline", "switchboard", "conference", "voicemail", "trunk", "lobby",
	"operator", "kitchen", "workshop", "warehouse", "room", "phone", "line", "ivr", "fax", "gateway", "pbx", "desk"})
