package privacy

import "strings"

// statement replaces the literals of a statement of a database; its shape stays. Only SQL and Redis are read.
func (x *scanner) statement(s string) {
	trimmed := strings.TrimLeft(s, " \t\r\n(")
	first := trimmed
	if end := strings.IndexAny(trimmed, " \t\r\n(;"); end >= 0 {
		first = trimmed[:end]
	}
	switch {
	case strings.EqualFold(strings.TrimRight(trimmed, "; "), "select 1"):
	case strings.HasPrefix(trimmed, "{"):
		x.document(s)
	case isRedis(first, trimmed):
		x.redis(s, trimmed)
	case redisCounts.hasFold(first):
		x.redisNumbers(s, trimmed)
	default:
		x.literals(s, 0, len(s))
	}
}

// redisValues are commands whose first argument is a key and whose others are data.
var redisValues = setOf([]string{"set", "setex", "psetex", "setnx", "getset", "hset", "hmset", "hsetnx", "lpush", "rpush", "sadd",
	"zadd", "publish", "append", "mset", "lrem", "sismember", "srem", "zrem", "hget", "hmget", "hdel", "xadd"})

// redisCounts are commands whose arguments behind a key say how many, how long and from where on.
var redisCounts = setOf([]string{"evalsha", "eval", "evalsha_ro", "fcall", "expire", "pexpire", "incrby", "decrby", "zrange", "zrevrange", "lrange", "ltrim", "scan", "hscan", "sscan", "zscan", "lindex", "blpop", "brpop", "brpoplpush", "getrange"})

// redisNumbers masks what is more than a small number among the arguments of such a command.
func (x *scanner) redisNumbers(s, trimmed string) {
	from := len(s) - len(trimmed)
	for v, ok := redisArgument(s, wordEndOf(s, from, len(s))); ok; v, ok = redisArgument(s, v.after) {
		if text := strings.TrimPrefix(s[v.from:v.to], "-"); text != "?" && text != "" && (v.quoted && strings.IndexByte(text, ':') < 0 && !allDigits(text) || allDigits(text) && len(text) > 5) {
			x.add(v.from, v.to, literal)
		}
	}
}

// onlyFields are commands whose arguments behind the key are names of fields.
var onlyFields = setOf([]string{"hget", "hmget", "hdel", "hexists"})

// redisArgument is the next one of a command from i on, with or without quotes; ok is false where none follows.
func redisArgument(s string, i int) (v value, ok bool) {
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	if i >= len(s) {
		return value{}, false
	}
	v = value{from: i, to: wordEndOf(s, i, len(s))}
	v.after = v.to
	if s[i] == '"' || s[i] == '\'' {
		v = quotedValue(s, i, i)
	}
	v.after = max(v.after, i+1)
	return v, true
}

func isRedis(first, s string) bool {
	if strings.EqualFold(first, "auth") || strings.EqualFold(first, "hello") {
		return true
	}
	return redisValues.hasFold(first) && !(strings.EqualFold(first, "set") && (strings.Contains(s, "=") || strings.Contains(strings.ToUpper(s), " TO ")))
}

func (x *scanner) redis(s, trimmed string) {
	from := len(s) - len(trimmed)
	space := strings.IndexByte(s[from:], ' ')
	if space < 0 {
		return
	}
	at := from + space + 1
	if !strings.EqualFold(s[from:from+space], "auth") {
		next := strings.IndexByte(s[at:], ' ')
		if next < 0 {
			return
		}
		at += next + 1
	}
	fields := lower(s[from]) == 'h'
	seconds := hasSuffixFold(s[from:from+space], "setex") // SETEX key 300 value
	sets, before := strings.EqualFold(s[from:from+space], "set"), ""
	n := 0
	for v, ok := redisArgument(s, at); ok; v, ok = redisArgument(s, v.after) {
		text := s[v.from:v.to]
		option := sets && n > 0 && (optionsOfSet.hasFold(text) || allDigits(text) && optionsOfSet.hasFold(before))
		if text != "?" && text != "" && !option && !(n >= 0 && onlyFields.hasFold(s[from:from+space]) && isName(text)) && !(fields && n%2 == 0 && isName(text)) && !(n == 0 && seconds && allDigits(text)) {
			x.add(v.from, v.to, literal)
		}
		before = text
		n++
	}
}

