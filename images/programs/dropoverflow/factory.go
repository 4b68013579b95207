// Package dropoverflow keeps a full queue to itself. An exporter whose queue is full refuses what it is given, the refusal travels back to the
// application, and the application sends the same data once more: every other backend gets it twice, and span metrics count it twice.
// Standing in front of one exporter, this processor ends the refusal there. The exporter counts what it did not take
// (otelcol_exporter_enqueue_failed_*), so nothing goes unseen. Only a full disk is told to the sender.
package dropoverflow

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/xconsumer"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/xprocessor"
)

// Config is empty: there is nothing to choose.
type Config struct{}

// NewFactory is what the collector's builder looks for.
func NewFactory() processor.Factory {
	return xprocessor.NewFactory(
		component.MustNewType("drop_overflow"),
		func() component.Config { return &Config{} },
		xprocessor.WithTraces(createTraces, component.StabilityLevelBeta),
		xprocessor.WithMetrics(createMetrics, component.StabilityLevelBeta),
		xprocessor.WithLogs(createLogs, component.StabilityLevelBeta),
		xprocessor.WithProfiles(createProfiles, component.StabilityLevelDevelopment),
	)
}

func createTraces(_ context.Context, set processor.Settings, _ component.Config, next consumer.Traces) (processor.Traces, error) {
	return &traces{dropper: newDropper(set.Logger, time.Now), next: next}, nil
}

func createMetrics(_ context.Context, set processor.Settings, _ component.Config, next consumer.Metrics) (processor.Metrics, error) {
	return &metrics{dropper: newDropper(set.Logger, time.Now), next: next}, nil
}

func createLogs(_ context.Context, set processor.Settings, _ component.Config, next consumer.Logs) (processor.Logs, error) {
	return &logs{dropper: newDropper(set.Logger, time.Now), next: next}, nil
}

func createProfiles(_ context.Context, set processor.Settings, _ component.Config, next xconsumer.Profiles) (xprocessor.Profiles, error) {
	return &profiles{dropper: newDropper(set.Logger, time.Now), next: next}, nil
}
