package itemcounter

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/xconsumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pprofile"
	"go.opentelemetry.io/collector/pdata/ptrace"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"game-scheduler-otel/images/programs/wholeminutes"
)

func TestTheOutcomeIsCountedAndMinutesByService(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	set := componenttest.NewNopTelemetrySettings()
	set.MeterProvider = sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	now := time.Now()
	book := wholeminutes.NewBook(now.Add(-time.Hour))
	c, err := newCounter("one", "traces", set, book)
	if err != nil {
		t.Fatal(err)
	}
	var answer error
	next, _ := consumer.NewTraces(func(_ context.Context, data ptrace.Traces) error {
		data.ResourceSpans().RemoveIf(func(ptrace.ResourceSpans) bool { return true })
		return answer
	})
	send := func(service string, spans int) {
		data := ptrace.NewTraces()
		resource := data.ResourceSpans().AppendEmpty()
		resource.Resource().Attributes().PutStr("service.name", service)
		scope := resource.ScopeSpans().AppendEmpty()
		for i := range spans {
			scope.Spans().AppendEmpty().SetStartTimestamp(pcommon.NewTimestampFromTime(now.Add(-time.Duration(i) * time.Minute)))
		}
		if err := (&traces{counter: c, next: next}).ConsumeTraces(context.Background(), data); err != answer {
			t.Errorf("says %v instead of %v", err, answer)
		}
	}
	send("api", 3)
	send("api", 2)
	send("idle", 0)
	answer = errors.New("full")
	send("bot", 4)
	var all metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	for _, point := range all.ScopeMetrics[0].Metrics[0].Data.(metricdata.Sum[int64]).DataPoints {
		outcome, _ := point.Attributes.Value("outcome")
		got[outcome.AsString()] = point.Value
	}
	if len(got) != 2 || got["taken"] != 5 || got["refused"] != 4 {
		t.Errorf("counted %v", got)
	}
	// of three spans and of two, each a minute before the one before
	if numbers := minutesOf(book, now); len(numbers) != 2 || numbers["api last"] != 2 || numbers["api before"] != 2 {
		t.Errorf("counted by minute %v", numbers)
	}
}

// minutesOf says what was counted of the minute of a time, and of the one before it.
func minutesOf(book *wholeminutes.Book, at time.Time) map[string]int64 {
	numbers := map[string]int64{}
	for _, one := range book.Due(at.Truncate(time.Minute).Add(70 * time.Second)) {
		numbers[one.Service+" "+one.Which] = one.Items
	}
	return numbers
}

func TestAPointWithoutAValueIsOfNoMinute(t *testing.T) {
	one := pmetric.NewMetric()
	points := one.SetEmptyGauge().DataPoints()
	now := time.Now()
	points.AppendEmpty().SetTimestamp(pcommon.NewTimestampFromTime(now))
	points.AppendEmpty().SetTimestamp(pcommon.NewTimestampFromTime(now))
	points.At(1).SetFlags(pmetric.DefaultDataPointFlags.WithNoRecordedValue(true))
	items := wholeminutes.NewItems(now)
	addPoints(&items, one)
	book := wholeminutes.NewBook(now.Add(-time.Hour))
	book.Of("one", "metrics", "api").Add(items)
	if numbers := minutesOf(book, now); len(numbers) != 1 || numbers["api last"] != 1 {
		t.Errorf("counted %v", numbers)
	}
}

func TestARecordIsOfTheMinuteInWhichItWasSeenWhereItSaysNothingElse(t *testing.T) {
	now := time.Now()
	book := wholeminutes.NewBook(now.Add(-time.Hour))
	c, err := newCounter("one", "logs", componenttest.NewNopTelemetrySettings(), book)
	if err != nil {
		t.Fatal(err)
	}
	data := plog.NewLogs()
	records := data.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	records.AppendEmpty().SetObservedTimestamp(pcommon.NewTimestampFromTime(now))
	records.AppendEmpty().SetTimestamp(pcommon.NewTimestampFromTime(now))
	next, _ := consumer.NewLogs(func(context.Context, plog.Logs) error { return nil })
	if err := (&logs{counter: c, next: next}).ConsumeLogs(context.Background(), data); err != nil {
		t.Fatal(err)
	}
	if numbers := minutesOf(book, now); len(numbers) != 1 || numbers[" last"] != 2 {
		t.Errorf("counted %v", numbers)
	}
}

func TestSamplesOfProfilesAreCounted(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	set := componenttest.NewNopTelemetrySettings()
	set.MeterProvider = sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	c, err := newCounter("one", "profiles", set, wholeminutes.NewBook(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	data := pprofile.NewProfiles()
	scope := data.ResourceProfiles().AppendEmpty().ScopeProfiles().AppendEmpty()
	for range 2 {
		profile := scope.Profiles().AppendEmpty()
		for range 3 {
			profile.Samples().AppendEmpty()
		}
	}
	next, _ := xconsumer.NewProfiles(func(context.Context, pprofile.Profiles) error { return nil })
	if err := (&profiles{counter: c, next: next}).ConsumeProfiles(context.Background(), data); err != nil {
		t.Fatal(err)
	}
	var read metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &read); err != nil {
		t.Fatal(err)
	}
	points := read.ScopeMetrics[0].Metrics[0].Data.(metricdata.Sum[int64]).DataPoints
	if len(points) != 1 || points[0].Value != 6 {
		t.Errorf("counted %v", points)
	}
}
