package jaegerstorage

import (
	"context"
	"errors"
	"fmt"
	"io"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"

	"github.com/jaegertracing/jaeger/internal/metrics"
	"github.com/jaegertracing/jaeger/internal/storage/v1"
	"github.com/jaegertracing/jaeger/internal/storage/v2/api/tracestore"
	"github.com/jaegertracing/jaeger/internal/storage/v2/badger"
	"github.com/jaegertracing/jaeger/internal/telemetry"
)

// Extension gives the other components their storage by name.
type Extension interface {
	extension.Extension
	TraceStorageFactory(name string) (tracestore.Factory, bool)
}

type storageExt struct {
	config    *Config
	telset    component.TelemetrySettings
	factories map[string]tracestore.Factory
}

var _ Extension = (*storageExt)(nil)

// GetTraceStoreFactory finds the storage of that name in the running collector.
func GetTraceStoreFactory(name string, host component.Host) (tracestore.Factory, error) {
	for id, running := range host.GetExtensions() {
		if id.Type() != componentType {
			continue
		}
		if ext, ok := running.(Extension); ok {
			if factory, found := ext.TraceStorageFactory(name); found {
				return factory, nil
			}
		}
	}
	return nil, fmt.Errorf("no storage '%s' in the extension '%s'", name, componentType)
}

// GetMetricStorageFactory always fails: this build has no storage of metrics.
func GetMetricStorageFactory(name string, _ component.Host) (storage.MetricStoreFactory, error) {
	return nil, fmt.Errorf("metric storage '%s': this build of Jaeger has none", name)
}

func newStorageExt(cfg *Config, telset component.TelemetrySettings) *storageExt {
	return &storageExt{config: cfg, telset: telset, factories: map[string]tracestore.Factory{}}
}

func (s *storageExt) Start(_ context.Context, host component.Host) error {
	telset := telemetry.FromOtelComponent(s.telset, host)
	for name, backend := range s.config.TraceBackends {
		tags := map[string]string{"name": name, "kind": "badger", "role": "tracestore"}
		measured := telset.Metrics.Namespace(metrics.NSOptions{Name: "jaeger"}).
			Namespace(metrics.NSOptions{Name: "storage", Tags: tags})
		factory, err := badger.NewFactory(*backend.Badger, measured, s.telset.Logger)
		if err != nil {
			return fmt.Errorf("storage '%s': %w", name, err)
		}
		s.factories[name] = factory
	}
	return nil
}

func (s *storageExt) Shutdown(context.Context) error {
	var failures []error
	for _, factory := range s.factories {
		if closer, ok := factory.(io.Closer); ok {
			failures = append(failures, closer.Close())
		}
	}
	return errors.Join(failures...)
}

func (s *storageExt) TraceStorageFactory(name string) (tracestore.Factory, bool) {
	factory, ok := s.factories[name]
	return factory, ok
}
