package jaegerstorage

import (
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/xconfmap"

	"github.com/jaegertracing/jaeger/internal/storage/v1/badger"
)

var (
	_ xconfmap.Validator  = (*Config)(nil)
	_ confmap.Unmarshaler = (*TraceBackend)(nil)
)

// Config holds the trace storages by name.
type Config struct {
	TraceBackends map[string]TraceBackend `mapstructure:"backends"`
}

// TraceBackend is one storage: this build has Badger only.
type TraceBackend struct {
	Badger *badger.Config `mapstructure:"badger"`
}

// Unmarshal puts Badger's defaults under what is configured.
func (cfg *TraceBackend) Unmarshal(conf *confmap.Conf) error {
	if conf.IsSet("badger") {
		cfg.Badger = badger.DefaultConfig()
	}
	return conf.Unmarshal(cfg)
}

// Validate wants at least one storage, each of a kind that is built in.
func (cfg *Config) Validate() error {
	if len(cfg.TraceBackends) == 0 {
		return errors.New("at least one storage is required")
	}
	for name, backend := range cfg.TraceBackends {
		if backend.Badger == nil {
			return fmt.Errorf("storage '%s': this build of Jaeger has the storage badger only", name)
		}
	}
	return nil
}
