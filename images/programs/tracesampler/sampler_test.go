package tracesampler

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/sampling"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/attribute"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/zap"
)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// bench is a sampler under test, its clock, what left it and what it counted.
type bench struct {
	*testing.T
	*sampler
	clock  time.Time
	left   []ptrace.Traces
	refuse error
	reader *sdk.ManualReader
	random *rand.Rand
}

func newBench(t *testing.T, change func(*Config)) *bench {
	t.Helper()
	config := defaults().(*Config)
	config.RateAttributes = []string{"SampleRate"}
	change(config)
	if err := config.Validate(); err != nil {
		t.Fatal(err)
	}
	b := &bench{T: t, clock: start, reader: sdk.NewManualReader(), random: rand.New(rand.NewPCG(1, 2))}
	next, _ := consumer.NewTraces(func(_ context.Context, data ptrace.Traces) error {
		if b.refuse == nil {
			b.left = append(b.left, data)
		}
		return b.refuse
	})
	set := component.TelemetrySettings{Logger: zap.NewNop(), MeterProvider: sdk.NewMeterProvider(sdk.WithReader(b.reader))}
	made, err := newSampler(config, set, next, func() time.Time { return b.clock })
	if err != nil {
		t.Fatal(err)
	}
	b.sampler = made
	return b
}

// pass time, in ticks as the running sampler has them.
func (b *bench) pass(d time.Duration) {
	for end := b.clock.Add(d); b.clock.Before(end); {
		b.clock = b.clock.Add(tick)
		_ = b.handOn(context.Background(), b.due())
	}
}

func (b *bench) send(data ptrace.Traces) {
	b.Helper()
	if err := b.ConsumeTraces(context.Background(), data); err != nil {
		b.Fatal(err)
	}
}

// spans that left.
func (b *bench) spans() []ptrace.Span {
	var all []ptrace.Span
	for _, data := range b.left {
		for _, resource := range data.ResourceSpans().All() {
			for _, scope := range resource.ScopeSpans().All() {
				for _, span := range scope.Spans().All() {
					all = append(all, span)
				}
			}
		}
	}
	return all
}

func (b *bench) names() map[string]int {
	names := map[string]int{}
	for _, span := range b.spans() {
		names[span.Name()]++
	}
	return names
}

// counted of a metric, by the values of its attributes.
func (b *bench) counted(name string) map[string]int64 {
	var collected metricdata.ResourceMetrics
	if err := b.reader.Collect(context.Background(), &collected); err != nil {
		b.Fatal(err)
	}
	counts := map[string]int64{}
	for _, scope := range collected.ScopeMetrics {
		for _, metric := range scope.Metrics {
			if metric.Name != "otelcol_processor_"+name {
				continue
			}
			switch data := metric.Data.(type) {
			case metricdata.Sum[int64]:
				for _, point := range data.DataPoints {
					counts[label(point.Attributes)] += point.Value
				}
			case metricdata.Gauge[int64]:
				for _, point := range data.DataPoints {
					counts[label(point.Attributes)] += point.Value
				}
			}
		}
	}
	return counts
}

func label(set attribute.Set) string {
	var values []string
	for _, one := range set.ToSlice() {
		values = append(values, one.Value.AsString())
	}
	return strings.Join(values, " ")
}

// ledger: everything that came in was kept or dropped for a reason, or is held still; what was kept has left.
func (b *bench) ledger(sent int) {
	b.Helper()
	kept, dropped := int64(0), int64(0)
	for key, count := range b.counted("trace_sampler_spans") {
		if strings.HasPrefix(key, "kept") {
			kept += count
		} else {
			dropped += count
		}
	}
	held := 0
	for _, one := range b.order {
		held += len(one.spans)
	}
	if int(kept+dropped)+held != sent || int(kept) != len(b.spans()) {
		b.Errorf("%d sent, %d kept, %d dropped, %d held, %d left", sent, kept, dropped, held, len(b.spans()))
	}
}

type spec struct {
	id       pcommon.TraceID
	name     string
	failed   bool
	duration time.Duration
	state    string
}

func (b *bench) id() (id pcommon.TraceID) {
	binary.BigEndian.PutUint64(id[:8], b.random.Uint64())
	binary.BigEndian.PutUint64(id[8:], b.random.Uint64())
	return id
}

