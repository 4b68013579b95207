// Package ledger keeps the collector's books. It stands where the collector's own metrics pass, and adds to them what the books say is missing: items
// that came in, that no rule dropped and nobody refused, that are neither sent nor rejected nor in a queue. There should be none; a number above zero
// is a loss that nothing else has counted. Once a minute it says of each service how many items of the minute before passed each counter.
package ledger

import (
	"context"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"

	"game-scheduler-otel/images/programs/wholeminutes"
)

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
	return newBooks(config.(*Config), next, time.Now(), filestorage.Recreated, wholeminutes.Shared), nil
}
