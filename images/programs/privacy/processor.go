package privacy

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// cleaner cleans batches, several at a time.
type cleaner struct {
	scanners sync.Pool
}

func newCleaner(o *options) *cleaner {
	return &cleaner{scanners: sync.Pool{New: func() any { return newScanner(o) }}}
}

// with lends a scanner for one batch.
func (c *cleaner) with(clean func(x *scanner)) {
	x := c.scanners.Get().(*scanner)
	x.begin(time.Now())
	clean(x)
	x.end()
	c.scanners.Put(x)
}

func (c *cleaner) traces(_ context.Context, data ptrace.Traces) (ptrace.Traces, error) {
	c.with(func(x *scanner) {
		for _, resource := range data.ResourceSpans().All() {
			x.attributes(resource.Resource().Attributes(), plain)
			for _, scope := range resource.ScopeSpans().All() {
				x.scope(scope.Scope())
				for _, span := range scope.Spans().All() {
					x.span(span)
				}
			}
		}
	})
	return data, nil
}

func (x *scanner) span(span ptrace.Span) {
	if clean, changed := x.repeated(span.Name(), plain); changed {
		span.SetName(clean)
	}
	if message := span.Status().Message(); message != "" {
		if clean, changed := x.text(message, plain); changed {
			span.Status().SetMessage(clean)
		}
	}
	x.traceState(span.TraceState())
	x.attributes(span.Attributes(), plain)
	for _, event := range span.Events().All() {
		if clean, changed := x.text(event.Name(), plain); changed {
			event.SetName(clean)
		}
		x.attributes(event.Attributes(), plain)
	}
	for _, link := range span.Links().All() {
		x.traceState(link.TraceState())
		x.attributes(link.Attributes(), plain)
	}
}

func (x *scanner) scope(scope pcommon.InstrumentationScope) {
	if clean, changed := x.repeated(scope.Name(), version); changed {
		scope.SetName(clean)
	}
	x.attributes(scope.Attributes(), plain)
}

func (c *cleaner) logs(_ context.Context, data plog.Logs) (plog.Logs, error) {
	c.with(func(x *scanner) {
		for _, resource := range data.ResourceLogs().All() {
			x.attributes(resource.Resource().Attributes(), plain)
			for _, scope := range resource.ScopeLogs().All() {
				x.scope(scope.Scope())
				for _, record := range scope.LogRecords().All() {
					x.body(record.Body())
					x.attributes(record.Attributes(), plain)
					if clean, changed := x.text(record.EventName(), plain); changed {
						record.SetEventName(clean)
					}
				}
			}
		}
	})
	return data, nil
}

// body cleans the body of a record. Texts are rarely the same again, so they are not remembered.
func (x *scanner) body(body pcommon.Value) {
	if body.Type() != pcommon.ValueTypeStr {
		x.value(body, plain)
		return
	}
	if clean, changed := x.text(body.Str(), plain); changed {
		body.SetStr(clean)
	}
}

func (c *cleaner) metrics(_ context.Context, data pmetric.Metrics) (pmetric.Metrics, error) {
	c.with(func(x *scanner) {
		for _, resource := range data.ResourceMetrics().All() {
			x.attributes(resource.Resource().Attributes(), plain)
			for _, scope := range resource.ScopeMetrics().All() {
				x.scope(scope.Scope())
				for _, metric := range scope.Metrics().All() {
					x.metric(metric)
				}
			}
		}
	})
	return data, nil
}

func (x *scanner) metric(metric pmetric.Metric) {
	switch metric.Type() {
	case pmetric.MetricTypeGauge:
		x.numbersOf(metric.Gauge().DataPoints())
	case pmetric.MetricTypeSum:
		x.numbersOf(metric.Sum().DataPoints())
	case pmetric.MetricTypeHistogram:
		for _, point := range metric.Histogram().DataPoints().All() {
			x.attributes(point.Attributes(), plain)
			x.exemplars(point.Exemplars())
		}
	case pmetric.MetricTypeExponentialHistogram:
		for _, point := range metric.ExponentialHistogram().DataPoints().All() {
			x.attributes(point.Attributes(), plain)
			x.exemplars(point.Exemplars())
		}
	case pmetric.MetricTypeSummary:
		for _, point := range metric.Summary().DataPoints().All() {
			x.attributes(point.Attributes(), plain)
		}
	}
}

func (x *scanner) numbersOf(points pmetric.NumberDataPointSlice) {
	for _, point := range points.All() {
		x.attributes(point.Attributes(), plain)
		x.exemplars(point.Exemplars())
	}
}

func (x *scanner) exemplars(exemplars pmetric.ExemplarSlice) {
	for _, exemplar := range exemplars.All() {
		x.attributes(exemplar.FilteredAttributes(), plain)
	}
}
