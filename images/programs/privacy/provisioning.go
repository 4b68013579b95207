package privacy

import "strings"

// Accounts that are made, changed and removed on a machine: ['useradd', 'jane', '--comment', 'Jane Doe'], usermod -aG sudo jane, Added user jane.

// accountTools are the programs that do it. Of others the first word without a dash is no account.
var accountTools = setOf([]string{"useradd", "adduser", "usermod", "userdel", "deluser", "passwd", "chage", "chfn", "chsh", "gpasswd"})

// takenByTools are options of them that a value follows.
var takenByTools = setOf([]string{"comment", "gecos", "home", "home-dir", "gid", "groups", "group", "ingroup", "shell", "uid", "firstuid", "expiredate", "inactive", "password", "skel", "base-dir", "login", "conf", "add", "delete", "selinux-user",
	"key", "root", "prefix", "mindays", "maxdays", "warndays", "lastday"})

// isVerbOfAccounts says whether a program tells with a word what it did with the user whom it names next: Added user jane.
func isVerbOfAccounts(word []byte) bool {
	switch string(word) {
	case "added", "adding", "created", "creating", "removed", "removing", "deleted", "deleting", "disabled", "disabling", "enabled", "enabling", "locked", "unlocked", "provisioned", "deactivated", "activated", "suspended",
		"reactivated", "registered":
		return true
	}
	return false
}

// namedUser finds who is named behind `user`, which begins at from: Added user jane; … for user jane at the end of a text about keys and passwords.
func (x *scanner) namedUser(s string, from, start int) bool {
	verb, ends := false, false
	wordsBefore(s, from, 1, func(word []byte) bool {
		verb = isVerbOfAccounts(word)
		ends = string(word) == "for" || string(word) == "of"
		return false
	})
	if ends {
		end := identEnd(s, start)
		for end < len(s) && strings.IndexByte(`"'.`, s[end]) >= 0 {
			end++
		}
		ends = (end == len(s) || s[end] == '\n' || s[end] == '\r' || s[end] == '\\') && saysAccounts(s[max(0, from-160):from])
	}
	to := identEnd(s, start)
	if !verb && !ends && (strings.HasPrefix(s[to:], " added by ") || strings.HasPrefix(s[to:], " added to group") || strings.HasPrefix(s[to:], " removed by ")) && isAccount(s[start:to]) {
		x.add(start, to, person) // gpasswd
		return true
	}
	if !verb && !ends || x.isUserThing(s, start) {
		return false
	}
	if x.signsInAt(s, start) {
		return true
	}
	for start < len(s) && strings.IndexByte("'`\" ", s[start]) >= 0 {
		start++
	}
	for to = identEnd(s, start); to > start && s[to-1] == '.'; to-- {
	}
	first, second, dotted := strings.Cut(s[start:to], ".")
	if dotted && len(first) > 2 && len(second) > 3 && onlyLetters(first) && onlyLetters(second) && first == strings.ToLower(first) && second == strings.ToLower(second) && !isFileName(s[start:to]) && !isServiceUser(s[start:to]) && !isAnotherWord(s, to) {
		x.add(start, to, person)
		return true
	}
	return false
}

// isAnotherWord says whether a sentence goes on behind a word.
func isAnotherWord(s string, to int) bool {
	return to+1 < len(s) && s[to] == ' ' && isLetter(s[to+1])
}

// isUserThing says whether what stands behind `user` is a thing of users, several of them too: namespaces.
func (*scanner) isUserThing(s string, start int) bool {
	word := s[start:identEnd(s, start)]
	one := strings.TrimSuffix(word, "s")
	return one != word && (things.hasFold(one) || kindsOfThings.hasFold(one) || notSignedIn.hasFold(one) || notUserNames.hasFold(one) || rules.notUsers.hasFold(one) || observedNames.hasFold(one))
}

