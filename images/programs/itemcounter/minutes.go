package itemcounter

import (
	"iter"
	"strconv"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// minutes is how many are told apart: as few as let one be read after it has ended, before it is counted anew. Each is a series of every service.
const minutes = 3

// byMinute holds how many items say that they are of a minute, by its number since 1970 modulo `minutes`.
type byMinute [minutes]int64

func (b *byMinute) add(at pcommon.Timestamp) {
	b[uint64(at)/uint64(time.Minute)%minutes]++
}

// addPoints counts those that hold a value: no store holds one that says that there is none any more.
func (b *byMinute) addPoints(one pmetric.Metric) {
	switch one.Type() {
	case pmetric.MetricTypeGauge:
		addAll(b, one.Gauge().DataPoints().All())
	case pmetric.MetricTypeSum:
		addAll(b, one.Sum().DataPoints().All())
	case pmetric.MetricTypeHistogram:
		addAll(b, one.Histogram().DataPoints().All())
	case pmetric.MetricTypeExponentialHistogram:
		addAll(b, one.ExponentialHistogram().DataPoints().All())
	case pmetric.MetricTypeSummary:
		addAll(b, one.Summary().DataPoints().All())
	}
}

// point of any kind.
type point interface {
	Timestamp() pcommon.Timestamp
	Flags() pmetric.DataPointFlags
}

func addAll[P point](b *byMinute, all iter.Seq2[int, P]) {
	for _, one := range all {
		if !one.Flags().NoRecordedValue() {
			b.add(one.Timestamp())
		}
	}
}

func minuteLabels(place, signal, service string) [minutes]metric.MeasurementOption {
	var all [minutes]metric.MeasurementOption
	for i := range all {
		all[i] = metric.WithAttributeSet(attribute.NewSet(attribute.String("place", place), attribute.String("signal", signal),
			attribute.String("service", service), attribute.String("minute", strconv.Itoa(i))))
	}
	return all
}
