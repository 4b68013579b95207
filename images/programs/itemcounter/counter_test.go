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
)

func TestTheOutcomeIsCountedByService(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	set := componenttest.NewNopTelemetrySettings()
	set.MeterProvider = sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	c, err := newCounter("one", "traces", set)
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
			scope.Spans().AppendEmpty().SetStartTimestamp(pcommon.Timestamp(i) * pcommon.Timestamp(time.Minute))
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
	minutes := map[string]int64{}
	for _, point := range all.ScopeMetrics[0].Metrics[1].Data.(metricdata.Sum[int64]).DataPoints {
		service, _ := point.Attributes.Value("service")
		minute, _ := point.Attributes.Value("minute")
		minutes[service.AsString()+" "+minute.AsString()] = point.Value
	}
	// of three spans and of two, each a minute after the one before
	if len(minutes) != 3 || minutes["api 0"] != 2 || minutes["api 1"] != 2 || minutes["api 2"] != 1 {
		t.Errorf("counted by minute %v", minutes)
	}
	for _, point := range all.ScopeMetrics[0].Metrics[0].Data.(metricdata.Sum[int64]).DataPoints {
		service, _ := point.Attributes.Value("service")
		outcome, _ := point.Attributes.Value("outcome")
		got[service.AsString()+" "+outcome.AsString()] = point.Value
	}
	if len(got) != 2 || got["api taken"] != 5 || got["bot refused"] != 4 {
		t.Errorf("counted %v", got)
	}
}

func TestAPointWithoutAValueIsOfNoMinute(t *testing.T) {
	one := pmetric.NewMetric()
	points := one.SetEmptyGauge().DataPoints()
	points.AppendEmpty().SetTimestamp(pcommon.Timestamp(4 * time.Minute))
	points.AppendEmpty().SetFlags(pmetric.DefaultDataPointFlags.WithNoRecordedValue(true))
	var got byMinute
	got.addPoints(one)
	if got != (byMinute{0, 1, 0}) {
		t.Errorf("counted %v", got)
	}
}

func TestARecordIsOfTheMinuteInWhichItWasSeenWhereItSaysNothingElse(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	set := componenttest.NewNopTelemetrySettings()
	set.MeterProvider = sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	c, err := newCounter("one", "logs", set)
	if err != nil {
		t.Fatal(err)
	}
	data := plog.NewLogs()
	records := data.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	records.AppendEmpty().SetObservedTimestamp(pcommon.Timestamp(2 * time.Minute))
	records.AppendEmpty().SetTimestamp(pcommon.Timestamp(2 * time.Minute))
	next, _ := consumer.NewLogs(func(context.Context, plog.Logs) error { return nil })
	if err := (&logs{counter: c, next: next}).ConsumeLogs(context.Background(), data); err != nil {
		t.Fatal(err)
	}
	var all metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	points := all.ScopeMetrics[0].Metrics[1].Data.(metricdata.Sum[int64]).DataPoints
	if len(points) != 1 || points[0].Value != 2 {
		t.Errorf("counted %v", points)
	}
}

func TestSamplesOfProfilesAreCounted(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	set := componenttest.NewNopTelemetrySettings()
	set.MeterProvider = sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	c, err := newCounter("one", "profiles", set)
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
