package privacy

import "strings"

// Literals of statements inside texts that everybody may read: words of a fixed vocabulary behind a column that holds nothing else, as in status = 'active',
// role IN ('admin', 'owner'). The text of a query of its own, db.query.text, has no literal at all.

// publicColumns hold such words.
var publicColumns = setOf([]string{"status", "state", "type", "kind", "role", "platform", "currency", "locale", "lang", "language", "category", "level", "priority", "channel", "provider", "plan", "tier", "source", "mode", "env", "environment", "method", "event",
	"event_type", "eventtype", "action", "visibility", "format", "unit", "stage", "queue", "topic", "os", "engine", "direction", "severity", "scope", "phase", "schemaname", "table_schema", "table_type", "table_name", "tablename", "relkind", "nspname", "relname",
	"tbl_name", "datname", "constraint_type", "index_name", "column_name", "contype", "wait_event_type", "backend_type", "order_status", "payment_status", "user_type", "account_type", "job_type", "device_type", "entity_type", "resource_type", "object_type", "delivery_status"})

// isPublicLiteral says whether the text in quotes at open..end is such a word, by itself and by the column before it.
func isPublicLiteral(s string, open, end int) bool {
	if end-open < 3 || !isVocabularyWord(s[open+1:end-1]) {
		return false
	}
	i := open
	for list := 0; list < 16; list++ {
		for i > 0 && isSpace(s[i-1]) {
			i--
		}
		if i == 0 || s[i-1] != ',' {
			break
		}
		// an earlier one of the list
		for i--; i > 0 && isSpace(s[i-1]); i-- {
		}
		if i > 1 && s[i-1] == '?' {
			i--
			continue
		}
		if i < 3 || s[i-1] != '\'' {
			return false
		}
		begin := strings.LastIndexByte(s[max(0, i-66):i-1], '\'')
		if begin < 0 || !isVocabularyWord(s[max(0, i-66)+begin+1:i-1]) {
			return false
		}
		i = max(0, i-66) + begin
	}
	if i > 0 && s[i-1] == '(' {
		for i--; i > 0 && isSpace(s[i-1]); i-- {
		}
		if !hasSuffixFold(s[:i], " in") {
			return false
		}
		i -= len(" in")
		if hasSuffixFold(s[:i], " not") {
			i -= len(" not")
		}
	} else {
		signs := i
		for i > 0 && strings.IndexByte("=<>!", s[i-1]) >= 0 {
			i--
		}
		if i == signs {
			return false
		}
	}
	for i > 0 && (isSpace(s[i-1]) || s[i-1] == '"' || s[i-1] == '`' || s[i-1] == ']') {
		i--
	}
	from := i
	for from > 0 && (isAlnum(s[from-1]) || s[from-1] == '_') {
		from--
	}
	return publicColumns.hasFold(s[from:i])
}

// isVocabularyWord: active, in_progress, NOK, eu-west.
func isVocabularyWord(v string) bool {
	if len(v) < 1 || len(v) > 24 {
		return false
	}
	for i := 0; i < len(v); i++ {
		if !isLetter(v[i]) && v[i] != '_' && v[i] != '-' {
			return false
		}
	}
	return (v == strings.ToLower(v) || v == strings.ToUpper(v)) && !isGivenName(string(upper(v[0]))+strings.ToLower(v[1:]))
}
