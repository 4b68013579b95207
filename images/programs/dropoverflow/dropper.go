package dropoverflow

import (
	"context"
	"errors"
	"strings"
	"sync"
	"syscall"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/xconsumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pprofile"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.uber.org/zap"
)

// quiet is the time between two lines of the log about the same thing.
const quiet = time.Minute

type dropper struct {
	component.StartFunc
	component.ShutdownFunc
	logger *zap.Logger
	now    func() time.Time

	mu      sync.Mutex
	said    time.Time
	dropped int
}

func newDropper(logger *zap.Logger, now func() time.Time) *dropper {
	return &dropper{logger: logger, now: now}
}

// Capabilities say that the data is handed on as it is.
func (*dropper) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{}
}

// settle tells what was not taken to the log, at most once a minute, and to nobody else. On a full disk nothing can be queued for anybody: the
// sender keeps its data and tries again.
func (d *dropper) settle(err error, items int) error {
	if err == nil || diskIsFull(err) {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dropped += items
	if now := d.now(); now.Sub(d.said) >= quiet {
		d.logger.Error("The exporter did not take this and it is lost for its backend", zap.Error(err),
			zap.Int("dropped_items", d.dropped))
		d.said, d.dropped = now, 0
	}
	return nil
}

// diskIsFull also where the database quotes the system's error instead of wrapping it.
func diskIsFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || strings.Contains(err.Error(), syscall.ENOSPC.Error())
}

type traces struct {
	*dropper
	next consumer.Traces
}

func (t *traces) ConsumeTraces(ctx context.Context, data ptrace.Traces) error {
	items := data.SpanCount()
	return t.settle(t.next.ConsumeTraces(ctx, data), items)
}

type metrics struct {
	*dropper
	next consumer.Metrics
}

func (m *metrics) ConsumeMetrics(ctx context.Context, data pmetric.Metrics) error {
	items := data.DataPointCount()
	return m.settle(m.next.ConsumeMetrics(ctx, data), items)
}

type logs struct {
	*dropper
	next consumer.Logs
}

func (l *logs) ConsumeLogs(ctx context.Context, data plog.Logs) error {
	items := data.LogRecordCount()
	return l.settle(l.next.ConsumeLogs(ctx, data), items)
}

type profiles struct {
	*dropper
	next xconsumer.Profiles
}

func (p *profiles) ConsumeProfiles(ctx context.Context, data pprofile.Profiles) error {
	items := data.SampleCount()
	return p.settle(p.next.ConsumeProfiles(ctx, data), items)
}
