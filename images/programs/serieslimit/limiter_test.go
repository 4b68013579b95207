package serieslimit

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pmetric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

type bench struct {
	*limiter
	at     time.Time
	passed map[string]int
	answer error
	reader *sdkmetric.ManualReader
}

func benchOf(t *testing.T, config Config) *bench {
	t.Helper()
	b := &bench{at: time.Unix(1_000, 0), reader: sdkmetric.NewManualReader(), passed: map[string]int{}}
	set := componenttest.NewNopTelemetrySettings()
	set.MeterProvider = sdkmetric.NewMeterProvider(sdkmetric.WithReader(b.reader))
	next, _ := consumer.NewMetrics(func(_ context.Context, data pmetric.Metrics) error {
		for _, resource := range data.ResourceMetrics().All() {
			for _, scope := range resource.ScopeMetrics().All() {
				for _, one := range scope.Metrics().All() {
					b.passed[one.Name()] += one.Sum().DataPoints().Len()
				}
			}
		}
		return b.answer
	})
	var err error
	if b.limiter, err = newLimiter(&config, set, next, func() time.Time { return b.at }); err != nil {
		t.Fatal(err)
	}
	return b
}

// send points of the users from..to of a service.
func (b *bench) send(name, service string, from, to int) error {
	data := pmetric.NewMetrics()
	resource := data.ResourceMetrics().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", service)
	one := resource.ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	one.SetName(name)
	points := one.SetEmptySum().DataPoints()
	for user := from; user < to; user++ {
		points.AppendEmpty().Attributes().PutInt("user", int64(user))
	}
	return b.ConsumeMetrics(context.Background(), data)
}

func (b *bench) dropped(t *testing.T) map[string]int64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := b.reader.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	found := map[string]int64{}
	for _, scope := range all.ScopeMetrics {
		for _, point := range scope.Metrics[0].Data.(metricdata.Sum[int64]).DataPoints {
			name, _ := point.Attributes.Value("metric")
			found[name.AsString()] = point.Value
		}
	}
	return found
}

func TestTheFirstSeriesStayAndFurtherOnesAreCountedByMetric(t *testing.T) {
	b := benchOf(t, Config{PerMetric: 100, Metrics: map[string]int{"small": 10}, Expire: time.Hour})
	for range 3 {
		_ = b.send("large", "api", 0, 150)
		_ = b.send("small", "api", 0, 15)
		_ = b.send("fits", "api", 0, 100)
	}
	if b.passed["large"] != 300 || b.passed["small"] != 30 || b.passed["fits"] != 300 {
		t.Errorf("passed %v", b.passed)
	}
	if got := b.dropped(t); len(got) != 2 || got["large"] != 150 || got["small"] != 15 {
		t.Errorf("dropped %v", got)
	}
}

func TestSeriesOfTwoServicesAreTwo(t *testing.T) {
	b := benchOf(t, Config{PerMetric: 100, Expire: time.Hour})
	_ = b.send("one", "api", 0, 60)
	_ = b.send("one", "bot", 0, 60)
	if b.passed["one"] != 100 || b.dropped(t)["one"] != 20 {
		t.Errorf("passed %v, dropped %v", b.passed, b.dropped(t))
	}
}

func TestASeriesThatEndedMakesRoomAndOneThatGoesOnStays(t *testing.T) {
	b := benchOf(t, Config{PerMetric: 10, Expire: time.Hour})
	_ = b.send("one", "api", 0, 10)
	for range 3 {
		b.at = b.at.Add(time.Hour)
		_ = b.send("one", "api", 0, 4)
	}
	b.passed = map[string]int{}
	_ = b.send("one", "api", 0, 20)
	if b.passed["one"] != 10 {
		t.Errorf("passed %v", b.passed)
	}
}

func TestWhatIsRefusedIsNotCounted(t *testing.T) {
	b := benchOf(t, Config{PerMetric: 1, Expire: time.Hour})
	b.answer = errors.New("full")
	if err := b.send("one", "api", 0, 5); !errors.Is(err, b.answer) || len(b.dropped(t)) != 0 {
		t.Errorf("says %v, dropped %v", err, b.dropped(t))
	}
	b.answer = nil
	_ = b.send("one", "api", 0, 1)
	b.answer = errors.New("must not be asked")
	if err := b.send("one", "api", 3, 5); err != nil || b.dropped(t)["one"] != 2 {
		t.Errorf("says %v, dropped %v", err, b.dropped(t))
	}
}
