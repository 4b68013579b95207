package dockerlogs

import "strings"

// maskLiterals replaces the values in a statement by question marks and removes its comments: strings, dollar-quoted strings and numbers.
// Names in double quotes and parameters ($1) stay. A string that has no end is masked to the end.
func maskLiterals(sql string) string {
	var out strings.Builder
	for i := 0; i < len(sql); {
		rest := sql[i:]
		switch c := sql[i]; {
		case c == '\'':
			escapes := i > 0 && (sql[i-1] == 'E' || sql[i-1] == 'e') && (i == 1 || !isWord(sql[i-2]))
			out.WriteByte('?')
			i += quoted(rest, '\'', escapes)
		case c == '"':
			end := quoted(rest, '"', false)
			out.WriteString(rest[:end])
			i += end
		case strings.HasPrefix(rest, "--"):
			i += until(rest, "\n")
		case strings.HasPrefix(rest, "/*"):
			end := until(rest[2:], "*/")
			i = min(len(sql), i+2+end+2)
		case c == '$' && dollarTag(rest) != "":
			tag := dollarTag(rest)
			out.WriteByte('?')
			end := until(rest[len(tag):], tag)
			i = min(len(sql), i+len(tag)+end+len(tag))
		case isDigit(c) && (i == 0 || !isWord(sql[i-1]) && sql[i-1] != '$'):
			out.WriteByte('?')
			for i < len(sql) && (isWord(sql[i]) || sql[i] == '.' || exponent(sql, i)) {
				i++
			}
		case isWord(c) || c == '$':
			end := 1
			for end < len(rest) && isWord(rest[end]) {
				end++
			}
			out.WriteString(rest[:end])
			i += end
		default:
			out.WriteByte(c)
			i++
		}
	}
	return strings.TrimSpace(out.String())
}

// quoted is the length of a quoted text with its quotes; a doubled quote, and with escapes one behind a backslash, is part of it.
func quoted(text string, quote byte, escapes bool) int {
	for i := 1; i < len(text); i++ {
		switch {
		case escapes && text[i] == '\\':
			i++
		case text[i] == quote && i+1 < len(text) && text[i+1] == quote:
			i++
		case text[i] == quote:
			return i + 1
		}
	}
	return len(text)
}

// dollarTag is the opening `$tag$` that the text begins with, if it does.
func dollarTag(text string) string {
	for i := 1; i < len(text); i++ {
		if text[i] == '$' {
			return text[:i+1]
		}
		if !isWord(text[i]) || i == 1 && isDigit(text[i]) {
			break
		}
	}
	return ""
}

func until(text, end string) int {
	if at := strings.Index(text, end); at >= 0 {
		return at
	}
	return len(text)
}

func exponent(sql string, i int) bool {
	return (sql[i] == '+' || sql[i] == '-') && i > 0 && (sql[i-1] == 'e' || sql[i-1] == 'E')
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWord(c byte) bool {
	return c == '_' || isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
