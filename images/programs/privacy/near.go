package privacy

import (
	"slices"
	"strings"
)

// What keeps the time that a text takes in proportion to its length: a text of many keys, commands or statements would else be read to its end,
// or back to its beginning, from each of them.

const (
	// window is how far before and behind a place a long text is read.
	window = 2048
	// farReads are the places of a text from which all of it is read; from any further one only the window around it.
	farReads = 64
)

// nearby lets a finder read a text around from..to, and puts what it found where it stands in the text. What reaches the end of the window is taken
// to go on to the next quote or line: its end was not looked for.
func (x *scanner) nearby(s string, from, to int, find func(s string, from int)) {
	first, last := max(0, from-window), min(len(s), to+window)
	if first == 0 && last == len(s) {
		find(s, from)
		return
	}
	if x.far++; x.far <= farReads {
		find(s, from)
		return
	}
	found, spares, base := len(x.found), len(x.spares), x.base
	x.base += first
	find(s[first:last], from-first)
	x.base = base
	for i := found; i < len(x.found); i++ {
		one := &x.found[i]
		one.from += first
		if one.to += first; one.to == last && last < len(s) {
			one.to = x.goesOn(s, last)
			if one.kind == rewritten {
				one.kind, one.text = secret, ""
			}
		}
	}
	for i := spares; i < len(x.spares); i++ {
		x.spares[i].from += first
		x.spares[i].to += first
	}
}

// goesOn is where what reaches from before i beyond it ends at the latest. Places that are asked for one after the other are looked for once.
func (x *scanner) goesOn(s string, i int) int {
	if at := x.goes; at.from <= i && i <= at.to && x.goesIn == len(s) && x.base == 0 {
		return at.to
	}
	to := len(s)
	if end := strings.IndexAny(s[i:], "\"'`\n"); end >= 0 {
		to = i + end
	}
	if x.base == 0 {
		x.goes, x.goesIn = spared{i, to}, len(s)
	}
	return to
}

// close remembers where a credential ends.
func (x *scanner) close(to int) {
	to += x.base
	for to/64 >= len(x.closed) {
		x.closed = append(x.closed, 0)
	}
	x.closed[to/64] |= 1 << (to % 64)
}

// isClosed says whether a credential ends at a place.
func (x *scanner) isClosed(at int) bool {
	at += x.base
	return at/64 < len(x.closed) && x.closed[at/64]>>(at%64)&1 == 1
}

// inOrder sorts what was found by where it begins, the widest first.
func inOrder(found []finding) {
	slices.SortStableFunc(found, func(a, b finding) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return b.to - a.to
	})
}
