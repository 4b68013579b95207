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
	x.userOptions(s)
	x.userThenPassword(s)
	for i := 0; i < len(s); {
		from := i
		for i < len(s) && isTokenChar(s[i]) {
			i++
		}
		if i == from {
			i++
			continue
		}
		if i+1 < len(s) && (s[i] == '"' || s[i] == '\'') && s[i+1] == ' ' && rules.commands[s[from:i]] != "" {
			flag := rules.commands[s[from:i]]
			i += x.letterOptions(s, i+1, s[from:i], flag)
		} else if i < len(s) && s[i] == ' ' {
			if flag, ok := rules.commands[s[from:i]]; ok {
				i += x.letterOptions(s, i, s[from:i], flag)
			}
		}
	}
}

// letterOptions finds the secrets among the options of a command that ends at rest, and says how far it read: up to the next command.
func (x *scanner) letterOptions(s string, rest int, command, flag string) int {
	stop := commandStop(s, rest)
	for i := rest; i+3 < stop; i++ {
		if s[i] == ' ' && s[i+1] == '-' {
			x.nearby(s[:stop], i, i+3, func(line string, i int) { x.letterOption(line, i, command, flag) })
		}
	}
	return stop - rest
}

// letterOption finds the secret of the option whose dash follows the space at i.
func (x *scanner) letterOption(line string, i int, command, flag string) {
	from := i + 3
	if command == "rar" && line[i+2] == 'h' && line[i+3] == 'p' {
		from++ // -hp also hides the names
	} else if strings.IndexByte(flag, line[i+2]) < 0 {
		return
	}
	if from >= len(line) {
		return
	}
	attached := line[from] != ' '
	if attached && (isLower(line[from]) && flag == "u" || !takesAttached(command)) {
		return
	}
	for from < len(line) && line[from] == ' ' {
		from++
	}
	v := valueAfter(line, from, false)
	if command == "lftp" && v.to < len(line) && line[v.to] == ',' && !v.quoted {
		v.from, v.to = v.to+1, wordEndOf(line, v.to+1, len(line))
	}
	if text := line[v.from:v.to]; text != "" && text[0] != '-' && !isHarmless(text) && !(takesUserToo(command) && (!strings.Contains(text, ":") || strings.HasPrefix(text, "http"))) && !(attached && isWordOption(line[i+1:])) {
		x.add(v.from, v.to, secret)
	}
}

// commandStop is where the next command of a line begins, or the line ends.
func commandStop(s string, i int) int {
	for ; i < len(s); i++ {
		switch s[i] {
		case '\n', '\r':
			return i
		case '\\':
			if strings.HasPrefix(s[i:], `\n`) {
				return i
			}
		case ' ':
			if strings.HasPrefix(s[i:], " | ") || strings.HasPrefix(s[i:], " && ") {
				return i
			}
		case ';':
			if strings.HasPrefix(s[i:], "; ") {
				return i
			}
		}
	}
	return i
}

// isWordOption: 7z a -pixfmt is no password; -p and small letters alone rather is one of another program, where nothing follows but letters and
// digits are missing.
func isWordOption(option string) bool {
	return strings.HasPrefix(option, "-pixfmt") || strings.HasPrefix(option, "-port") || strings.HasPrefix(option, "-print")
}

// takesUserToo says whether a program takes user and password in one word, with a colon between.
func takesUserToo(command string) bool {
	switch command {
	case "curl", "wget", "http", "https", "xh", "ab":
		return true
	}
	return false
}

// userThenPassword finds -u app -p abc and -U sa -P abc, whatever the program: nothing but options stands between.
func (x *scanner) userThenPassword(s string) {
	for i := 0; i+8 < len(s); i++ {
		if s[i] != ' ' || s[i+1] != '-' || s[i+2]|0x20 != 'u' || s[i+3] != ' ' || s[i+4] == '-' {
			continue
		}
		letter := byte('p')
		if s[i+2] == 'U' {
			letter = 'P'
		}
		end := endOfLine(s[:min(len(s), i+reach)], i)
		at := wordEndOf(s, i+4, end)
		for range 4 {
			if at+4 >= end || s[at] != ' ' || s[at+1] != '-' || !isLetter(s[at+2]) {
				break
			}
			short := s[at+3] == ' '
			next := wordEndOf(s, at+1, end)
			if short && s[at+2] == letter {
				v := valueAfter(s[:end], at+4, false)
				if text := s[v.from:v.to]; text != "" && strings.IndexByte("-/.:", text[0]) < 0 && strings.Trim(text, "0123456789.:-") != "" && strings.IndexByte(text, '=') < 0 {
					x.addUnlessMask(s, v.from, v.to)
				}
				break
			}
			at = next
			if short && at+1 < end && s[at+1] != '-' {
				at = wordEndOf(s, at+1, end)
			}
		}
	}
}

