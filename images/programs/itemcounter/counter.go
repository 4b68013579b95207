package itemcounter

import (
	"cmp"
	"context"
	"time"

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
	"game-scheduler-otel/images/programs/wholeminutes"
)

const (
	metricName = "otelcol_ledger_items"
	// taken by what comes behind, or refused by it: then the sender tries again, or a queue was full.
	taken   = "taken"
	refused = "refused"
)

// counter counts what passes one place of a pipeline: all of it, and what was taken by service and minute.
type counter struct {
	component.StartFunc
	component.ShutdownFunc
	items          metric.Int64Counter
	taken, refused metric.MeasurementOption
	minutes        *counting.ByService[*wholeminutes.Count]
}

func newCounter(place, signal string, set component.TelemetrySettings, book *wholeminutes.Book) (*counter, error) {
	items, err := set.MeterProvider.Meter("game-scheduler-otel/itemcounter").Int64Counter(metricName)
	with := func(outcome string) metric.MeasurementOption {
		return metric.WithAttributeSet(attribute.NewSet(attribute.String("place", place), attribute.String("signal", signal),
			attribute.String("outcome", outcome)))
	}
	of := func(service string) *wholeminutes.Count { return book.Of(place, signal, service) }
	return &counter{items: items, taken: with(taken), refused: with(refused), minutes: counting.NewByService(of)}, err
}

// Capabilities say that the data is handed on as it is.
func (*counter) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{}
}

// passing holds how many items of each service are on their way. They are read before they are handed on, since who takes them may change them.
type passing struct {
	service string
	items   int
	minutes wholeminutes.Items
}

func (c *counter) settle(all []passing, err error) error {
	outcome := c.taken
	if err != nil {
		outcome = c.refused
	}
	total := 0
	for _, one := range all {
		total += one.items
		if err == nil && one.items > 0 {
			c.minutes.Of(one.service).Add(one.minutes)
		}
	}
	if total > 0 {
		c.items.Add(context.Background(), int64(total), outcome)
	}
	return err
}

type traces struct {
	*counter
	next consumer.Traces
}

func (t *traces) ConsumeTraces(ctx context.Context, data ptrace.Traces) error {
	now, all := time.Now(), make([]passing, 0, data.ResourceSpans().Len())
	for _, resource := range data.ResourceSpans().All() {
		one := passing{service: counting.ServiceOf(resource.Resource()), minutes: wholeminutes.NewItems(now)}
		for _, scope := range resource.ScopeSpans().All() {
			one.items += scope.Spans().Len()
			for _, span := range scope.Spans().All() {
				one.minutes.Add(uint64(span.StartTimestamp()))
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
	now, all := time.Now(), make([]passing, 0, data.ResourceLogs().Len())
	for _, resource := range data.ResourceLogs().All() {
		one := passing{service: counting.ServiceOf(resource.Resource()), minutes: wholeminutes.NewItems(now)}
		for _, scope := range resource.ScopeLogs().All() {
			one.items += scope.LogRecords().Len()
			for _, record := range scope.LogRecords().All() {
				one.minutes.Add(uint64(cmp.Or(record.Timestamp(), record.ObservedTimestamp())))
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
	now, all := time.Now(), make([]passing, 0, data.ResourceMetrics().Len())
	for _, resource := range data.ResourceMetrics().All() {
		one := passing{service: counting.ServiceOf(resource.Resource()), minutes: wholeminutes.NewItems(now)}
		for _, scope := range resource.ScopeMetrics().All() {
			for _, metric := range scope.Metrics().All() {
				one.items += counting.Points(metric)
				addPoints(&one.minutes, metric)
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

// ConsumeProfiles counts samples, as the exporters do, and of no minute: no store counts them.
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
