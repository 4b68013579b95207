package retryablestatus

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"go.uber.org/zap"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// transport shows a refusal that is worth another try as 503.
type transport struct {
	base     http.RoundTripper
	config   *Config
	logger   *zap.Logger
	now      func() time.Time
	refusals *refusals
}

func newTransport(base http.RoundTripper, config *Config, logger *zap.Logger, now func() time.Time) *transport {
	return &transport{base: base, config: config, logger: logger, now: now, refusals: newRefusals(config)}
}

// RoundTrip stands behind authentication and compression: the request is what goes over the wire, keys included.
func (t *transport) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := t.base.RoundTrip(request)
	if err != nil {
		return response, err
	}
	address := request.URL.String()
	if response.StatusCode < 300 {
		if t.refusals.accept(address) {
			t.logger.Info("The backend accepts again, what waited is delivered", zap.String("url", address))
		}
		return response, nil
	}
	if !slices.Contains(t.config.Codes, response.StatusCode) {
		return response, nil
	}
	body, err := fingerprintOf(request)
	if err != nil {
		// Whoever cannot be recognised cannot be given up in time either.
		return response, nil
	}
	verdict := t.refusals.refuse(address, body, t.now())
	if verdict.closes {
		t.logger.Warn("The backend refuses for a reason that lies not in the data, which waits in the queue",
			zap.String("url", address), zap.String("status", response.Status))
	}
	if verdict.final {
		t.logger.Error("One request is refused again and again and given up", zap.String("url", address),
			zap.String("status", response.Status))
		return response, nil
	}
	return tryAgain(response, request), nil
}

// fingerprintOf reads the body once more; the exporter sends bytes, so it can be had again.
func fingerprintOf(request *http.Request) (fingerprint, error) {
	if request.GetBody == nil {
		return fingerprint{}, fmt.Errorf("the body of %s cannot be read again", request.URL)
	}
	body, err := request.GetBody()
	if err != nil {
		return fingerprint{}, err
	}
	defer body.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, body); err != nil {
		return fingerprint{}, err
	}
	return fingerprint(hash.Sum(nil)), nil
}

// tryAgain is the 503 in place of a refusal. Its body is what OTLP asks for, so that the exporter's log tells the real answer.
func tryAgain(refused *http.Response, request *http.Request) *http.Response {
	message := fmt.Sprintf("%s, kept in the queue", refused.Status)
	if said := said(refused, request); said != "" {
		message += ": " + said
	}
	// Two plain values always marshal.
	body, _ := proto.Marshal(&status.Status{Code: int32(codes.Unavailable), Message: message})
	return &http.Response{
		Status:        "503 Service Unavailable",
		StatusCode:    http.StatusServiceUnavailable,
		Proto:         refused.Proto,
		ProtoMajor:    refused.ProtoMajor,
		ProtoMinor:    refused.ProtoMinor,
		Header:        http.Header{"Content-Type": []string{"application/x-protobuf"}},
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       request,
	}
}
