package privacy

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// base64Runs finds long base64: a line of a PEM block, a key without a name. Digests are hexadecimal, or say what they are.
func (x *scanner) base64Runs(s string) {
	for i := 0; i < len(s); {
		if !isBase64(s[i]) {
			i++
			continue
		}
		start := i
		path := s[i] == '/' || i > 0 && (s[i-1] == '.' || s[i-1] == ':' || s[i-1] == '/' || s[i-1] == '}')
		var lowers, uppers, digits, slashes int
		for i < len(s) && isBase64(s[i]) {
			if path && s[i] == '/' {
				if i > start {
					break
				}
				start = i + 1
			}
			switch c := s[i]; {
			case isLower(c):
				lowers++
			case isUpper(c):
				uppers++
			case isDigit(c):
				digits++
			default:
				slashes++
			}
			i++
		}
		if i < len(s) && path && s[i] == '/' {
			i++
		}
		from := min(afterEscape(s, start), i)
		n := i - from
		if i > from && path && s[i-1] == '/' {
			n--
		}
		if n < 16 {
			continue
		}
		end := from + n
		for end < len(s) && s[end] == '=' && end-from-n < 2 {
			end++
		}
		mixed := lowers > 0 && uppers > 0
		if mixed && x.saysSomething(s[from:from+n]) {
			x.add(from, end, secret)
			continue
		}
		if isPicture(s[from:]) {
			continue
		}
		if strings.HasPrefix(s[from:], "MII") && n >= 24 && mixed ||
			n >= 32 && slashes == 0 && lowers >= 6 && uppers >= 6 && digits >= 3 && !isModuleSum(s, from) && x.isChosenByNobody(s, from, end) ||
			n >= 56 && !strings.Contains(s[from:end], "aws4_request") && lowers >= 8 && uppers >= 8 && digits >= 2 && slashes <= n/8 && !isDigest(s, from) && !namedVersion(s, from) ||
			onLineAlone(s, from, end) && mixed && digits > 0 && (end > from+n && (end-from)%4 == 0 || n >= 40 && lowers >= 6 && uppers >= 6) {
			x.add(from, end, secret)
		}
	}
}

// notTokens are words before something random that opens nothing.
var notTokens = setOf([]string{"digest", "etag", "sha", "md", "integrity", "checksum", "hash", "id", "ids", "uuid", "guid", "cursor", "next", "ctag", "kid", "gen", "request",
	"version", "receipt", "fingerprint", "build", "commit", "revision", "thumbprint", "page", "trace", "span", "correlation", "cluster", "node", "shard", "group", "continuation",
	"offset", "position", "signature", "image", "blob", "chunk", "file", "object", "message", "event", "job", "queue", "consumer", "tag", "upload"})

// isChosenByNobody says whether a word of letters and digits changes between their kinds as often as chance does, where nothing before says
// that it only names something. A whole value is judged by its key.
func (x *scanner) isChosenByNobody(s string, from, to int) bool {
	if from == 0 && to == len(s) {
		return false
	}
	changes := 0
	for i := from + 1; i < to; i++ {
		if isDigit(s[i]) != isDigit(s[i-1]) || isUpper(s[i]) != isUpper(s[i-1]) {
			changes++
		}
	}
	if changes*100 < (to-from)*40 {
		return false
	}
	innocent := false
	wordsBefore(s, from, 2, func(word []byte) bool {
		innocent = notTokens.has(word)
		return !innocent
	})
	return !innocent
}

func isBase64(c byte) bool { return isAlnum(c) || c == '+' || c == '/' || c == '-' || c == '_' }

// isPicture recognises the first bytes of PNG, JPEG and GIF.
func isPicture(s string) bool {
	return strings.HasPrefix(s, "iVBORw0KGgo") || strings.HasPrefix(s, "/9j/") || strings.HasPrefix(s, "R0lGOD")
}

// namedVersion says whether the word before says that something random is a version or a place to go on from.
func namedVersion(s string, from int) (named bool) {
	wordsBefore(s, from, 1, func(word []byte) bool {
		switch string(word) {
		case "id", "version", "etag", "cursor", "checksum", "integrity":
			named = from > 0 && s[from-1] == ' '
		}
		return false
	})
	return named
}

func isDigest(s string, from int) bool {
	if from == 0 {
		return false
	}
	before := s[max(0, from-8):from]
	if isModuleSum(s, from) {
		return true
	}
	return strings.Contains(before, "sha") || strings.HasPrefix(s[from:], "sha")
}

// isModuleSum says whether the sum of a module of Go begins here: example.org/m v1.2.3 h1:…
func isModuleSum(s string, from int) bool {
	return strings.HasSuffix(s[:from], " h1:") || s[:from] == "h1:"
}

// saysSomething says whether base64 holds a text with something that may not leave.
func (x *scanner) saysSomething(v string) bool {
	if x.nested >= maxNesting || !startsReadable(v) {
		return false
	}
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(v, "-_") {
		encoding = base64.RawURLEncoding
	}
	text, err := encoding.DecodeString(v)
	if err != nil || !utf8.Valid(text) {
		return false
	}
	for _, c := range text {
		if c < ' ' && !isSpace(c) {
			return false
		}
	}
	found, out := x.found, x.out
	x.found, x.out = nil, nil
	x.nested++
	_, changed := x.text(string(text), plain)
	x.nested--
	x.found, x.out = found, out
	return changed
}

// startsReadable says whether the first bytes that base64 holds are signs of a text.
func startsReadable(v string) bool {
	var bits, n uint
	for i := 0; i < len(v) && i < 16; i++ {
		value := strings.IndexByte(base64Alphabet, v[i])
		if v[i] == '-' || v[i] == '_' {
			value = 62
		}
		bits = bits<<6 | uint(max(value, 0))
		if n += 6; n >= 8 {
			n -= 8
			if c := byte(bits >> n); c < ' ' && c != '\n' && c != '\t' && c != '\r' || c >= 0x7f {
				return false
			}
		}
	}
	return true
}

// onLineAlone says whether a line holds nothing else.
func onLineAlone(s string, from, to int) bool {
	for from > 0 && (s[from-1] == ' ' || s[from-1] == '\t') {
		from--
	}
	for to < len(s) && (s[to] == ' ' || s[to] == '\t' || s[to] == '\r') {
		to++
	}
	return (from == 0 || s[from-1] == '\n') && (to == len(s) || s[to] == '\n')
}
