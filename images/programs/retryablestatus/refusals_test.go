package retryablestatus

import (
	"testing"
	"time"
)

const traces = "https://otlp.example.org/v1/traces"

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func testConfig() *Config {
	return &Config{Codes: []int{401}, LoneRefusals: 3, MaxAge: 2 * time.Hour}
}

func TestARevokedKeyWaitsUntilTheEndOfTheOutageBudget(t *testing.T) {
	r := newRefusals(testConfig())
	for pause := time.Duration(0); pause < 2*time.Hour; pause += 30 * time.Second {
		for body := byte(0); body < 4; body++ {
			if r.refuse(traces, fingerprint{body}, start.Add(pause)).final {
				t.Fatalf("request %d was given up after %s, while nothing was accepted", body, pause)
			}
		}
	}
	if !r.refuse(traces, fingerprint{0}, start.Add(2*time.Hour)).final {
		t.Error("a request older than max_age was not given up")
	}
}

func TestARequestRefusedAmongAcceptedOnesIsGivenUp(t *testing.T) {
	r := newRefusals(testConfig())
	poison := fingerprint{1}
	r.refuse(traces, poison, start)
	for try := 1; try <= 3; try++ {
		r.accept(traces)
		final := r.refuse(traces, poison, start.Add(time.Duration(try)*30*time.Second)).final
		if final != (try == 3) {
			t.Fatalf("try %d: final is %t", try, final)
		}
	}
	if len(r.waiting) != 0 {
		t.Error("what was given up is still remembered")
	}
}

func TestWhatOtherAddressesAcceptSaysNothing(t *testing.T) {
	r := newRefusals(testConfig())
	for try := 0; try < 20; try++ {
		r.accept("https://otlp.example.org/v1/logs")
		if r.refuse(traces, fingerprint{1}, start.Add(time.Duration(try)*30*time.Second)).final {
			t.Fatal("a key without the right to traces was taken for a bad request")
		}
	}
}

func TestTwoBackendsThatRefuseTheSameBytesAreJudgedEachByItself(t *testing.T) {
	r := newRefusals(testConfig())
	const other = "https://otlp.example.com/v1/traces"
	// the other backend accepted much before its key was revoked, and each refuses what the other has refused a moment ago
	for range 100 {
		r.accept(other)
	}
	for try := range 40 {
		at := start.Add(time.Duration(try) * 30 * time.Second)
		for _, address := range []string{traces, other} {
			if r.refuse(address, fingerprint{1}, at).final {
				t.Fatalf("%s gave up at try %d, while it accepted nothing", address, try)
			}
		}
	}
	if len(r.waiting) != 2 {
		t.Errorf("%d requests wait, not one for each backend", len(r.waiting))
	}
}

func TestOneAcceptedRequestBeforeTheKeyIsRevokedAgainIsNoEvidence(t *testing.T) {
	r := newRefusals(testConfig())
	r.refuse(traces, fingerprint{1}, start)
	r.accept(traces)
	for try := 1; try < 20; try++ {
		if r.refuse(traces, fingerprint{1}, start.Add(time.Duration(try)*30*time.Second)).final {
			t.Fatalf("given up at try %d", try)
		}
	}
}

func TestDeliveredRequestsAreForgotten(t *testing.T) {
	r := newRefusals(testConfig())
	for body := byte(0); body < 100; body++ {
		r.refuse(traces, fingerprint{body}, start.Add(time.Duration(body)*time.Minute))
	}
	if len(r.waiting) != 16 {
		t.Errorf("%d requests are remembered, of which 16 were refused in the last quarter of an hour", len(r.waiting))
	}
}

func TestChangesAreToldOnce(t *testing.T) {
	r := newRefusals(testConfig())
	first, second := r.refuse(traces, fingerprint{1}, start), r.refuse(traces, fingerprint{2}, start)
	if !first.closes || second.closes {
		t.Errorf("closes: %t, then %t", first.closes, second.closes)
	}
	if opened, again := r.accept(traces), r.accept(traces); !opened || again {
		t.Errorf("opened: %t, then %t", opened, again)
	}
}
