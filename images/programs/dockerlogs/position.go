package dockerlogs

import (
	"context"
	"encoding/json"
	"maps"
	"time"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// disorder is how far the times of a container's two streams can be apart where their lines lie beside each other in the engine's file:
// each stream has its lines stamped first and written then, one at a time.
const disorder = 10 * time.Second

// mark is a place in one stream: the time of the last line that was delivered, and how many lines of exactly that time were.
type mark struct {
	Time time.Time `json:"time"`
	Seen int       `json:"seen"`
}

// after moves on to a line of that time. It moves back where the clock was set back: a few lines may then come twice, none is lost.
func (m mark) after(at time.Time) mark {
	if m.Time.Equal(at) {
		return mark{Time: at, Seen: m.Seen + 1}
	}
	return mark{Time: at, Seen: 1}
}

// position is how far one container has been read.
type position struct {
	// ID of the container; another one of the same name is read from its beginning.
	ID      string          `json:"id"`
	Streams map[string]mark `json:"streams"`
}

// since is from where the engine has to send again. Where a stream was silent for long, its last line lies far before that and has been read.
func (p position) since(atFirst time.Time) time.Time {
	var last time.Time
	for _, mark := range p.Streams {
		if mark.Time.After(last) {
			last = mark.Time
		}
	}
	if last.IsZero() {
		return atFirst
	}
	return last.Add(-disorder)
}

// replay tells the lines that were delivered before from the new ones.
type replay struct {
	before map[string]mark
	now    map[string]mark
}

func newReplay(p position) *replay {
	return &replay{before: maps.Clone(p.Streams), now: map[string]mark{}}
}

// next is the place behind the line, and whether the line is new.
func (r *replay) next(l line) (mark, bool) {
	here := r.now[l.stream].after(l.time)
	r.now[l.stream] = here
	done, ok := r.before[l.stream]
	isNew := !ok || l.time.After(done.Time)
	if isNew || here == (mark{Time: done.Time, Seen: done.Seen}) {
		// From the next one on everything is new, also where the clock was set back.
		delete(r.before, l.stream)
	}
	return here, isNew
}

// positions are kept by the name of the container, so there are never more than containers are configured.
type positions struct{ client storage.Client }

func (p positions) load(ctx context.Context, name, id string) (position, error) {
	fresh := position{ID: id, Streams: map[string]mark{}}
	raw, err := p.client.Get(ctx, name)
	if err != nil || raw == nil {
		return fresh, err
	}
	var stored position
	if json.Unmarshal(raw, &stored) != nil || stored.ID != id || stored.Streams == nil {
		return fresh, nil
	}
	return stored, nil
}

func (p positions) save(ctx context.Context, name string, at position) error {
	raw, err := json.Marshal(at)
	if err != nil {
		return err
	}
	return p.client.Set(ctx, name, raw)
}