// requestOf one service with these spans, which may be no longer changed.
func requestOf(service string, specs ...spec) ptrace.Traces {
	data := ptrace.NewTraces()
	resource := data.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", service)
	resource.SetSchemaUrl("https://opentelemetry.io/schemas/1.38.0")
	scope := resource.ScopeSpans().AppendEmpty()
	scope.Scope().SetName("library")
	for _, one := range specs {
		span := scope.Spans().AppendEmpty()
		span.SetTraceID(one.id)
		span.SetName(one.name)
		span.TraceState().FromRaw(one.state)
		span.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
		span.SetEndTimestamp(pcommon.NewTimestampFromTime(start.Add(one.duration)))
		if one.failed {
			span.Status().SetCode(ptrace.StatusCodeError)
		}
	}
	data.MarkReadOnly()
	return data
}

func TestFailedAndSlowTracesAreKeptWholeAndAShareOfTheOthers(t *testing.T) {
	b := newBench(t, func(c *Config) { c.Baseline = 25 })
	failed, slow := b.id(), b.id()
	b.send(requestOf("api", spec{id: failed, name: "failed root"}, spec{id: slow, name: "slow root", duration: time.Second}))
	b.send(requestOf("bot", spec{id: failed, name: "failed leaf", failed: true}, spec{id: slow, name: "slow leaf"}))
	for range 4000 {
		id := b.id()
		b.send(requestOf("api", spec{id: id, name: "root"}))
		b.send(requestOf("bot", spec{id: id, name: "leaf"}))
	}
	b.pass(9 * time.Second)
	if len(b.left) != 0 {
		t.Error("something left before its time")
	}
	b.pass(2 * time.Second)
	names := b.names()
	for _, name := range []string{"failed root", "failed leaf", "slow root", "slow leaf"} {
		if names[name] != 1 {
			t.Errorf("%q left %d times", name, names[name])
		}
	}
	if names["root"] != names["leaf"] || names["root"] < 900 || names["root"] > 1100 {
		t.Errorf("%d roots and %d leaves left of 4000 each", names["root"], names["leaf"])
	}
	b.ledger(8004)
	spans := b.counted("trace_sampler_spans")
	if spans["kept failed"] != 2 || spans["kept slow"] != 2 || spans["dropped baseline"] != int64(8000-2*names["root"]) {
		t.Errorf("counted %v", spans)
	}
	if traces := b.counted("tail_sampling_global_count_traces_sampled"); traces["true"]+traces["false"] != 4002 {
		t.Errorf("counted %v", traces)
	}
}

func TestWhatDoesNotFitIsDecidedEarlyAndNothingIsLostInSilence(t *testing.T) {
	for _, baseline := range []float64{0, 10, 99} {
		for _, rate := range []int{1000, 5000} {
			t.Run(fmt.Sprintf("%d spans a second, baseline %g", rate, baseline), func(t *testing.T) {
				b := newBench(t, func(c *Config) { c.Baseline, c.MemoryBytes = baseline, 1<<20 })
				sent, failed := 0, 0
				for range 30 * 2 {
					for range rate / 2 / 5 {
						id := b.id()
						bad := b.random.IntN(100) == 0
						if bad {
							failed++
						}
						for span := range 5 {
							b.send(requestOf("api", spec{id: id, name: "span", failed: bad && span == 0}))
							sent++
						}
						if b.bytes > b.config.MemoryBytes*7/8 {
							t.Fatalf("%d bytes are held", b.bytes)
						}
					}
					b.pass(tick)
				}
				b.ledger(sent)
				b.pass(15 * time.Second)
				b.ledger(sent)
				spans := b.counted("trace_sampler_spans")
				if spans["kept failed"] != int64(5*failed) {
					t.Errorf("%d traces failed, counted %v", failed, spans)
				}
				if b.counted("tail_sampling_sampling_trace_dropped_too_early")[""] == 0 {
					t.Error("nobody hears of the early decisions")
				}
				if share := float64(spans["kept baseline"]) / float64(sent-5*failed) * 100; math.Abs(share-baseline) > 1.5 {
					t.Errorf("%.1f %% of the others were kept", share)
				}
				if b.bytes != 0 || len(b.held) != 0 || len(b.order) != 0 {
					t.Errorf("%d bytes of %d traces are held for ever", b.bytes, len(b.held))
				}
			})
		}
	}
}

