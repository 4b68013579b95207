package ledger

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"game-scheduler-otel/images/programs/wholeminutes"
)

// numbers of the collector's own metrics, by name and then by label "key=value,...".
type numbers map[string]map[string]float64

func scraped(all numbers) pmetric.Metrics {
	data := pmetric.NewMetrics()
	scope := data.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty()
	for name, points := range all {
		one := scope.Metrics().AppendEmpty()
		one.SetName(name)
		sum := one.SetEmptySum()
		for labels, value := range points {
			point := sum.DataPoints().AppendEmpty()
			point.SetDoubleValue(value)
			point.SetTimestamp(1000)
			for key, text := range parsed(labels) {
				point.Attributes().PutStr(key, text)
			}
		}
	}
	return data
}

func parsed(labels string) map[string]string {
	all := map[string]string{}
	key, at := "", 0
	for i, letter := range labels + "," {
		switch letter {
		case '=':
			key, at = labels[at:i], i+1
		case ',':
			all[key], at = labels[at:i], i+1
		}
	}
	return all
}

// state of one exporter of spans behind one rule and a sampler.
type state struct{ received, noise, dropped, held, offered, sent, failed, full, queued float64 }

func (s state) numbers() numbers {
	return numbers{
		"otelcol_exporter_queue_size":                {"exporter=otlp_http/one,data_type=traces": s.queued},
		"otelcol_exporter_sent_spans":                {"exporter=otlp_http/one": s.sent},
		"otelcol_exporter_send_failed_spans":         {"exporter=otlp_http/one": s.failed},
		"otelcol_exporter_enqueue_failed_spans":      {"exporter=otlp_http/one": s.full},
		"otelcol_processor_incoming_items":           {"processor=filter/noise,otel.signal=traces": s.received, "processor=filter/to-two,otel.signal=traces": 7},
		"otelcol_processor_outgoing_items":           {"processor=filter/noise,otel_signal=traces": s.received - s.noise},
		"otelcol_processor_trace_sampler_spans":      {"decision=dropped,reason=baseline": s.dropped, "decision=kept,reason=failed": 1},
		"otelcol_processor_trace_sampler_held_spans": {"": s.held},
		itemsMetric: {
			"place=received,signal=traces,outcome=taken": s.received - 1, "place=received,signal=traces,outcome=refused": 1,
			"place=one,signal=traces,outcome=taken": s.offered, "place=one,signal=logs,outcome=taken": 5,
		},
	}
}

// lostAfter books these states, one reading each, and says what the last one added.
func lostAfter(t *testing.T, recreated int64, states ...state) (lost, damaged float64) {
	t.Helper()
	var last pmetric.Metrics
	next, _ := consumer.NewMetrics(func(_ context.Context, data pmetric.Metrics) error {
		last = data
		return nil
	})
	b := newBooks(&Config{Rules: []string{"filter/noise", "filter/to-two"}}, next, time.Unix(1, 0), func() int64 { return recreated }, wholeminutes.NewBook(time.Unix(1, 0)))
	for _, one := range states {
		if err := b.ConsumeMetrics(context.Background(), scraped(one.numbers())); err != nil {
			t.Fatal(err)
		}
	}
	all := read(last)
	return all.sum("otelcol_ledger_lost_items", where{"exporter": "otlp_http/one", "signal": "traces"}), all.sum("otelcol_ledger_damaged_queues", nil)
}

func TestBooksThatCloseLoseNothing(t *testing.T) {
	closed := state{received: 100, noise: 10, dropped: 20, held: 5, offered: 65, sent: 50, failed: 4, full: 3, queued: 8}
	if lost, damaged := lostAfter(t, 0, closed, closed, closed, closed, closed); lost != 0 || damaged != 0 {
		t.Errorf("lost %g, damaged %g", lost, damaged)
	}
}

