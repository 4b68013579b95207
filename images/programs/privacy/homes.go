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
	return separator == '/' && strings.IndexByte(" \t\"'`(<=,;[{|", last) >= 0
}

func isSharedHome(folder string) bool {
	return folder == mask || folder == "Shared" || folder == "Public" || folder == "Default" || strings.HasPrefix(folder, "hmac:")
}

// homeOf masks whose home begins at from, in a text.
func (x *scanner) homeOf(s string, from int) {
	to := identEnd(s, from)
	if owner := s[from:to]; to > from && to < len(s) && (s[to] == '/' || s[to] == '\\') && !isSharedHome(owner) && !isHomeOfProgram(owner) && isPersonName(weakName, owner) {
		x.add(from, to, person)
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
