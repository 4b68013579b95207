package privacy

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// What a key means by the keys beside it, where it would mean something else alone.

// countsResults says whether a text counts what passed and what failed.
func countsResults(s string) bool {
	for _, key := range [...]string{"fail", "skip"} {
		if at := indexFold(s, key); at >= 0 {
			for at < len(s) && (isLetter(s[at]) || s[at] == '"' || s[at] == '\\') {
				at++
			}
			if at < len(s) && (s[at] == '=' || s[at] == ':') {
				return true
			}
		}
	}
	return false
}

// besidePassword says whether a text has a key for a password: what is called `name` beside it may be who signs in.
func besidePassword(s string) bool {
	if !strings.Contains(s, "ass") && !strings.Contains(s, "ASS") {
		return false
	}
	for _, key := range [...]string{"password", "passwd", "passphrase"} {
		for at := indexFold(s, key); at >= 0; {
			end := at + len(key)
			for end < len(s) && strings.IndexByte("\"'\\ ", s[end]) >= 0 {
				end++
			}
			if end < len(s) && (s[end] == ':' || s[end] == '=') {
				return true
			}
			next := indexFold(s[at+1:], key)
			if next < 0 {
				break
			}
			at += 1 + next
		}
	}
	return false
}

// siteKeys name a place where machines stand.
var siteKeys = [...]string{"datacenter", "datacentre", "data_center", "data_centre", "data center", "colo", "availability_zone", "pop_name", "edge_location", "site_code"}

// atSite says whether a text says which place of machines its coordinates belong to, and nothing of a person.
func atSite(s string) bool {
	for _, key := range siteKeys {
		if at := indexFold(s, key); at >= 0 && (at == 0 || !isLetter(s[at-1])) {
			return !speaksOfPerson(s) && indexFold(s, "user") < 0 && indexFold(s, "client") < 0 && indexFold(s, "device") < 0
		}
	}
	return false
}

// tokenKeys say of a token who gave it and what for.
var tokenKeys = [...]string{"issuer", "audience", "access_token", "id_token", "accesstoken", "idtoken", "realm", "scope", "claims", "grant_type", "client_id",
	"clientid", "\"iss\"", "\"aud\"", "iss=", "aud=", "preferred_username", "session_state"}

// besideToken says whether a text says of a token who gave it and what for.
func besideToken(s string) bool {
	for _, key := range tokenKeys {
		if containsFold(s, key) {
			return true
		}
	}
	return false
}

// inside is what a key means among the others of its map.
func (m meaning) inside(all pcommon.Map, key string, v pcommon.Value) meaning {
	switch {
	case m == password && v.Type() == pcommon.ValueTypeInt && strings.EqualFold(key, "pass"), m == place, m == expiry, isWriter(key), key == "subject", key == "sub":
	default:
		return m
	}
	var keys strings.Builder
	for other := range all.All() {
		keys.WriteString(other)
		keys.WriteString("= ")
	}
	if m == expiry {
		if text := v.AsString(); isExpiry(text) && besideCard(keys.String()) {
			return personal
		}
		return plain
	}
	if isWriter(key) {
		if isManifest(keys.String()) {
			return kept
		}
		return m
	}
	if key == "subject" || key == "sub" {
		if besideToken(keys.String()) {
			return account
		}
		return m
	}
	if m == place && atSite(keys.String()) || m == password && countsResults(keys.String()) {
		return number
	}
	return m
}

// inside is what a key that begins at i means among the others of its object.
func (r *jsonReader) inside(m meaning, key string, i int) meaning {
	if m == expiry {
		if besideCard(r.around(i)) && isExpiry(r.valueBehind(i)) {
			return personal
		}
		return plain
	}
	if isWriter(key) && isManifest(r.around(i)) {
		return kept
	}
	if m == place && (atSite(r.around(i)) || atSite(r.above)) || m == password && key == "pass" && countsResults(r.around(i)) {
		return number
	}
	return m
}

// around is the text of the object around i, as far as its first brace on each side, or the end of what is near; nothing where there is none.
func (r *jsonReader) around(i int) string {
	text := r.near(i)
	before := i
	i -= max(0, i-window)
	from := strings.LastIndexByte(text[:i], '{')
	to := strings.IndexByte(text[i:], '}')
	if from < 0 && before <= window || to < 0 && before+window >= len(r.s) {
		return ""
	}
	if to < 0 {
		to = len(text) - i
	}
	return text[max(0, from) : i+to]
}

// near is the document around i, as far as it says something about a key there.
func (r *jsonReader) near(i int) string { return r.s[max(0, i-window):min(len(r.s), i+window)] }
