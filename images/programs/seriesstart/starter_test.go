package seriesstart

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// seen is a point that passed: seconds of its series' start and of itself since the collector began, and what it says.
type seen struct{ start, at, value int }

type bench struct {
	*starter
	passed []seen
	answer error
	clock  time.Time
}

var beginning = time.Unix(1_000_000, 0)

func benchOf(config Config) *bench {
	b := &bench{clock: beginning}
	if config.MaxSeries == 0 {
		config.MaxSeries = 100
	}
	next, _ := consumer.NewMetrics(func(_ context.Context, data pmetric.Metrics) error {
		if b.answer != nil {
			return b.answer
		}
		for _, resource := range data.ResourceMetrics().All() {
			for _, scope := range resource.ScopeMetrics().All() {
				for _, one := range scope.Metrics().All() {
					b.note(one)
				}
			}
		}
		return nil
	})
	b.starter = newStarter(&config, next, func() time.Time { return b.clock })
	return b
}

func seconds(of pcommon.Timestamp) int { return int(of.AsTime().Sub(beginning) / time.Second) }

func moment(second int) pcommon.Timestamp {
	return pcommon.NewTimestampFromTime(beginning.Add(time.Duration(second) * time.Second))
}

func (b *bench) note(one pmetric.Metric) {
	switch one.Type() {
	case pmetric.MetricTypeSum:
		for _, p := range one.Sum().DataPoints().All() {
			b.passed = append(b.passed, seen{seconds(p.StartTimestamp()), seconds(p.Timestamp()), int(p.IntValue()) + int(p.DoubleValue())})
		}
	case pmetric.MetricTypeHistogram:
		for _, p := range one.Histogram().DataPoints().All() {
			b.passed = append(b.passed, seen{seconds(p.StartTimestamp()), seconds(p.Timestamp()), int(p.Count())})
		}
	case pmetric.MetricTypeExponentialHistogram:
		for _, p := range one.ExponentialHistogram().DataPoints().All() {
			b.passed = append(b.passed, seen{seconds(p.StartTimestamp()), seconds(p.Timestamp()), int(p.Count())})
		}
	case pmetric.MetricTypeGauge:
		for _, p := range one.Gauge().DataPoints().All() {
			b.passed = append(b.passed, seen{seconds(p.StartTimestamp()), seconds(p.Timestamp()), int(p.IntValue())})
		}
	}
}

func newMetric(sdk bool) (pmetric.Metrics, pmetric.Metric) {
	data := pmetric.NewMetrics()
	resource := data.ResourceMetrics().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "orders")
	if sdk {
		resource.Resource().Attributes().PutStr("telemetry.sdk.name", "opentelemetry")
	}
	one := resource.ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	one.SetName("requests")
	return data, one
}

// count says that a route had so many requests from start to at, and returns what passed.
func (b *bench) count(route string, start, at, value int) []seen {
	data, one := newMetric(true)
	counter(one, route, start, at, value)
	return b.send(data, at)
}

func (b *bench) send(data pmetric.Metrics, at int) []seen {
	b.clock = moment(at).AsTime()
	b.passed = nil
	_ = b.ConsumeMetrics(context.Background(), data)
	return b.passed
}

func counter(one pmetric.Metric, route string, start, at, value int) pmetric.NumberDataPoint {
	if one.Type() == pmetric.MetricTypeEmpty {
		one.SetEmptySum().SetIsMonotonic(true)
		one.Sum().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	}
	point := one.Sum().DataPoints().AppendEmpty()
	point.SetStartTimestamp(moment(start))
	point.SetTimestamp(moment(at))
	point.SetIntValue(int64(value))
	point.Attributes().PutStr("route", route)
	return point
}

func expect(t *testing.T, got []seen, want ...seen) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("passed %v, not %v", got, want)
	}
}

var fromSDK, fromConnector = Config{Source: SDK}, Config{Source: Connector, Interval: 15 * time.Second}

