package dockerlogs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receiverhelper"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"
)

// dockerLogs looks which of its containers exist, and follows each of them.
type dockerLogs struct {
	config   *Config
	set      receiver.Settings
	next     consumer.Logs
	report   *receiverhelper.ObsReport
	leftOut  metric.Int64Counter
	engine   *engine
	stored   positions
	stop     context.CancelFunc
	ended    sync.WaitGroup
	watching map[string]*watched
	// following counts the streams that are open.
	following atomic.Int64
	// silent is what the engine said when it last did not answer; empty while it does.
	silent string
	// absent says that the log has told that no container is there.
	absent bool
}

// watched is one container by its name.
type watched struct {
	id string
	// read is closed when a follower has come to an end.
	read chan struct{}
	stop context.CancelFunc
	// replaced is when another container of its name was seen.
	replaced time.Time
	// drained: it ended a while ago, and what it has written is read.
	drained bool
	// again is when the next try is due, after what failed.
	again   time.Time
	backOff time.Duration
	// err is what the last try ended with, and said what the log has told of it.
	err  error
	said string
}

func newReceiver(set receiver.Settings, config *Config, next consumer.Logs) (*dockerLogs, error) {
	report, err := receiverhelper.NewObsReport(receiverhelper.ObsReportSettings{
		ReceiverID: set.ID, Transport: "docker", ReceiverCreateSettings: set,
	})
	if err != nil {
		return nil, err
	}
	meter := set.MeterProvider.Meter("dockerlogs")
	leftOut, err := meter.Int64Counter("otelcol_dockerlogs_left_out_records",
		metric.WithDescription("Records of a container that exceeded records_per_second and were not sent."), metric.WithUnit("{records}"))
	if err != nil {
		return nil, err
	}
	d := &dockerLogs{
		config: config, set: set, next: next, report: report, leftOut: leftOut,
		engine: newEngine(config.Endpoint), watching: map[string]*watched{},
	}
	// Nothing is observed while nothing is followed, so that the metric is there only when it proves something.
	_, err = meter.Int64ObservableGauge("otelcol_dockerlogs_followed_containers",
		metric.WithDescription("Containers whose log is being read."), metric.WithUnit("{containers}"),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			if n := d.following.Load(); n > 0 {
				o.Observe(n)
			}
			return nil
		}))
	return d, err
}

// Start never fails for an engine that does not answer: a collector without the logs of containers is better than none.
func (d *dockerLogs) Start(ctx context.Context, host component.Host) error {
	client := storage.Client(storage.NewNopClient())
	if id := d.config.Storage; id != nil {
		extension, ok := host.GetExtensions()[*id].(storage.Extension)
		if !ok {
			return fmt.Errorf("storage: %s is no storage extension of this collector", id)
		}
		var err error
		if client, err = extension.GetClient(ctx, component.KindReceiver, d.set.ID, ""); err != nil {
			return err
		}
	}
	d.stored = positions{client}
	watch, stop := context.WithCancel(context.Background())
	d.stop = stop
	d.ended.Go(func() { d.watch(watch) })
	return nil
}

// Shutdown ends all reading. What was read and not yet delivered is read again at the next start.
func (d *dockerLogs) Shutdown(ctx context.Context) error {
	if d.stop == nil {
		return nil
	}
	d.stop()
	d.ended.Wait()
	return d.stored.client.Close(ctx)
}

func (d *dockerLogs) watch(ctx context.Context) {
	tick := time.NewTicker(d.config.PollInterval)
	defer tick.Stop()
	for {
		containers, err := d.engine.list(ctx, d.config.Labels)
		if ctx.Err() != nil {
			return
		}
		d.tellSilence(err)
		if err == nil {
			d.tellAbsence(d.followAll(ctx, containers))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// followAll starts a follower wherever one is due, and counts the configured containers that exist.
func (d *dockerLogs) followAll(ctx context.Context, containers []found) int {
	byName := map[string]found{}
	for _, container := range containers {
		for _, name := range container.Names {
			byName[name] = container
		}
	}
	there := 0
	for _, wanted := range d.config.Containers {
		now, ok := byName["/"+wanted.Name]
		if !ok {
			now, ok = byName[wanted.Name] // Podman's names have no slash
		}
		if ok {
			there++
			d.ensure(ctx, wanted, now)
		}
	}
	return there
}

// ensure starts a follower of the container unless one runs, or nothing can have been written since the last one ended.
func (d *dockerLogs) ensure(ctx context.Context, wanted Container, now found) {
	w := d.watching[wanted.Name]
	if w == nil || w.id != now.ID {
		if w != nil && w.running() {
			w.outlive() // it ends by itself when the engine closes the old container's stream
			return
		}
		w = &watched{id: now.ID}
		d.watching[wanted.Name] = w
	}
	if w.running() {
		return
	}
	d.settle(wanted, w)
	if !now.begun() || (w.drained && !now.live()) || time.Now().Before(w.again) {
		return
	}
	w.drained = now.settled()
	w.read = make(chan struct{})
	following, stop := context.WithCancel(ctx)
	w.stop = stop
	d.ended.Go(func() {
		defer close(w.read)
		defer stop()
		w.err = newFollower(d, wanted, now).run(following)
	})
}

// outlive ends the follower of a container that another one has replaced, if the engine does not.
func (w *watched) outlive() {
	if w.replaced.IsZero() {
		w.replaced = time.Now()
	}
	if time.Since(w.replaced) > 10*time.Second {
		w.stop()
	}
}

func (w *watched) running() bool {
	if w.read == nil {
		return false
	}
	select {
	case <-w.read:
		return false
	default:
		return true
	}
}

// settle looks at how the last follower ended: after an error it waits longer each time, and the log tells it once.
func (d *dockerLogs) settle(wanted Container, w *watched) {
	if w.read == nil {
		return
	}
	w.read = nil
	if w.err == nil {
		w.backOff, w.said = 0, ""
		return
	}
	w.drained = false
	if errors.Is(w.err, errBroken) {
		return
	}
	w.backOff = min(max(2*w.backOff, d.config.PollInterval), time.Minute)
	w.again = time.Now().Add(w.backOff)
	if said := w.err.Error(); said != w.said {
		d.set.Logger.Warn("The log of a container cannot be read; trying again", zap.String("container", wanted.Name), zap.Error(w.err))
		w.said = said
	}
	w.err = nil
}

func (d *dockerLogs) tellSilence(err error) {
	switch {
	case err != nil && d.silent == "":
		d.set.Logger.Warn("The Docker API does not answer; logs of containers wait", zap.String("endpoint", d.config.Endpoint), zap.Error(err))
		d.silent = err.Error()
	case err == nil && d.silent != "":
		d.set.Logger.Info("The Docker API answers again")
		d.silent = ""
	}
}

func (d *dockerLogs) tellAbsence(there int) {
	if there == 0 && !d.absent {
		d.set.Logger.Warn("None of the containers is there whose logs are to be read", zap.Int("configured", len(d.config.Containers)))
	}
	d.absent = there == 0
}
