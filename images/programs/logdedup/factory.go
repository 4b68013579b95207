// Package logdedup thins out a message that a service repeats faster than a given rate. What is below the rate is left as it is. Of a message above it
// records pass ever more seldom, and each says for how many it stands; every record that does not pass is counted by service. Nothing is held, so
// nothing can be lost on the way, as upstream's logdedup loses what the next step refuses.
package logdedup

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"
)

// Config says from when on a message is repeated too often.
type Config struct {
	// Limit is how many records of one message of one service pass in a window. Of more, each doubling passes.
	Limit int `mapstructure:"limit"`
	// Window after which counting begins anew.
	Window time.Duration `mapstructure:"window"`
}

// Validate is called before the collector starts.
func (c *Config) Validate() error {
	if c.Limit < 1 {
		return fmt.Errorf("limit: %d is too few, use 1 or more", c.Limit)
	}
	if c.Window < time.Second {
		return fmt.Errorf("window: %s is too short, use for example 10s", c.Window)
	}
	return nil
}

// NewFactory is what the collector's builder looks for.
func NewFactory() processor.Factory {
	return processor.NewFactory(
		component.MustNewType("log_dedup"),
		func() component.Config { return &Config{Limit: 100, Window: 10 * time.Second} },
		processor.WithLogs(create, component.StabilityLevelBeta),
	)
}

func create(_ context.Context, set processor.Settings, config component.Config, next consumer.Logs) (processor.Logs, error) {
	return newDedup(config.(*Config), set.TelemetrySettings, next, time.Now)
}
