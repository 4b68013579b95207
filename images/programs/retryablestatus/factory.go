// Package retryablestatus keeps what a backend refuses for a reason that lies not in the data: a key that was revoked or has expired, an
// account over its quota, a failure inside the backend or the network in front of it. OTLP calls those answers final, so the exporter drops
// what it would deliver without loss a little later; which answers are final cannot be configured there
// (open-telemetry/opentelemetry-collector#11774). As a middleware of the exporter's HTTP client this extension shows them to it as 503, so that they
// wait in its queue like in any other outage.
package retryablestatus

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensionmiddleware"
	"go.uber.org/zap"
)

// Config says which answers are kept, and for how long.
type Config struct {
	// Codes are the HTTP status codes that are tried again.
	Codes []int `mapstructure:"codes"`
	// LoneRefusals is how often one request may be refused while others to the same address are accepted. After that it is its own fault.
	LoneRefusals int `mapstructure:"lone_refusals"`
	// MaxAge is how long one request is tried, whatever happens to the others.
	MaxAge time.Duration `mapstructure:"max_age"`
}

// Validate is called by the collector when it reads its configuration.
func (c *Config) Validate() error {
	if len(c.Codes) == 0 {
		return errors.New("codes: name at least one HTTP status code")
	}
	for _, code := range c.Codes {
		if code < 400 || code > 599 {
			return fmt.Errorf("codes: %d is not a refusal, use 400 to 599", code)
		}
	}
	if c.LoneRefusals < 1 {
		return fmt.Errorf("lone_refusals: %d is too few, use 1 or more", c.LoneRefusals)
	}
	if c.MaxAge <= 0 {
		return fmt.Errorf("max_age: %s is too short, use for example 2h", c.MaxAge)
	}
	return nil
}

// NewFactory is what the collector's builder looks for.
func NewFactory() extension.Factory {
	return extension.NewFactory(
		component.MustNewType("retryable_status"), defaults, create, component.StabilityLevelBeta)
}

func defaults() component.Config {
	return &Config{Codes: []int{401, 402, 403}, LoneRefusals: 10, MaxAge: 2 * time.Hour}
}

func create(_ context.Context, set extension.Settings, cfg component.Config) (extension.Extension, error) {
	return &retryableStatus{config: cfg.(*Config), logger: set.Logger}, nil
}

// retryableStatus is asked for a round tripper by every exporter that names it.
type retryableStatus struct {
	component.StartFunc
	component.ShutdownFunc
	config *Config
	logger *zap.Logger
}

var _ extensionmiddleware.HTTPClient = (*retryableStatus)(nil)

// GetHTTPRoundTripper gives each client refusals of its own: the same bytes may go to two backends.
func (r *retryableStatus) GetHTTPRoundTripper(base http.RoundTripper) (http.RoundTripper, error) {
	return newTransport(base, r.config, r.logger, time.Now), nil
}
