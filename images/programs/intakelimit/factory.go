// Package intakelimit bounds what the receivers have in hand. A receiver reads and decodes every request at once, so with too little processor time
// their number, and with it the memory, grows without end: the memory limiter comes behind the decoding and acts once a second. As a middleware of the
// receivers' servers this extension lets in as many bytes as may be in hand. Others wait, their bodies unread, and what waits too long
// is refused so that its sender tries again.
package intakelimit

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensionmiddleware"
	"google.golang.org/grpc"
)

// Config says how much may be in hand.
type Config struct {
	// MaxBytes of bodies, uncompressed, that are being received, of all receivers together. A larger one is let in alone.
	MaxBytes int64 `mapstructure:"max_bytes"`
	// MaxWaiting requests wait for their turn; others are refused at once.
	MaxWaiting int64 `mapstructure:"max_waiting"`
	// Wait is how long a request waits before it is refused. Less than the 10 seconds after which SDKs give up.
	Wait time.Duration `mapstructure:"wait"`
}

// Validate is called by the collector when it reads its configuration.
func (c *Config) Validate() error {
	switch {
	case c.MaxBytes < firstCharge:
		return fmt.Errorf("max_bytes: %d is too few, use %d or more", c.MaxBytes, firstCharge)
	case c.MaxWaiting < 1:
		return fmt.Errorf("max_waiting: %d is too few, use 1 or more", c.MaxWaiting)
	case c.Wait <= 0:
		return fmt.Errorf("wait: %s is too short, use for example 5s", c.Wait)
	}
	return nil
}

// NewFactory is what the collector's builder looks for.
func NewFactory() extension.Factory {
	return extension.NewFactory(component.MustNewType("intake_limit"), defaults, create, component.StabilityLevelBeta)
}

func defaults() component.Config {
	return &Config{MaxBytes: 8 << 20, MaxWaiting: 256, Wait: 5 * time.Second}
}

func create(_ context.Context, set extension.Settings, config component.Config) (extension.Extension, error) {
	room, err := newRoom(config.(*Config), set.TelemetrySettings)
	return &intakeLimit{room: room}, err
}

// intakeLimit is asked for its part by every server that names it.
type intakeLimit struct {
	component.StartFunc
	component.ShutdownFunc
	room *room
}

var (
	_ extensionmiddleware.HTTPServer = (*intakeLimit)(nil)
	_ extensionmiddleware.GRPCServer = (*intakeLimit)(nil)
)

// GetHTTPHandler stands behind the decompression, which reads nothing before it is asked to.
func (l *intakeLimit) GetHTTPHandler(base http.Handler) (http.Handler, error) {
	return &httpDoor{room: l.room, base: base}, nil
}

// GetGRPCServerOptions refuses a call before its message is read.
func (l *intakeLimit) GetGRPCServerOptions() ([]grpc.ServerOption, error) {
	return []grpc.ServerOption{grpc.InTapHandle(l.room.tap)}, nil
}
