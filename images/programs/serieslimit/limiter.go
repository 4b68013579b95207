package serieslimit

import (
	"context"
	"sync"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/pdatautil"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"game-scheduler-otel/images/programs/counting"
)

// series of one metric, by a hash of what tells them apart: in two generations, as long as Expire each. What comes stays young.
type series struct {
	young, old map[uint64]struct{}
}

type limiter struct {
	component.StartFunc
	component.ShutdownFunc
	config  *Config
	next    consumer.Metrics
	now     func() time.Time
	dropped metric.Int64Counter
	labels  *counting.ByService[metric.MeasurementOption]

	mu     sync.Mutex
	began  time.Time
	series map[string]*series
}

func newLimiter(config *Config, set component.TelemetrySettings, next consumer.Metrics, now func() time.Time) (*limiter, error) {
	dropped, err := set.MeterProvider.Meter("game-scheduler-otel/serieslimit").Int64Counter("otelcol_processor_series_limit_dropped_points")
	return &limiter{
		config:  config,
		next:    next,
		now:     now,
		dropped: dropped,
		labels: counting.NewByService(func(name string) metric.MeasurementOption {
			return metric.WithAttributeSet(attribute.NewSet(attribute.String("metric", name)))
		}),
		began:  now(),
		series: map[string]*series{},
	}, err
}

// Capabilities say that points are taken out.
func (*limiter) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: true}
}

// ConsumeMetrics counts what it took out when the rest was taken: what is refused comes again.
func (l *limiter) ConsumeMetrics(ctx context.Context, data pmetric.Metrics) error {
	dropped := l.limit(data)
	if len(dropped) == 0 || data.DataPointCount() > 0 {
		if err := l.next.ConsumeMetrics(ctx, data); err != nil {
			return err
		}
	}
	for name, points := range dropped {
		l.dropped.Add(ctx, points, l.labels.Of(name))
	}
	return nil
}

func (l *limiter) limit(data pmetric.Metrics) map[string]int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.age()
	dropped := map[string]int64{}
	data.ResourceMetrics().RemoveIf(func(resource pmetric.ResourceMetrics) bool {
		of := pdatautil.MapHash(resource.Resource().Attributes())
		had := false
		resource.ScopeMetrics().RemoveIf(func(scope pmetric.ScopeMetrics) bool {
			scope.Metrics().RemoveIf(func(one pmetric.Metric) bool {
				name := one.Name()
				before := counting.Points(one)
				takeOut(one, func(attributes pcommon.Map) bool { return !l.has(name, of, attributes) })
				after := counting.Points(one)
				if after < before {
					dropped[name] += int64(before - after)
					had = true
				}
				return after == 0 && before > 0
			})
			return had && scope.Metrics().Len() == 0
		})
		return had && resource.ScopeMetrics().Len() == 0
	})
	return dropped
}

// age makes the young old, once in Expire; what was old already is forgotten.
func (l *limiter) age() {
	now := l.now()
	if now.Sub(l.began) < l.config.Expire {
		return
	}
	l.began = now
	for name, one := range l.series {
		if len(one.young) == 0 {
			delete(l.series, name)
			continue
		}
		one.old, one.young = one.young, make(map[uint64]struct{}, len(one.young))
	}
}

// has the metric room for the series, or has it already?
func (l *limiter) has(name string, resource [16]byte, attributes pcommon.Map) bool {
	one, known := l.series[name]
	if !known {
		one = &series{young: map[uint64]struct{}{}}
		l.series[name] = one
	}
	key := pdatautil.Hash64(pdatautil.WithString(string(resource[:])), pdatautil.WithMap(attributes))
	if _, is := one.young[key]; is {
		return true
	}
	if _, was := one.old[key]; was {
		delete(one.old, key)
	} else if len(one.young)+len(one.old) >= l.limitOf(name) {
		return false
	}
	one.young[key] = struct{}{}
	return true
}

func (l *limiter) limitOf(name string) int {
	if own, ok := l.config.Metrics[name]; ok {
		return own
	}
	return l.config.PerMetric
}

// takeOut takes the points out whose attributes say so.
func takeOut(one pmetric.Metric, out func(pcommon.Map) bool) {
	switch one.Type() {
	case pmetric.MetricTypeGauge:
		one.Gauge().DataPoints().RemoveIf(func(p pmetric.NumberDataPoint) bool { return out(p.Attributes()) })
	case pmetric.MetricTypeSum:
		one.Sum().DataPoints().RemoveIf(func(p pmetric.NumberDataPoint) bool { return out(p.Attributes()) })
	case pmetric.MetricTypeHistogram:
		one.Histogram().DataPoints().RemoveIf(func(p pmetric.HistogramDataPoint) bool { return out(p.Attributes()) })
	case pmetric.MetricTypeExponentialHistogram:
		one.ExponentialHistogram().DataPoints().RemoveIf(func(p pmetric.ExponentialHistogramDataPoint) bool { return out(p.Attributes()) })
	case pmetric.MetricTypeSummary:
		one.Summary().DataPoints().RemoveIf(func(p pmetric.SummaryDataPoint) bool { return out(p.Attributes()) })
	}
}