func TestWithABaselineOf100EverythingPassesAtOnce(t *testing.T) {
	b := newBench(t, func(c *Config) { c.Baseline = 100 })
	data := requestOf("api", spec{id: b.id(), name: "span"})
	b.send(data)
	if len(b.left) != 1 || b.left[0] != data {
		t.Error("it was held or copied")
	}
	b.ledger(1)
}

func TestSpansThatComeLateFollowTheDecision(t *testing.T) {
	b := newBench(t, func(c *Config) { c.Baseline = 0 })
	failed, fine := b.id(), b.id()
	b.send(requestOf("api", spec{id: failed, name: "failed", failed: true}, spec{id: fine, name: "fine"}))
	b.pass(11 * time.Second)
	b.send(requestOf("api", spec{id: failed, name: "late"}, spec{id: fine, name: "left out"}))
	b.send(requestOf("api", spec{id: fine, name: "failed late", failed: true}, spec{id: fine, name: "after it"}))
	b.pass(time.Second)
	if names := fmt.Sprint(b.names()); names != "map[after it:1 failed:1 failed late:1 late:1]" {
		t.Errorf("%s left", names)
	}
	b.ledger(6)
}

func TestDecisionsAreForgottenOldestFirst(t *testing.T) {
	d := newDecisions(10 * 2 * bytesPerDecision)
	var ids []pcommon.TraceID
	for i := range 25 {
		ids = append(ids, pcommon.TraceID{byte(i)})
		d.put(ids[i], decision{kept: true})
		d.get(ids[0])
	}
	for i, want := range map[int]bool{0: true, 5: false, 15: true, 24: true} {
		if _, known := d.get(ids[i]); known != want {
			t.Errorf("trace %d of 25 is remembered: %t", i, known)
		}
	}
}

func TestACeilingHoldsFailedOnesComeFirstAndTheCountStaysTrue(t *testing.T) {
	for _, mode := range []string{modeHead, modeTail} {
		b := newBench(t, func(c *Config) { c.Mode, c.Baseline, c.Ceiling = mode, 100, 500 })
		for second := range 30 {
			for range 1000 {
				id := b.id()
				bad := b.random.IntN(50) == 0
				b.send(requestOf("api", spec{id: id, name: "a", failed: bad}, spec{id: id, name: "b"}))
			}
			b.pass(time.Second)
			if second == 14 {
				b.left = nil
			}
		}
		spans := b.spans()
		if rate := len(spans) / 15; rate < 425 || rate > 575 {
			t.Errorf("%s: %d spans a second left under a ceiling of 500", mode, rate)
		}
		counted, failed := 0.0, 0
		whole := map[pcommon.TraceID]int{}
		for _, span := range spans {
			whole[span.TraceID()]++
			rate, ok := span.Attributes().Get("SampleRate")
			if ok {
				counted += float64(rate.Int())
			} else {
				counted++
			}
			if span.Status().Code() == ptrace.StatusCodeError {
				failed++
			}
		}
		if counted < 28_000 || counted > 32_000 {
			t.Errorf("%s: what left counts for %.0f spans of 30000", mode, counted)
		}
		for id, count := range whole {
			if count != 2 {
				t.Fatalf("%s: %d of 2 spans of %s left", mode, count, id)
			}
		}
		if mode == modeTail && (failed < 270 || failed > 330) {
			t.Errorf("%d failed spans left of about 300", failed)
		}
		if b.counted("trace_sampler_spans")["dropped ceiling"] == 0 {
			t.Errorf("%s: nobody hears of the ceiling", mode)
		}
	}
}

func TestAheadOfTimeAllSamplersKeepTheSameTraces(t *testing.T) {
	one := newBench(t, func(c *Config) { c.Mode, c.Baseline = modeHead, 20 })
	stricter := newBench(t, func(c *Config) { c.Mode, c.Baseline = modeHead, 5 })
	for range 5000 {
		id := one.id()
		one.send(requestOf("api", spec{id: id, name: "span", failed: true}))
		stricter.send(requestOf("bot", spec{id: id, name: "span"}))
	}
	kept := map[pcommon.TraceID]bool{}
	for _, span := range one.spans() {
		kept[span.TraceID()] = true
	}
	if len(kept) < 900 || len(kept) > 1100 {
		t.Errorf("%d of 5000 kept at 20 %%", len(kept))
	}
	for _, span := range stricter.spans() {
		if !kept[span.TraceID()] {
			t.Fatal("what is kept at 5 % is not kept at 20 %")
		}
	}
	one.ledger(5000)
}

