package privacy

import "strings"

// storeVerbs stand before the id of a session in the words of its store: fetching, destroying.
var storeVerbs = setOf([]string{"fetching", "saving", "destroying", "touching", "loading", "loaded", "saved", "destroyed", "touched", "fetched", "evicted", "evicting", "deleting", "deleted", "expiring", "expired",
	"invalidating", "invalidated", "regenerated", "regenerating", "restored", "restoring", "created", "creating", "removed", "removing", "session", "for", "id", "get", "set", "destroy", "touch", "start", "started", "resumed", "resuming", "renewed"})

// inStore finds the id of a session at start..to behind what a store does with it; the text says that it is about sessions.
func (x *scanner) inStore(s string, word []byte, start, to int) bool {
	if to-start < 20 || !storeVerbs.has(word) {
		return false
	}
	id := s[start:to]
	if strings.IndexByte(id, '=') >= 0 || !isStoredID(id) || !containsFold(s[max(0, start-80):start], "sess") && !strings.Contains(s[max(0, start-40):start], "Store") {
		return false
	}
	x.add(start, to, secret)
	// what it is called now: session regenerated a -> b
	if rest := s[to:]; strings.HasPrefix(rest, " -> ") || strings.HasPrefix(rest, " to ") {
		next := to + len(" -> ")
		if rest[1] == 't' {
			next = to + len(" to ")
		}
		if end := wordEnd(s, next); isStoredID(s[next:end]) {
			x.add(next, end, secret)
		}
	}
	return true
}

// isStoredID says whether a word is one that nobody chose: of twenty signs or more, letters and digits mixed.
func isStoredID(id string) bool {
	if len(id) < 20 {
		return false
	}
	digits, letters := 0, 0
	for i := 0; i < len(id); i++ {
		switch {
		case isDigit(id[i]):
			digits++
		case isLetter(id[i]):
			letters++
		case id[i] != '-' && id[i] != '_':
			return false
		}
	}
	return digits >= 3 && letters >= 3 && (looksSecret(id) || isUUID(id) || isAllHex(id) || digits >= 6)
}