func TestAProcessThatBeganLatelyHasItsFirstEventCounted(t *testing.T) {
	b := benchOf(fromSDK)
	expect(t, b.count("/", 100, 130, 1), seen{100, 100, 0}, seen{100, 130, 1})
	expect(t, b.count("/", 100, 160, 2), seen{100, 160, 2})
}

func TestASeriesThatAppearsInAProcessThatIsKnownWasAtZeroAtTheExportBefore(t *testing.T) {
	b := benchOf(fromSDK)
	for at := 10; at <= 190; at += 60 {
		expect(t, b.count("/", -9000, at, 57), seen{-9000, at, 57})
	}
	expect(t, b.count("/orders", -9000, 250, 1), seen{-9000, 190, 0}, seen{-9000, 250, 1})
	// an SDK that says of each series when it began is believed
	expect(t, b.count("/users", 270, 310, 1), seen{270, 270, 0}, seen{270, 310, 1})
	expect(t, b.count("/orders", -9000, 310, 2), seen{-9000, 310, 2})
}

func TestWhatAnOldProcessHasCountedBeforeTheCollectorBeganIsNoEventOfNow(t *testing.T) {
	b := benchOf(fromSDK)
	expect(t, b.count("/", -300, 10, 57), seen{-300, 10, 57})
	// of another reader of the process, or in the second part of an export
	expect(t, b.count("/orders", -300, 10, 40), seen{-300, 10, 40})
	expect(t, b.count("/users", -300, 70, 30), seen{-300, 70, 30})
}

func TestWhatComesBackAfterALongSilenceIsNoEventOfNow(t *testing.T) {
	b := benchOf(fromSDK)
	b.count("/", 1, 10, 1)
	expect(t, b.count("/", 1, 4000, 57), seen{1, 4000, 57})
	expect(t, b.count("/", 1, 9000, 60), seen{1, 9000, 60})
}

func TestASeriesThatAnObserverLeavesOutForAWhileGoesOn(t *testing.T) {
	b := benchOf(fromSDK)
	b.count("/", -9000, 10, 57)
	for at := 60; at <= 3000; at += 60 {
		b.count("/other", -9000, at, 5)
	}
	expect(t, b.count("/", -9000, 3060, 58), seen{-9000, 3060, 58})
}

func TestARestartWithoutANameOfItsOwnBeginsAnew(t *testing.T) {
	b := benchOf(fromSDK)
	b.count("/", 5, 10, 1)
	b.count("/", 5, 70, 1)
	expect(t, b.count("/", 100, 130, 1), seen{100, 100, 0}, seen{100, 130, 1})
	// two processes in turns, also late
	expect(t, b.count("/", 5, 140, 3), seen{5, 140, 3})
	expect(t, b.count("/", 100, 150, 4), seen{100, 150, 4})
	expect(t, b.count("/", 5, 90, 2), seen{5, 90, 2})
	expect(t, b.count("/", 100, 160, 5), seen{100, 160, 5})
}

func TestWhoeverSaysWithEachPointThatItHasJustBegunIsBelievedOnce(t *testing.T) {
	b := benchOf(fromSDK)
	for i, want := range [][]seen{{{199, 199, 0}, {199, 200, 4}}, {{259, 260, 4}}, {{319, 320, 4}}} {
		data, one := newMetric(true)
		at := 200 + 60*i
		counter(one, "/", at, at, 4).SetStartTimestamp(moment(at) - pcommon.Timestamp(time.Second/2))
		// half a second before is in the second before
		expect(t, b.send(data, at), want...)
	}
}

func TestPointsOfOneExportAreNotOfTwo(t *testing.T) {
	b := benchOf(fromSDK)
	for at := 10; at <= 190; at += 60 {
		b.count("/", -9000, at, 57)
	}
	data, one := newMetric(true)
	counter(one, "/", -9000, 250, 57)
	counter(one, "/orders", -9000, 250, 1).SetTimestamp(moment(250) + pcommon.Timestamp(time.Millisecond))
	expect(t, b.send(data, 250), seen{-9000, 250, 57}, seen{-9000, 190, 0}, seen{-9000, 250, 1})
}