func TestASpanSaysForHowManyItStands(t *testing.T) {
	id := pcommon.TraceID{8: 0xff, 9: 0xff, 10: 0xff}
	for _, one := range []struct {
		share         float64
		before, after string
		rate          int64
	}{
		{1, "", "", 0},
		{1, "vendor=x", "vendor=x", 0},
		{0.1, "", "ot=th:e666", 10},
		{0.25, "vendor=x", "ot=th:c,vendor=x", 4},
		{0.25, "ot=th:8", "ot=th:c", 4},
		{0.25, "ot=th:f", "ot=th:f", 16},
		{1, "ot=th:8", "ot=th:8", 2},
		{0.5, "ot=rv:ffffffffffffff", "ot=rv:ffffffffffffff;th:8", 2},
		{0.5, "not a = tracestate,", "not a = tracestate,", 2},
	} {
		span := ptrace.NewSpan()
		span.SetTraceID(id)
		span.TraceState().FromRaw(one.before)
		weigh(span, thresholdOf(one.share), []string{"SampleRate"})
		rate, _ := span.Attributes().Get("SampleRate")
		got := int64(0)
		if span.Attributes().Len() > 0 {
			got = rate.Int()
		}
		if span.TraceState().AsRaw() != one.after || got != one.rate {
			t.Errorf("%g %q: became %q, rate %d", one.share, one.before, span.TraceState().AsRaw(), got)
		}
	}
}

func TestTheRandomnessThatAServiceDrewCounts(t *testing.T) {
	span := ptrace.NewSpan()
	span.SetTraceID(pcommon.TraceID{15: 1})
	span.TraceState().FromRaw("ot=rv:80000000000000")
	if !thresholdOf(0.5).ShouldSample(randomnessOf(span)) || thresholdOf(0.4).ShouldSample(randomnessOf(span)) {
		t.Error("it does not")
	}
	if thresholdOf(0) != sampling.NeverSampleThreshold {
		t.Error("a share of nothing keeps something")
	}
}

func TestARateThatIsNoWholeNumberIsRightInTheMean(t *testing.T) {
	b := newBench(t, func(*Config) {})
	sum := 0.0
	for range 10_000 {
		sum += float64(whole(3.25, b.id()))
	}
	if mean := sum / 10_000; math.Abs(mean-3.25) > 0.02 {
		t.Errorf("3.25 is %.3f in the mean", mean)
	}
}

func TestWhatLeavesTogetherHasEachResourceOnce(t *testing.T) {
	b := newBench(t, func(*Config) {})
	for range 50 {
		b.send(requestOf("api", spec{id: b.id(), name: "a", failed: true}))
		b.send(requestOf("bot", spec{id: b.id(), name: "b", failed: true}))
	}
	b.pass(11 * time.Second)
	if len(b.left) != 1 || b.left[0].SpanCount() != 100 {
		t.Fatalf("%d batches left", len(b.left))
	}
	resources := b.left[0].ResourceSpans()
	if resources.Len() != 2 || resources.At(0).ScopeSpans().Len() != 1 {
		t.Errorf("%d resources", resources.Len())
	}
	if resources.At(0).SchemaUrl() == "" || resources.At(1).ScopeSpans().At(0).Scope().Name() != "library" {
		t.Error("the schema or the scope is gone")
	}
}

