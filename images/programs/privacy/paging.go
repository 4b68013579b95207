package privacy

import "strings"

// What a validator repeats of an entry that says which part of a list somebody wants is nobody's: {"loc": ["query", "page"], "input": "abc"}.

// isPaging says whether a key says which part of a list is wanted, or how it is shown.
func isPaging(key string) bool {
	return rules.harmlessQuery.hasFold(strings.ReplaceAll(strings.ReplaceAll(key, "_", ""), "-", ""))
}

// inPaging says whether the place that a validator names in a text ends with such a key.
func inPaging(s string) bool {
	at := strings.Index(s, "loc")
	if at < 0 {
		return false
	}
	open := strings.IndexAny(s[at:], "[(")
	if open < 0 || open > 10 {
		return false
	}
	closing := strings.IndexAny(s[at+open:], "])")
	if closing < 0 {
		return false
	}
	place := strings.TrimRight(s[at+open:at+open+closing], "\"'\\ ")
	return isPaging(place[strings.LastIndexAny(place, "\"'[( ")+1:])
}
