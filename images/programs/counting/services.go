package counting

import (
	"sync"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// MaxServices are counted by name, so that invented names cannot make series without end; the others as one.
const MaxServices = 50

// ByService keeps something for each service, made once.
type ByService[T any] struct {
	create func(service string) T

	mu sync.Mutex
	of map[string]T
}

// NewByService makes what it keeps with create, which gets "other" for all beyond MaxServices.
func NewByService[T any](create func(service string) T) *ByService[T] {
	return &ByService[T]{create: create, of: map[string]T{}}
}

// Of the service of this name.
func (b *ByService[T]) Of(service string) T {
	b.mu.Lock()
	defer b.mu.Unlock()
	known, ok := b.of[service]
	if !ok && len(b.of) >= MaxServices {
		service = "other"
		known, ok = b.of[service]
	}
	if !ok {
		known = b.create(service)
		b.of[service] = known
	}
	return known
}

// ServiceOf says who sent what is below the resource; "" where it does not say.
func ServiceOf(resource pcommon.Resource) string {
	if name, ok := resource.Attributes().Get("service.name"); ok {
		return name.AsString()
	}
	return ""
}
