package privacy

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

const (
	// seenSets are places for two values each: 8192 values, a megabyte or two.
	seenSets = 4096
	// longestSeen is the longest value that is remembered.
	longestSeen = 512
)

// answer is what became of a value under a key with this meaning.
type answer struct {
	value, clean string
	means        meaning
	changed      bool
}

// seen remembers answers, for all batches together: most attributes say the same again and again. Where a set is full its older value is
// forgotten, so values that never come again displace few of those that do. A credential is never remembered.
type seen struct {
	seed maphash.Seed
	sets [seenSets][2]atomic.Pointer[answer]
}

func newSeen() *seen {
	return &seen{seed: maphash.MakeSeed()}
}

func (s *seen) set(value string) *[2]atomic.Pointer[answer] {
	return &s.sets[maphash.String(s.seed, value)%seenSets]
}

func (s *seen) get(value string, m meaning) *answer {
	set := s.set(value)
	young := set[0].Load()
	if young.answers(value, m) {
		return young
	}
	old := set[1].Load()
	if !old.answers(value, m) {
		return nil
	}
	set[0].Store(old)
	set[1].Store(young)
	return old
}

func (a *answer) answers(value string, m meaning) bool {
	return a != nil && a.means == m && a.value == value
}

func (s *seen) add(a *answer) {
	set := s.set(a.value)
	set[1].Store(set[0].Load())
	set[0].Store(a)
}

// repeated cleans a value that probably was seen before.
func (x *scanner) repeated(value string, m meaning) (string, bool) {
	if value == "" || len(value) > longestSeen {
		return x.keyed(value, m)
	}
	if known := x.seen.get(value, m); known != nil {
		return known.clean, known.changed
	}
	x.credential = false
	clean, changed := x.keyed(value, m)
	if !x.credential {
		one := &answer{value: strings.Clone(value), means: m, changed: changed}
		one.clean = one.value
		if changed {
			one.clean = clean
		}
		x.seen.add(one)
	}
	return clean, changed
}
