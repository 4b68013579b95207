package privacy

import "strings"

// swiftParties finds who pays and who is paid in a message of a bank: :50K:/DE49…, then name and address in the lines below, up to the next tag.
func (x *scanner) swiftParties(s string) {
	if !strings.Contains(s, ":5") || !strings.Contains(s, ":20:") && !strings.Contains(s, ":32A:") && !strings.Contains(s, ":23B:") && !strings.Contains(s, "{4:") {
		return
	}
	for _, tag := range [...]string{":50", ":59"} {
		x.each(s, tag, func(s string, at int) {
			if tagged := at - len(tag); tagged > 0 && isDigit(s[tagged-1]) {
				return
			}
			if at < len(s) && isUpper(s[at]) {
				at++
			}
			if at >= len(s) || s[at] != ':' {
				return
			}
			for at++; at < len(s); {
				end := endOfLine(s, at)
				line := s[at:end]
				if len(line) > 0 && (line[0] == ':' || line[0] == '-') {
					return
				}
				from := at
				if strings.HasPrefix(line, "/") {
					from++
				} else if len(line) > 2 && isDigit(line[0]) && line[1] == '/' {
					from += 2 // 1/NAME
				}
				if to := from + len(strings.TrimRight(s[from:end], " ,")); to-from >= 3 && !isReplacement(s[from:to]) {
					x.add(from, to, person)
				}
				if end >= len(s) {
					return
				}
				at = end + 1
				if s[end] == '\\' || s[end] == '\r' && at < len(s) && s[at] == '\n' {
					at++
				}
			}
		})
	}
}
