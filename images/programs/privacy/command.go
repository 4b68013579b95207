package privacy

import "strings"

// commandLine finds the secrets that programs take in one letter: `mysql -pabc`, `redis-cli -a abc`, `curl -u user:abc`.
func (x *scanner) commandLine(s string) {
	if at := strings.Index(s, " -U "); at >= 0 {
		from := at + 4
		to := wordEnd(s, from)
		if percent := strings.IndexByte(s[from:to], '%'); percent > 0 {
			x.addUnlessMask(s, from+percent+1, to)
		}
	}
	if !hasLetterOption(s) {
		return
	}
	for command, flag := range rules.commands {
		at := strings.Index(s, command)
		if at < 0 || at > 0 && isTokenChar(s[at-1]) || at+len(command) >= len(s) || s[at+len(command)] != ' ' {
			continue
		}
		rest := at + len(command)
		line := s[rest:endOfLine(s, rest)]
		for i := 0; i+3 < len(line); i++ {
			if line[i] != ' ' || line[i+1] != '-' || strings.IndexByte(flag, line[i+2]) < 0 {
				continue
			}
			from := i + 3
			attached := line[from] != ' '
			if attached && (isLower(line[from]) && flag == "u" || !takesAttached(command)) {
				continue
			}
			for from < len(line) && line[from] == ' ' {
				from++
			}
			v := valueAfter(line, from, false)
			if text := line[v.from:v.to]; text != "" && text[0] != '-' && !isHarmless(text) && !(flag == "u" && !strings.Contains(text, ":")) {
				x.add(rest+v.from, rest+v.to, secret)
			}
		}
	}
}

// hasLetterOption says whether a text has an option of one letter: mysql -p.
func hasLetterOption(s string) bool {
	for i := 0; i+2 < len(s); i++ {
		if s[i] == ' ' && s[i+1] == '-' && isLetter(s[i+2]) {
			return true
		}
	}
	return false
}

// takesAttached says whether a program takes its password in one word with its letter: mysql -pabc.
func takesAttached(command string) bool {
	switch command {
	case "mysql", "mysqldump", "mysqladmin", "mariadb", "sshpass", "mongodump", "7z", "sqlcmd", "bcp":
		return true
	}
	return false
}

// accessLogUser finds who signed in, in the third field of an access log: 203.0.113.0 - jane [29/Nov/2026:…
func (x *scanner) accessLogUser(s string) {
	at := strings.Index(s, " - ")
	if at < 0 {
		return
	}
	from := at + 3
	to := from
	for to < len(s) && s[to] != ' ' {
		to++
	}
	if rest := s[to:]; to > from && s[from] != '-' && len(rest) > 6 && rest[1] == '[' && isDigit(rest[2]) && rest[4] == '/' && isPersonName(name, s[from:to]) {
		x.add(from, to, person)
	}
}

// discriminators finds Discord's old names, name#0042; issue#1234 is none.
func (x *scanner) discriminators(s string) {
	for i := 1; i+4 < len(s); i++ {
		if s[i] != '#' || !allDigits(s[i+1:i+5]) || i+5 < len(s) && isAlnum(s[i+5]) {
			continue
		}
		from := i
		for from > 0 && (isIdent(s[from-1])) && i-from < 64 {
			from--
		}
		from = min(afterEscape(s, from), i)
		if i-from < 2 || from > 0 && s[from-1] == '/' || rules.notUsers.hasFold(s[from:i]) || s[from] == 'v' && allDigits(s[from+1:i]) || allDigits(s[from:i]) {
			continue
		}
		x.add(nameBegins(s, from, i+5), i+5, person)
	}
}

// nameBegins is where a name of several words begins that is all of a value: Dragon Slayer#8817.
func nameBegins(s string, from, to int) int {
	if to < len(s) && strings.IndexByte("\"'`\\\n", s[to]) < 0 {
		return from
	}
	start := from
	for words := 0; words < 3 && start > 1 && s[start-1] == ' '; words++ {
		end := start - 1
		begin := end
		for begin > 0 && (isIdent(s[begin-1]) || s[begin-1] == '\'') && begin-1 >= 0 {
			begin--
		}
		word := s[begin:end]
		if word == "" || isLower(word[0]) || strings.HasSuffix(word, "ed") || notBeforeNames.hasFold(word) || rules.clientWords.hasFold(word) || meaningOf(word) != plain {
			return from
		}
		start = begin
	}
	if start == 0 || strings.IndexByte("\"'`=\n", s[start-1]) >= 0 {
		return start
	}
	return from
}

// notBeforeNames begin a sentence about somebody, and no name.
var notBeforeNames = setOf([]string{"welcome", "hello", "hi", "hey", "dear", "goodbye", "bye", "to", "for", "by", "with", "from", "dm", "message", "ping", "kick", "ban", "mute", "warn", "reply", "host", "thanks"})
