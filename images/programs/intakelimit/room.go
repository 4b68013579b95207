package intakelimit

import (
	"context"
	"sync/atomic"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"golang.org/x/sync/semaphore"
)

// firstCharge is taken for a request whose size is not known: a full batch of an SDK is of that order.
const firstCharge = 512 << 10

// room is the memory for what is in hand.
type room struct {
	config  *Config
	bytes   *semaphore.Weighted
	inHand  atomic.Int64
	waiting atomic.Int64
	// usual is what requests whose size was not known turned out to be.
	usual   atomic.Int64
	refused metric.Int64Counter
}

func newRoom(config *Config, set component.TelemetrySettings) (*room, error) {
	r := &room{config: config, bytes: semaphore.NewWeighted(config.MaxBytes)}
	r.usual.Store(firstCharge)
	meter := set.MeterProvider.Meter("game-scheduler-otel/intakelimit")
	var err error
	if r.refused, err = meter.Int64Counter("otelcol_intake_refused_requests"); err != nil {
		return nil, err
	}
	for name, value := range map[string]*atomic.Int64{"otelcol_intake_bytes": &r.inHand, "otelcol_intake_waiting_requests": &r.waiting} {
		observe := func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(value.Load())
			return nil
		}
		if _, err = meter.Int64ObservableGauge(name, metric.WithInt64Callback(observe)); err != nil {
			return nil, err
		}
	}
	for _, one := range []string{"http", "grpc"} {
		r.refused.Add(context.Background(), 0, transport(one))
	}
	return r, nil
}

func transport(name string) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(attribute.String("transport", name)))
}

// charge for a request of that size; below 0 it is not known.
func (r *room) charge(size int64) int64 {
	if size < 0 {
		size = r.usual.Load()
	}
	return min(max(size, 1), r.config.MaxBytes)
}

// take a charge, and wait for it. It says whether the request may come in.
func (r *room) take(ctx context.Context, charge int64) bool {
	if r.tryTake(charge) {
		return true
	}
	if r.waiting.Add(1) > r.config.MaxWaiting {
		r.waiting.Add(-1)
		return false
	}
	defer r.waiting.Add(-1)
	ctx, cancel := context.WithTimeout(ctx, r.config.Wait)
	defer cancel()
	if r.bytes.Acquire(ctx, charge) != nil {
		return false
	}
	r.inHand.Add(charge)
	return true
}

func (r *room) tryTake(charge int64) bool {
	if !r.bytes.TryAcquire(charge) {
		return false
	}
	r.inHand.Add(charge)
	return true
}

func (r *room) free(charge int64) {
	r.inHand.Add(-charge)
	r.bytes.Release(charge)
}

// learn what a request was whose size was not known. What was too large for its charge counts at once, so that it waits for enough when it comes again.
func (r *room) learn(size int64) {
	usual := r.usual.Load()
	r.usual.Store(max(size, usual-(usual-size)/8))
}

func (r *room) refuse(transport metric.MeasurementOption) {
	r.refused.Add(context.Background(), 1, transport)
}