// document replaces the values of a query in JSON, but not that of its first key: {"find": "users", …}.
func (x *scanner) document(s string) {
	first := true
	for i := 0; i < len(s); i++ {
		if s[i] == '"' || s[i] == '\'' {
			v := quotedValue(s, i, i)
			if nextSign(s, v.after) == ':' {
				i = v.after - 1
				continue
			}
			if !first && s[v.from:v.to] != "?" {
				x.add(v.from, v.to, literal)
			}
			first = false
			i = v.after - 1
		} else if isDigit(s[i]) && i > 0 && strings.IndexByte(": [,-", s[i-1]) >= 0 {
			end := numberEnd(s, i)
			if !first {
				x.add(i, end, literal)
			}
			first = false
			i = end
		}
	}
}

// literals replaces strings and numbers of SQL between from and to.
func (x *scanner) literals(s string, from, to int) {
	values, open, tags := false, false, 0
	for i := from; i < to; i++ {
		switch c := s[i]; {
		case c == '\'':
			end := sqlStringEnd(s, i, to)
			if text := s[i:end]; text != "'?'" && text != "'***'" && text != "''" && !isSpan(s, i, end) && !(len(text) == 4 && text[1] == '%') && !isEmptyJSON(text) {
				x.add(i, end, literal)
			}
			i = end - 1
		case c == '"':
			end := strings.IndexByte(s[i+1:to], '"')
			if end < 0 {
				return
			}
			end += i + 2
			before := lastSign(s, i)
			if (values || before == '=') && !(end < to && s[end] == '.') && s[i+1:end-1] != "?" {
				x.add(i, end, literal)
			}
			i = end - 1
		case c == '-' && i+1 < to && s[i+1] == '-':
			for i < to && s[i] != '\n' {
				i++
			}
		case c == '/' && !open && i+1 < to && s[i+1] == '*':
			if end := strings.Index(s[i:to], "*/"); end >= 0 {
				i += end + 1
			} else {
				i += len("/*") - 1
				open = true
			}
		case c == '$' && tags < farReads && i+1 < to && !isDigit(s[i+1]):
			tag := strings.IndexByte(s[i+1:to], '$')
			if tag >= 0 && isDollarTag(s[i+1:i+1+tag]) {
				mark := s[i : i+tag+2]
				if end := strings.Index(s[i+len(mark):to], mark); end >= 0 {
					x.add(i, i+2*len(mark)+end, literal)
					i += 2*len(mark) + end - 1
				} else {
					tags++
				}
			}
		case isDigit(c):
			end := numberEnd(s, i)
			if isSQLNumber(s, i, end) && !isBound(s, i) && !ofType(s, i) {
				x.add(i, end, literal)
			}
			i = end - 1
		case isLetter(c) || c == '_':
			start := i
			for i < to && (isAlnum(s[i]) || s[i] == '_') {
				i++
			}
			if i-start == 6 && strings.EqualFold(s[start:i], "values") {
				values = true
			}
			i--
		case c == '$' || c == ':' || c == '@':
			// a parameter: $1, :name, @name
			for i+1 < to && (isAlnum(s[i+1]) || s[i+1] == '_') {
				i++
			}
		}
	}
}

func isDollarTag(tag string) bool {
	for i := 0; i < len(tag); i++ {
		if !isLetter(tag[i]) && tag[i] != '_' {
			return false
		}
	}
	return true
}

// sqlStringEnd is behind the closing quote; two quotes, and a quote behind a backslash, are part of the string.
func sqlStringEnd(s string, open, to int) int {
	for i := open + 1; i < to; i++ {
		switch s[i] {
		case '\\':
			if i+2 < to && s[i+1] == '\'' && strings.IndexByte(s[i+2:to], '\'') >= 0 {
				i++
			}
		case '\'':
			if i+1 < to && s[i+1] == '\'' {
				i++
				continue
			}
			return i + 1
		}
	}
	return to
}

func numberEnd(s string, i int) int {
	for i < len(s) && (isAlnum(s[i]) || s[i] == '.' && i+1 < len(s) && isDigit(s[i+1])) {
		i++
	}
	return i
}

// isSQLNumber says whether digits are a number: not part of a name, a parameter or a cast.
func isSQLNumber(s string, from, to int) bool {
	if from > 0 {
		switch c := s[from-1]; {
		case isAlnum(c) || c == '_' || c == '$' || c == '.' || c == ':' || c == '"' || c == '@' || c == '?':
			return false
		}
	}
	for i := from; i < to; i++ {
		if isLetter(s[i]) && s[i]|0x20 != 'e' && s[i]|0x20 != 'x' && !isHex(s[i]) {
			return false
		}
	}
	return to == len(s) || s[to] != '_'
}