// saysAccounts says whether a line is about accounts of a machine.
func saysAccounts(s string) bool {
	for _, word := range [...]string{"uthorized", "SSH", "ssh", "ingerprint", "passw", "Passw", "ccount", "sudo", "hell", "adduser", "useradd", "usermod", "chpasswd", "home dir"} {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}

// toolsForAccounts finds whom the commands in a text are about, in a shell's line and in a list.
func (x *scanner) toolsForAccounts(s string, sum summary) {
	for _, mark := range [...]string{"user", "passwd", "chage"} {
		x.each(s, mark, func(s string, after int) {
			from := after - len(mark)
			for from > 0 && isLower(s[from-1]) {
				from--
			}
			end := after
			for end < len(s) && isLower(s[end]) {
				end++
			}
			if end == len(s) || !accountTools.hasFold(s[from:end]) {
				return
			}
			x.accountOf(s, from, end)
		})
	}
	if !sum.any(quote) {
		return
	}
	if at := strings.Index(s, "' to group '"); at > 0 {
		x.quotedAccount(s, at)
	} else if at := strings.Index(s, "' to shadow group '"); at > 0 {
		x.quotedAccount(s, at)
	} else if at := strings.Index(s, "' from group '"); at > 0 {
		x.quotedAccount(s, at)
	}
}

// quotedAccount masks the account between the quote at `to` and the one before it.
func (x *scanner) quotedAccount(s string, to int) {
	if from := strings.LastIndexByte(s[max(0, to-34):to], '\''); from >= 0 {
		if from += max(0, to-34) + 1; onlyName(s[from:to]) && isAccount(s[from:to]) {
			x.add(from, to, person)
		}
	}
}

// accountOf reads the arguments behind such a program, whose name stands at from..end.
func (x *scanner) accountOf(s string, from, end int) {
	listed := strings.IndexByte("'\"", s[end]) >= 0
	called := strings.HasSuffix(s[:from], "bin/") || strings.HasSuffix(s[:from], "sudo ") || strings.HasSuffix(s[:from], "$ ") || strings.HasSuffix(s[:from], "+ ") || strings.HasSuffix(s[:from], "# ") || hasSuffixFold(s[:from], "command: ")
	if listed && (end+1 >= len(s) || s[end+1] != ',') || !listed && s[end] != ' ' {
		return
	}
	before, options, told := "", 0, false
	for i := end; i-end < 512; {
		word, to := toolArgument(s, i, listed)
		if to < 0 {
			return
		}
		at := to - len(word)
		i = to
		if i < len(s) && (s[i] == '"' || s[i] == '\'') {
			i++
		}
		taken := takesArgument(before, s[from:end])
		switch {
		case taken && (before == "-c" || before == "--comment" || before == "--gecos"):
			if strings.ContainsAny(word, " ,") || beginsName(word, 0) {
				x.add(at, to, person)
			}
		case taken && (before == "-p" || before == "--password"):
			if isSecret(password, word) {
				x.add(at, to, secret)
			}
		case taken:
		case strings.HasPrefix(word, "-"):
			options++
		case !told:
			told = true
			if (listed || called || options > 0) && len(word) > 1 && onlyName(word) && isAccount(word) && !rules.proseWords.hasFold(word) && strings.ToLower(word) == word && !isAnotherWord(s, to) {
				x.add(at, to, person)
			}
		}
		before = word
	}
}

// toolArgument is the next one behind i, of a shell's line or of a list, and where it ends; negative where none follows.
func toolArgument(s string, i int, listed bool) (word string, to int) {
	if listed {
		for i < len(s) && strings.IndexByte("'\", \\", s[i]) >= 0 {
			i++
		}
		if i == 0 || i >= len(s) || strings.IndexByte("'\"", s[i-1]) < 0 || s[i] == ']' {
			return "", -1
		}
		to = i
		for to < len(s) && s[to] != s[i-1] && s[to] != '\n' && s[to] != '\\' && to-i < 128 {
			to++
		}
		return s[i:to], to
	}
	for i < len(s) && s[i] == ' ' {
		i++
	}
	if i >= len(s) || s[i] == '\n' || s[i] == ';' || s[i] == '|' || s[i] == '&' {
		return "", -1
	}
	if s[i] == '"' || s[i] == '\'' {
		v := quotedValue(s, i, i)
		return s[v.from:v.to], v.to
	}
	to = i
	for to < len(s) && strings.IndexByte(" \t\n;|&'\"`)]}\\,", s[to]) < 0 {
		to++
	}
	if to == i {
		return "", -1
	}
	return s[i:to], to
}

// takesArgument says whether an option of such a program takes the next word: -aG docker, --shell /bin/sh.
func takesArgument(option, tool string) bool {
	if long, ok := strings.CutPrefix(option, "--"); ok {
		return takenByTools.hasFold(long)
	}
	if len(option) < 2 || option[0] != '-' {
		return false
	}
	last := option[len(option)-1]
	if tool == "passwd" {
		return strings.IndexByte("xnwi", last) >= 0
	}
	return strings.IndexByte("cdgGsuefpkbKEIWMR", last) >= 0 && !(tool == "useradd" && last == 'M') || tool == "usermod" && last == 'l'
}