func TestOnlyWhatNamesAnSDKIsLookedAt(t *testing.T) {
	b := benchOf(fromSDK)
	data, one := newMetric(false)
	counter(one, "/", 100, 130, 1_000_000)
	expect(t, b.send(data, 130), seen{100, 130, 1_000_000})
}

func TestOnlyWhatCountsUpFromItsStartBegins(t *testing.T) {
	one := seen{100, 130, 1}
	for name, change := range map[string]func(pmetric.Metric){
		"delta":       func(m pmetric.Metric) { m.Sum().SetAggregationTemporality(pmetric.AggregationTemporalityDelta) },
		"up and down": func(m pmetric.Metric) { m.Sum().SetIsMonotonic(false) },
		"no value": func(m pmetric.Metric) {
			m.Sum().DataPoints().At(0).SetFlags(pmetric.DefaultDataPointFlags.WithNoRecordedValue(true))
		},
		"gauge": func(m pmetric.Metric) {
			p := pmetric.NewNumberDataPoint()
			m.Sum().DataPoints().At(0).CopyTo(p)
			p.CopyTo(m.SetEmptyGauge().DataPoints().AppendEmpty())
		},
	} {
		t.Run(name, func(t *testing.T) {
			data, m := newMetric(true)
			counter(m, "/", 100, 130, 1)
			change(m)
			expect(t, benchOf(fromSDK).send(data, 130), one)
		})
	}
}

func TestAHistogramBeginsWithAsManyEmptyBuckets(t *testing.T) {
	data, one := newMetric(true)
	histogram := one.SetEmptyHistogram()
	histogram.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	point := histogram.DataPoints().AppendEmpty()
	point.SetStartTimestamp(moment(100))
	point.SetTimestamp(moment(130))
	point.SetCount(1)
	point.SetSum(2.5)
	point.SetMin(2.5)
	point.ExplicitBounds().FromRaw([]float64{1, 2})
	point.BucketCounts().FromRaw([]uint64{0, 0, 1})
	point.Exemplars().AppendEmpty()
	point.Attributes().PutStr("route", "/")
	expect(t, benchOf(fromSDK).send(data, 130), seen{100, 100, 0}, seen{100, 130, 1})
	zero := histogram.DataPoints().At(0)
	if !reflect.DeepEqual(zero.BucketCounts().AsRaw(), []uint64{0, 0, 0}) || !reflect.DeepEqual(zero.ExplicitBounds().AsRaw(), []float64{1, 2}) ||
		!zero.HasSum() || zero.Sum() != 0 || zero.HasMin() || zero.Exemplars().Len() != 0 || zero.Attributes().Len() != 1 {
		t.Errorf("begins with %v buckets %v", zero.Sum(), zero.BucketCounts().AsRaw())
	}
}

func TestAnExponentialHistogramBeginsEmptyAtItsScale(t *testing.T) {
	data, one := newMetric(true)
	histogram := one.SetEmptyExponentialHistogram()
	histogram.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	point := histogram.DataPoints().AppendEmpty()
	point.SetStartTimestamp(moment(100))
	point.SetTimestamp(moment(130))
	point.SetCount(1)
	point.SetScale(7)
	point.Positive().BucketCounts().FromRaw([]uint64{1})
	expect(t, benchOf(fromSDK).send(data, 130), seen{100, 100, 0}, seen{100, 130, 1})
	if zero := histogram.DataPoints().At(0); zero.Scale() != 7 || zero.Positive().BucketCounts().Len() != 0 {
		t.Errorf("begins at scale %d with %v", zero.Scale(), zero.Positive().BucketCounts().AsRaw())
	}
}

func TestEachZeroStandsBeforeItsPoint(t *testing.T) {
	data, one := newMetric(true)
	counter(one, "/", 100, 130, 1)
	counter(one, "/old", -100, 130, 7)
	counter(one, "/orders", 110, 130, 2)
	counter(one, "/none", 110, 130, 0)
	expect(t, benchOf(fromSDK).send(data, 130),
		seen{100, 100, 0}, seen{100, 130, 1}, seen{-100, 130, 7}, seen{110, 110, 0}, seen{110, 130, 2}, seen{110, 130, 0})
}

