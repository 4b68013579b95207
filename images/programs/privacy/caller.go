package privacy

import "strings"

// isTurnedAway says whether a server speaks of a host that called: no pg_hba.conf entry for host "10.236.22.64", Host '10.1.2.3' is not allowed to connect.
func isTurnedAway(s string, from, to int) bool {
	before := strings.TrimRight(s[max(0, from-40):from], "\"'\\ [(=:")
	for _, words := range [...]string{"entry for host", "connection from host", "from host", "connections from", "login from host"} {
		if strings.HasSuffix(before, words) {
			return true
		}
	}
	after := strings.TrimLeft(s[to:min(len(s), to+40)], "\"'\\ ])")
	for _, words := range [...]string{"is not allowed to connect", "is blocked because", "is not permitted to log in", "was denied access"} {
		if strings.HasPrefix(after, words) {
			return true
		}
	}
	return inForwarded(s, from)
}

// inForwarded says whether an address stands in the list of those that passed a request on: X-Forwarded-For: 203.0.113.9, 10.28.107.61.
func inForwarded(s string, from int) bool {
	at := from
	for at > 0 && from-at < 200 && (isHex(s[at-1]) || strings.IndexByte(".:, []\"'\\", s[at-1]) >= 0) {
		at--
	}
	if strings.IndexByte(s[at:from], ',') < 0 {
		return false
	}
	// what was read may begin with the end of the key
	for at < from && s[at] != ' ' && s[at] != ':' && s[at] != '"' && s[at] != '\'' && s[at] != '[' && s[at] != '=' {
		at++
	}
	end := at
	for end > 0 && strings.IndexByte(" :=\"'\\[", s[end-1]) >= 0 {
		end--
	}
	start := end
	for start > 0 && (isTokenChar(s[start-1]) || s[start-1] == '.') {
		start--
	}
	return meaningOf(s[start:end]) == client
}

// versionBeside says whether a value's name says that it is a version: {"value":"95.17.76.93","name":"driver_version"}.
func versionBeside(s string, from, to int) bool {
	end := beforeBinding(s, from)
	start := wordStart(s, end)
	return start < end && isValueKey(s[start:end]) && namedBeside(s, start, to, version)
}
