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
}{{"%2540", false}, {"=40", true}, {"(at)", false}, {"[at]", false}, {"{at}", false}, {" {at} ", false}, {"&#x40;", false}, {"&commat;", false}, {"\uff20", false}, {" AT ", true}, {" at ", true}, {" [AT] ", false}, {" (AT) ", false}, {"@", true}}

// spelledMails finds them.
func (x *scanner) spelledMails(s string, sum summary) {
	for _, sign := range spelledSigns {
		switch sign.written[0] {
		case '%':
			if !sum.any(percent) {
				continue
			}
		case '=':
			if !sum.any(equals) {
				continue
			}
		case '@':
			if !sum.any(at) || !strings.Contains(s, "..") {
				continue
			}
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