// isBound says whether a number says how many rows are asked for, or which columns order them: LIMIT 500, GROUP BY 1, 2.
func isBound(s string, i int) (bound bool) {
	if isColumnNumber(s, i) {
		return true
	}
	wordsBefore(s, i, 1, func(word []byte) bool {
		switch string(word) {
		case "limit", "offset", "top":
			bound = s[i-1] == ' '
		}
		return false
	})
	return bound
}

// isColumnNumber says whether a number stands in the list behind GROUP BY or ORDER BY.
func isColumnNumber(s string, i int) bool {
	from := i
	for from > 0 && i-from < 64 && (isDigit(s[from-1]) || s[from-1] == ',' || s[from-1] == ' ') {
		from--
	}
	return hasSuffixFold(s[:from+1], "by ") || from >= 2 && strings.EqualFold(s[from-2:from], "by") && (from == 2 || isSpace(s[from-3]))
}

// isSpan says whether a literal is how long something lasts: interval '30 days'.
func isSpan(s string, open, end int) bool {
	before := strings.TrimRight(s[:open], " ")
	text := strings.Trim(s[open:end], "'")
	if !hasSuffixFold(before, "interval") && !strings.HasPrefix(s[end:], "::interval") {
		return false
	}
	for i := 0; i < len(text); i++ {
		if !isAlnum(text[i]) && text[i] != ' ' && text[i] != ':' && text[i] != '-' && text[i] != '.' {
			return false
		}
	}
	return len(text) <= 32
}

func lastSign(s string, i int) byte {
	for i--; i >= 0; i-- {
		if s[i] != ' ' {
			return s[i]
		}
	}
	return 0
}

// verbs begin a statement inside a text when the other word follows.
var verbs = [...][2]string{{"select", "from"}, {"insert", "into"}, {"update", "set"}, {"delete", "from"}, {"where", "="}, {"replace", "into"}, {"alter", "password"}, {"create", "password"}, {"set password", "="}, {"set password", "to"}, {"alter", "identified"}, {"create", "identified"}, {"call", "("}, {"exec", "@"}}

// beginsVerb says with which letters verbs begin.
var beginsVerb = func() (table [256]bool) {
	for _, verb := range verbs {
		table[verb[0][0]], table[upper(verb[0][0])] = true, true
	}
	return table
}()

// statementsIn finds statements inside a text, and replaces what is a literal by its place: behind an operator or in brackets.
func (x *scanner) statementsIn(s string, sum summary) {
	trimmed := strings.TrimLeft(s, " \t\r\n")
	if strings.HasPrefix(trimmed, "{") && isMongo(trimmed) {
		x.document(s)
		return
	}
	x.redisInText(s, trimmed)
	if sum.all(quote | colon) {
		x.unknownCommand(s)
	}
	x.dollarQuoted(s)
	x.boundValues(s, sum)
	x.typedValues(s)
	for i := 0; i+12 < len(s); i++ {
		if !beginsVerb[s[i]] {
			continue
		}
		if i > 0 && (isAlnum(s[i-1]) || s[i-1] == '_' || s[i-1] == '.') && afterEscape(s, i-1) != i {
			continue
		}
		for _, verb := range verbs {
			n := len(verb[0])
			if s[i]|0x20 != verb[0][0] || i+n >= len(s) || !strings.EqualFold(s[i:i+n], verb[0]) || !isSpace(s[i+n]) && s[i+n] != '\\' {
				continue
			}
			to := i
			x.nearby(s, i, i+n, func(s string, at int) { to += x.statementBehind(s, at, at+n, verb[1]) })
			if to > i {
				i = to + n
				break
			}
		}
	}
}

// statementBehind replaces the literals of the statement whose verb ends at i, and says how long it is; 0 where the other word does not follow.
func (x *scanner) statementBehind(s string, begin, i int, other string) int {
	to := statementEnd(s, i)
	if end := quotedStatementEnd(s, begin); end > i {
		to = min(to, end)
	}
	if !followedBy(s[i:to], other) || isProseVerb(s, begin, i) {
		return 0
	}
	x.literalsInText(s, i, to)
	return to - i
}

