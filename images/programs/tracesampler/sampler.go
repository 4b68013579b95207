package tracesampler

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/sampling"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.uber.org/zap"
)

const (
	// tick is how often traces that are due are decided, and what is kept is handed on: each time a transaction of the queue on disk.
	tick = 500 * time.Millisecond
	// maxBatch is how many spans leave together at most.
	maxBatch = 4096
	// cacheShare of the memory is for decisions: one of so many.
	cacheShare = 8
	// Memory of a held trace, and of a held span beside its bytes on the wire (TestMemoryIsWhatItIsTakenFor).
	bytesPerTrace = 300
	bytesPerSpan  = 120
)

var errFull = errors.New("memory is full of what nobody takes")

// request is what came in together. Its memory is free when none of its spans is held any more.
type request struct{ bytes, held int }

type heldSpan struct {
	wire []byte
	from origin
	in   *request
}

// trace is what has come of one so far.
type trace struct {
	id         pcommon.TraceID
	arrived    time.Time
	randomness sampling.Randomness
	spans      []heldSpan
	failed     bool
	start, end pcommon.Timestamp
}

type sampler struct {
	config    *Config
	next      consumer.Traces
	logger    *zap.Logger
	telemetry *telemetry
	now       func() time.Time
	// passesAll: nothing can be dropped, so nothing needs to be held.
	passesAll bool
	stop      chan struct{}
	stopped   sync.WaitGroup

	mu      sync.Mutex
	policy  *policy
	decided *decisions
	held    map[pcommon.TraceID]*trace
	// order of arrival, the oldest first.
	order   []*trace
	bytes   int
	leaving *batch
	ready   []*batch
}

func newSampler(config *Config, set component.TelemetrySettings, next consumer.Traces, now func() time.Time) (*sampler, error) {
	s := &sampler{
		config:    config,
		next:      next,
		logger:    set.Logger,
		now:       now,
		passesAll: config.Baseline >= 100 && config.Ceiling == 0,
		stop:      make(chan struct{}),
		policy:    newPolicy(config, now()),
		decided:   newDecisions(config.MemoryBytes / cacheShare),
		held:      map[pcommon.TraceID]*trace{},
		leaving:   newBatch(),
	}
	var err error
	s.telemetry, err = newTelemetry(set.MeterProvider.Meter("game-scheduler-otel/tracesampler"), s.holding)
	return s, err
}

// holding counts spans that wait for the decision, and those that were kept and have not left.
func (s *sampler) holding() holding {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := holding{traces: len(s.held), spans: s.leaving.spans, bytes: s.bytes}
	for _, one := range s.order {
		now.spans += len(one.spans)
	}
	for _, one := range s.ready {
		now.spans += one.spans
	}
	return now
}

// Capabilities say that what comes in stays as it is, so that it need not be copied for the others who get it.
func (*sampler) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{}
}

func (s *sampler) Start(context.Context, component.Host) error {
	s.stopped.Go(func() {
		ticker := time.NewTicker(tick)
		defer ticker.Stop()
		for {
			select {
			case <-s.stop:
				return
			case <-ticker.C:
				// what is not taken waits for the next tick
				_ = s.handOn(context.Background(), s.due())
			}
		}
	})
	return nil
}

// Shutdown decides on everything that is held with what is known of it.
func (s *sampler) Shutdown(ctx context.Context) error {
	close(s.stop)
	s.stopped.Wait()
	s.mu.Lock()
	for len(s.order) > 0 {
		s.decideOldest(false)
	}
	ready := s.takeReady(true)
	s.mu.Unlock()
	err := s.handOn(ctx, ready)
	for _, one := range s.takeReady(true) {
		s.lose(err, one)
	}
	return err
}

// ConsumeTraces takes spans in. In head mode they leave at once, and an error is the sender's; in tail mode it is other spans that leave.
func (s *sampler) ConsumeTraces(ctx context.Context, data ptrace.Traces) error {
	if s.passesAll {
		s.telemetry.count(decision{kept: true, reason: byBaseline}, data.SpanCount())
		return s.next.ConsumeTraces(ctx, data)
	}
	wire, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(data)
	if err != nil {
		return err
	}
	err = s.handOn(ctx, s.take(data, wire))
	if s.config.Mode == modeHead {
		return err
	}
	return nil
}

func (s *sampler) take(data ptrace.Traces, wire []byte) []*batch {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if s.config.Mode == modeHead {
		s.policy.adjust(now)
	}
	in := &request{bytes: len(wire)}
	_, resources := split(wire, resourcesField)
	for i, resource := range data.ResourceSpans().All() {
		resourceHeader, scopes := split(resources[i], listField)
		for j, scope := range resource.ScopeSpans().All() {
			scopeHeader, spans := split(scopes[j], listField)
			from := origin{string(resourceHeader), string(scopeHeader)}
			in.bytes += len(resourceHeader) + len(scopeHeader)
			for k, span := range scope.Spans().All() {
				s.takeSpan(span, heldSpan{spans[k], from, in}, now)
			}
		}
	}
	if in.held > 0 {
		s.bytes += in.bytes
	}
	s.makeRoom()
	return s.takeReady(s.config.Mode == modeHead)
}

