package privacy

import "strings"

// plainer is a text as its reader sees it: without colours, with plain signs in place of escaped and decorated ones. What is found there is
// taken out of the text itself, and all else keeps its bytes.
type plainer struct {
	text string
	// from and to are where a byte of the text stands in the original.
	from, to []int32
	// quote is how the first double quote was written.
	quote string
}

// sign is a way to write a plain sign.
type sign struct{ written, plain string }

// signs by their first byte. Quotes and brackets, and what stands between a key and its value; letters are left as they are.
var signs = func() (table [256][]sign) {
	for _, one := range []sign{
		{"&quot;", `"`}, {"&#34;", `"`}, {"&#x22;", `"`}, {"&#39;", "'"}, {"&#x27;", "'"}, {"&apos;", "'"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}, {"&nbsp;", " "}, {"&#61;", "="}, {"&#58;", ":"},
		{`\u0022`, `"`}, {`\u0027`, "'"}, {`\u003d`, "="}, {`\u003D`, "="}, {`\u003a`, ":"}, {`\u003A`, ":"}, {`\u003c`, "<"}, {`\u003C`, "<"},
		{`\u003e`, ">"}, {`\u003E`, ">"}, {`\u0026`, "&"}, {`\x22`, `"`}, {`\x27`, "'"}, {`\x3d`, "="}, {`\x3D`, "="}, {`\x3a`, ":"}, {`\x3A`, ":"},
		{"：", ":"}, {"＝", "="}, {"，", ","}, {"“", `"`}, {"”", `"`}, {"„", `"`}, {"«", `"`}, {"»", `"`}, {"→", "->"}, {"⇒", "=>"}, {"\u00a0", " "}, {"\u202f", " "},
		{"│", "|"}, {"┃", "|"}, {"║", "|"}, {"─", "-"}, {"━", "-"}, {"═", "-"}, {"┼", "+"}, {"╪", "+"}, {"╬", "+"}, {"┌", "+"}, {"┐", "+"}, {"└", "+"}, {"┘", "+"}, {"├", "+"}, {"┤", "+"}, {"┬", "+"},
		{"┴", "+"}, {"╔", "+"}, {"╗", "+"}, {"╚", "+"}, {"╝", "+"}, {"╠", "+"}, {"╣", "+"}, {"╦", "+"}, {"╩", "+"}, {"┏", "+"}, {"┓", "+"}, {"┗", "+"}, {"┛", "+"}, {"┡", "+"}, {"┩", "+"}, {"╇", "+"}, {"┳", "+"},
	} {
		table[one.written[0]] = append(table[one.written[0]], one)
	}
	return table
}()

// see reads a text as its reader does; nil where it holds plain signs only. escaped also reads what URLs escape.
func see(s string, escaped bool) *plainer {
	if !escaped && !decorated(s) {
		return nil
	}
	p := &plainer{from: make([]int32, 0, len(s)), to: make([]int32, 0, len(s))}
	text := make([]byte, 0, len(s))
	put := func(c byte, from, to int) {
		text = append(text, c)
		p.from = append(p.from, int32(from))
		p.to = append(p.to, int32(to))
	}
	same := true
next:
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == 0x1b {
			if end := colourEnd(s, i); end > i {
				i = end - 1
				same = false
				continue
			}
		}
		for _, one := range signs[c] {
			if strings.HasPrefix(s[i:], one.written) {
				end := i + len(one.written)
				if one.plain == `"` && p.quote == "" {
					p.quote = one.written
				}
				for k := range one.plain {
					put(one.plain[k], i, end)
				}
				i = end - 1
				same = false
				continue next
			}
		}
		if escaped && c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			if plain := unhex(s[i+1])<<4 | unhex(s[i+2]); plain >= ' ' && plain < 0x7f {
				if plain == '"' && p.quote == "" {
					p.quote = s[i : i+3]
				}
				put(plain, i, i+3)
				i += 2
				same = false
				continue
			}
		}
		put(c, i, i+1)
	}
	if same {
		return nil
	}
	p.text = string(text)
	return p
}

// decorated says whether a text may hold what see takes away.
func decorated(s string) bool {
	if strings.IndexByte(s, 0x1b) >= 0 || strings.IndexByte(s, 0xef) >= 0 || strings.IndexByte(s, 0xe2) >= 0 || strings.IndexByte(s, 0xc2) >= 0 {
		return true
	}
	if at := strings.IndexByte(s, '&'); at >= 0 && strings.IndexByte(s[at:], ';') > 0 {
		return true
	}
	return strings.IndexByte(s, '\\') >= 0 && (strings.Contains(s, `\u00`) || strings.Contains(s, `\x`))
}

// escapesSigns says whether a text escapes what stands between a key and its value as URLs do.
func escapesSigns(s string) bool {
	for from := 0; ; {
		at := strings.IndexByte(s[from:], '%')
		if at < 0 || from+at+2 >= len(s) {
			return false
		}
		from += at + 1
		switch s[from : from+2] {
		case "3A", "3a", "3D", "3d", "22":
			return true
		}
	}
}

func unhex(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// colourEnd is behind a sequence that begins at i: ESC, a bracket, digits, a letter; i where none begins.
func colourEnd(s string, i int) int {
	if s[i] != 0x1b || i+2 >= len(s) || s[i+1] != '[' {
		return i
	}
	end := i + 2
	for end < len(s) && (isDigit(s[end]) || s[end] == ';' || s[end] == '?') {
		end++
	}
	if end < len(s) && isLetter(s[end]) {
		return end + 1
	}
	return i
}
