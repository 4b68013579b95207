package privacy

import "strings"

// Ids of those who talk with a bot: chat_id=602918375 of Telegram, <@U02AB3CD4EF> of Slack.

// isChatID says whether a number is long enough for an id that a service of messages gives, and none of an own table; groups have a sign before.
func isChatID(v string) bool {
	digits := strings.TrimPrefix(v, "-")
	return len(digits) >= 9 && len(digits) <= 16 && allDigits(digits)
}

// isSlackID says whether a word is the id of somebody in Slack: U02AB3CD4EF, W012A3CDE.
func isSlackID(v string) bool {
	if len(v) < 9 || len(v) > 12 || v[0] != 'U' && v[0] != 'W' {
		return false
	}
	digits, mixed := 0, false
	for i := 1; i < len(v); i++ {
		if isDigit(v[i]) {
			digits++
		} else if !isUpper(v[i]) {
			return false
		} else {
			mixed = mixed || digits > 0
		}
	}
	return digits >= 2 && mixed
}

// mentions finds whom a message of Slack mentions.
func (x *scanner) mentions(s string) {
	x.each(s, "<@", func(s string, at int) {
		to := at
		for to < len(s) && isAlnum(s[to]) {
			to++
		}
		if to < len(s) && (s[to] == '>' || s[to] == '|') && isSlackID(s[at:to]) {
			x.add(at, to, person)
		}
	})
}
