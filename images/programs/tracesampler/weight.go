package tracesampler

import (
	"encoding/binary"
	"math"
	"strings"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/sampling"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// weigh writes into a span for how many it stands: into its tracestate as OpenTelemetry's probability sampling says, and into the attributes
// that backends read. What was sampled before it came here counts as well.
func weigh(span ptrace.Span, threshold sampling.Threshold, attributes []string) {
	raw := span.TraceState().AsRaw()
	if raw == "" && threshold == sampling.AlwaysSampleThreshold {
		return
	}
	count := threshold.AdjustedCount()
	if state, err := sampling.NewW3CTraceState(raw); err == nil {
		count = max(count, state.OTelValue().AdjustedCount())
		if threshold != sampling.AlwaysSampleThreshold && state.OTelValue().UpdateTValueWithSampling(threshold) == nil {
			var written strings.Builder
			if state.Serialize(&written) == nil {
				span.TraceState().FromRaw(written.String())
			}
		}
	}
	if count <= 1 {
		return
	}
	for _, key := range attributes {
		span.Attributes().PutInt(key, whole(count, span.TraceID()))
	}
}

// whole rounds a count so that it is right in the mean: 3.25 is 4 for one trace of four and 3 for the others.
func whole(count float64, id pcommon.TraceID) int64 {
	floor, fraction := math.Modf(count)
	if float64(binary.BigEndian.Uint64(id[:8]))/math.MaxUint64 < fraction {
		return int64(floor) + 1
	}
	return int64(floor)
}