func TestAConnectorsSeriesBeginWhenTheyComeAndWhenTheyComeBack(t *testing.T) {
	b := benchOf(fromConnector)
	// servicegraph says of each series that it began with the collector
	expect(t, b.count("a-b", 0, 600, 1), seen{0, 585, 0}, seen{0, 600, 1})
	expect(t, b.count("a-b", 0, 615, 1), seen{0, 615, 1})
	expect(t, b.count("a-b", 0, 900, 1), seen{0, 885, 0}, seen{0, 900, 1})
	// spanmetrics when it did begin
	expect(t, b.count("c-d", 910, 915, 1), seen{910, 910, 0}, seen{910, 915, 1})
	expect(t, b.count("c-d", 910, 930, 1), seen{910, 930, 1})
	expect(t, b.count("c-d", 940, 945, 1), seen{940, 940, 0}, seen{940, 945, 1})
}

func TestSeriesBeyondTheLimitGetNoZeroAndThoseThatEndMakeRoom(t *testing.T) {
	b := benchOf(Config{Source: Connector, Interval: 15 * time.Second, MaxSeries: 2})
	b.count("one", 0, 600, 1)
	b.count("two", 0, 600, 1)
	expect(t, b.count("three", 0, 615, 1), seen{0, 615, 1})
	b.count("two", 0, 700, 1)
	expect(t, b.count("three", 0, 800, 1), seen{0, 785, 0}, seen{0, 800, 1})
	b.clock = beginning.Add(time.Hour)
	data, _ := newMetric(true)
	data.ResourceMetrics().At(0).Resource().Attributes().PutStr("service.name", "another")
	_ = b.ConsumeMetrics(context.Background(), data)
	if b.book.count != 0 || len(b.book.resources) != 1 {
		t.Errorf("remembers %d series of %d resources", b.book.count, len(b.book.resources))
	}
}

func TestWhatIsRefusedBeginsWhenItComesAgain(t *testing.T) {
	b := benchOf(fromSDK)
	b.answer = errors.New("full")
	data, one := newMetric(true)
	counter(one, "/", 100, 130, 1)
	if err := b.ConsumeMetrics(context.Background(), data); !errors.Is(err, b.answer) {
		t.Errorf("says %v", err)
	}
	b.answer = nil
	expect(t, b.count("/", 100, 130, 1), seen{100, 100, 0}, seen{100, 130, 1})
	expect(t, b.count("/", 100, 130, 1), seen{100, 130, 1})
}

// What a series costs to remember, and a point to look at.
func BenchmarkPoints(b *testing.B) {
	next, _ := consumer.NewMetrics(func(context.Context, pmetric.Metrics) error { return nil })
	s := newStarter(&Config{Source: SDK, MaxSeries: 1_000_000}, next, time.Now)
	b.ReportAllocs()
	for i := range b.N {
		data, one := newMetric(true)
		counter(one, time.Duration(i).String(), -100, 130, 1)
		_ = s.ConsumeMetrics(context.Background(), data)
	}
}

func TestAZeroIsInAnEarlierMillisecondThanThePointOfAProcessThatLivesForSeconds(t *testing.T) {
	b := benchOf(fromSDK)
	data, one := newMetric(true)
	point := counter(one, "/", 100, 100, 7)
	// what is asked for the first time as the process ends began some microseconds before
	point.SetTimestamp(point.StartTimestamp() + pcommon.Timestamp(300*time.Microsecond))
	b.send(data, 101)
	var kept []int64
	for _, p := range one.Sum().DataPoints().All() {
		kept = append(kept, p.Timestamp().AsTime().UnixMilli())
	}
	if at := moment(100).AsTime().UnixMilli(); !reflect.DeepEqual(kept, []int64{at - 1, at}) {
		t.Errorf("points at %v, not at %v", kept, []int64{at - 1, at})
	}
}
