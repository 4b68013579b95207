package clockguard

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"game-scheduler-otel/images/programs/counting"
)

// AheadAttribute holds the seconds by which a span or a record was moved.
const AheadAttribute = "clock.ahead_s"

type guard struct {
	component.StartFunc
	component.ShutdownFunc
	config  *Config
	now     func() time.Time
	counter metric.Int64Counter
	labels  *counting.ByService[metric.MeasurementOption]
}

func newGuard(config *Config, set component.TelemetrySettings, signal string, now func() time.Time) (*guard, error) {
	counter, err := set.MeterProvider.Meter("game-scheduler-otel/clockguard").Int64Counter("otelcol_processor_clock_guard_items")
	return &guard{
		config:  config,
		now:     now,
		counter: counter,
		labels: counting.NewByService(func(service string) metric.MeasurementOption {
			return metric.WithAttributeSet(attribute.NewSet(attribute.String("signal", signal), attribute.String("service", service)))
		}),
	}, err
}

// Capabilities say that what comes in may be changed.
func (*guard) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: true}
}

// limit and the present, as telemetry writes them.
func (g *guard) times() (now, limit pcommon.Timestamp) {
	present := g.now()
	return pcommon.NewTimestampFromTime(present), pcommon.NewTimestampFromTime(present.Add(g.config.MaxAhead))
}

func (g *guard) count(resource pcommon.Resource, items int) {
	if items > 0 {
		g.counter.Add(context.Background(), int64(items), g.labels.Of(counting.ServiceOf(resource)))
	}
}

type traces struct {
	*guard
	next consumer.Traces
}

func (t *traces) ConsumeTraces(ctx context.Context, data ptrace.Traces) error {
	now, limit := t.times()
	for _, resource := range data.ResourceSpans().All() {
		moved := 0
		for _, scope := range resource.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				if max(span.StartTimestamp(), span.EndTimestamp()) > limit {
					moveSpan(span, now, limit)
					moved++
				}
			}
		}
		t.count(resource.Resource(), moved)
	}
	return t.next.ConsumeTraces(ctx, data)
}

// moveSpan to the present with all that is in it, so that its duration stays. One that began in the present has lived through the clock's jump:
// it ends now.
func moveSpan(span ptrace.Span, now, limit pcommon.Timestamp) {
	latest := max(span.StartTimestamp(), span.EndTimestamp())
	moved := func(at pcommon.Timestamp) pcommon.Timestamp { return at - min(at, latest-now) }
	if span.StartTimestamp() <= limit {
		moved = func(at pcommon.Timestamp) pcommon.Timestamp { return min(at, now) }
	}
	span.SetStartTimestamp(moved(span.StartTimestamp()))
	span.SetEndTimestamp(moved(span.EndTimestamp()))
	for _, event := range span.Events().All() {
		event.SetTimestamp(moved(event.Timestamp()))
	}
	span.Attributes().PutInt(AheadAttribute, seconds(latest-now))
}

func seconds(ahead pcommon.Timestamp) int64 {
	return int64(ahead / 1e9)
}

type logs struct {
	*guard
	next consumer.Logs
}

func (l *logs) ConsumeLogs(ctx context.Context, data plog.Logs) error {
	now, limit := l.times()
	for _, resource := range data.ResourceLogs().All() {
		moved := 0
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				latest := max(record.Timestamp(), record.ObservedTimestamp())
				if latest <= limit {
					continue
				}
				record.SetTimestamp(min(record.Timestamp(), now))
				record.SetObservedTimestamp(min(record.ObservedTimestamp(), now))
				record.Attributes().PutInt(AheadAttribute, seconds(latest-now))
				moved++
			}
		}
		l.count(resource.Resource(), moved)
	}
	return l.next.ConsumeLogs(ctx, data)
}

type metrics struct {
	*guard
	next consumer.Metrics
}

func (m *metrics) ConsumeMetrics(ctx context.Context, data pmetric.Metrics) error {
	now, latest := m.times()
	var oldest pcommon.Timestamp
	if m.config.MaxBehind > 0 {
		oldest = now - pcommon.Timestamp(m.config.MaxBehind)
	}
	data.ResourceMetrics().RemoveIf(func(resource pmetric.ResourceMetrics) bool {
		dropped := 0
		resource.ScopeMetrics().RemoveIf(func(scope pmetric.ScopeMetrics) bool {
			scope.Metrics().RemoveIf(func(one pmetric.Metric) bool {
				gone := dropOutside(one, oldest, latest)
				dropped += gone
				return gone > 0 && empty(one)
			})
			return dropped > 0 && scope.Metrics().Len() == 0
		})
		m.count(resource.Resource(), dropped)
		return dropped > 0 && resource.ScopeMetrics().Len() == 0
	})
	if data.ResourceMetrics().Len() == 0 {
		return nil
	}
	return m.next.ConsumeMetrics(ctx, data)
}

// point of any kind.
type point interface{ Timestamp() pcommon.Timestamp }

func dropOutside(one pmetric.Metric, oldest, latest pcommon.Timestamp) int {
	before := counting.Points(one)
	switch one.Type() {
	case pmetric.MetricTypeGauge:
		one.Gauge().DataPoints().RemoveIf(outside[pmetric.NumberDataPoint](oldest, latest))
	case pmetric.MetricTypeSum:
		one.Sum().DataPoints().RemoveIf(outside[pmetric.NumberDataPoint](oldest, latest))
	case pmetric.MetricTypeHistogram:
		one.Histogram().DataPoints().RemoveIf(outside[pmetric.HistogramDataPoint](oldest, latest))
	case pmetric.MetricTypeExponentialHistogram:
		one.ExponentialHistogram().DataPoints().RemoveIf(outside[pmetric.ExponentialHistogramDataPoint](oldest, latest))
	case pmetric.MetricTypeSummary:
		one.Summary().DataPoints().RemoveIf(outside[pmetric.SummaryDataPoint](oldest, latest))
	}
	return before - counting.Points(one)
}

func outside[P point](oldest, latest pcommon.Timestamp) func(P) bool {
	return func(one P) bool { return one.Timestamp() > latest || one.Timestamp() < oldest }
}

func empty(one pmetric.Metric) bool {
	return counting.Points(one) == 0
}
