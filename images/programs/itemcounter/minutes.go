package itemcounter

import (
	"iter"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"game-scheduler-otel/images/programs/wholeminutes"
)

// addPoints counts those that hold a value: no store holds one that says that there is none any more.
func addPoints(to *wholeminutes.Items, one pmetric.Metric) {
	switch one.Type() {
	case pmetric.MetricTypeGauge:
		addAll(to, one.Gauge().DataPoints().All())
	case pmetric.MetricTypeSum:
		addAll(to, one.Sum().DataPoints().All())
	case pmetric.MetricTypeHistogram:
		addAll(to, one.Histogram().DataPoints().All())
	case pmetric.MetricTypeExponentialHistogram:
		addAll(to, one.ExponentialHistogram().DataPoints().All())
	case pmetric.MetricTypeSummary:
		addAll(to, one.Summary().DataPoints().All())
	}
}

// point of any kind.
type point interface {
	Timestamp() pcommon.Timestamp
	Flags() pmetric.DataPointFlags
}

func addAll[P point](to *wholeminutes.Items, all iter.Seq2[int, P]) {
	for _, one := range all {
		if !one.Flags().NoRecordedValue() {
			to.Add(uint64(one.Timestamp()))
		}
	}
}
