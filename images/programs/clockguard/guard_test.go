package clockguard

import (
	"context"
	"fmt"
	"testing"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"game-scheduler-otel/images/programs/counting"
)

var present = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func at(ahead time.Duration) pcommon.Timestamp {
	return pcommon.NewTimestampFromTime(present.Add(ahead))
}

func testGuard(t *testing.T) (*guard, func() map[string]int64) {
	t.Helper()
	reader := sdk.NewManualReader()
	set := component.TelemetrySettings{MeterProvider: sdk.NewMeterProvider(sdk.WithReader(reader))}
	g, err := newGuard(&Config{MaxAhead: 10 * time.Minute, MaxBehind: 30 * time.Minute}, set, "x", func() time.Time { return present })
	if err != nil {
		t.Fatal(err)
	}
	return g, func() map[string]int64 {
		var collected metricdata.ResourceMetrics
		if err := reader.Collect(context.Background(), &collected); err != nil {
			t.Fatal(err)
		}
		counts := map[string]int64{}
		for _, scope := range collected.ScopeMetrics {
			for _, point := range scope.Metrics[0].Data.(metricdata.Sum[int64]).DataPoints {
				service, _ := point.Attributes.Value("service")
				counts[service.AsString()] = point.Value
			}
		}
		return counts
	}
}

func TestASpanOfTheFutureIsMovedWithItsEventsAndKeepsItsDuration(t *testing.T) {
	g, counted := testGuard(t)
	data := ptrace.NewTraces()
	resource := data.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "bot")
	spans := resource.ScopeSpans().AppendEmpty().Spans()
	for _, ahead := range []time.Duration{72 * time.Hour, 9 * time.Minute} {
		span := spans.AppendEmpty()
		span.SetStartTimestamp(at(ahead - 2*time.Second))
		span.SetEndTimestamp(at(ahead))
		span.Events().AppendEmpty().SetTimestamp(at(ahead - time.Second))
	}
	jumped := spans.AppendEmpty()
	jumped.SetStartTimestamp(at(-time.Second))
	jumped.SetEndTimestamp(at(time.Hour))
	next, _ := consumer.NewTraces(func(context.Context, ptrace.Traces) error { return nil })
	if err := (&traces{g, next}).ConsumeTraces(context.Background(), data); err != nil {
		t.Fatal(err)
	}
	moved, left := spans.At(0), spans.At(1)
	if moved.StartTimestamp() != at(-2*time.Second) || moved.EndTimestamp() != at(0) || moved.Events().At(0).Timestamp() != at(-time.Second) {
		t.Errorf("moved to %s - %s", moved.StartTimestamp(), moved.EndTimestamp())
	}
	if by, _ := moved.Attributes().Get(AheadAttribute); by.Int() != 72*3600 {
		t.Errorf("it says that it was moved by %d s", by.Int())
	}
	if left.EndTimestamp() != at(9*time.Minute) || left.Attributes().Len() != 0 {
		t.Error("one within the limit was changed")
	}
	if jumped.StartTimestamp() != at(-time.Second) || jumped.EndTimestamp() != at(0) {
		t.Errorf("one whose clock jumped became %s - %s", jumped.StartTimestamp(), jumped.EndTimestamp())
	}
	if counts := fmt.Sprint(counted()); counts != "map[bot:2]" {
		t.Errorf("counted %s", counts)
	}
}

func TestARecordOfTheFutureIsMovedToThePresent(t *testing.T) {
	g, counted := testGuard(t)
	data := plog.NewLogs()
	records := data.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	ahead, fine := records.AppendEmpty(), records.AppendEmpty()
	ahead.SetTimestamp(at(time.Hour))
	ahead.SetObservedTimestamp(at(-time.Second))
	fine.SetTimestamp(at(time.Minute))
	next, _ := consumer.NewLogs(func(context.Context, plog.Logs) error { return nil })
	if err := (&logs{g, next}).ConsumeLogs(context.Background(), data); err != nil {
		t.Fatal(err)
	}
	if ahead.Timestamp() != at(0) || ahead.ObservedTimestamp() != at(-time.Second) || fine.Timestamp() != at(time.Minute) {
		t.Errorf("%s, observed %s, and %s", ahead.Timestamp(), ahead.ObservedTimestamp(), fine.Timestamp())
	}
	if counts := fmt.Sprint(counted()); counts != "map[:1]" {
		t.Errorf("counted %s", counts)
	}
}

