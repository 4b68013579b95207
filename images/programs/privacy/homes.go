package privacy

import "strings"

// The folders of people. Further in, a path may hold folders of the same names that are nobody's: app/users/views.py.
var homeFolders = []string{"/home/", "/var/home/", "/export/home/", "/usr/home/", "/Users/", `\Users\`}

// homes masks whose home directory a path leads through: /home/jane/app.py.
func (x *scanner) homes(path string) (clean string, changed bool) {
	for _, folder := range homeFolders {
		for from := 0; ; {
			i := strings.Index(path[from:], folder)
			if i < 0 {
				break
			}
			i += from
			from = i + len(folder)
			if !beginsPath(path[:i], folder[0]) {
				continue
			}
			end := strings.IndexAny(path[from:], `/\`)
			if end <= 0 || isSharedHome(path[from:from+end]) {
				continue
			}
			owner := x.person(path[from : from+end])
			path = path[:from] + owner + path[from+end:]
			from += len(owner)
			changed = true
		}
	}
	return path, changed
}

// beginsPath says whether a path begins behind this text: nothing, a drive, a scheme, or what is no part of a name.
func beginsPath(before string, separator byte) bool {
	if before == "" || strings.HasSuffix(before, "file://") {
		return true
	}
	last := before[len(before)-1]
	if last == ':' {
		return true
	}
	if separator == '/' && (strings.HasSuffix(before, "/var") || strings.HasSuffix(before, "/export") || strings.HasSuffix(before, "/usr") || strings.HasSuffix(before, "/data") || strings.HasSuffix(before, "/mnt") || len(before) > 5 && strings.HasSuffix(before[:len(before)-1], "/mnt/") || len(before) > 2 && isLetter(last) && before[len(before)-2] == '/' && (len(before) == 2 || isSpace(before[len(before)-3])) || strings.HasSuffix(before, ":/c") || strings.HasSuffix(before, "///")) {
		return true // /var/home, /export/home, /mnt/c/Users, /c/Users
	}
	return separator == '/' && strings.IndexByte(" \t\"'`(<=,;[{|", last) >= 0
}

func isSharedHome(folder string) bool {
	return folder == mask || folder == "Shared" || folder == "Public" || folder == "Default" || strings.HasPrefix(folder, "hmac:")
}

// homeOf masks whose home begins at from, in a text.
func (x *scanner) homeOf(s string, from int) {
	to := identEnd(s, from)
	owner := s[from:to]
	if to == from || isSharedHome(owner) || isHomeOfProgram(owner) || !isPersonName(weakName, owner) {
		return
	}
	inside, named := to < len(s) && (s[to] == '/' || s[to] == '\\' && !(to+1 < len(s) && strings.IndexByte("\"'nrt", s[to+1]) >= 0)) || isWholePath(s, from, to), isHomeKey(s, from)
	if !inside && !(endsHome(s, to) && (named || isOfSomebody(owner))) {
		return
	}
	x.add(from, to, person)
	if named {
		x.ownerBeside(s, from, owner)
	}
}

// isWholePath says whether the home that begins at from is all that quotes hold: change_dir "/home/jane" failed.
func isWholePath(s string, from, to int) bool {
	if to >= len(s) || s[to] != '"' && s[to] != '\'' {
		return false
	}
	begin := from - 1
	for begin > 0 && (s[begin-1] == '/' || isLetter(s[begin-1])) && from-begin < 20 {
		begin--
	}
	return begin > 0 && s[begin-1] == s[to]
}

// ownsHome says whether a text holds the home directory of who is called so.
func ownsHome(s, owner string) bool {
	if len(owner) < 2 || !strings.Contains(s, "/home/") && !strings.Contains(s, "Users") || isHomeOfProgram(owner) || !isPersonName(weakName, owner) {
		return false
	}
	for _, folder := range homeFolders {
		for at := strings.Index(s, folder+owner); at >= 0; {
			end := at + len(folder) + len(owner)
			if end == len(s) || s[end] == folder[0] || endsHome(s, end) {
				return true
			}
			next := strings.Index(s[end:], folder+owner)
			if next < 0 {
				break
			}
			at = end + next
		}
	}
	return false
}

// foldersOfProfiles hold the profiles of those who use a Windows machine, behind a drive or on a share.
var foldersOfProfiles = setOf([]string{"users", "profiles", "home", "homes", "home$", "homes$", "users$", "profiles$", "documents and settings", "userprofiles", "roaming"})

// homesOfWindows finds whose profile a path leads to: C:\Users\Jane Doe\x, D:\Profiles\jane.doe, \\fs01\home$\jane.
func (x *scanner) homesOfWindows(s string) {
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i == 0 || s[i-1] == '\\' {
			continue
		}
		start := i
		for start < len(s) && s[start] == '\\' {
			start++
		}
		signs := start - i
		folder := i
		for folder > 0 && (isAlnum(s[folder-1]) || s[folder-1] == '$' || s[folder-1] == ' ') && i-folder < 24 {
			folder--
		}
		if folder < 2 || s[folder-1] != '\\' || !foldersOfProfiles.hasFold(s[folder:i]) || start >= len(s) {
			continue
		}
		drive := folder
		for drive > 0 && s[drive-1] == '\\' {
			drive--
		}
		share := drive
		for share > 0 && (isAlnum(s[share-1]) || s[share-1] == '-' || s[share-1] == '.') {
			share--
		}
		onDrive := drive > 1 && s[drive-1] == ':' && isLetter(s[drive-2])
		if onShare := share < drive && share > 1 && s[share-1] == '\\' && s[share-2] == '\\'; !onDrive && !onShare {
			continue
		}
		x.profileAt(s, start, signs, onDrive && s[folder:i] == "Users")
	}
}

// profileAt masks whose profile begins at from; it may have a space where the path goes on behind it.
func (x *scanner) profileAt(s string, from, signs int, sure bool) {
	to := from
	for to < len(s) && to-from < 64 && (isIdent(s[to]) || s[to] == ' ' || s[to] == '\'') {
		to++
	}
	if to == len(s) || s[to] != '\\' || strings.IndexByte(s[from:to], ' ') >= 0 && !looksFullName(s[from:to]) {
		if sure {
			x.homeOf(s, from)
			return
		}
		to = identEnd(s, from)
	}
	owner := s[from:to]
	if len(owner) < 2 || isSharedHome(owner) || isHomeOfProgram(owner) || !isPersonName(weakName, owner) || isServiceUser(owner) || !sure && things.hasFold(owner) || hasKeyword(owner, "All Users") || hasKeyword(owner, "Default User") {
		return
	}
	if to == len(s) || s[to] == '\\' || isOfSomebody(owner) {
		x.add(from, to, person)
	}
}

// endsHome says whether a path ends where a home begins.
func endsHome(s string, i int) bool {
	return i == len(s) || strings.IndexByte(" \t\r\n\"',;:)]}\\", s[i]) >= 0
}

// isHomeKey says whether the path whose last folder begins at from is the value of a key for a home: HOME=/home/jane, "home": "/home/jane".
func isHomeKey(s string, from int) bool {
	at := from - 1
	for at > 0 && (s[at-1] == '/' || isLetter(s[at-1])) && from-at < 24 {
		at--
	}
	sign := at
	for sign > 0 && strings.IndexByte("\"' \\", s[sign-1]) >= 0 && at-sign < 6 {
		sign--
	}
	if sign == 0 || s[sign-1] != '=' && s[sign-1] != ':' {
		return false
	}
	begin, end, _ := identBefore(s, sign-1)
	switch strings.ToLower(s[begin:end]) {
	case "home", "homedir", "home_dir", "homedirectory", "home_directory", "pw_dir", "userprofile", "homepath":
		return true
	}
	// a line of /etc/passwd: jane:x:1004:1004:Jane:/home/jane:/bin/sh
	line := s[max(0, at-160):at]
	return s[sign-1] == ':' && strings.Count(line, ":") >= 5 && strings.Contains(line, ":x:")
}

// ownerBeside finds whose home it is near the path: {"name": "jane", "home": "/home/jane"}.
func (x *scanner) ownerBeside(s string, from int, owner string) {
	if len(owner) < 3 {
		return
	}
	last := min(len(s), from+300)
	for at := max(0, from-300); ; {
		next := strings.Index(s[at:last], owner)
		if next < 0 {
			return
		}
		at += next
		end := at + len(owner)
		if at != from && (at == 0 || !isAlnum(s[at-1]) || afterEscape(s, at-1) == at) && (end == len(s) || !isAlnum(s[end])) {
			x.add(at, end, person)
		}
		at = end
	}
}

// isHomeOfProgram: folders that images bring along.
func isHomeOfProgram(folder string) bool {
	switch folder {
	case "node", "appuser", "nonroot", "jovyan", "vscode", "codespace", "linuxbrew", "coder", "gitpod", "container", "python", "django", "flask", "web", "webapp", "server", "svc", "ops", "game", "games", "steam", "public", "shared", "me", "you", "username":
		return true
	}
	return strings.HasSuffix(folder, "user") || strings.HasSuffix(folder, "app")
}
