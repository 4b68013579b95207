// Package privacy is a processor that removes credentials and personal data from everything telemetry can say: names, status messages, trace
// state, attributes of spans, events, links, resources, scopes, points and exemplars, log bodies of any shape, and the names in profiles.
// docs/privacy.md says what is found and what stays. A finder has a cheap look first and a real check after it: octets of an address, the check digit of a card, the time
// inside a Discord id.
package privacy

import (
	"context"
	"fmt"
	"regexp"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/xconsumer"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"
	"go.opentelemetry.io/collector/processor/processorhelper/xprocessorhelper"
	"go.opentelemetry.io/collector/processor/xprocessor"
	"go.uber.org/zap"
)

// Config is what a user chooses.
type Config struct {
	// Patterns are further regular expressions; what matches in any text is masked.
	Patterns []string `mapstructure:"patterns"`
	// Keep are attribute keys that are left alone, whatever they hold.
	Keep []string `mapstructure:"keep"`
	// Action is what happens to identities: "mask", "hash" (needs HashKey), or "drop" (attributes are removed, texts masked). Secrets are always masked.
	Action string `mapstructure:"action"`
	// Addresses is what happens to IP addresses: "truncate" to the network, "mask" (as Action says), or "keep".
	Addresses string `mapstructure:"addresses"`
	// HashKey makes hashes that nobody without it can compute.
	HashKey secretText `mapstructure:"hash_key"`
}

// secretText is not printed.
type secretText string

// MarshalText hides it where the configuration is shown.
func (secretText) MarshalText() ([]byte, error) { return []byte("[REDACTED]"), nil }

// String hides it in formatted texts.
func (secretText) String() string { return "[REDACTED]" }

// Validate is called by the collector when it reads its configuration.
func (c *Config) Validate() error {
	for i, pattern := range c.Patterns {
		compiled, err := regexp.Compile(pattern)
		if err != nil {
			return fmt.Errorf("patterns[%d]: %q is not a regular expression: %w", i, pattern, err)
		}
		if compiled.MatchString("") {
			return fmt.Errorf("patterns[%d]: %q matches an empty text, so it would be found everywhere", i, pattern)
		}
	}
	switch c.Action {
	case "mask", "drop":
	case "hash":
		if len(c.HashKey) < 16 {
			return fmt.Errorf("hash_key: has %d characters, action hash needs 16 or more", len(c.HashKey))
		}
	default:
		return fmt.Errorf("action: %q is not known, use mask, hash or drop", c.Action)
	}
	switch c.Addresses {
	case "truncate", "mask", "keep":
		return nil
	}
	return fmt.Errorf("addresses: %q is not known, use truncate, mask or keep", c.Addresses)
}

func (c *Config) options(logger *zap.Logger) *options {
	o := &options{logger: logger, action: c.Action, addresses: c.Addresses, hashKey: []byte(string(c.HashKey)), keys: newKeyCache(c.Keep), seen: newSeen()}
	for _, pattern := range c.Patterns {
		o.patterns = append(o.patterns, regexp.MustCompile(pattern))
	}
	return o
}

// NewFactory is what the collector's builder looks for.
func NewFactory() processor.Factory {
	return xprocessor.NewFactory(
		component.MustNewType("privacy"),
		func() component.Config { return &Config{Action: "mask", Addresses: "truncate"} },
		xprocessor.WithTraces(createTraces, component.StabilityLevelBeta),
		xprocessor.WithMetrics(createMetrics, component.StabilityLevelBeta),
		xprocessor.WithLogs(createLogs, component.StabilityLevelBeta),
		xprocessor.WithProfiles(createProfiles, component.StabilityLevelDevelopment),
	)
}

var mutates = processorhelper.WithCapabilities(consumer.Capabilities{MutatesData: true})

func createTraces(ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Traces) (processor.Traces, error) {
	return processorhelper.NewTraces(ctx, set, cfg, next, newCleaner(cfg.(*Config).options(set.Logger)).traces, mutates)
}

func createMetrics(ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Metrics) (processor.Metrics, error) {
	return processorhelper.NewMetrics(ctx, set, cfg, next, newCleaner(cfg.(*Config).options(set.Logger)).metrics, mutates)
}

func createLogs(ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Logs) (processor.Logs, error) {
	return processorhelper.NewLogs(ctx, set, cfg, next, newCleaner(cfg.(*Config).options(set.Logger)).logs, mutates)
}

func createProfiles(ctx context.Context, set processor.Settings, cfg component.Config, next xconsumer.Profiles) (xprocessor.Profiles, error) {
	return xprocessorhelper.NewProfiles(ctx, set, cfg, next, newCleaner(cfg.(*Config).options(set.Logger)).profiles,
		xprocessorhelper.WithCapabilities(consumer.Capabilities{MutatesData: true}))
}
