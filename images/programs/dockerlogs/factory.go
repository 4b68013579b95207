// Package dockerlogs reads the logs of containers through the Docker API, for what sends none itself: databases, brokers, web servers, and
// programs without an SDK. It needs a read-only address of the API and nothing of the host. The collector's contrib distribution has no such
// receiver; `filelog` reads the engine's files, which takes root on the host.
package dockerlogs

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"
)

// Config says which containers are read, and how much of them.
type Config struct {
	// Endpoint of the Docker API: `unix:///path` or `http://host:port`.
	Endpoint string `mapstructure:"endpoint"`
	// Labels that a container must carry, so that another stack's container of the same name is not read.
	Labels map[string]string `mapstructure:"labels"`
	// Containers that are read; all others are left alone.
	Containers []Container `mapstructure:"containers"`
	// Storage is the extension that keeps how far each container has been read. Without it, a restart reads again from Lookback.
	Storage *component.ID `mapstructure:"storage"`
	// PollInterval is the time between two looks at which containers exist.
	PollInterval time.Duration `mapstructure:"poll_interval"`
	// Lookback bounds what is read of a container that is seen for the first time.
	Lookback time.Duration `mapstructure:"lookback"`
	// RecordTimeout is how long a record waits for further lines.
	RecordTimeout time.Duration `mapstructure:"record_timeout"`
	// MaxRecordBytes is where a record is cut; how much was cut is an attribute of it.
	MaxRecordBytes int `mapstructure:"max_record_bytes"`
	// RecordsPerSecond of one container, by the time of its lines, so that a backlog passes at any speed. What exceeds it is counted, not sent.
	RecordsPerSecond float64 `mapstructure:"records_per_second"`
	// Burst is how many records may come at once before RecordsPerSecond counts.
	Burst float64 `mapstructure:"burst"`
}

// Container is one of the stack's.
type Container struct {
	// Name on the engine.
	Name string `mapstructure:"name"`
	// Service becomes service.name.
	Service string `mapstructure:"service"`
	// Version becomes service.version; empty: none.
	Version string `mapstructure:"version"`
	// Format of its lines: one of the keys of formats. JSON and logfmt are recognised in every format.
	Format string `mapstructure:"format"`
	// Streams that are read: `stdout`, `stderr` or, empty, both.
	Streams []string `mapstructure:"streams"`
}

// Validate is called by the collector when it reads its configuration.
func (c *Config) Validate() error {
	address, err := url.Parse(c.Endpoint)
	if err != nil || !slices.Contains([]string{"unix", "http"}, address.Scheme) {
		return fmt.Errorf("endpoint: %q is no address of the Docker API, use unix:///path or http://host:port", c.Endpoint)
	}
	if len(c.Containers) == 0 {
		return errors.New("containers: name at least one")
	}
	names := map[string]bool{}
	for i, container := range c.Containers {
		switch {
		case container.Name == "" || container.Service == "":
			return fmt.Errorf("containers[%d]: needs name and service", i)
		case names[container.Name]:
			return fmt.Errorf("containers[%d]: %q is listed twice", i, container.Name)
		case formats[container.Format] == nil:
			return fmt.Errorf("containers[%d]: format %q is not known, use one of %v", i, container.Format, formatNames())
		}
		for _, stream := range container.Streams {
			if stream != stdout && stream != stderr {
				return fmt.Errorf("containers[%d]: stream %q is neither stdout nor stderr", i, stream)
			}
		}
		names[container.Name] = true
	}
	if c.PollInterval <= 0 || c.RecordTimeout <= 0 || c.Lookback < 0 {
		return errors.New("poll_interval and record_timeout must be longer than 0s, lookback not negative")
	}
	if c.MaxRecordBytes < 1024 {
		return fmt.Errorf("max_record_bytes: %d is too few, use 1024 or more", c.MaxRecordBytes)
	}
	if c.RecordsPerSecond <= 0 || c.Burst < 1 {
		return errors.New("records_per_second must be more than 0, burst at least 1")
	}
	return nil
}

// NewFactory is what the collector's builder looks for.
func NewFactory() receiver.Factory {
	return receiver.NewFactory(component.MustNewType("dockerlogs"), defaults,
		receiver.WithLogs(create, component.StabilityLevelBeta))
}

func defaults() component.Config {
	return &Config{
		PollInterval:     2 * time.Second,
		Lookback:         15 * time.Minute,
		RecordTimeout:    500 * time.Millisecond,
		MaxRecordBytes:   64 << 10,
		RecordsPerSecond: 100,
		Burst:            2000,
	}
}

func create(_ context.Context, set receiver.Settings, cfg component.Config, next consumer.Logs) (receiver.Logs, error) {
	return newReceiver(set, cfg.(*Config), next)
}
