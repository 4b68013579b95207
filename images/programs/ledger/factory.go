// Package ledger keeps the collector's books. Its `item_counter` counts what passes a place of a pipeline, by service; its `ledger` stands where the
// collector's own metrics pass, and adds to them what the books say is missing: items that came in, that no rule dropped and nobody refused, that are
// neither sent nor rejected nor in a queue. There should be none; a number above zero is a loss that nothing else has counted.
package ledger

import (
	"context"
	"errors"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"
)

// CounterConfig says where a counter stands.
type CounterConfig struct {
	// Place is "received", or the name of the exporter that it stands before.
	Place string `mapstructure:"place"`
}

// Validate is called before the collector starts.
func (c *CounterConfig) Validate() error {
	if c.Place == "" {
		return errors.New(`place: is empty, use "received" or the name of an exporter`)
	}
	return nil
}

// NewCounterFactory is what the collector's builder looks for.
func NewCounterFactory() processor.Factory {
	return processor.NewFactory(
		component.MustNewType("item_counter"),
		func() component.Config { return &CounterConfig{} },
		processor.WithTraces(countTraces, component.StabilityLevelBeta),
		processor.WithMetrics(countMetrics, component.StabilityLevelBeta),
		processor.WithLogs(countLogs, component.StabilityLevelBeta),
	)
}

func countTraces(_ context.Context, set processor.Settings, config component.Config, next consumer.Traces) (processor.Traces, error) {
	c, err := newCounter(config.(*CounterConfig).Place, "traces", set.TelemetrySettings)
	return &traces{counter: c, next: next}, err
}

func countMetrics(_ context.Context, set processor.Settings, config component.Config, next consumer.Metrics) (processor.Metrics, error) {
	c, err := newCounter(config.(*CounterConfig).Place, "metrics", set.TelemetrySettings)
	return &metrics{counter: c, next: next}, err
}

func countLogs(_ context.Context, set processor.Settings, config component.Config, next consumer.Logs) (processor.Logs, error) {
	c, err := newCounter(config.(*CounterConfig).Place, "logs", set.TelemetrySettings)
	return &logs{counter: c, next: next}, err
}

// Config of the books.
type Config struct {
	// Rules are the processors behind the counter of what is received that drop by rule. One whose name ends with "to-" and an exporter's name drops
	// for that exporter only.
	Rules []string `mapstructure:"rules"`
}

// NewFactory is what the collector's builder looks for.
func NewFactory() processor.Factory {
	return processor.NewFactory(
		component.MustNewType("ledger"),
		func() component.Config { return &Config{} },
		processor.WithMetrics(keepBooks, component.StabilityLevelBeta),
	)
}

func keepBooks(_ context.Context, _ processor.Settings, config component.Config, next consumer.Metrics) (processor.Metrics, error) {
	return newBooks(config.(*Config), next, time.Now(), filestorage.Recreated), nil
}
