package itemcounter

import (
	"context"
	"errors"
	"testing"

	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
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
		for range spans {
			scope.Spans().AppendEmpty()
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
		service, _ := point.Attributes.Value("service")
		outcome, _ := point.Attributes.Value("outcome")
		got[service.AsString()+" "+outcome.AsString()] = point.Value
	}
	if len(got) != 2 || got["api taken"] != 5 || got["bot refused"] != 4 {
		t.Errorf("counted %v", got)
	}
}