// quotedStatementEnd is the quote that closes a statement in quotes of its own, where the next key or the end follows: summary="SELECT …" rows=3.
// 0 where none does.
func quotedStatementEnd(s string, begin int) int {
	open := begin
	for open > 1 && (isSpace(s[open-1]) || s[open-2] == '\\' && (s[open-1] == 'n' || s[open-1] == 't' || s[open-1] == 'r')) && begin-open < 64 {
		if open--; !isSpace(s[open]) {
			open--
		}
	}
	if open < 2 || s[open-1] != '"' || s[open-2] != '=' {
		return 0
	}
	v := quotedValue(s, open-1, open-1)
	if v.after >= len(s) || s[v.after] == ' ' && (v.after+1 == len(s) || isLetter(s[v.after+1])) {
		return v.to
	}
	return 0
}

func followedBy(s, word string) bool {
	if word == "(" || word == "@" {
		return strings.Contains(s, word)
	}
	if word == "=" {
		return strings.ContainsAny(s, "=<>") || followedBy(s, "in") || followedBy(s, "like") || followedBy(s, "ilike")
	}
	for i := 0; i+len(word) <= len(s); i++ {
		if s[i]|0x20 == word[0] && strings.EqualFold(s[i:i+len(word)], word) && (i == 0 || !isAlnum(s[i-1])) &&
			(i+len(word) == len(s) || !isAlnum(s[i+len(word)])) {
			return true
		}
	}
	return false
}

// isMongo says whether JSON is a command of MongoDB.
func isMongo(s string) bool {
	rest := strings.TrimPrefix(s, "{")
	if len(rest) == len(s) {
		return false
	}
	rest = strings.TrimPrefix(rest, " ")
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return false
	}
	end := strings.IndexByte(rest[1:min(len(rest), 16)], rest[0])
	return end > 0 && mongoCommands.has([]byte(rest[1:1+end]))
}

var mongoCommands = setOf([]string{"find", "aggregate", "insert", "update", "delete", "findAndModify", "count", "distinct"})

func isUpperWord(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isUpper(s[i]) {
			return false
		}
	}
	return s != ""
}

// redisInText finds `SET user:42:name "…"` where the text is nothing else, and the lines of MONITOR.
func (x *scanner) redisInText(s, trimmed string) {
	first := trimmed
	if end := strings.IndexByte(trimmed, ' '); end >= 0 {
		first = trimmed[:end]
	}
	if isUpperWord(first) && isRedis(first, trimmed) && !strings.EqualFold(first, "hello") && !strings.EqualFold(first, "auth") && strings.ContainsAny(trimmed, ":\"") {
		x.redis(s, trimmed)
		return
	}
	at := strings.Index(s, `] "`)
	if at < 0 || !strings.Contains(s[:at], " [") {
		return
	}
	v := quotedValue(s, at+2, at+2)
	command := s[v.from:v.to]
	setting := strings.EqualFold(command, "config")
	if !setting && !redisValues.hasFold(command) {
		return
	}
	seconds, sets := hasSuffixFold(command, "setex"), strings.EqualFold(command, "set")
	before := ""
	for n, i := 0, v.after; i < len(s); n++ {
		for i < len(s) && s[i] == ' ' {
			i++
		}
		if i == len(s) || s[i] != '"' {
			return
		}
		v = quotedValue(s, i, i)
		text := s[v.from:v.to]
		switch {
		case setting:
			if n > 1 && meaningOf(before).secret() {
				x.addUnlessMask(s, v.from, v.to)
			}
		case n == 0 || text == "?" || n == 1 && seconds && allDigits(text):
		case n > 1 && sets && (optionsOfSet.hasFold(text) || allDigits(text) && optionsOfSet.hasFold(before)):
		default:
			x.add(v.from, v.to, literal)
		}
		before = text
		i = max(v.after, i+1)
	}
}

// optionsOfSet say how long Redis keeps a value, and whether it takes it at all: SET key value EX 900 NX.
var optionsOfSet = setOf([]string{"ex", "px", "exat", "pxat", "nx", "xx", "keepttl", "get"})