// makeRoom decides early; only what nobody has taken for so long that it fills the memory by itself is lost.
func (s *sampler) makeRoom() {
	for s.bytes > s.config.MemoryBytes*(cacheShare-1)/cacheShare {
		switch {
		case len(s.order) > 0:
			s.decideOldest(true)
		case len(s.ready) > 0:
			s.lose(errFull, s.ready[0])
			s.ready = s.ready[1:]
		default:
			return
		}
	}
}

func (s *sampler) takeSpan(span ptrace.Span, wire heldSpan, now time.Time) {
	id := span.TraceID()
	if what, known := s.decided.get(id); known {
		s.settle(s.late(what, span), wire)
		return
	}
	if s.config.Mode == modeHead {
		s.settle(s.decide(id, byBaseline, randomnessOf(span), false), wire)
		return
	}
	one, known := s.held[id]
	if !known {
		one = &trace{id: id, arrived: now, randomness: randomnessOf(span), start: span.StartTimestamp()}
		s.held[id] = one
		s.order = append(s.order, one)
		s.bytes += bytesPerTrace
	}
	wire.in.held++
	s.bytes += bytesPerSpan
	one.spans = append(one.spans, wire)
	one.failed = one.failed || failed(span)
	one.start, one.end = min(one.start, span.StartTimestamp()), max(one.end, span.EndTimestamp())
}

func failed(span ptrace.Span) bool {
	return span.Status().Code() == ptrace.StatusCodeError
}

func (s *sampler) why(failed bool, start, end pcommon.Timestamp) reason {
	switch {
	case failed:
		return byFailure
	case end > start && time.Duration(end-start) >= s.config.Slow:
		return bySlowness
	default:
		return byBaseline
	}
}

// late spans follow the decision on their trace; one that was left out is kept from the span on that has failed or was slow itself.
func (s *sampler) late(what decision, span ptrace.Span) decision {
	if what.kept || s.config.Mode == modeHead {
		return what
	}
	why := s.why(failed(span), span.StartTimestamp(), span.EndTimestamp())
	if why == byBaseline {
		return what
	}
	return s.decide(span.TraceID(), why, randomnessOf(span), false)
}

func (s *sampler) decide(id pcommon.TraceID, why reason, randomness sampling.Randomness, early bool) decision {
	what := s.policy.decide(why, randomness)
	s.decided.put(id, what)
	s.telemetry.countTrace(what, early)
	return what
}

func (s *sampler) decideOldest(early bool) {
	one := s.order[0]
	s.order[0] = nil
	s.order = s.order[1:]
	delete(s.held, one.id)
	s.settle(s.decide(one.id, s.why(one.failed, one.start, one.end), one.randomness, early), one.spans...)
	s.bytes -= bytesPerTrace + bytesPerSpan*len(one.spans)
	for _, span := range one.spans {
		span.in.held--
		if span.in.held == 0 {
			s.bytes -= span.in.bytes
		}
	}
}

// settle spans whose trace is decided.
func (s *sampler) settle(what decision, spans ...heldSpan) {
	s.telemetry.count(what, len(spans))
	s.policy.count(what, len(spans))
	if !what.kept {
		return
	}
	for _, span := range spans {
		s.leaving.add(span, what.threshold)
	}
	if s.leaving.spans >= maxBatch {
		s.ready = append(s.ready, s.leaving)
		s.leaving = newBatch()
	}
}

// due decides on the traces whose time has come and takes what leaves.
func (s *sampler) due() []*batch {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.policy.adjust(now)
	for len(s.order) > 0 && now.Sub(s.order[0].arrived) >= s.config.DecisionWait {
		s.decideOldest(false)
	}
	return s.takeReady(true)
}

// takeReady takes full batches, or everything.
func (s *sampler) takeReady(all bool) []*batch {
	ready := s.ready
	s.ready = nil
	if all && s.leaving.spans > 0 {
		ready = append(ready, s.leaving)
		s.leaving = newBatch()
	}
	return ready
}

// handOn returns what was not taken. In tail mode that is held and tried again with the next tick: the next step may be short of memory.
func (s *sampler) handOn(ctx context.Context, ready []*batch) error {
	for i, one := range ready {
		data, err := one.traces(s.config.RateAttributes)
		if err == nil {
			err = s.next.ConsumeTraces(ctx, data)
		}
		switch {
		case err == nil:
			s.free(one)
		case s.config.Mode == modeHead:
			return err
		case consumererror.IsPermanent(err):
			s.mu.Lock()
			s.lose(err, one)
			s.mu.Unlock()
		default:
			s.holdOn(ready[i:])
			return err
		}
	}
	return nil
}

func (s *sampler) holdOn(refused []*batch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range refused {
		if !one.waits {
			one.waits = true
			s.bytes += one.bytes
		}
	}
	s.ready = append(slices.Clone(refused), s.ready...)
	s.makeRoom()
}

func (s *sampler) free(one *batch) {
	if !one.waits {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bytes -= one.bytes
}

func (s *sampler) lose(err error, one *batch) {
	s.telemetry.failed.Add(context.Background(), int64(one.spans))
	s.logger.Error("What was kept is not taken and is lost", zap.Error(err), zap.Int("spans", one.spans))
	if one.waits {
		s.bytes -= one.bytes
	}
}
