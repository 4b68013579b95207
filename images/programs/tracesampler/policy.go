package tracesampler

import (
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/sampling"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// reason is why a trace was kept or dropped.
type reason uint8

const (
	// byBaseline: it is one of those that stand for the others, or one of the others.
	byBaseline reason = iota
	bySlowness
	byFailure
	// byCeiling: it would have been kept, had there been fewer.
	byCeiling
)

var reasonNames = map[reason]string{byBaseline: "baseline", bySlowness: "slow", byFailure: "failed", byCeiling: "ceiling"}

// decision on a trace. Spans that come later follow it.
type decision struct {
	kept   bool
	reason reason
	// important: failed or slow, so that the ceiling lowers its share last.
	important bool
	threshold sampling.Threshold
}

// precision of a threshold in hexadecimal digits, as OpenTelemetry recommends.
const precision = 4

// thresholdOf a share: traces whose randomness reaches it are kept, the same ones wherever the rule is applied.
func thresholdOf(share float64) sampling.Threshold {
	threshold, err := sampling.ProbabilityToThresholdWithPrecision(min(share, 1), precision)
	if err != nil {
		return sampling.NeverSampleThreshold
	}
	return threshold
}

// randomnessOf a trace: what its first service drew, or its id.
func randomnessOf(span ptrace.Span) sampling.Randomness {
	if raw := span.TraceState().AsRaw(); raw != "" {
		if state, err := sampling.NewW3CTraceState(raw); err == nil {
			if drawn, ok := state.OTelValue().RValueRandomness(); ok {
				return drawn
			}
		}
	}
	return sampling.TraceIDToRandomness(span.TraceID())
}

// policy decides what is kept. What is wanted is judged by the rules alone; the ceiling then lowers the shares for the next second, those of the
// baseline first.
type policy struct {
	config *Config
	// baseline is the threshold without a ceiling.
	baseline sampling.Threshold
	// now, with the ceiling: for failed and slow traces, and for all others.
	important, others sampling.Threshold

	since                           time.Time
	wantedImportant, wantedOfOthers int
}

func newPolicy(config *Config, now time.Time) *policy {
	baseline := thresholdOf(config.Baseline / 100)
	return &policy{config: config, baseline: baseline, others: baseline, since: now}
}

// decide on a trace.
func (p *policy) decide(why reason, randomness sampling.Randomness) decision {
	what := decision{reason: why, important: why != byBaseline, threshold: p.important}
	if !what.important {
		what.threshold = p.others
		if !p.baseline.ShouldSample(randomness) {
			return what
		}
	}
	what.kept = what.threshold.ShouldSample(randomness)
	if !what.kept {
		what.reason = byCeiling
	}
	return what
}

// count spans that are decided on: what would leave without a ceiling is what its shares follow from.
func (p *policy) count(what decision, spans int) {
	switch {
	case !what.kept && what.reason != byCeiling:
	case what.important:
		p.wantedImportant += spans
	default:
		p.wantedOfOthers += spans
	}
}

// adjust the shares to what was wanted in the last second or more.
func (p *policy) adjust(now time.Time) {
	elapsed := now.Sub(p.since).Seconds()
	if p.config.Ceiling == 0 || elapsed < 1 {
		return
	}
	important, others := float64(p.wantedImportant)/elapsed, float64(p.wantedOfOthers)/elapsed
	p.important = thresholdOf(p.config.Ceiling / max(important, 1))
	p.others = thresholdOf(p.config.Baseline / 100 * max(0, p.config.Ceiling-important) / max(others, 1))
	p.others = stricter(p.others, p.baseline)
	p.since, p.wantedImportant, p.wantedOfOthers = now, 0, 0
}

func stricter(a, b sampling.Threshold) sampling.Threshold {
	if sampling.ThresholdGreater(a, b) {
		return a
	}
	return b
}