// dollarQuoted finds $$…$$ and $tag$…$tag$ behind a keyword.
func (x *scanner) dollarQuoted(s string) {
	for i := 0; i+1 < len(s); i++ {
		if s[i] != '$' {
			continue
		}
		closing := strings.IndexByte(s[i+1:], '$')
		if closing < 0 {
			return
		}
		if !isDollarTag(s[i+1:i+1+closing]) || !isOperand(s, i) && !strings.HasPrefix(s, "DO ") {
			continue
		}
		length := 0
		x.nearby(s, i, i+closing+2, func(s string, i int) {
			mark := s[i : i+closing+2]
			if end := strings.Index(s[i+len(mark):], mark); end >= 0 {
				length = 2*len(mark) + end
				x.add(i, i+length, literal)
			}
		})
		i += max(0, length-1)
	}
}

// statementEnd is where a statement inside a text certainly has ended.
func statementEnd(s string, i int) int {
	for j := i; j < len(s); j++ {
		switch s[j] {
		case ';', '[':
			return j
		case '\'':
			j = max(j, sqlStringEnd(s, j, len(s))-1)
		case '"':
			if closing := quotedIdentEnd(s, j); closing > j {
				j = closing
			} else if j > i && j+1 < len(s) && (s[j+1] == ',' || s[j+1] == '}') && lastSign(s, j) != '=' {
				return j
			}
		case '\n':
			rest := strings.TrimLeft(s[j:], "\r\n ")
			if strings.HasPrefix(rest, "==>") || strings.Contains(rest[:min(len(rest), 160)], "==> Parameters: ") || strings.HasPrefix(rest, "File \"") || strings.HasPrefix(rest, "DETAIL") || strings.HasPrefix(rest, "at ") {
				return j
			}
		}
	}
	return len(s)
}

// quotedIdentEnd is the quote that closes the name of a table or a column: "Users", "e-mail"; j where none opens there.
func quotedIdentEnd(s string, j int) int {
	end := j + 1
	for end < len(s) && end-j < 64 && (isIdent(s[end]) || s[end] == ' ') {
		end++
	}
	if end == j+1 || end >= len(s) || s[end] != '"' || j == 0 || strings.IndexByte(" (,.", s[j-1]) < 0 {
		return j
	}
	if end+1 < len(s) && (s[end+1] == ':' || s[end+1] == '=') {
		return j
	}
	// {"sql":"select a from b","n":1}: what opens there is a member of JSON
	if s[j-1] == ',' && strings.HasPrefix(s[end+1:], ":") {
		return j
	}
	return end
}

func (x *scanner) literalsInText(s string, from, to int) {
	for i := from; i < to; i++ {
		switch c := s[i]; {
		case c == '\'':
			end := sqlStringEnd(s, i, to)
			if (isOperand(s, i) || isIdentifiedBy(s, i)) && s[i:end] != "'?'" && s[i:end] != "''" && !isPublicLiteral(s, i, end) && !isSpan(s, i, end) && !isEmptyJSON(s[i:end]) {
				x.add(i, end, literal)
			}
			i = end - 1
		case isDigit(c):
			end := numberEnd(s, i)
			if isSQLNumber(s, i, end) && isOperand(s, i) && !isBound(s, i) && !ofType(s, i) && !(end < len(s) && (s[end] == '%' || s[end] == ':')) {
				x.add(i, end, literal)
			}
			i = end - 1
		case c == '"':
			if before := lastSign(s, i); before == '=' || before == '(' && (followedBy(s[max(from, i-window):i], "values") || hasSuffixFold(s[from:i], "password(")) {
				if end := strings.IndexByte(s[i+1:to], '"'); end >= 0 {
					x.add(i, i+end+2, literal)
					i += end + 1
				}
			}
		}
	}
}

// operandWords stand before a literal.
var operandWords = setOf([]string{"like", "ilike", "in", "values", "then", "else", "and", "between", "limit", "offset", "interval",
	"select", "any", "all", "password", "e", "n", "x", "b", "or", "not", "when", "returning", "to"})

func isOperand(s string, i int) bool {
	switch c := lastSign(s, i); c {
	case '=', '<', '>', '(', ',', '+', '*', '/', '|', '~', '&':
		return true
	case 0:
		return false
	}
	operand := false
	wordsBefore(s, i, 1, func(word []byte) bool {
		operand = operandWords.has(word)
		return false
	})
	return operand && (s[i-1] == ' ' || isLetter(s[i-1]) || s[i-1] == '\n')
}

func hasSuffixFold(s, suffix string) bool {
	return len(s) >= len(suffix) && strings.EqualFold(s[len(s)-len(suffix):], suffix)
}
