package privacy

import (
	"context"
	"fmt"
	"testing"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

func attributeOf(cleaner *cleaner, key, value string) string {
	data := ptrace.NewTraces()
	attributes := data.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty().Attributes()
	attributes.PutStr(key, value)
	_, _ = cleaner.traces(context.Background(), data)
	kept, _ := attributes.Get(key)
	return kept.Str()
}

func remembered(s *seen) (values []string) {
	for i := range s.sets {
		for j := range s.sets[i] {
			if one := s.sets[i][j].Load(); one != nil {
				values = append(values, one.value)
			}
		}
	}
	return values
}

func TestTheSameValueAgainIsTheSameAnswer(t *testing.T) {
	options := (&Config{Action: "mask", Addresses: "truncate"}).options(nil)
	cleaner := newCleaner(options)
	for range 3 {
		for _, one := range [][3]string{
			{"app.note", "nothing to hide", "nothing to hide"},
			{"app.note", "mail to " + canary, "mail to ***"},
			// the same value says other things under other keys
			{"app.address", "203.0.113.7", "203.0.113.0"},
			{"service.version", "203.0.113.7", "203.0.113.7"},
			{"app.plan", "supporter", "supporter"},
			{"app.password", "supporter", "***"},
		} {
			if got := attributeOf(cleaner, one[0], one[1]); got != one[2] {
				t.Errorf("%s: %q became %q, not %q", one[0], one[1], got, one[2])
			}
		}
	}
}

func TestCredentialsAreNotRemembered(t *testing.T) {
	options := (&Config{Action: "mask", Addresses: "truncate"}).options(nil)
	cleaner := newCleaner(options)
	for _, one := range [][2]string{
		{"app.password", "correct-horse"},
		{"app.note", "password=correct-horse-battery"},
		{"url.full", "https://api.example.org/v1?access_token=correct-horse-battery"},
		{"app.payload", `{"password": 481516, "card": 4111111111111111}`},
		{"http.request.header.authorization", "Bearer correct-horse-battery"},
	} {
		if got := attributeOf(cleaner, one[0], one[1]); got == one[1] {
			t.Errorf("%s: %q was let through", one[0], one[1])
		}
	}
	if values := remembered(options.seen); len(values) > 0 {
		t.Errorf("remembered: %q", values)
	}
}

func TestWhatIsRememberedIsBounded(t *testing.T) {
	options := (&Config{Action: "mask", Addresses: "truncate"}).options(nil)
	cleaner := newCleaner(options)
	for i := range 5 * seenSets {
		attributeOf(cleaner, "app.request.id", fmt.Sprintf("request-%06x", i))
		// what comes again and again stays among them
		attributeOf(cleaner, "app.plan", "supporter")
	}
	values := remembered(options.seen)
	if len(values) > 2*seenSets {
		t.Errorf("%d values are remembered", len(values))
	}
	if options.seen.get("supporter", meaningOf("app.plan")) == nil {
		t.Error("a value of every span is forgotten")
	}
}
