package privacy

import "strings"

// passwordsBelow finds passwords in the line below a sentence that announces them: Password for the elastic user:, then the password alone;
// Set the following 'random' passwords, then user and password.
func (x *scanner) passwordsBelow(s string) {
	for from := 0; from < len(s); {
		end := strings.IndexByte(s[from:], '\n')
		if end < 0 {
			return
		}
		end += from
		if several, ok := announcesPassword(s[from:end]); ok {
			line := strings.TrimRight(s[from:end], " \t\r:")
			x.below(s, end+1, several, strings.HasSuffix(line, "assword") || strings.HasSuffix(line, "assphrase"))
		}
		from = end + 1
	}
}

// announcesPassword says whether a line announces what stands below it, and whether that may be several.
func announcesPassword(line string) (several, ok bool) {
	line = strings.TrimRight(line, " \t\r")
	if len(line) < 8 || len(line) > 240 {
		return false, false
	}
	ends := line[len(line)-1] == ':'
	if !ends && !hasSuffixFold(line, "passwords") {
		return false, false
	}
	for _, word := range [...]string{"olicy", "olicies", "ules", "equire", "nvalid", "ncorrect", "file", "hint", "anager", "xpired", "rotocol"} {
		if strings.Contains(line, word) {
			return false, false
		}
	}
	for _, word := range [...]string{"assword", "assphrase", "PASSWORD", "asswort", "redentials", "ecret key", "ccess key", "asscode"} {
		if strings.Contains(line, word) {
			return strings.Contains(line, "asswords") || strings.Contains(line, "redentials"), true
		}
	}
	return false, false
}

// below masks the password in the first line behind i that is not empty; of several those in all lines that have a user before them.
// Words joined by dashes are one only right below its name.
func (x *scanner) below(s string, i int, several, named bool) {
	for range 16 {
		for i < len(s) && strings.IndexByte(" \t\r\n", s[i]) >= 0 {
			i++
		}
		to := endOfLine(s, i)
		for to > i && isSpace(s[to-1]) {
			to--
		}
		if to == i {
			return
		}
		from := i
		if colon := strings.IndexByte(s[i:to], ':'); colon > 0 && several && onlyName(s[i:i+colon]) {
			for from = i + colon + 1; from < to && s[from] == ' '; from++ {
			}
		} else if several && colon < 0 && strings.IndexByte(s[i:to], ' ') >= 0 {
			return
		}
		text := strings.Trim(s[from:to], `"'`+"`")
		if len(text) < 6 || len(text) > 64 || strings.IndexByte(text, ' ') >= 0 || text[0] == '/' || strings.Contains(text, "://") || isHarmless(text) || isUUID(text) {
			return
		}
		if from > i && !looksSecret(text) || from == i && !looksSecret(text) && (strings.ContainsAny(text, "=:") || !isSpokenPassword(text)) || isFileName(text) || !named && isVocabulary(text) {
			return
		}
		x.add(from+strings.Index(s[from:to], text), from+strings.Index(s[from:to], text)+len(text), secret)
		if !several {
			return
		}
		i = to
	}
}
