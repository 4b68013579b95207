package privacy

const (
	// maxSeen bounds the values that are remembered, by what their keys mean.
	maxSeen = 2048
	// longestSeen is the longest value that is remembered.
	longestSeen = 512
)

// seen remembers values that hold nothing: most attributes say the same again and again. Full, it begins anew.
type seen [kept + 1]map[string]struct{}

func (s *seen) has(value string, m meaning) bool {
	_, ok := s[m][value]
	return ok
}

func (s *seen) add(value string, m meaning) {
	if len(value) > longestSeen {
		return
	}
	if s[m] == nil || len(s[m]) >= maxSeen {
		s[m] = make(map[string]struct{}, maxSeen/8)
	}
	s[m][value] = struct{}{}
}

// repeated cleans a value that probably was seen before.
func (x *scanner) repeated(value string, m meaning) (string, bool) {
	if x.seen.has(value, m) {
		return value, false
	}
	clean, changed := x.keyed(value, m)
	if !changed {
		x.seen.add(value, m)
	}
	return clean, changed
}
