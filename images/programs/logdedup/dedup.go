package logdedup

import (
	"context"
	"hash/maphash"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"game-scheduler-otel/images/programs/counting"
)

const (
	// repeated is the attribute that says how many records before it, of the same message, did not pass.
	repeated = "log.repeated"
	// maxMessages are told apart in a window; further ones pass.
	maxMessages = 20_000
)

// message is what came of one in this window.
type message struct {
	seen, next int
	// dropped since one passed.
	dropped int64
}

type dedup struct {
	component.StartFunc
	component.ShutdownFunc
	config  *Config
	next    consumer.Logs
	now     func() time.Time
	seed    maphash.Seed
	records metric.Int64Counter
	labels  *counting.ByService[metric.MeasurementOption]

	mu     sync.Mutex
	began  time.Time
	current   map[uint64]*message
	before map[uint64]*message
}

func newDedup(config *Config, set component.TelemetrySettings, next consumer.Logs, now func() time.Time) (*dedup, error) {
	records, err := set.MeterProvider.Meter("game-scheduler-otel/logdedup").Int64Counter("otelcol_processor_log_dedup_dropped_records")
	return &dedup{
		config:  config,
		next:    next,
		now:     now,
		seed:    maphash.MakeSeed(),
		records: records,
		labels: counting.NewByService(func(service string) metric.MeasurementOption {
			return metric.WithAttributeSet(attribute.NewSet(attribute.String("service", service)))
		}),
		current: map[uint64]*message{},
	}, err
}

// Capabilities say that records are taken out.
func (*dedup) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: true}
}

// ConsumeLogs counts what it took out when the rest was taken: what is refused comes again.
func (d *dedup) ConsumeLogs(ctx context.Context, data plog.Logs) error {
	dropped := d.thin(data)
	if len(dropped) == 0 || data.LogRecordCount() > 0 {
		if err := d.next.ConsumeLogs(ctx, data); err != nil {
			return err
		}
	}
	for service, records := range dropped {
		d.records.Add(ctx, records, d.labels.Of(service))
	}
	return nil
}

func (d *dedup) thin(data plog.Logs) map[string]int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	if now := d.now(); now.Sub(d.began) >= d.config.Window {
		d.before, d.current, d.began = d.current, map[uint64]*message{}, now
	}
	var dropped map[string]int64
	data.ResourceLogs().RemoveIf(func(resource plog.ResourceLogs) bool {
		service := counting.ServiceOf(resource.Resource())
		had := false
		resource.ScopeLogs().RemoveIf(func(scope plog.ScopeLogs) bool {
			scope.LogRecords().RemoveIf(func(record plog.LogRecord) bool {
				if d.passes(service, record) {
					return false
				}
				if dropped == nil {
					dropped = map[string]int64{}
				}
				dropped[service]++
				had = true
				return true
			})
			return had && scope.LogRecords().Len() == 0
		})
		return had && resource.ScopeLogs().Len() == 0
	})
	return dropped
}

func (d *dedup) passes(service string, record plog.LogRecord) bool {
	key := d.keyOf(service, record)
	one, known := d.current[key]
	if !known {
		if len(d.current) >= maxMessages {
			return true
		}
		one = &message{next: 2 * d.config.Limit}
		if last, was := d.before[key]; was {
			one.dropped = last.dropped
			last.dropped = 0
		}
		d.current[key] = one
	}
	one.seen++
	if one.seen > d.config.Limit && one.seen < one.next {
		one.dropped++
		return false
	}
	if one.seen == one.next {
		one.next *= 2
	}
	if one.dropped > 0 {
		record.Attributes().PutInt(repeated, one.dropped)
		one.dropped = 0
	}
	return true
}

// keyOf what makes records the same message to a reader: who says it, how badly, and its text. Its attributes, such as the thread, do not.
func (d *dedup) keyOf(service string, record plog.LogRecord) uint64 {
	var hash maphash.Hash
	hash.SetSeed(d.seed)
	write := func(one string) {
		_, _ = hash.WriteString(one)
		_ = hash.WriteByte(0)
	}
	write(service)
	_ = hash.WriteByte(byte(record.SeverityNumber()))
	write(record.SeverityText())
	write(record.EventName())
	if body := record.Body(); body.Type() == pcommon.ValueTypeStr {
		write(body.Str())
	} else {
		write(body.AsString())
	}
	return hash.Sum64()
}