// colonOptions finds the options of Windows: /p:abc, -p:abc. What holds a key is a property: /p:Configuration=Release.
func (x *scanner) colonOptions(s string) {
	for _, option := range [...]string{" /p:", " -p:"} {
		at := strings.Index(s, option)
		if at < 0 {
			continue
		}
		from := at + len(option)
		v := valueAfter(s, from, false)
		if text := s[v.from:v.to]; len(text) >= 4 && strings.IndexByte(text, '=') < 0 && strings.Trim(text, "0123456789.:/-") != "" {
			x.addUnlessMask(s, v.from, v.to)
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
	case "mysql", "mysqldump", "mysqladmin", "mariadb", "sshpass", "mongodump", "7z", "sqlcmd", "bcp", "rar", "unrar":
		return true
	}
	return false
}

// accessLogUser finds who signed in, in the third field of an access log: 203.0.113.0 - jane [29/Nov/2026:…
func (x *scanner) accessLogUser(s string) {
	x.each(s, " - ", func(s string, from int) {
		to := from
		for to < len(s) && s[to] != ' ' && to-from < 80 {
			to++
		}
		rest := s[to:]
		if to == from || s[from] == '-' || len(rest) < 14 || rest[0] != ' ' {
			return
		}
		day := strings.TrimPrefix(rest[1:], "[")
		if len(day) > 12 && isDigit(day[0]) && day[2] == '/' && day[11] == ':' && isLetter(day[3]) && day[6] == '/' && isPersonName(name, s[from:to]) {
			x.add(from, to, person)
		}
	})
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
		if i-from < 2 || from > 0 && s[from-1] == '/' || rules.notUsers.hasFold(s[from:i]) || s[from] == 'v' && allDigits(s[from+1:i]) || allDigits(s[from:i]) || isNumberedThing(s[from:i]) {
			continue
		}
		x.add(nameBegins(s, from, i+5), i+5, person)
	}
}

// isNumberedThing says whether a name is that of one of many parts of a program: thread-pool-2, worker_14, http-worker-3.
func isNumberedThing(v string) bool {
	at := strings.LastIndexAny(v, "-_")
	if at <= 0 || !allDigits(v[at+1:]) || at+1 == len(v) {
		return false
	}
	for _, word := range strings.FieldsFunc(v[:at], func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
		if rules.notUsers.hasFold(word) || strings.EqualFold(word, "pool") || strings.EqualFold(word, "executor") || strings.EqualFold(word, "consumer") || strings.EqualFold(word, "threads") {
			return true
		}
	}
	return false
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

// userOptions finds who signs in by an option of one letter, where the name is rather a person's: mysql -u jane.doe, psql -U jdoe, ssh -l jane77.
func (x *scanner) userOptions(s string) {
	for i := 0; i+5 < len(s); i++ {
		if s[i] != ' ' || s[i+1] != '-' || s[i+2]|0x20 != 'u' && s[i+2] != 'l' {
			continue
		}
		from := i + 3
		for from < len(s) && from-i < 5 && strings.IndexByte(" '\"", s[from]) >= 0 {
			from++
		}
		to := identEnd(s, from)
		if to > from && (to == len(s) || strings.IndexByte(" '\",:%\\)]", s[to]) >= 0) && (isOfSomebody(s[from:to]) || isOnMachine(s[from:to]) && (hasSuffixFold(s[:i], "sudo") || hasSuffixFold(s[:i], "crontab") || hasSuffixFold(s[:i], "runuser") || hasSuffixFold(s[:i], "ssh") || strings.Contains(s[:i], "ssh "))) {
			x.add(from, to, person)
		}
	}
}
