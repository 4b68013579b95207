package seriesstart

import (
	"context"
	"sync"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/pdatautil"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

type starter struct {
	component.StartFunc
	component.ShutdownFunc
	config *Config
	next   consumer.Metrics
	now    func() time.Time

	mu   sync.Mutex
	book *book
}

func newStarter(config *Config, next consumer.Metrics, now func() time.Time) *starter {
	return &starter{config: config, next: next, now: now, book: newBook(config, now())}
}

// Capabilities say that points are added.
func (*starter) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: true}
}

// began is a series that got a zero.
type began struct {
	of     *resource
	series uint64
}

// ConsumeMetrics adds the zeros. What is refused comes again, and gets them again.
func (s *starter) ConsumeMetrics(ctx context.Context, data pmetric.Metrics) error {
	all := s.begin(data)
	err := s.next.ConsumeMetrics(ctx, data)
	if err != nil && len(all) > 0 {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, one := range all {
			s.book.forget(one.of, one.series)
		}
	}
	return err
}

func (s *starter) begin(data pmetric.Metrics) []began {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	var all []began
	for _, resourceMetrics := range data.ResourceMetrics().All() {
		attributes := resourceMetrics.Resource().Attributes()
		if _, sdk := attributes.Get("telemetry.sdk.name"); !sdk && s.config.Source == SDK {
			continue
		}
		key := pdatautil.MapHash(attributes)
		of := s.book.of(key, now)
		for _, scope := range resourceMetrics.ScopeMetrics().All() {
			for _, one := range scope.Metrics().All() {
				begins := func(attributes pcommon.Map, start, at pcommon.Timestamp, empty bool) (pcommon.Timestamp, bool) {
					series := pdatautil.Hash64(pdatautil.WithString(one.Name()), pdatautil.WithMap(attributes))
					zero, is := s.book.begins(of, series, start, at)
					if !is || empty {
						return 0, false
					}
					all = append(all, began{of, series})
					return zero, true
				}
				addZeros(one, begins)
			}
		}
	}
	return all
}

// asked of each point: when its series was at zero, where it is the first.
type asked func(attributes pcommon.Map, start, at pcommon.Timestamp, empty bool) (pcommon.Timestamp, bool)

// addZeros to what counts up from its start: not to deltas, nor to what goes up and down.
func addZeros(one pmetric.Metric, begins asked) {
	const cumulative = pmetric.AggregationTemporalityCumulative
	switch one.Type() {
	case pmetric.MetricTypeSum:
		if sum := one.Sum(); sum.IsMonotonic() && sum.AggregationTemporality() == cumulative {
			addTo(sum.DataPoints(), begins, emptyNumber, zeroNumber)
		}
	case pmetric.MetricTypeHistogram:
		if histogram := one.Histogram(); histogram.AggregationTemporality() == cumulative {
			addTo(histogram.DataPoints(), begins, pmetric.HistogramDataPoint.Count, zeroHistogram)
		}
	case pmetric.MetricTypeExponentialHistogram:
		if histogram := one.ExponentialHistogram(); histogram.AggregationTemporality() == cumulative {
			addTo(histogram.DataPoints(), begins, pmetric.ExponentialHistogramDataPoint.Count, zeroExponential)
		}
	}
}

// point is one of any kind.
type point[P any] interface {
	Attributes() pcommon.Map
	StartTimestamp() pcommon.Timestamp
	Timestamp() pcommon.Timestamp
	SetTimestamp(pcommon.Timestamp)
	SetStartTimestamp(pcommon.Timestamp)
	Flags() pmetric.DataPointFlags
	MoveTo(P)
}

type points[P any] interface {
	Len() int
	At(int) P
	AppendEmpty() P
	RemoveIf(func(P) bool)
}

// addTo puts a zero before each point that begins a series: whoever converts to deltas, or stores, needs it first.
func addTo[P point[P]](all points[P], begins asked, count func(P) uint64, zero func(from, to P)) {
	zeros := map[int]pcommon.Timestamp{}
	for i := range all.Len() {
		if p := all.At(i); !p.Flags().NoRecordedValue() {
			if at, is := begins(p.Attributes(), p.StartTimestamp(), p.Timestamp(), count(p) == 0); is {
				zeros[i] = at
			}
		}
	}
	if len(zeros) == 0 {
		return
	}
	before := all.Len()
	for i := range before {
		if at, is := zeros[i]; is {
			added := all.AppendEmpty()
			zero(all.At(i), added)
			added.SetTimestamp(at)
			added.SetStartTimestamp(min(all.At(i).StartTimestamp(), at))
		}
		all.At(i).MoveTo(all.AppendEmpty())
	}
	i := 0
	all.RemoveIf(func(P) bool { i++; return i <= before })
}

// emptyNumber is 0 where nothing was counted.
func emptyNumber(p pmetric.NumberDataPoint) uint64 {
	if p.IntValue() == 0 && p.DoubleValue() == 0 {
		return 0
	}
	return 1
}

func zeroNumber(from, to pmetric.NumberDataPoint) {
	from.Attributes().CopyTo(to.Attributes())
	if from.ValueType() == pmetric.NumberDataPointValueTypeDouble {
		to.SetDoubleValue(0)
	} else {
		to.SetIntValue(0)
	}
}

func zeroHistogram(from, to pmetric.HistogramDataPoint) {
	from.Attributes().CopyTo(to.Attributes())
	from.ExplicitBounds().CopyTo(to.ExplicitBounds())
	to.BucketCounts().FromRaw(make([]uint64, from.BucketCounts().Len()))
	to.SetCount(0)
	if from.HasSum() {
		to.SetSum(0)
	}
}

func zeroExponential(from, to pmetric.ExponentialHistogramDataPoint) {
	from.Attributes().CopyTo(to.Attributes())
	to.SetScale(from.Scale())
	to.SetZeroThreshold(from.ZeroThreshold())
	to.SetCount(0)
	if from.HasSum() {
		to.SetSum(0)
	}
}
