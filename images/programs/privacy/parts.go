package privacy

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// messages cleans the messages of exceptions inside a stack trace as the texts they were before: some finders look at how a text begins.
func (x *scanner) messages(s string, m meaning) (string, bool) {
	if !strings.Contains(s, "Traceback (most") && !strings.Contains(s, "\n\tat ") && !strings.Contains(s, "\n    at ") {
		return s, false
	}
	var out strings.Builder
	changed := false
	for line := range strings.Lines(s) {
		at := strings.Index(line, ": ")
		end := len(strings.TrimRight(line, "\r\n"))
		if at <= 0 || at+2 >= end || !isTypeName(line[:at]) {
			out.WriteString(line)
			continue
		}
		clean, other := x.text(line[at+2:end], m)
		changed = changed || other
		out.WriteString(line[:at+2] + clean + line[end:])
	}
	return out.String(), changed
}

// isTypeName says whether a line of a stack trace begins with the type of an exception: `ValueError`, `java.lang.IllegalStateException`.
func isTypeName(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isAlnum(s[i]) && s[i] != '.' && s[i] != '_' && s[i] != '$' {
			return false
		}
	}
	return isLetter(s[0])
}

// traceState cleans the value of each member by itself, then all of it.
func (x *scanner) traceState(state pcommon.TraceState) {
	raw := state.AsRaw()
	if raw == "" {
		return
	}
	members := strings.Split(raw, ",")
	for i, member := range members {
		if key, value, ok := strings.Cut(member, "="); ok {
			value, _ = x.text(value, plain)
			members[i] = key + "=" + value
		}
	}
	if clean, _ := x.text(strings.Join(members, ","), plain); clean != raw {
		state.FromRaw(clean)
	}
}
