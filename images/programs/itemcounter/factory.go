// Package itemcounter counts what passes a place of a pipeline: what comes in, and what an exporter is given. The `ledger` processor and `verify` compare
// the two with what was sent. By service it counts whole minutes, which the `ledger` says once a minute.
package itemcounter

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/xconsumer"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/xprocessor"

	"game-scheduler-otel/images/programs/wholeminutes"
)

// Config says where a counter stands.
type Config struct {
	// Place is "received", or the name of the exporter that it stands before.
	Place string `mapstructure:"place"`
}

// Validate is called before the collector starts.
func (c *Config) Validate() error {
	if c.Place == "" {
		return errors.New(`place: is empty, use "received" or the name of an exporter`)
	}
	return nil
}

// NewFactory is what the collector's builder looks for.
func NewFactory() processor.Factory {
	return xprocessor.NewFactory(
		component.MustNewType("item_counter"),
		func() component.Config { return &Config{} },
		xprocessor.WithTraces(createTraces, component.StabilityLevelBeta),
		xprocessor.WithMetrics(createMetrics, component.StabilityLevelBeta),
		xprocessor.WithLogs(createLogs, component.StabilityLevelBeta),
		xprocessor.WithProfiles(createProfiles, component.StabilityLevelDevelopment),
	)
}

func createTraces(_ context.Context, set processor.Settings, config component.Config, next consumer.Traces) (processor.Traces, error) {
	c, err := newCounter(config.(*Config).Place, "traces", set.TelemetrySettings, wholeminutes.Shared)
	return &traces{counter: c, next: next}, err
}

func createMetrics(_ context.Context, set processor.Settings, config component.Config, next consumer.Metrics) (processor.Metrics, error) {
	c, err := newCounter(config.(*Config).Place, "metrics", set.TelemetrySettings, wholeminutes.Shared)
	return &metrics{counter: c, next: next}, err
}

func createLogs(_ context.Context, set processor.Settings, config component.Config, next consumer.Logs) (processor.Logs, error) {
	c, err := newCounter(config.(*Config).Place, "logs", set.TelemetrySettings, wholeminutes.Shared)
	return &logs{counter: c, next: next}, err
}

func createProfiles(_ context.Context, set processor.Settings, config component.Config, next xconsumer.Profiles) (xprocessor.Profiles, error) {
	c, err := newCounter(config.(*Config).Place, "profiles", set.TelemetrySettings, wholeminutes.Shared)
	return &profiles{counter: c, next: next}, err
}