func TestPointsOfTheFutureAndOfLongAgoAreDroppedAndTheOthersPass(t *testing.T) {
	g, counted := testGuard(t)
	data := pmetric.NewMetrics()
	metricsOf := func(service string) pmetric.MetricSlice {
		resource := data.ResourceMetrics().AppendEmpty()
		resource.Resource().Attributes().PutStr("service.name", service)
		return resource.ScopeMetrics().AppendEmpty().Metrics()
	}
	for service, ahead := range map[string]time.Duration{"bot": 24 * time.Hour, "web": -24 * time.Hour, "api": -20 * time.Minute} {
		all := metricsOf(service)
		all.AppendEmpty().SetEmptyGauge().DataPoints().AppendEmpty().SetTimestamp(at(ahead))
		all.AppendEmpty().SetEmptySum().DataPoints().AppendEmpty().SetTimestamp(at(ahead))
		all.AppendEmpty().SetEmptyHistogram().DataPoints().AppendEmpty().SetTimestamp(at(ahead))
		all.AppendEmpty().SetEmptyExponentialHistogram().DataPoints().AppendEmpty().SetTimestamp(at(ahead))
		all.AppendEmpty().SetEmptySummary().DataPoints().AppendEmpty().SetTimestamp(at(ahead))
	}
	var passed pmetric.Metrics
	next, _ := consumer.NewMetrics(func(_ context.Context, data pmetric.Metrics) error {
		passed = data
		return nil
	})
	if err := (&metrics{g, next}).ConsumeMetrics(context.Background(), data); err != nil {
		t.Fatal(err)
	}
	if passed.DataPointCount() != 5 || passed.ResourceMetrics().Len() != 1 {
		t.Errorf("%d points of %d resources passed", passed.DataPointCount(), passed.ResourceMetrics().Len())
	}
	if counts := fmt.Sprint(counted()); counts != "map[bot:5 web:5]" {
		t.Errorf("counted %s", counts)
	}
}

func TestARequestOfTheFutureAloneIsNotHandedOn(t *testing.T) {
	g, _ := testGuard(t)
	data := pmetric.NewMetrics()
	data.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty().SetEmptyGauge().DataPoints().AppendEmpty().SetTimestamp(at(time.Hour))
	next, _ := consumer.NewMetrics(func(context.Context, pmetric.Metrics) error {
		t.Error("it was")
		return nil
	})
	if err := (&metrics{g, next}).ConsumeMetrics(context.Background(), data); err != nil {
		t.Fatal(err)
	}
}

func TestInventedNamesDoNotMakeSeriesWithoutEnd(t *testing.T) {
	g, counted := testGuard(t)
	for i := range 2 * counting.MaxServices {
		resource := pcommon.NewResource()
		resource.Attributes().PutStr("service.name", fmt.Sprint(i))
		g.count(resource, 1)
	}
	if counts := counted(); len(counts) != counting.MaxServices+1 || counts["other"] != counting.MaxServices {
		t.Errorf("%d series, %d others", len(counts), counts["other"])
	}
}

func TestConfigIsChecked(t *testing.T) {
	for want, config := range map[string]Config{
		"max_ahead: 0s is too short, use for example 10m":                    {},
		"max_behind: 1s is too short, use for example 30m, or 0 for any age": {MaxAhead: time.Minute, MaxBehind: time.Second},
	} {
		if err := config.Validate(); err == nil || err.Error() != want {
			t.Errorf("%v instead of %q", err, want)
		}
	}
}