func TestAStoppedCollectorHandsOnWhatItHolds(t *testing.T) {
	b := newBench(t, func(*Config) {})
	if err := b.Start(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	b.send(requestOf("api", spec{id: b.id(), name: "failed", failed: true}))
	if err := b.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	b.ledger(1)
	if len(b.spans()) != 1 {
		t.Error("it did not")
	}
}

func TestWhatTheNextStepDoesNotTakeWaits(t *testing.T) {
	b := newBench(t, func(*Config) {})
	b.send(requestOf("api", spec{id: b.id(), name: "failed", failed: true}))
	b.refuse = errors.New("data refused due to high memory usage")
	b.pass(30 * time.Second)
	if len(b.left) != 0 || b.bytes == 0 {
		t.Errorf("%d left, %d bytes are held", len(b.left), b.bytes)
	}
	b.refuse = nil
	b.pass(time.Second)
	b.ledger(1)
	if b.bytes != 0 || len(b.counted("trace_sampler_failed_spans")) != 0 {
		t.Errorf("%d bytes are held, %v lost", b.bytes, b.counted("trace_sampler_failed_spans"))
	}
}

func TestWhatIsNeverTakenIsLostOnlyWhenMemoryIsFullOfItAndIsCounted(t *testing.T) {
	for _, refusal := range []error{errors.New("not now"), consumererror.NewPermanent(errors.New("never"))} {
		b := newBench(t, func(c *Config) { c.MemoryBytes = 1 << 20 })
		b.refuse = refusal
		for range 20_000 {
			b.send(requestOf("api", spec{id: b.id(), name: "failed", failed: true}))
			if b.bytes > b.config.MemoryBytes {
				t.Fatalf("%d bytes are held", b.bytes)
			}
			b.pass(time.Millisecond)
		}
		b.pass(11 * time.Second)
		b.refuse = nil
		b.pass(time.Second)
		lost := b.counted("trace_sampler_failed_spans")[""]
		if lost == 0 || int(lost)+len(b.spans()) != 20_000 || b.bytes != 0 {
			t.Errorf("%s: %d lost, %d left of 20000, %d bytes are held", refusal, lost, len(b.spans()), b.bytes)
		}
	}
}

func TestMemoryIsWhatItIsTakenFor(t *testing.T) {
	b := newBench(t, func(c *Config) { c.MemoryBytes = 1 << 30 })
	before := heap()
	marshaler, unmarshaler := ptrace.ProtoMarshaler{}, ptrace.ProtoUnmarshaler{}
	for range 2000 {
		data := ptrace.NewTraces()
		spans := data.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
		id := b.id()
		for range 6 {
			span := spans.AppendEmpty()
			span.SetTraceID(id)
			span.SetName("GET /api/v1/guilds/{guild_id}/games")
			for i := range 18 {
				span.Attributes().PutStr(fmt.Sprintf("attribute.number.%d", i), strings.Repeat("v", 30))
			}
		}
		wire, _ := marshaler.MarshalTraces(data)
		received, _ := unmarshaler.UnmarshalTraces(wire)
		b.send(received)
	}
	if ratio := float64(b.bytes) / float64(heap()-before); ratio < 0.95 || ratio > 1.3 {
		t.Errorf("12000 held spans are taken for %.2f of the %d bytes that they take", ratio, heap()-before)
	}
	if before = heap(); before < 12_000*1000 {
		t.Errorf("12000 spans of 1 KB cannot be held in %d bytes", before)
	}
	runtime.KeepAlive(b)

	before = heap()
	d := newDecisions(100_000 * bytesPerDecision)
	for range 100_000 {
		d.put(b.id(), decision{})
	}
	if each := (heap() - before) / 100_000; each > bytesPerDecision {
		t.Errorf("a remembered decision takes %d bytes", each)
	}
	runtime.KeepAlive(d)
}

func heap() int {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int(stats.HeapAlloc)
}

func TestConfigIsChecked(t *testing.T) {
	for want, change := range map[string]func(*Config){
		`mode: "some" is not known, use head or tail`:                  func(c *Config) { c.Mode = "some" },
		"baseline: 101 is not a share, use 0 to 100 per cent":          func(c *Config) { c.Baseline = 101 },
		"memory_bytes: 5 is too little, use 1048576 or more":           func(c *Config) { c.MemoryBytes = 5 },
		"ceiling: -1 is not a rate, use spans a second, or 0 for none": func(c *Config) { c.Ceiling = -1 },
		"decision_wait: 1ms is too short, use 1s or more":              func(c *Config) { c.DecisionWait = time.Millisecond },
		"slow: 0s is not a duration, use for example 1s":               func(c *Config) { c.Slow = 0 },
	} {
		config := defaults().(*Config)
		change(config)
		if err := config.Validate(); err == nil || err.Error() != want {
			t.Errorf("%v instead of %q", err, want)
		}
	}
}
