package dropoverflow

import (
	"context"
	"errors"
	"io/fs"
	"syscall"
	"testing"
	"time"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/xconsumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pprofile"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

var errFull = errors.New("sending queue is full")

func TestARefusalDoesNotReachTheSender(t *testing.T) {
	quietly := newDropper(zap.NewNop(), time.Now)
	nextTraces, _ := consumer.NewTraces(func(context.Context, ptrace.Traces) error { return errFull })
	nextMetrics, _ := consumer.NewMetrics(func(context.Context, pmetric.Metrics) error { return errFull })
	nextLogs, _ := consumer.NewLogs(func(context.Context, plog.Logs) error { return errFull })
	nextProfiles, _ := xconsumer.NewProfiles(func(context.Context, pprofile.Profiles) error { return errFull })
	for signal, err := range map[string]error{
		"traces":   (&traces{quietly, nextTraces}).ConsumeTraces(context.Background(), ptrace.NewTraces()),
		"metrics":  (&metrics{quietly, nextMetrics}).ConsumeMetrics(context.Background(), pmetric.NewMetrics()),
		"logs":     (&logs{quietly, nextLogs}).ConsumeLogs(context.Background(), plog.NewLogs()),
		"profiles": (&profiles{quietly, nextProfiles}).ConsumeProfiles(context.Background(), pprofile.NewProfiles()),
	} {
		if err != nil {
			t.Errorf("%s: %s", signal, err)
		}
	}
}

func TestAFullDiskReachesTheSender(t *testing.T) {
	d := newDropper(zap.NewNop(), time.Now)
	for _, err := range []error{
		&fs.PathError{Op: "write", Path: "queue", Err: syscall.ENOSPC},
		errors.New("file resize error: truncate queue: no space left on device"),
	} {
		if got := d.settle(err, 1); got != err {
			t.Errorf("says %v instead of %v", got, err)
		}
	}
}

func TestWhatIsTakenPassesUnchanged(t *testing.T) {
	var passed int
	next, _ := consumer.NewLogs(func(_ context.Context, data plog.Logs) error {
		passed += data.LogRecordCount()
		return nil
	})
	data := plog.NewLogs()
	data.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	if err := (&logs{newDropper(zap.NewNop(), time.Now), next}).ConsumeLogs(context.Background(), data); err != nil {
		t.Fatal(err)
	}
	if passed != 1 {
		t.Errorf("%d records passed", passed)
	}
}

func TestTheLogTellsOfAllThatWasDroppedOnceAMinute(t *testing.T) {
	var told []int64

	logger := zap.New(&counting{Core: zapcore.NewNopCore(), told: &told})
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	d := newDropper(logger, func() time.Time { return now })
	for range 5 {
		_ = d.settle(errFull, 100)
		now = now.Add(20 * time.Second)
	}
	if len(told) != 2 || told[0] != 100 || told[1] != 300 {
		t.Errorf("told %v instead of 100, then 300 a minute later", told)
	}
}

// counting keeps the numbers of dropped items that were logged.
type counting struct {
	zapcore.Core
	told *[]int64
}

func (c *counting) Enabled(zapcore.Level) bool { return true }

func (c *counting) Check(entry zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	return checked.AddCore(entry, c)
}

func (c *counting) Write(_ zapcore.Entry, fields []zapcore.Field) error {
	for _, field := range fields {
		if field.Key == "dropped_items" {
			*c.told = append(*c.told, field.Integer)
		}
	}
	return nil
}
