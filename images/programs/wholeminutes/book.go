// Package wholeminutes counts what passes a place of a pipeline by the minute that each item says of itself, service by service, so that what a store
// holds of the same minutes can be held against it, to the item. A number is said when its minute is over: each is one series with a point a minute.
package wholeminutes

import (
	"sync"
	"time"
)

const (
	// settled is how long a minute must be over before it is said: what began in it may end, and come, so long after.
	settled = 10 * time.Second
	// told is how many minutes are told apart: the one that is passing, one to come for clocks that are ahead, and those that may still be corrected.
	told = 5
	// ahead of the oldest of them is the one that is passing.
	ahead = told - 2
)

// Minute of a time, counted since 1970.
func Minute(at time.Time) int64 {
	return at.Unix() / 60
}

// overAt is the last minute that has been over for a while.
func overAt(at time.Time) int64 {
	return Minute(at.Add(-settled)) - 1
}

// Items are counted by minute while they pass; none is counted of minutes longer ago than can be said.
type Items struct {
	oldest int64
	of     [told]int64
}

// NewItems counts none yet.
func NewItems(now time.Time) Items {
	return Items{oldest: Minute(now) - ahead}
}

// Add one that says that it is of this time, in nanoseconds since 1970.
func (i *Items) Add(nanoseconds uint64) {
	at := int64(nanoseconds/uint64(time.Minute)) - i.oldest
	if at >= 0 && at < told {
		i.of[at]++
	}
}

// Count is what passed one place, of one signal and service.
type Count struct {
	Place, Signal, Service string

	mu sync.Mutex
	// of holds what passed in a minute, said what was said of it.
	of, said map[int64]int64
}

// Add what has passed, and forget what nobody can ask for any more.
func (c *Count) Add(items Items) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, number := range items.of {
		if number > 0 {
			c.of[items.oldest+int64(i)] += number
		}
	}
	for minute := range c.of {
		if minute < items.oldest {
			delete(c.of, minute)
			delete(c.said, minute)
		}
	}
}

// Number is all that is known to have passed in one minute. Said again, it takes the place of what was said before, so that nothing is counted twice where
// one backend took a reading and another did not. Which says how long ago the minute was when the point was made: "last" for the one that has been over for
// ten seconds, "before" for the one before it, of which something came late.
type Number struct {
	*Count
	Which string
	Items int64

	minute int64
}

// due is what is known of the two minutes that are over and was not said yet.
func (c *Count) due(over, first int64) []Number {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []Number
	for i, which := range []string{"before", "last"} {
		minute := over - 1 + int64(i)
		if items := c.of[minute]; minute >= first && items > c.said[minute] {
			all = append(all, Number{c, which, items, minute})
		}
	}
	return all
}

func (n Number) wasSaid() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.said[n.minute] = n.Items
}

// Book holds all counts of a process.
type Book struct {
	// first minute that this process sees whole.
	first int64

	mu     sync.Mutex
	counts []*Count
	// said is the last minute that was said.
	said int64
}

// Shared is the one that counters and the ledger of a collector have in common.
var Shared = NewBook(time.Now())

// NewBook begins with the next whole minute.
func NewBook(began time.Time) *Book {
	return &Book{first: Minute(began) + 1}
}

// Of one place, signal and service; the same for the same.
func (b *Book) Of(place, signal, service string) *Count {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, one := range b.counts {
		if one.Place == place && one.Signal == signal && one.Service == service {
			return one
		}
	}
	one := &Count{Place: place, Signal: signal, Service: service, of: map[int64]int64{}, said: map[int64]int64{}}
	b.counts = append(b.counts, one)
	return one
}

// Due is what is to be said in points of this time: nothing while the minute that is over was said.
func (b *Book) Due(at time.Time) []Number {
	b.mu.Lock()
	defer b.mu.Unlock()
	over := overAt(at)
	if over <= b.said {
		return nil
	}
	var all []Number
	for _, one := range b.counts {
		all = append(all, one.due(over, b.first)...)
	}
	return all
}

// Said remembers that points of this time with these numbers were taken. Without it the next reading says them again.
func (b *Book) Said(at time.Time, numbers []Number) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.said = max(b.said, overAt(at))
	for _, one := range numbers {
		one.wasSaid()
	}
}
