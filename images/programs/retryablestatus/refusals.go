package retryablestatus

import (
	"sync"
	"time"
)

// forgetAfter is longer than any pause between two tries of a request that still waits.
const forgetAfter = 15 * time.Minute

type fingerprint [32]byte

// refusals remembers the requests that wait, to tell a backend that takes nothing from a request that it will never take.
type refusals struct {
	config *Config

	mu sync.Mutex
	// accepted counts, by address, what the backend took.
	accepted map[string]int
	// waiting holds at most as many requests as the exporter's queue has consumers.
	waiting map[waitingRequest]*refusal
	// closed are the addresses whose last word was a refusal.
	closed map[string]bool
}

// waitingRequest is known by where it goes and what it holds: two backends get the same bytes, and one that accepts them says nothing of the other.
type waitingRequest struct {
	address string
	body    fingerprint
}

type refusal struct {
	first, last time.Time
	// acceptedBefore is the count of accepted requests when this one was refused last.
	acceptedBefore int
	// lone is how often others were accepted between two refusals of this one.
	lone int
}

func newRefusals(config *Config) *refusals {
	return &refusals{
		config:   config,
		accepted: map[string]int{},
		waiting:  map[waitingRequest]*refusal{},
		closed:   map[string]bool{},
	}
}

// accept notes that the backend took something. It reports whether it had refused before.
func (r *refusals) accept(address string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.accepted[address]++
	opened := r.closed[address]
	r.closed[address] = false
	return opened
}

// verdict on a refused request. closes reports whether the address took everything until now.
type verdict struct{ final, closes bool }

// refuse decides about a refused request: whether it waits or is given up.
func (r *refusals) refuse(address string, body fingerprint, now time.Time) verdict {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(now)

	request := waitingRequest{address, body}
	one, known := r.waiting[request]
	if !known {
		one = &refusal{first: now}
		r.waiting[request] = one
	} else if r.accepted[address] > one.acceptedBefore {
		one.lone++
	}
	one.last, one.acceptedBefore = now, r.accepted[address]

	final := one.lone >= r.config.LoneRefusals || now.Sub(one.first) >= r.config.MaxAge
	if final {
		delete(r.waiting, request)
	}
	closes := !r.closed[address]
	r.closed[address] = true
	return verdict{final, closes}
}

// forget drops what has not come back: it was delivered, or the collector gave it up.
func (r *refusals) forget(now time.Time) {
	for request, one := range r.waiting {
		if now.Sub(one.last) > forgetAfter {
			delete(r.waiting, request)
		}
	}
}
