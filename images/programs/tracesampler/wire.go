package tracesampler

import (
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/sampling"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"google.golang.org/protobuf/encoding/protowire"
)

// What is held is held as it travels: a third of the memory of decoded spans, and nothing in it for the garbage collector to follow.
// In an OTLP message of traces a resource lists its scopes, and a scope its spans, each in its field 2; traces list resources in field 1.
const (
	resourcesField = 1
	listField      = 2
)

// split a message into the members of its list and everything else, still encoded.
func split(message []byte, list protowire.Number) (header []byte, members [][]byte) {
	for len(message) > 0 {
		number, kind, tag := protowire.ConsumeTag(message)
		size := protowire.ConsumeFieldValue(number, kind, message[max(tag, 0):])
		if tag < 0 || size < 0 {
			// pdata has written it, so this cannot be
			return header, members
		}
		if number == list && kind == protowire.BytesType {
			member, _ := protowire.ConsumeBytes(message[tag:])
			members = append(members, member)
		} else {
			header = append(header, message[:tag+size]...)
		}
		message = message[tag+size:]
	}
	return header, members
}

// join is the opposite of split.
func join(message []byte, list protowire.Number, members ...[]byte) []byte {
	for _, member := range members {
		message = protowire.AppendTag(message, list, protowire.BytesType)
		message = protowire.AppendBytes(message, member)
	}
	return message
}

// origin is the encoded resource and scope of spans.
type origin struct{ resource, scope string }

// batch is what leaves together: each resource and scope once.
type batch struct {
	spans, bytes int
	// waits: it was refused for now, and its memory counts as held.
	waits  bool
	scopes map[origin]*leavingScope
	// order of the scopes, so that the same spans make the same batch.
	order []*leavingScope
}

type leavingScope struct {
	origin
	spans      [][]byte
	thresholds []sampling.Threshold
}

func newBatch() *batch {
	return &batch{scopes: map[origin]*leavingScope{}}
}

func (b *batch) add(span heldSpan, threshold sampling.Threshold) {
	scope, known := b.scopes[span.from]
	if !known {
		scope = &leavingScope{origin: span.from}
		b.scopes[span.from] = scope
		b.order = append(b.order, scope)
	}
	scope.spans = append(scope.spans, span.wire)
	scope.thresholds = append(scope.thresholds, threshold)
	b.spans++
	b.bytes += len(span.wire) + bytesPerSpan
}

// traces decoded, each span with the number of those for which it stands.
func (b *batch) traces(rateAttributes []string) (ptrace.Traces, error) {
	resources := map[string][]byte{}
	var order []string
	thresholds := map[string][]sampling.Threshold{}
	for _, scope := range b.order {
		message, known := resources[scope.resource]
		if !known {
			message = []byte(scope.resource)
			order = append(order, scope.resource)
		}
		resources[scope.resource] = join(message, listField, join([]byte(scope.scope), listField, scope.spans...))
		thresholds[scope.resource] = append(thresholds[scope.resource], scope.thresholds...)
	}
	var message []byte
	for _, resource := range order {
		message = join(message, resourcesField, resources[resource])
	}
	data, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(message)
	if err != nil {
		return data, err
	}
	for i, resource := range data.ResourceSpans().All() {
		next := thresholds[order[i]]
		for _, scope := range resource.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				weigh(span, next[0], rateAttributes)
				next = next[1:]
			}
		}
	}
	return data, nil
}
