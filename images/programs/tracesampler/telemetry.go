package tracesampler

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// telemetry counts every span that comes in, once. Where upstream's tail sampling counts the same thing the name is its own, so that
// boards and alerts need no other query.
type telemetry struct {
	spans  metric.Int64Counter
	traces metric.Int64Counter
	early  metric.Int64Counter
	failed metric.Int64Counter

	labels map[decisionLabel]metric.MeasurementOption
}

// holding is what is in memory now.
type holding struct{ traces, spans, bytes int }

type decisionLabel struct {
	kept   bool
	reason reason
}

func newTelemetry(meter metric.Meter, held func() holding) (*telemetry, error) {
	t := &telemetry{labels: map[decisionLabel]metric.MeasurementOption{}}
	for why, name := range reasonNames {
		t.labels[decisionLabel{true, why}] = labels(attribute.String("decision", "kept"), attribute.String("reason", name))
		t.labels[decisionLabel{false, why}] = labels(attribute.String("decision", "dropped"), attribute.String("reason", name))
	}
	for name, counter := range map[string]*metric.Int64Counter{
		"otelcol_processor_trace_sampler_spans":                            &t.spans,
		"otelcol_processor_trace_sampler_failed_spans":                     &t.failed,
		"otelcol_processor_tail_sampling_global_count_traces_sampled":      &t.traces,
		"otelcol_processor_tail_sampling_sampling_trace_dropped_too_early": &t.early,
	} {
		made, err := meter.Int64Counter(name)
		if err != nil {
			return nil, err
		}
		*counter = made
	}
	onMemory, err := meter.Int64ObservableGauge("otelcol_processor_tail_sampling_sampling_traces_on_memory")
	if err != nil {
		return nil, err
	}
	heldBytes, err := meter.Int64ObservableGauge("otelcol_processor_trace_sampler_held_bytes")
	if err != nil {
		return nil, err
	}
	heldSpans, err := meter.Int64ObservableGauge("otelcol_processor_trace_sampler_held_spans")
	if err != nil {
		return nil, err
	}
	_, err = meter.RegisterCallback(func(_ context.Context, observer metric.Observer) error {
		now := held()
		observer.ObserveInt64(onMemory, int64(now.traces))
		observer.ObserveInt64(heldSpans, int64(now.spans))
		observer.ObserveInt64(heldBytes, int64(now.bytes))
		return nil
	}, onMemory, heldSpans, heldBytes)
	return t, err
}

func labels(attributes ...attribute.KeyValue) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(attributes...))
}

var sampled = map[bool]metric.MeasurementOption{
	true:  labels(attribute.String("sampled", "true")),
	false: labels(attribute.String("sampled", "false")),
}

func (t *telemetry) count(what decision, spans int) {
	t.spans.Add(context.Background(), int64(spans), t.labels[decisionLabel{what.kept, what.reason}])
}

func (t *telemetry) countTrace(what decision, early bool) {
	t.traces.Add(context.Background(), 1, sampled[what.kept])
	if early {
		t.early.Add(context.Background(), 1)
	}
}
