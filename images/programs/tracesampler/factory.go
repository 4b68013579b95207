// Package tracesampler decides which traces leave the collector. It holds what fits into a given number of bytes, never an assumed rate: what
// does not fit is decided early, by the same rules. Every span is counted, kept or dropped, with the reason; every span that stands for others
// says for how many.
package tracesampler

import (
	"context"
	"fmt"
	"slices"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"
)

const (
	// modeHead decides on every span at once by its trace id: nothing is held, so a failed trace has no better chance than any other.
	modeHead = "head"
	// modeTail decides on whole traces: failed and slow ones are kept.
	modeTail = "tail"
)

// Config says what is kept and how much may be held.
type Config struct {
	// Mode is head or tail.
	Mode string `mapstructure:"mode"`
	// Baseline is how many per cent of the traces are kept that are neither failed nor slow; in head mode, of all.
	Baseline float64 `mapstructure:"baseline"`
	// Slow is the duration from which on a trace is kept. Tail mode only.
	Slow time.Duration `mapstructure:"slow"`
	// DecisionWait is how long the spans of a trace are collected. Tail mode only.
	DecisionWait time.Duration `mapstructure:"decision_wait"`
	// MemoryBytes is the most that held spans and remembered decisions may take.
	MemoryBytes int `mapstructure:"memory_bytes"`
	// Ceiling is the most spans a second that leave, failed and slow ones first. 0: no ceiling.
	Ceiling float64 `mapstructure:"ceiling"`
	// RateAttributes are the span attributes in which a backend reads for how many spans one stands.
	RateAttributes []string `mapstructure:"rate_attributes"`
}

// Validate is called before the collector starts.
func (c *Config) Validate() error {
	switch {
	case !slices.Contains([]string{modeHead, modeTail}, c.Mode):
		return fmt.Errorf("mode: %q is not known, use head or tail", c.Mode)
	case c.Baseline < 0 || c.Baseline > 100:
		return fmt.Errorf("baseline: %g is not a share, use 0 to 100 per cent", c.Baseline)
	case c.MemoryBytes < 1<<20:
		return fmt.Errorf("memory_bytes: %d is too little, use 1048576 or more", c.MemoryBytes)
	case c.Ceiling < 0:
		return fmt.Errorf("ceiling: %g is not a rate, use spans a second, or 0 for none", c.Ceiling)
	case c.Mode == modeTail && c.DecisionWait < time.Second:
		return fmt.Errorf("decision_wait: %s is too short, use 1s or more", c.DecisionWait)
	case c.Mode == modeTail && c.Slow <= 0:
		return fmt.Errorf("slow: %s is not a duration, use for example 1s", c.Slow)
	}
	return nil
}

func defaults() component.Config {
	return &Config{Mode: modeTail, Baseline: 10, Slow: time.Second, DecisionWait: 10 * time.Second, MemoryBytes: 48 << 20}
}

// NewFactory is what the collector's builder looks for.
func NewFactory() processor.Factory {
	create := func(_ context.Context, set processor.Settings, config component.Config, next consumer.Traces) (processor.Traces, error) {
		return newSampler(config.(*Config), set.TelemetrySettings, next, time.Now)
	}
	return processor.NewFactory(component.MustNewType("trace_sampler"), defaults, processor.WithTraces(create, component.StabilityLevelBeta))
}
