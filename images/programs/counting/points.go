// Package counting is what processors that count items have in common.
package counting

import "go.opentelemetry.io/collector/pdata/pmetric"

// Points of one metric.
func Points(one pmetric.Metric) int {
	switch one.Type() {
	case pmetric.MetricTypeGauge:
		return one.Gauge().DataPoints().Len()
	case pmetric.MetricTypeSum:
		return one.Sum().DataPoints().Len()
	case pmetric.MetricTypeHistogram:
		return one.Histogram().DataPoints().Len()
	case pmetric.MetricTypeExponentialHistogram:
		return one.ExponentialHistogram().DataPoints().Len()
	case pmetric.MetricTypeSummary:
		return one.Summary().DataPoints().Len()
	}
	return 0
}
