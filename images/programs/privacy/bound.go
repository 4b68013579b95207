package privacy

import "strings"

// boundValues finds the values that programs list beside a statement: bindings [ 'Eirik', 7 ], (SQL: … values (Anne Berg)).
func (x *scanner) boundValues(s string, sum summary) {
	if sum.any(bracket) && (strings.Contains(s, "ind") || strings.Contains(s, "aram") || strings.Contains(s, "ARAM") || strings.Contains(s, "args=") || strings.Contains(s, "bound")) {
		x.boundLists(s)
	}
	if !sum.any(colon) {
		return
	}
	for _, mark := range [...]string{"SQL: ", "Query: "} {
		if at := strings.Index(s, mark); at >= 0 {
			x.bareValues(s, at+len(mark))
			return
		}
	}
}

func (x *scanner) boundLists(s string) {
	for _, word := range [...]string{"bindings", "binds", "Bindings", "bind values", "bind variables", "bind params", "bound values", "bound_values", "bound", "params", "parameters", "Parameters", "Params", "PARAMETERS", "args"} {
		at := strings.Index(s, word)
		if at < 0 || at > 0 && isAlnum(s[at-1]) || (word[0]|0x20 == 'p' || word == "args" || word == "bound") && !mentionsStatement(s) {
			continue
		}
		open := at + len(word)
		for open < len(s) && open-at < len(word)+6 && strings.IndexByte(" :=\"'", s[open]) >= 0 {
			open++
		}
		if open < len(s) && strings.IndexByte("[({", s[open]) >= 0 {
			x.listed(s, open)
		}
	}
}

func mentionsStatement(s string) bool {
	for _, word := range [...]string{"select ", "SELECT ", "insert ", "INSERT ", "update ", "UPDATE ", "delete ", "DELETE ", "sql", "SQL"} {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}

// listed replaces the strings of a list; keys of an object stay.
func (x *scanner) listed(s string, open int) {
	eachQuoted(s, open, 2048, func(v value, isKey bool) {
		if !isKey && !isHarmless(s[v.from:v.to]) {
			x.add(v.from, v.to, literal)
		}
	})
}

// bareValues replaces what a framework wrote into a statement without quotes: values (Anne Berg, 7), where `name` = Anne Berg.
func (x *scanner) bareValues(s string, from int) {
	end := endOfLine(s, from)
	for i := from; i < end; i++ {
		switch {
		case i+8 < end && strings.EqualFold(s[i:i+8], "values ("):
			i += 8
			for i < end && s[i] != ')' {
				start := i
				for i < end && s[i] != ',' && s[i] != ')' {
					i++
				}
				if text := strings.TrimSpace(s[start:i]); text != "" && !isSQLWord(text) {
					at := start + strings.Index(s[start:i], text)
					x.add(at, at+len(text), literal)
				}
				if i < end && s[i] == ',' {
					i++
				}
			}
		case s[i] == '=' && i+2 < end && s[i+1] == ' ' && (beginsName(s, i+2) || isDigit(s[i+2])):
			start := i + 2
			to := start
			for to < end && strings.IndexByte(",;)'\"`", s[to]) < 0 {
				rest := s[to:end]
				if s[to] == ' ' && (hasKeyword(rest, " and ") || hasKeyword(rest, " or ") || hasKeyword(rest, " where ") || hasKeyword(rest, " limit ") || hasKeyword(rest, " order ") || hasKeyword(rest, " group ")) {
					break
				}
				to++
			}
			if text := s[start:to]; !isSQLWord(text) && strings.IndexByte(text, '.') < 0 {
				x.add(start, to, literal)
			}
			i = to - 1
		}
	}
}

func hasKeyword(s, word string) bool {
	return len(s) >= len(word) && strings.EqualFold(s[:len(word)], word)
}

// isSQLWord says whether an item of VALUES is no value: ?, $1, :name, %s, DEFAULT, now().
func isSQLWord(text string) bool {
	if strings.IndexByte("?$:%@'\"`(", text[0]) >= 0 || isReplacement(text) || strings.HasSuffix(text, "(") {
		return true
	}
	switch strings.ToUpper(text) {
	case "DEFAULT", "NULL", "TRUE", "FALSE", "CURRENT_TIMESTAMP":
		return true
	}
	return false
}