func TestWhatIsMissingForFourReadingsIsLost(t *testing.T) {
	before := state{received: 100, offered: 100, sent: 100}
	atExit := state{received: 200, offered: 200, sent: 170}
	between := state{received: 200, offered: 193, sent: 193}
	for want, now := range map[float64]state{30: atExit, 7: between} {
		if lost, _ := lostAfter(t, 0, before, before, before, before, now, now, now); lost != 0 {
			t.Errorf("after three readings %g are lost", lost)
		}
		if lost, _ := lostAfter(t, 0, before, before, before, before, now, now, now, now); lost != want {
			t.Errorf("lost %g instead of %g", lost, want)
		}
	}
}

func TestWhatIsOnItsWayIsNotLost(t *testing.T) {
	still := state{received: 100, offered: 100, sent: 100}
	moving := state{received: 200, offered: 200, sent: 170}
	if lost, _ := lostAfter(t, 0, still, still, still, still, moving, moving, still, moving, moving, moving); lost != 0 {
		t.Errorf("lost %g", lost)
	}
}

func TestAQueueOfTheProcessBeforeIsNoSurplusAndHidesNothing(t *testing.T) {
	full := state{queued: 500}
	drained := state{sent: 500}
	short := state{received: 60, offered: 60, sent: 550}
	if lost, _ := lostAfter(t, 0, full, full, full, drained, drained, drained, drained); lost != 0 {
		t.Errorf("lost %g", lost)
	}
	if lost, _ := lostAfter(t, 0, full, full, full, drained, short, short, short, short); lost != 10 {
		t.Errorf("lost %g instead of 10", lost)
	}
}

func TestWhatIsSentTwiceIsNoLoss(t *testing.T) {
	once, twice := state{received: 10, offered: 10, sent: 10}, state{received: 10, offered: 20, sent: 20}
	if lost, _ := lostAfter(t, 0, once, once, once, once, twice, twice, twice, twice); lost != 0 {
		t.Errorf("lost %g", lost)
	}
}

func TestADamagedQueueIsCountedWhenAQueryCanSeeItRise(t *testing.T) {
	one := state{}
	if _, damaged := lostAfter(t, 2, one, one, one, one); damaged != 0 {
		t.Errorf("%g at once", damaged)
	}
	if _, damaged := lostAfter(t, 2, one, one, one, one, one); damaged != 2 {
		t.Errorf("%g instead of 2", damaged)
	}
}

func TestOnceAMinuteItSaysWhatPassedByServiceUntilItIsTaken(t *testing.T) {
	var last pmetric.Metrics
	var answer error
	next, _ := consumer.NewMetrics(func(_ context.Context, data pmetric.Metrics) error {
		last = data
		return answer
	})
	began := time.Unix(30_000_000*60-30, 0)
	book := wholeminutes.NewBook(began)
	b := newBooks(&Config{}, next, began, func() int64 { return 0 }, book)
	items := wholeminutes.NewItems(began)
	for range 7 {
		items.Add(uint64(began.Add(40 * time.Second).UnixNano()))
	}
	book.Of("one", "logs", "api").Add(items)
	full := errors.New("no space left on device")
	for _, reading := range []struct {
		seconds time.Duration
		answer  error
		want    float64
	}{{95, nil, 0}, {105, full, 7}, {120, nil, 7}, {135, nil, 0}} {
		answer = reading.answer
		if err := b.ConsumeMetrics(context.Background(), scrapedAt(began.Add(reading.seconds*time.Second))); err != answer {
			t.Fatal(err)
		}
		got := read(last).sum("otelcol_ledger_minute_items", where{"place": "one", "signal": "logs", "service": "api", "minute": "last"})
		if got != reading.want {
			t.Errorf("after %d s it says %g instead of %g", reading.seconds, got, reading.want)
		}
	}
}

func scrapedAt(at time.Time) pmetric.Metrics {
	data := scraped(state{}.numbers())
	for _, one := range data.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
		for _, point := range one.Sum().DataPoints().All() {
			point.SetTimestamp(pcommon.NewTimestampFromTime(at))
		}
	}
	return data
}
