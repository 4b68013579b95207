package privacy

import "strings"

// Words of prose that are written like a statement or like a password's name: Connect call failed ('127.0.0.1', 8443), use caching_sha2_password instead.

var (
	// runWords stand before a statement in the line of a program that runs it.
	runWords = setOf([]string{"query", "queries", "sql", "statement", "stmt", "executing", "execute", "executed", "exec", "running", "run", "ran", "prepare", "prepared", "preparing", "explain", "analyze", "analyse",
		"begin", "do", "then", "else", "as", "with", "union", "all", "except", "intersect", "and", "or", "not", "exists", "in", "from", "into", "returning", "on", "conflict", "duplicate", "key", "for", "before", "after",
		"create", "declare", "cursor", "values", "loop", "return", "is", "command", "cmd", "debug", "info", "trace", "log", "db", "database", "load", "update", "insert", "delete", "select", "call", "sent", "sending", "issued", "procedure", "transaction",
		"slow", "failed", "error", "near", "at", "by", "of", "to", "when", "while", "hibernate", "mysql", "postgres", "ms", "s", "x", "e", "n"})
	// notSelected follow `select`, `update` and `where` in a sentence.
	notSelected = setOf([]string{"one", "a", "an", "the", "your", "which", "another", "either", "between", "this", "that", "these", "those", "available", "it", "its", "their", "there", "we", "you", "he", "she", "they", "is", "was", "failed"})
)

// isProseVerb says whether what reads like the verb of a statement, at begin..end, is a word of a sentence.
func isProseVerb(s string, begin, end int) bool {
	verb := s[begin:end]
	next := end
	for next < len(s) && isSpace(s[next]) {
		next++
	}
	first := s[next:identEnd(s, next)]
	switch verb[0] | 0x20 {
	case 's', 'u', 'w':
		if verb == strings.ToUpper(verb) {
			return false
		}
		behind := next + len(first)
		return notSelected.hasFold(first) && !(behind < len(s) && strings.IndexByte(".,=<>", s[behind]) >= 0 && first != "")
	case 'r':
		return strings.EqualFold(first, "filter") || !strings.EqualFold(first, "into") && !strings.EqualFold(first, "low_priority") && !strings.EqualFold(first, "delayed") && first != ""
	case 'c':
		return strings.EqualFold(verb, "call") && !callsProcedure(s, begin, next, verb == "CALL")
	}
	return false
}

// callsProcedure says whether the name of a procedure and its arguments follow `call`, which begins at begin: CALL shop.pay(…).
func callsProcedure(s string, begin, next int, capitals bool) bool {
	at := next
	for at < len(s) && (isIdent(s[at]) || strings.IndexByte("\"`[]\\", s[at]) >= 0) {
		at++
	}
	if at == next || at >= len(s) || s[at] != '(' && !(capitals && strings.HasPrefix(s[at:], " (")) {
		return false
	}
	if capitals || begin == 0 || s[begin-1] != ' ' || begin < 2 || !isLetter(s[begin-2]) {
		return true
	}
	said := false
	wordsBefore(s, begin, 1, func(word []byte) bool {
		said = runWords.has(word)
		return false
	})
	return said
}

// afterPasswords are said of a name that ends in `password`, and are none: use caching_sha2_password instead.
var afterPasswords = setOf([]string{"instead", "rather", "either", "anymore", "too", "also", "again", "directly", "only", "first", "later", "itself", "plugin", "authentication", "method", "plugins", "everywhere", "once",
	"explicitly", "here", "there", "now", "today", "afterwards", "manually", "statt", "stattdessen"})
