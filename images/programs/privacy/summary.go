package privacy

// summary of the bytes of a string: what it cannot contain need not be looked for.
type summary struct {
	has     class
	colons  int
	digits  int
	longest int
}

type class uint32

const (
	digits class = 1 << iota
	letters
	at
	equals
	colon
	dot
	quote
	space
	percent
	hashSign
	slash
	plus
	dash
	dollar
	high
	angle
	bracket
	bar
)

var classes = func() (table [256]class) {
	for c := range 256 {
		switch b := byte(c); {
		case isDigit(b):
			table[c] = digits
		case isLetter(b):
			table[c] = letters
		case b >= 0x80:
			table[c] = high
		}
	}
	for b, c := range map[byte]class{'@': at, '=': equals, ':': colon, '.': dot, '\'': quote, '"': quote, '`': quote,
		' ': space, '\t': space, '\n': space, '%': percent, '#': hashSign, '/': slash, '+': plus, '-': dash, '$': dollar, '>': angle,
		'(': bracket, '[': bracket, '{': bracket, '|': bar} {
		table[b] = c
	}
	return table
}()

func summarise(s string) (sum summary) {
	run := 0
	for i := 0; i < len(s); i++ {
		c := classes[s[i]]
		sum.has |= c
		if c&(digits|letters) != 0 {
			run++
			sum.longest = max(sum.longest, run)
			if c == digits {
				sum.digits++
			}
			continue
		}
		run = 0
		if c == colon {
			sum.colons++
		}
	}
	return sum
}

func (s summary) any(c class) bool { return s.has&c != 0 }
func (s summary) all(c class) bool { return s.has&c == c }
