package privacy

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

const (
	canary = "jane.canary@example.org"
	member = 123456789012345678
)

func dirty(m pcommon.Map) {
	m.PutStr("plain", "mail to "+canary)
	m.PutInt("member.id", member)
	m.PutStr(canary, "in a key")
	inner := m.PutEmptyMap("nested")
	inner.PutStr("password", canary)
	inner.PutEmptySlice("list").AppendEmpty().SetStr(canary)
}

func TestNothingLeavesFromAnyPlace(t *testing.T) {
	cleaner := testCleaner()
	traces := ptrace.NewTraces()
	resource := traces.ResourceSpans().AppendEmpty()
	dirty(resource.Resource().Attributes())
	scope := resource.ScopeSpans().AppendEmpty()
	dirty(scope.Scope().Attributes())
	span := scope.Spans().AppendEmpty()
	span.SetName("GET /users/" + canary)
	span.Status().SetMessage("no user " + canary)
	span.TraceState().FromRaw("app=" + canary)
	dirty(span.Attributes())
	event := span.Events().AppendEmpty()
	event.SetName("sent to " + canary)
	dirty(event.Attributes())
	link := span.Links().AppendEmpty()
	link.TraceState().FromRaw("app=" + canary)
	dirty(link.Attributes())
	_, _ = cleaner.traces(context.Background(), traces)
	sent, _ := (&ptrace.JSONMarshaler{}).MarshalTraces(traces)
	clean(t, "traces", sent)

	logs := plog.NewLogs()
	records := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	records.AppendEmpty().Body().SetStr("mail to " + canary)
	dirty(records.AppendEmpty().Body().SetEmptyMap())
	list := records.AppendEmpty()
	list.Body().SetEmptySlice().AppendEmpty().SetStr(canary)
	list.SetEventName("sent to " + canary)
	dirty(list.Attributes())
	_, _ = cleaner.logs(context.Background(), logs)
	sent, _ = (&plog.JSONMarshaler{}).MarshalLogs(logs)
	clean(t, "logs", sent)

	metrics := pmetric.NewMetrics()
	all := metrics.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics()
	gauge := all.AppendEmpty().SetEmptyGauge().DataPoints().AppendEmpty()
	dirty(gauge.Attributes())
	dirty(gauge.Exemplars().AppendEmpty().FilteredAttributes())
	dirty(all.AppendEmpty().SetEmptySum().DataPoints().AppendEmpty().Attributes())
	histogram := all.AppendEmpty().SetEmptyHistogram().DataPoints().AppendEmpty()
	dirty(histogram.Attributes())
	dirty(histogram.Exemplars().AppendEmpty().FilteredAttributes())
	dirty(all.AppendEmpty().SetEmptyExponentialHistogram().DataPoints().AppendEmpty().Attributes())
	dirty(all.AppendEmpty().SetEmptySummary().DataPoints().AppendEmpty().Attributes())
	_, _ = cleaner.metrics(context.Background(), metrics)
	sent, _ = (&pmetric.JSONMarshaler{}).MarshalMetrics(metrics)
	clean(t, "metrics", sent)
}

func clean(t *testing.T, what string, sent []byte) {
	t.Helper()
	for _, private := range []string{canary, "123456789012345678"} {
		if strings.Contains(string(sent), private) {
			t.Errorf("%s: %q left in %s", what, private, sent)
		}
	}
}

func attributesAfter(t *testing.T, config Config, fill func(m pcommon.Map)) string {
	t.Helper()
	if err := config.Validate(); err != nil {
		t.Fatal(err)
	}
	x := newScanner(config.options(nil))
	x.begin(time.Now())
	m := pcommon.NewMap()
	fill(m)
	x.attributes(m, plain)
	text, _ := json.Marshal(m.AsRaw())
	return string(text)
}

func TestActions(t *testing.T) {
	fill := func(m pcommon.Map) {
		m.PutStr("user.name", "jane")
		m.PutStr("note", "by jane@example.org from 203.0.113.7")
		m.PutStr("token", "abc")
		m.PutStr("game.id", "jane@example.org")
	}
	key := secretText("0123456789abcdef")
	for _, test := range []struct {
		config Config
		want   string
	}{
		{Config{Action: "mask", Addresses: "truncate", Keep: []string{"game.id"}},
			`{"game.id":"jane@example.org","note":"by *** from 203.0.113.0","token":"***","user.name":"***"}`},
		{Config{Action: "mask", Addresses: "keep"}, `{"game.id":"***","note":"by *** from 203.0.113.7","token":"***","user.name":"***"}`},
		{Config{Action: "drop", Addresses: "mask"}, `{}`},
		{Config{Action: "hash", Addresses: "mask", HashKey: key, Patterns: []string{`\bGS-\d+`}},
			`{"game.id":"HASH","note":"by HASH from ADDRESS","token":"***","user.name":"NAME"}`},
	} {
		x := newScanner(test.config.options(nil))
		want := test.want
		if test.config.Action == "hash" {
			want = strings.NewReplacer("HASH", x.person("Jane@Example.org"), "NAME", x.person("jane"), "ADDRESS", x.person("203.0.113.7")).Replace(want)
		}
		if got := attributesAfter(t, test.config, fill); got != want {
			t.Errorf("%+v:\n  got %s\n want %s", test.config, got, want)
		}
	}
}

func TestAUserIsTheSameInTextsAndNumbers(t *testing.T) {
	config := Config{Action: "hash", Addresses: "truncate", HashKey: "0123456789abcdef"}
	got := attributesAfter(t, config, func(m pcommon.Map) {
		m.PutInt("user.id", member)
		m.PutStr("text", "123456789012345678")
	})
	var said map[string]string
	if err := json.Unmarshal([]byte(got), &said); err != nil || said["text"] != said["user.id"] || !isReplacement(said["text"]) {
		t.Errorf("%s %v", got, err)
	}
}

func TestTheKeyIsNotPrinted(t *testing.T) {
	text, err := secretText("0123456789abcdef").MarshalText()
	if err != nil || strings.Contains(string(text), "0123") {
		t.Errorf("%s %v", text, err)
	}
}

func TestWhatTheConfigurationRefuses(t *testing.T) {
	for want, config := range map[string]Config{
		"patterns[0]: \"(\" is not a regular expression": {Patterns: []string{"("}, Action: "mask", Addresses: "mask"},
		"matches an empty text":                          {Patterns: []string{"a*"}, Action: "mask", Addresses: "mask"},
		"hash_key: has 3 characters":                     {Action: "hash", HashKey: "abc", Addresses: "mask"},
		"action: \"burn\" is not known":                  {Action: "burn", Addresses: "mask"},
		"addresses: \"\" is not known":                   {Action: "mask"},
	} {
		if err := config.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q instead of %q", err, want)
		}
	}
}
