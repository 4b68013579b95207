// Package seriesstart gives a counter or histogram that begins a point of zero before its first one. A cumulative series whose first point says 1 has
// counted an event that no rate shows: a rate needs two points, and a conversion to deltas keeps the first one to itself. Of a service that is asked
// once in ten minutes, that is every event.
package seriesstart

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"
)

// Where the points come from, which decides when a series is believed to begin.
const (
	// SDK: of applications. Only resources that name an SDK are looked at: what reads a database counts on from where the database is.
	SDK = "sdk"
	// Connector: of a connector in this collector, which counts from zero and leaves out what it has forgotten.
	Connector = "connector"
)

// Config says whose points pass.
type Config struct {
	// Source is "sdk" or "connector".
	Source string `mapstructure:"source"`
	// Interval is how often a connector emits its series; of applications it is seen.
	Interval time.Duration `mapstructure:"interval"`
	// MaxSeries are remembered; those beyond get no zero.
	MaxSeries int `mapstructure:"max_series"`
}

// Validate is called before the collector starts.
func (c *Config) Validate() error {
	if c.Source != SDK && c.Source != Connector {
		return fmt.Errorf("source: %q is neither %s nor %s", c.Source, SDK, Connector)
	}
	if c.Source == Connector && c.Interval <= 0 {
		return fmt.Errorf("interval: %s is too short, use metrics_flush_interval of the connector", c.Interval)
	}
	if c.MaxSeries < 1 {
		return fmt.Errorf("max_series: %d is too few, use 1 or more", c.MaxSeries)
	}
	return nil
}

// NewFactory is what the collector's builder looks for.
func NewFactory() processor.Factory {
	return processor.NewFactory(
		component.MustNewType("series_start"),
		func() component.Config { return &Config{MaxSeries: 50_000} },
		processor.WithMetrics(create, component.StabilityLevelBeta),
	)
}

func create(_ context.Context, _ processor.Settings, config component.Config, next consumer.Metrics) (processor.Metrics, error) {
	return newStarter(config.(*Config), next, time.Now), nil
}
