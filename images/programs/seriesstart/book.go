package seriesstart

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

const (
	// a process that is heard of for the first time is believed to have begun this lately at most
	lately = 10 * time.Minute
	// a resource of which nothing came for so long is forgotten; longer than lately, so that what comes back did not begin lately
	forgotten = 15 * time.Minute
	// readers of one process export at different moments: until then a series may be an old one that had not been seen yet
	learning = 2 * time.Minute
	// points of one export have about the same time
	together = time.Second
	// emissions that a connector leaves a series out of before it is a new one
	missed = 4
)

// last is what is remembered of a series.
type last struct{ start, at pcommon.Timestamp }

// resource is whoever sends series.
type resource struct {
	// of the first export, of the one before the last, of the last
	first, before, last pcommon.Timestamp
	seen                time.Time
	series              map[uint64]last
}

// book remembers which series there are.
type book struct {
	config *Config
	began  pcommon.Timestamp
	swept  time.Time

	resources map[[16]byte]*resource
	count     int
}

func newBook(config *Config, now time.Time) *book {
	return &book{config: config, began: pcommon.NewTimestampFromTime(now), swept: now, resources: map[[16]byte]*resource{}}
}

// of this key, seen now. One that nothing is remembered of begins while there is room.
func (b *book) of(key [16]byte, now time.Time) *resource {
	b.sweep(now)
	one, known := b.resources[key]
	if !known {
		one = &resource{series: map[uint64]last{}}
		b.resources[key] = one
	}
	one.seen = now
	return one
}

// sweep forgets resources, and the series that a connector left out.
func (b *book) sweep(now time.Time) {
	if now.Sub(b.swept) < time.Minute {
		return
	}
	b.swept = now
	for key, one := range b.resources {
		if now.Sub(one.seen) > forgotten {
			b.count -= len(one.series)
			delete(b.resources, key)
			continue
		}
		for series, was := range one.series {
			if b.leftOut(was, one.last) {
				b.forget(one, series)
			}
		}
	}
}

func (b *book) forget(one *resource, series uint64) {
	if _, known := one.series[series]; known {
		delete(one.series, series)
		b.count--
	}
}

func (b *book) leftOut(was last, at pcommon.Timestamp) bool {
	return b.config.Source == Connector && between(was.at, at) > missed*b.config.Interval
}

// begins says when the series was at zero, where this point is the first of it.
func (b *book) begins(one *resource, series uint64, start, at pcommon.Timestamp) (pcommon.Timestamp, bool) {
	one.exported(at)
	was, known := one.series[series]
	if known && at <= was.at {
		return 0, false
	}
	if !known && b.count >= b.config.MaxSeries {
		return 0, false
	}
	if !known {
		b.count++
	}
	one.series[series] = last{start: start, at: at}
	zero, begins := pcommon.Timestamp(0), false
	switch {
	case known && !b.leftOut(was, at):
		// begun anew between two points. Whoever says with each point that it has just begun is not believed.
		zero, begins = start, start > was.at && between(was.start, was.at) > together
	case b.config.Source == Connector:
		zero, begins = max(start, at-pcommon.Timestamp(b.config.Interval)), true
	case start > b.began && between(start, at) <= lately:
		zero, begins = max(start, one.before), true
	case one.before > 0 && between(one.first, at) >= learning:
		zero, begins = max(start, one.before), true
	}
	if !begins || zero >= at {
		return 0, false
	}
	zero = apart(zero, at)
	return zero, !known || zero > was.at
}

// apart takes the zero into the millisecond before the point's own where both are in one: backends keep milliseconds, and of two points in one the
// first, which is the zero.
func apart(zero, at pcommon.Timestamp) pcommon.Timestamp {
	const kept = pcommon.Timestamp(time.Millisecond)
	if zero/kept < at/kept {
		return zero
	}
	return (at/kept - 1) * kept
}

// exported notes the time of a point: a later one than those before is of the next export.
func (r *resource) exported(at pcommon.Timestamp) {
	switch {
	case r.first == 0:
		r.first, r.last = at, at
	case between(r.last, at) > together:
		r.before, r.last = r.last, at
	}
}

func between(from, to pcommon.Timestamp) time.Duration {
	if to < from {
		return 0
	}
	return time.Duration(to - from)
}
