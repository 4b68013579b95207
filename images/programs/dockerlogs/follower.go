package dockerlogs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"time"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"
)

// Bounds of one batch; with max_record_bytes they bound the memory of a container.
const (
	batchRecords = 256
	batchBytes   = 512 << 10
)

// tellLeftOut is how often a record says how many were left out.
const tellLeftOut = 10 * time.Second

// follower reads one container until its stream ends.
type follower struct {
	*dockerLogs
	wanted   Container
	now      found
	format   *format
	limit    *limit
	position position
	// unfinished are the records whose lines are still coming, by stream.
	unfinished map[string]*pending

	batch []record
	bytes int
	marks map[string]mark
	// missing records were left out since the time of the first of them.
	missing int
	since   time.Time
	// arrived is when the latest line came.
	arrived time.Time
}

func newFollower(d *dockerLogs, wanted Container, now found) *follower {
	return &follower{
		dockerLogs: d, wanted: wanted, now: now, format: formats[wanted.Format],
		limit:      newLimit(d.config.RecordsPerSecond, d.config.Burst),
		unfinished: map[string]*pending{}, marks: map[string]mark{},
	}
}

// errBroken: the stream ended in the middle. Nobody needs to know of it once; what is missing is read again.
var errBroken = errors.New("the stream of the engine broke off")

