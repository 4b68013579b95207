package dockerlogs

import "time"

// limit is a token bucket in the time of a container's own lines: a backlog that is read at once after an outage passes as it would have.
type limit struct {
	perSecond, burst, tokens float64
	last                     time.Time
}

func newLimit(perSecond, burst float64) *limit {
	return &limit{perSecond: perSecond, burst: burst, tokens: burst}
}

// allow says whether one more record of that time passes.
func (l *limit) allow(at time.Time) bool {
	if at.After(l.last) {
		if !l.last.IsZero() {
			l.tokens = min(l.burst, l.tokens+at.Sub(l.last).Seconds()*l.perSecond)
		}
		l.last = at
	}
	if l.tokens < 1 {
		return false
	}
	l.tokens--
	return true
}
