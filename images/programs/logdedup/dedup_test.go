package logdedup

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

type bench struct {
	*dedup
	at     time.Time
	passed []plog.LogRecord
	answer error
	reader *sdkmetric.ManualReader
}

func benchOf(t *testing.T, limit int) *bench {
	t.Helper()
	b := &bench{at: time.Unix(1_000, 0), reader: sdkmetric.NewManualReader()}
	set := componenttest.NewNopTelemetrySettings()
	set.MeterProvider = sdkmetric.NewMeterProvider(sdkmetric.WithReader(b.reader))
	next, _ := consumer.NewLogs(func(_ context.Context, data plog.Logs) error {
		for _, resource := range data.ResourceLogs().All() {
			for _, scope := range resource.ScopeLogs().All() {
				for _, record := range scope.LogRecords().All() {
					b.passed = append(b.passed, record)
				}
			}
		}
		return b.answer
	})
	var err error
	b.dedup, err = newDedup(&Config{Limit: limit, Window: 10 * time.Second}, set, next, func() time.Time { return b.at })
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) send(service, text string, times int) error {
	data := plog.NewLogs()
	resource := data.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", service)
	scope := resource.ScopeLogs().AppendEmpty()
	for range times {
		record := scope.LogRecords().AppendEmpty()
		record.Body().SetStr(text)
		record.Attributes().PutInt("thread.id", int64(len(b.passed)))
	}
	return b.ConsumeLogs(context.Background(), data)
}

func (b *bench) dropped(t *testing.T) int64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := b.reader.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	sum := int64(0)
	for _, scope := range all.ScopeMetrics {
		for _, point := range scope.Metrics[0].Data.(metricdata.Sum[int64]).DataPoints {
			sum += point.Value
		}
	}
	return sum
}

func TestWhatIsBelowTheRateIsLeftAsItIs(t *testing.T) {
	b := benchOf(t, 10)
	for range 3 {
		if err := b.send("api", "cache missed", 10); err != nil {
			t.Fatal(err)
		}
		b.at = b.at.Add(10 * time.Second)
	}
	if len(b.passed) != 30 || b.dropped(t) != 0 {
		t.Errorf("%d passed, %d dropped", len(b.passed), b.dropped(t))
	}
	for _, record := range b.passed {
		if record.Attributes().Len() != 1 {
			t.Fatalf("changed to %v", record.Attributes().AsRaw())
		}
	}
}

func TestEveryRecordAboveTheRateIsCountedAndStoodFor(t *testing.T) {
	b := benchOf(t, 10)
	_ = b.send("api", "connection refused", 1000)
	_ = b.send("api", "something else", 10)
	_ = b.send("bot", "connection refused", 10)
	// the first ten, and the 20th, 40th, 80th, 160th, 320th and 640th
	if len(b.passed) != 16+20 {
		t.Errorf("%d passed", len(b.passed))
	}
	b.at = b.at.Add(11 * time.Second)
	_ = b.send("api", "connection refused", 1)
	stoodFor := int64(0)
	for _, record := range b.passed {
		if count, ok := record.Attributes().Get(repeated); ok {
			stoodFor += count.Int()
		}
	}
	if stoodFor != 984 || b.dropped(t) != 984 {
		t.Errorf("stand for %d, %d dropped", stoodFor, b.dropped(t))
	}
}

func TestWhatIsRefusedIsNotCountedAndComesAgain(t *testing.T) {
	b := benchOf(t, 1)
	b.answer = errors.New("full")
	if err := b.send("api", "a", 3); !errors.Is(err, b.answer) {
		t.Errorf("says %v", err)
	}
	if b.dropped(t) != 0 {
		t.Errorf("%d dropped", b.dropped(t))
	}
}

func TestNothingIsHandedOnWhereNothingPasses(t *testing.T) {
	b := benchOf(t, 1)
	_ = b.send("api", "a", 2)
	b.answer = errors.New("must not be asked")
	if err := b.send("api", "a", 1); err != nil || b.dropped(t) != 1 {
		t.Errorf("says %v, %d dropped", err, b.dropped(t))
	}
}