// run ends with nil when the engine has closed the stream in good order, or the collector stops.
func (f *follower) run(ctx context.Context) error {
	var err error
	if f.position, err = f.stored.load(ctx, f.wanted.Name, f.now.ID); err != nil {
		return fmt.Errorf("how far it was read cannot be found: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	body, err := f.open(ctx)
	if err != nil || body == nil {
		return orStopped(ctx, err)
	}
	defer body.Close()
	f.following.Add(1)
	defer f.following.Add(-1)
	coming := make(chan line, 16)
	broken := make(chan error, 1)
	go func() {
		defer close(coming)
		in := newLines(body, f.config.MaxRecordBytes)
		for {
			next, err := in.next()
			if err != nil {
				broken <- err
				return
			}
			select {
			case coming <- next:
			case <-ctx.Done():
				return
			}
		}
	}()
	if err := f.consume(ctx, coming); err != nil || ctx.Err() != nil {
		return orStopped(ctx, err)
	}
	if err := <-broken; !errors.Is(err, io.EOF) {
		f.set.Logger.Debug("Broken stream", zap.String("container", f.wanted.Name), zap.Error(err))
		return orStopped(ctx, errBroken)
	}
	f.finishAll(time.Time{})
	return orStopped(ctx, f.deliver(ctx))
}

// open asks for the container by its name. Nil without an error: another one has that name by now.
func (f *follower) open(ctx context.Context) (io.ReadCloser, error) {
	streams := f.wanted.Streams
	if len(streams) == 0 {
		streams = []string{stdout, stderr}
	}
	body, err := f.engine.logs(ctx, f.wanted.Name, f.position.since(f.firstTime()), f.now.live(), streams)
	if err != nil {
		return nil, err
	}
	containers, err := f.engine.list(ctx, f.config.Labels)
	if err == nil && slices.ContainsFunc(containers, func(one found) bool { return one.ID == f.now.ID }) {
		return body, nil
	}
	body.Close()
	return nil, err
}

func orStopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// firstTime bounds what is read of a container that was never read before.
func (f *follower) firstTime() time.Time {
	created, earliest := time.Unix(f.now.Created, 0), time.Now().Add(-f.config.Lookback)
	if created.After(earliest) {
		return created
	}
	return earliest
}

// consume makes records of lines until there are no more. While a batch is not taken nothing is read, and the engine keeps what comes.
func (f *follower) consume(ctx context.Context, coming <-chan line) error {
	replay := newReplay(f.position)
	tick := time.NewTicker(f.config.RecordTimeout)
	defer tick.Stop()
	before := time.Now()
	for {
		select {
		case <-ctx.Done():
			return nil
		case next, ok := <-coming:
			if !ok {
				return nil
			}
			if here, isNew := replay.next(next); isNew {
				f.add(next, here)
			}
			if len(f.batch) < batchRecords && f.bytes < batchBytes {
				continue
			}
		case now := <-tick.C:
			f.finishAll(before)
			before = now
		}
		if err := f.deliver(ctx); err != nil {
			return err
		}
	}
}

// colours of a terminal, and its other control sequences.
var colours = regexp.MustCompile(`\x1b\[[0-9;?]*[A-Za-z]`)

// add puts a line where it belongs.
func (f *follower) add(l line, here mark) {
	f.arrived = time.Now()
	l.text = colours.ReplaceAllString(l.text, "")
	for stream, open := range f.unfinished {
		// By the time of the lines too, or a backlog would leave the record of a silent stream behind.
		if stream != l.stream && l.time.Sub(open.last) > f.config.RecordTimeout {
			f.finish(stream)
		}
	}
	open := f.unfinished[l.stream]
	if open != nil && l.time.Sub(open.last) <= f.config.RecordTimeout && f.format.joins(open, l) {
		room := max(0, f.config.MaxRecordBytes-open.text.Len())
		if len(l.text) >= room {
			open.cut += len(l.text) - room
			l.text = l.text[:room]
		}
		open.text.WriteString("\n" + l.text)
		open.cut += l.cut
		open.last, open.at, open.arrived = l.time, here, f.arrived
		return
	}
	f.finish(l.stream)
	if l.text == "" {
		f.marks[l.stream] = here // an empty line is no record
		return
	}
	open = &pending{stream: l.stream, begun: l.time, last: l.time, first: l.text, cut: l.cut, at: here, arrived: f.arrived}
	open.text.WriteString(l.text)
	if f.format.begins != nil {
		open.inside = f.format.begins(l.text)
	}
	f.unfinished[l.stream] = open
}

// finishAll ends the records to which nothing has come since a time; without one, all.
func (f *follower) finishAll(since time.Time) {
	for _, stream := range []string{stdout, stderr} {
		if open := f.unfinished[stream]; open != nil && (since.IsZero() || open.arrived.Before(since)) {
			f.finish(stream)
		}
	}
	if since.IsZero() || time.Since(f.arrived) > tellLeftOut {
		f.sayLeftOut(time.Time{})
	}
}

// finish ends the open record of a stream: nothing more belongs to it.
func (f *follower) finish(stream string) {
	open := f.unfinished[stream]
	if open == nil {
		return
	}
	delete(f.unfinished, stream)
	f.marks[stream] = open.at
	f.sayLeftOut(open.begun)
	if !f.limit.allow(open.begun) {
		if f.missing == 0 {
			f.since = open.begun
		}
		f.missing++
		return
	}
	f.batch = append(f.batch, f.format.parseRecord(open))
	f.bytes += open.text.Len()
}

// sayLeftOut adds a record that says how many were left out, once that has gone on for a while; without a time, at once.
func (f *follower) sayLeftOut(at time.Time) {
	if f.missing == 0 || (!at.IsZero() && at.Sub(f.since) < tellLeftOut) {
		return
	}
	said := record{time: f.since}
	said.level("WARNING")
	said.body = fmt.Sprintf("%d records of %s were left out: it wrote more than %g a second", f.missing, f.wanted.Service, f.limit.perSecond)
	said.set("container.log.left_out", int64(f.missing))
	f.batch = append(f.batch, said)
	f.dockerLogs.leftOut.Add(context.Background(), int64(f.missing),
		metric.WithAttributes(attribute.String("container", f.wanted.Name)))
	f.missing = 0
}

// deliver hands on the batch, again and again while the pipeline is full, and then stores how far the container has been read.
func (f *follower) deliver(ctx context.Context) error {
	if !f.send(ctx, f.batch) {
		return nil
	}
	f.batch, f.bytes = slices.Delete(f.batch, 0, len(f.batch)), 0
	if len(f.marks) == 0 {
		return nil
	}
	maps.Copy(f.position.Streams, f.marks)
	clear(f.marks)
	if err := f.stored.save(context.WithoutCancel(ctx), f.wanted.Name, f.position); err != nil {
		return fmt.Errorf("how far it was read cannot be stored: %w", err)
	}
	return nil
}

// send says whether the records are done with: taken, or refused for good. It gives up only when the collector stops.
func (f *follower) send(ctx context.Context, records []record) bool {
	for wait := 100 * time.Millisecond; len(records) > 0; wait = min(2*wait, 5*time.Second) {
		err := f.consumeOnce(ctx, records)
		if err == nil {
			return true
		}
		if errors.Is(err, errPanic) && len(records) > 1 {
			// One of them: the others shall not be lost for it.
			for i := range records {
				if !f.send(ctx, records[i:i+1]) {
					return false
				}
			}
			return true
		}
		if consumererror.IsPermanent(err) {
			f.set.Logger.Error("Records of a container were refused for good", zap.String("container", f.wanted.Name),
				zap.Int("records", len(records)), zap.Error(err))
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(wait):
		}
	}
	return true
}

// errPanic: a component of the pipeline failed over a record. The collector would end, read the record again, and end again.
var errPanic = errors.New("a component of the pipeline panicked")

func (f *follower) consumeOnce(ctx context.Context, records []record) (err error) {
	// Not ctx: what one exporter has taken must not be given up for another.
	reported := f.report.StartLogsOp(context.WithoutCancel(ctx))
	defer func() {
		if said := recover(); said != nil {
			err = consumererror.NewPermanent(fmt.Errorf("%w: %v", errPanic, said))
		}
		f.report.EndLogsOp(reported, "docker", len(records), err)
	}()
	return f.next.ConsumeLogs(reported, f.logs(records))
}

func (f *follower) logs(records []record) plog.Logs {
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	about := resource.Resource().Attributes()
	about.PutStr("service.name", f.wanted.Service)
	if f.wanted.Version != "" {
		about.PutStr("service.version", f.wanted.Version)
	}
	about.PutStr("container.name", f.wanted.Name)
	about.PutStr("container.id", f.now.ID)
	scope := resource.ScopeLogs().AppendEmpty()
	scope.Scope().SetName("dockerlogs")
	now := time.Now()
	for i := range records {
		records[i].writeTo(scope.LogRecords().AppendEmpty(), now)
	}
	return logs
}
