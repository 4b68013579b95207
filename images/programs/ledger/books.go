package ledger

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"game-scheduler-otel/images/programs/wholeminutes"
)

// settled is how many readings in a row must agree before something counts as missing: what is on its way between two counters is no loss.
const settled = 4

// account is one number that should stay what it was when the process began: a queue on disk may have held items then.
type account struct {
	last []float64
	base float64
	lost float64
}

// book takes a new reading. While one is on its way an item may be missing for a moment, so the smallest of the last readings counts.
func (a *account) book(missing float64) {
	if len(a.last) < settled {
		a.last = append(a.last, missing)
		a.base = slices.Max(a.last)
		return
	}
	a.last = append(a.last[1:], missing)
	a.lost = max(a.lost, math.Round(slices.Min(a.last)-a.base))
}

type accountOf struct {
	exit
	atExit bool
}

// books stand behind the scrape of the collector's own metrics.
type books struct {
	component.StartFunc
	component.ShutdownFunc
	config    *Config
	next      consumer.Metrics
	began     pcommon.Timestamp
	recreated func() int64
	minutes   *wholeminutes.Book

	mu       sync.Mutex
	readings int
	accounts map[accountOf]*account
}

func newBooks(config *Config, next consumer.Metrics, began time.Time, recreated func() int64, minutes *wholeminutes.Book) *books {
	return &books{
		config:    config,
		next:      next,
		began:     pcommon.NewTimestampFromTime(began),
		recreated: recreated,
		minutes:   minutes,
		accounts:  map[accountOf]*account{},
	}
}

// Capabilities say that what comes in is added to.
func (*books) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: true}
}

// ConsumeMetrics adds what is missing to the collector's own metrics, at their own time.
func (b *books) ConsumeMetrics(ctx context.Context, data pmetric.Metrics) error {
	now := read(data)
	exits := now.exits()
	if len(exits) == 0 {
		return b.next.ConsumeMetrics(ctx, data)
	}
	at := timeOf(data.ResourceMetrics().At(0).ScopeMetrics().At(0))
	due := b.minutes.Due(at.AsTime())
	b.write(data, at, exits, b.book(now, exits))
	writeMinutes(data, at, due)
	err := b.next.ConsumeMetrics(ctx, data)
	if err == nil {
		b.minutes.Said(at.AsTime(), due)
	}
	return err
}

func (b *books) book(now reading, exits []exit) map[exit]float64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.readings++
	lost := map[exit]float64{}
	for _, one := range exits {
		atExit, before := b.account(one, true), b.account(one, false)
		atExit.book(now.missingAtExit(one))
		before.book(now.missingBefore(one, b.config.Rules))
		lost[one] = atExit.lost + before.lost
	}
	return lost
}

func (b *books) account(of exit, atExit bool) *account {
	key := accountOf{of, atExit}
	if b.accounts[key] == nil {
		b.accounts[key] = &account{}
	}
	return b.accounts[key]
}

// write both counters. They begin with zero, so that a query sees them rise: a queue file is recreated before the first reading.
func (b *books) write(data pmetric.Metrics, at pcommon.Timestamp, exits []exit, lost map[exit]float64) {
	scope := data.ResourceMetrics().At(0).ScopeMetrics().At(0)
	add := b.counter(scope, "otelcol_ledger_lost_items", at)
	for _, one := range exits {
		point := add(lost[one])
		point.Attributes().PutStr("exporter", one.exporter)
		point.Attributes().PutStr("signal", one.signal)
	}
	damaged := 0.0
	if b.readings > settled {
		damaged = float64(b.recreated())
	}
	b.counter(scope, "otelcol_ledger_damaged_queues", at)(damaged)
}

func (b *books) counter(scope pmetric.ScopeMetrics, name string, at pcommon.Timestamp) func(value float64) pmetric.NumberDataPoint {
	made := scope.Metrics().AppendEmpty()
	made.SetName(name)
	sum := made.SetEmptySum()
	sum.SetIsMonotonic(true)
	sum.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	return func(value float64) pmetric.NumberDataPoint {
		point := sum.DataPoints().AppendEmpty()
		point.SetStartTimestamp(b.began)
		point.SetTimestamp(at)
		point.SetDoubleValue(value)
		return point
	}
}

// writeMinutes adds what passed in minutes that are over: the time of the points says which minutes they are.
func writeMinutes(data pmetric.Metrics, at pcommon.Timestamp, due []wholeminutes.Number) {
	if len(due) == 0 {
		return
	}
	scope := data.ResourceMetrics().At(0).ScopeMetrics().At(0)
	made := scope.Metrics().AppendEmpty()
	made.SetName("otelcol_ledger_minute_items")
	points := made.SetEmptyGauge().DataPoints()
	for _, one := range due {
		point := points.AppendEmpty()
		point.SetTimestamp(at)
		point.SetIntValue(one.Items)
		point.Attributes().PutStr("place", one.Place)
		point.Attributes().PutStr("signal", one.Signal)
		point.Attributes().PutStr("service", one.Service)
		point.Attributes().PutStr("minute", one.Which)
	}
}

// timeOf the reading: all its points are of the same moment.
func timeOf(scope pmetric.ScopeMetrics) pcommon.Timestamp {
	for _, one := range scope.Metrics().All() {
		switch one.Type() {
		case pmetric.MetricTypeSum:
			if one.Sum().DataPoints().Len() > 0 {
				return one.Sum().DataPoints().At(0).Timestamp()
			}
		case pmetric.MetricTypeGauge:
			if one.Gauge().DataPoints().Len() > 0 {
				return one.Gauge().DataPoints().At(0).Timestamp()
			}
		}
	}
	return pcommon.NewTimestampFromTime(time.Now())
}
