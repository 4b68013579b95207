// Package clockguard meets the service whose clock is wrong. Prometheus refuses a whole request for one point of the future or of long ago, and in
// that request are the points of everybody else; a span or a record of next week is never found. So such points are dropped, since a corrected one would
// lie between true ones of its series; spans and records of the future, whose content matters more than their time, are moved to the present and say by how much.
package clockguard

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"
)

// Config says which times cannot be.
type Config struct {
	// MaxAhead of the collector's own clock. Prometheus takes what is less than ten minutes ahead.
	MaxAhead time.Duration `mapstructure:"max_ahead"`
	// MaxBehind is how old a point may be when it comes in. 0: as old as it likes.
	MaxBehind time.Duration `mapstructure:"max_behind"`
}

// Validate is called before the collector starts.
func (c *Config) Validate() error {
	if c.MaxAhead < time.Second {
		return fmt.Errorf("max_ahead: %s is too short, use for example 10m", c.MaxAhead)
	}
	if c.MaxBehind != 0 && c.MaxBehind < time.Minute {
		return fmt.Errorf("max_behind: %s is too short, use for example 30m, or 0 for any age", c.MaxBehind)
	}
	return nil
}

// NewFactory is what the collector's builder looks for.
func NewFactory() processor.Factory {
	return processor.NewFactory(
		component.MustNewType("clock_guard"),
		func() component.Config { return &Config{MaxAhead: 10 * time.Minute} },
		processor.WithTraces(createTraces, component.StabilityLevelBeta),
		processor.WithMetrics(createMetrics, component.StabilityLevelBeta),
		processor.WithLogs(createLogs, component.StabilityLevelBeta),
	)
}

func createTraces(_ context.Context, set processor.Settings, config component.Config, next consumer.Traces) (processor.Traces, error) {
	g, err := newGuard(config.(*Config), set.TelemetrySettings, "traces", time.Now)
	return &traces{guard: g, next: next}, err
}

func createMetrics(_ context.Context, set processor.Settings, config component.Config, next consumer.Metrics) (processor.Metrics, error) {
	g, err := newGuard(config.(*Config), set.TelemetrySettings, "metrics", time.Now)
	return &metrics{guard: g, next: next}, err
}

func createLogs(_ context.Context, set processor.Settings, config component.Config, next consumer.Logs) (processor.Logs, error) {
	g, err := newGuard(config.(*Config), set.TelemetrySettings, "logs", time.Now)
	return &logs{guard: g, next: next}, err
}
