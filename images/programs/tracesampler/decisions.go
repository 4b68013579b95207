package tracesampler

import "go.opentelemetry.io/collector/pdata/pcommon"

// bytesPerDecision of a remembered trace id, measured (TestMemoryIsWhatItIsTakenFor).
const bytesPerDecision = 80

// decisions are remembered in two generations: when the young one is full it becomes the old one, which is forgotten. What is asked for
// stays young.
type decisions struct {
	limit      int
	young, old map[pcommon.TraceID]decision
}

func newDecisions(bytes int) *decisions {
	return &decisions{limit: max(1, bytes/2/bytesPerDecision), young: map[pcommon.TraceID]decision{}}
}

func (d *decisions) get(id pcommon.TraceID) (decision, bool) {
	if one, known := d.young[id]; known {
		return one, true
	}
	one, known := d.old[id]
	if known {
		d.put(id, one)
	}
	return one, known
}

func (d *decisions) put(id pcommon.TraceID, one decision) {
	if len(d.young) >= d.limit {
		d.old, d.young = d.young, make(map[pcommon.TraceID]decision)
	}
	d.young[id] = one
}
