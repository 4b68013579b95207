package privacy

import "strings"

// Secrets among the arguments of a command that a text shows as a list, as programs print what they run: ['sshpass', '-p', '…'], ["redis-cli","-a","…"].

// argumentLists finds them.
func (x *scanner) argumentLists(s string) {
	for i := 1; i+3 < len(s); i++ {
		if s[i] == '-' && (s[i-1] == '\'' || s[i-1] == '"') && isLetter(s[i+1]) {
			x.nearby(s, i, i+2, x.argumentInList)
		}
	}
}

// argumentInList finds the secret of the option whose dash is at i.
func (x *scanner) argumentInList(s string, i int) {
	start := i - 1
	for start > 0 && s[start-1] == '\\' {
		start--
	}
	v := quotedValue(s, start, i-1)
	option := s[v.from:v.to]
	program := programOfList(s, start, i-1)
	letters := rules.commands[program]
	if letters == "" || len(option) < 2 || strings.IndexByte(letters, option[1]) < 0 {
		return
	}
	if len(option) > 3 {
		if takesAttached(program) && !isWordOption(option) && strings.IndexByte(option, ' ') < 0 {
			x.addUnlessMask(s, v.from+2, v.to)
		}
		return
	}
	at := v.after
	for at < len(s) && (s[at] == ' ' || s[at] == ',') {
		at++
	}
	quote := at
	for quote < len(s) && s[quote] == '\\' {
		quote++
	}
	if at == v.after || len(option) > 2 || quote >= len(s) || s[quote] != '\'' && s[quote] != '"' {
		return
	}
	next := quotedValue(s, at, quote)
	if text := s[next.from:next.to]; text != "" && text[0] != '-' && !isPlaceholder(text) && !(takesUserToo(program) && (strings.IndexByte(text, ':') < 0 || strings.Contains(text, "://"))) {
		x.addUnlessMask(s, next.from, next.to)
	}
}

// programOfList is the program that takes secrets among what stands before the option in the list, or right before the list: spawn sshpass [ '-p', ….
// An option's quote is at `quote`.
func programOfList(s string, from, quote int) (program string) {
	open := from
	for open > 0 && from-open < 400 && s[open] != '[' && s[open] != '(' && s[open] != '{' {
		open--
	}
	if s[open] != '[' && s[open] != '(' && s[open] != '{' {
		return ""
	}
	for i := open + 1; i < from; i++ {
		if s[i] != s[quote] {
			continue
		}
		start := i
		for start > open && s[start-1] == '\\' {
			start--
		}
		v := quotedValue(s[:from], start, i)
		word := s[v.from:v.to]
		if word = word[strings.LastIndexByte(word, '/')+1:]; rules.commands[word] != "" {
			program = word
		}
		i = v.after - 1
	}
	if program == "" {
		to := open
		for to > 0 && (s[to-1] == ' ' || s[to-1] == '\'' || s[to-1] == '"' || s[to-1] == ',') {
			to--
		}
		begin := to
		for begin > 0 && isTokenChar(s[begin-1]) {
			begin--
		}
		if word := s[begin:to]; rules.commands[word] != "" {
			program = word
		}
	}
	return program
}
