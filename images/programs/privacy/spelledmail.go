package privacy

import "strings"

// Mail addresses as people write them so that programs do not read them, or as programs escape them twice: jane (at) example.org, jane AT example DOT org,
// jane%2540example.org, jane=40example.org. The sign alone says little, so a top level that many addresses have must end them.

// topLevels of most addresses.
var topLevels = setOf([]string{"com", "org", "net", "edu", "gov", "info", "biz", "name", "eu", "de", "at", "ch", "li", "fr", "be", "nl", "lu", "it", "es", "pt", "uk", "ie", "dk", "no", "se", "fi", "is", "pl", "cz", "sk", "hu", "si", "hr", "rs", "ro", "bg", "gr",
	"tr", "ru", "ua", "lt", "lv", "ee", "us", "ca", "mx", "br", "ar", "cl", "co", "pe", "au", "nz", "jp", "kr", "cn", "hk", "tw", "in", "sg", "my", "id", "th", "vn", "ph", "za", "ng", "ke", "eg", "il", "ae", "sa", "me", "io", "dev", "app", "cloud", "online", "email",
	"berlin", "wien", "example", "test"})

// spelledSigns take the place of the sign of an address. Behind the weak ones a text must say more.
var spelledSigns = [...]struct {
	written string
	weak    bool
	// has is what a text contains that holds it, of what summary knows.
	has class
}{{"%2540", false, percent}, {"=40", true, equals}, {"(at)", false, bracket}, {"[at]", false, bracket}, {"{at}", false, bracket}, {" {at} ", false, bracket}, {"&#x40;", false, hashSign}, {"&commat;", false, letters}, {"\uff20", false, high},
	{" AT ", true, space}, {" at ", true, space}, {" [AT] ", false, bracket}, {" (AT) ", false, bracket}}

// spelledMails finds them, and addresses with a dot too many: jane@example..org.
func (x *scanner) spelledMails(s string, sum summary) {
	if sum.any(at) && strings.Contains(s, "..") {
		x.each(s, "@", func(s string, after int) { x.spelledMail(s, after-1, after, true) })
	}
	if !sum.any(percent|hashSign|high) && !(sum.any(equals) && sum.digits >= 2 && strings.Contains(s, "=40")) && !spellsSign(s) {
		return
	}
	for _, sign := range spelledSigns {
		if !sum.any(sign.has) {
			continue
		}
		for i := strings.Index(s, sign.written); i >= 0; {
			after := i + len(sign.written)
			x.nearby(s, i, after, func(s string, at int) { x.spelledMail(s, at, at+len(sign.written), sign.weak) })
			next := strings.Index(s[after:], sign.written)
			if next < 0 {
				break
			}
			i = after + next
		}
	}
}

// spellsSign says whether a text has the word `at` with a bracket or a space on both sides: a cheap look, which every text is asked for.
func spellsSign(s string) bool {
	for i := 2; i+1 < len(s); i++ {
		if s[i]|0x20 != 't' || s[i-1]|0x20 != 'a' {
			continue
		}
		switch s[i+1] {
		case ')', ']', '}', ' ':
			if strings.IndexByte("([{ ", s[i-2]) >= 0 {
				return true
			}
		case ';':
			if strings.HasSuffix(s[:i+1], "&commat") {
				return true
			}
		}
	}
	return false
}

// spelledMail is one of these, whose sign stands at at..after.
func (x *scanner) spelledMail(s string, at, after int, weak bool) {
	from := at
	for from > 0 && isLocal(s[from-1]) {
		from--
	}
	from = min(afterEscape(s, from), at)
	for from < at && strings.IndexByte(".-'", s[from]) >= 0 {
		from++
	}
	to, dotted := lettersOfDomain(s, after)
	if from == at || to == 0 {
		return
	}
	local := s[from:at]
	if weak && s[at] == ' ' {
		// 'jane at example.org' as the whole of a value, or with the dots spelled too
		enclosed := from > 0 && to < len(s) && (s[from-1] == '\'' || s[from-1] == '"') && s[to] == s[from-1]
		if !dotted && !(enclosed && (containsFold(s, "mail") || isOfSomebody(local) || isLogin(local))) && !(isLogin(local) || isPersonalLogin(local)) || rules.proseWords.hasFold(local) {
			return
		}
	}
	if weak && s[at] == '=' && len(local) < 2 || isServiceUser(local) && weak {
		return
	}
	x.add(from, to, person)
}

// lettersOfDomain is where a domain ends that begins at i, whose dots may be spelled or doubled, and whether one was spelled; 0 where none stands there.
func lettersOfDomain(s string, i int) (to int, spelled bool) {
	labels := 0
	for i < len(s) {
		start := i
		for i < len(s) && (isAlnum(s[i]) || s[i] == '-' || s[i] >= 0x80) {
			i++
		}
		if i == start {
			return 0, false
		}
		label := s[start:i]
		labels++
		next := i
		for _, dot := range [...]string{" [dot] ", " (dot) ", " {dot} ", "[dot]", "(dot)", "{dot}", " DOT ", " dot ", " punkt ", " punto "} {
			if strings.HasPrefix(s[i:], dot) {
				next, spelled = i+len(dot), true
				break
			}
		}
		if next == i && i+1 < len(s) && s[i] == '.' && (isAlnum(s[i+1]) || s[i+1] >= 0x80) {
			next = i + 1
		} else if next == i && strings.HasPrefix(s[i:], "..") && i+2 < len(s) && isAlnum(s[i+2]) {
			next = i + 2
		}
		if next == i {
			if labels > 1 && topLevels.hasFold(label) {
				return i, spelled
			}
			return 0, false
		}
		i = next
	}
	return 0, false
}
