package itemcounter

import (
	"cmp"
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/xconsumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pprofile"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"game-scheduler-otel/images/programs/counting"
)

const (
	metricName = "otelcol_ledger_items"
	// What was taken, by the time that an item says of itself: what a store holds of some whole minutes can be held against it, to the item.
	minutesName = "otelcol_ledger_minute_items"
	// taken by what comes behind, or refused by it: then the sender tries again, or a queue was full.
	taken   = "taken"
	refused = "refused"
)

// counter counts what passes one place of a pipeline, by service.
type counter struct {
	component.StartFunc
	component.ShutdownFunc
	items  metric.Int64Counter
	minute metric.Int64Counter
	labels *counting.ByService[label]
}

// label of one service.
type label struct {
	taken, refused metric.MeasurementOption
	minutes        [minutes]metric.MeasurementOption
}

func newCounter(place, signal string, set component.TelemetrySettings) (*counter, error) {
	meter := set.MeterProvider.Meter("game-scheduler-otel/itemcounter")
	items, err := meter.Int64Counter(metricName)
	if err != nil {
		return nil, err
	}
	minute, err := meter.Int64Counter(minutesName)
	labelOf := func(service string) label {
		with := func(outcome string) metric.MeasurementOption {
			return metric.WithAttributeSet(attribute.NewSet(attribute.String("place", place), attribute.String("signal", signal),
				attribute.String("service", service), attribute.String("outcome", outcome)))
		}
		return label{with(taken), with(refused), minuteLabels(place, signal, service)}
	}
	return &counter{items: items, minute: minute, labels: counting.NewByService(labelOf)}, err
}

// Capabilities say that the data is handed on as it is.
func (*counter) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{}
}

// passing holds how many items of each service are on their way. They are read before they are handed on, since who takes them may change them.
type passing struct {
	service string
	items   int
	minutes byMinute
}

func (c *counter) settle(all []passing, err error) error {
	for _, one := range all {
		if one.items == 0 {
			continue
		}
		of := c.labels.Of(one.service)
		if err == nil {
			c.items.Add(context.Background(), int64(one.items), of.taken)
			for i, items := range one.minutes {
				if items > 0 {
					c.minute.Add(context.Background(), items, of.minutes[i])
				}
			}
		} else {
			c.items.Add(context.Background(), int64(one.items), of.refused)
		}
	}
	return err
}

type traces struct {
	*counter
	next consumer.Traces
}

func (t *traces) ConsumeTraces(ctx context.Context, data ptrace.Traces) error {
	all := make([]passing, 0, data.ResourceSpans().Len())
	for _, resource := range data.ResourceSpans().All() {
		one := passing{service: counting.ServiceOf(resource.Resource())}
		for _, scope := range resource.ScopeSpans().All() {
			one.items += scope.Spans().Len()
			for _, span := range scope.Spans().All() {
				one.minutes.add(span.StartTimestamp())
			}
		}
		all = append(all, one)
	}
	return t.settle(all, t.next.ConsumeTraces(ctx, data))
}

type logs struct {
	*counter
	next consumer.Logs
}

func (l *logs) ConsumeLogs(ctx context.Context, data plog.Logs) error {
	all := make([]passing, 0, data.ResourceLogs().Len())
	for _, resource := range data.ResourceLogs().All() {
		one := passing{service: counting.ServiceOf(resource.Resource())}
		for _, scope := range resource.ScopeLogs().All() {
			one.items += scope.LogRecords().Len()
			for _, record := range scope.LogRecords().All() {
				one.minutes.add(cmp.Or(record.Timestamp(), record.ObservedTimestamp()))
			}
		}
		all = append(all, one)
	}
	return l.settle(all, l.next.ConsumeLogs(ctx, data))
}

type metrics struct {
	*counter
	next consumer.Metrics
}

func (m *metrics) ConsumeMetrics(ctx context.Context, data pmetric.Metrics) error {
	all := make([]passing, 0, data.ResourceMetrics().Len())
	for _, resource := range data.ResourceMetrics().All() {
		one := passing{service: counting.ServiceOf(resource.Resource())}
		for _, scope := range resource.ScopeMetrics().All() {
			for _, metric := range scope.Metrics().All() {
				one.items += counting.Points(metric)
				one.minutes.addPoints(metric)
			}
		}
		all = append(all, one)
	}
	return m.settle(all, m.next.ConsumeMetrics(ctx, data))
}

type profiles struct {
	*counter
	next xconsumer.Profiles
}

// ConsumeProfiles counts samples, as the exporters do.
func (p *profiles) ConsumeProfiles(ctx context.Context, data pprofile.Profiles) error {
	all := make([]passing, 0, data.ResourceProfiles().Len())
	for _, resource := range data.ResourceProfiles().All() {
		one := passing{service: counting.ServiceOf(resource.Resource())}
		for _, scope := range resource.ScopeProfiles().All() {
			for _, profile := range scope.Profiles().All() {
				one.items += profile.Samples().Len()
			}
		}
		all = append(all, one)
	}
	return p.settle(all, p.next.ConsumeProfiles(ctx, data))
}
