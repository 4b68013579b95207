package privacy

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"
)

// maxKeys bounds what is remembered: an application that writes ids into keys has no end of them.
const maxKeys = 4096

// keyFacts are what a key says of its value, and how the key itself is written: it may be an e-mail address.
type keyFacts struct {
	means meaning
	clean string
}

// keyCache remembers keys. Readers share one immutable map; what a batch adds is copied in at its end.
type keyCache struct {
	known atomic.Pointer[map[string]keyFacts]
	mu    sync.Mutex
}

func newKeyCache(keep []string) *keyCache {
	known := map[string]keyFacts{}
	for _, key := range keep {
		known[key] = keyFacts{means: kept, clean: key}
	}
	cache := &keyCache{}
	cache.known.Store(&known)
	return cache
}

func (c *keyCache) add(fresh map[string]keyFacts) {
	if len(fresh) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	known := *c.known.Load()
	if len(known) >= maxKeys {
		return
	}
	next := make(map[string]keyFacts, len(known)+len(fresh))
	maps.Copy(next, known)
	for key, facts := range fresh {
		if len(next) >= maxKeys {
			break
		}
		next[strings.Clone(key)] = keyFacts{means: facts.means, clean: strings.Clone(facts.clean)}
	}
	c.known.Store(&next)
}
