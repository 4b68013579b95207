// Package serieslimit bounds the series of each metric. A label that holds an id makes a series for each value, and a backend's bill or memory
// with it. The first so many series of a metric pass; points of further ones are dropped and counted by metric. A series of which nothing came for a while makes room.
package serieslimit

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"
)

// Config says how many series are enough.
type Config struct {
	// PerMetric is the most series of one metric name, of all services together.
	PerMetric int `mapstructure:"per_metric"`
	// Metrics have limits of their own, by name.
	Metrics map[string]int `mapstructure:"metrics"`
	// Expire is how long a series counts after its last point.
	Expire time.Duration `mapstructure:"expire"`
}

// Validate is called before the collector starts.
func (c *Config) Validate() error {
	if c.PerMetric < 1 {
		return fmt.Errorf("per_metric: %d is too few, use 1 or more", c.PerMetric)
	}
	for name, limit := range c.Metrics {
		if limit < 0 {
			return fmt.Errorf("metrics: %s: %d is too few, use 0 or more", name, limit)
		}
	}
	if c.Expire < time.Minute {
		return fmt.Errorf("expire: %s is too short, use for example 15m", c.Expire)
	}
	return nil
}

// NewFactory is what the collector's builder looks for.
func NewFactory() processor.Factory {
	return processor.NewFactory(
		component.MustNewType("series_limit"),
		func() component.Config { return &Config{PerMetric: 2000, Expire: 15 * time.Minute} },
		processor.WithMetrics(create, component.StabilityLevelBeta),
	)
}

func create(_ context.Context, set processor.Settings, config component.Config, next consumer.Metrics) (processor.Metrics, error) {
	return newLimiter(config.(*Config), set.TelemetrySettings, next, time.Now)
}
