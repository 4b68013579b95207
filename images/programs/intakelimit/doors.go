package intakelimit

import (
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/tap"
	"google.golang.org/protobuf/proto"
)

const reason = "the collector has as much in hand as it may, try again"

var (
	errRefused = status.Error(codes.Unavailable, reason)
	overHTTP   = transport("http")
	overGRPC   = transport("grpc")
)

// httpDoor lets requests in.
type httpDoor struct {
	room *room
	base http.Handler
}

// ServeHTTP refuses with 503, which OTLP's senders try again.
func (d *httpDoor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	charge := d.room.charge(r.ContentLength)
	if !d.room.take(r.Context(), charge) {
		d.room.refuse(overHTTP)
		answer(w, r)
		return
	}
	body := &measured{ReadCloser: r.Body, room: d.room, charged: charge}
	defer func() {
		d.room.free(body.charged)
		if r.ContentLength < 0 {
			d.room.learn(body.read)
		}
	}()
	r.Body = body
	d.base.ServeHTTP(w, r)
}

// answer as the receiver does: a status in the sender's encoding.
func answer(w http.ResponseWriter, r *http.Request) {
	said, _ := proto.Marshal(status.Convert(errRefused).Proto())
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "application/json" {
		said, _ = json.Marshal(map[string]any{"code": codes.Unavailable, "message": reason})
	} else {
		kind = "application/x-protobuf"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Retry-After", "1")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write(said)
}

// measured is a body that takes more room when it is larger than what was taken for it.
type measured struct {
	io.ReadCloser
	room          *room
	charged, read int64
}

// Read never waits for room: others may wait for what it has. The receiver answers its error with 503.
func (m *measured) Read(into []byte) (int, error) {
	n, err := m.ReadCloser.Read(into)
	m.read += int64(n)
	for m.read > m.charged && m.charged < m.room.config.MaxBytes {
		more := min(m.charged, m.room.config.MaxBytes-m.charged)
		if !m.room.tryTake(more) {
			m.room.learn(min(2*m.read, m.room.config.MaxBytes))
			m.room.refuse(overHTTP)
			return n, errRefused
		}
		m.charged += more
	}
	return n, err
}

// tap is asked by the server's reader before a message is read, so it does not wait. The call's context ends with the call.
func (r *room) tap(ctx context.Context, _ *tap.Info) (context.Context, error) {
	charge := min(int64(firstCharge), r.config.MaxBytes)
	if !r.tryTake(charge) {
		r.refuse(overGRPC)
		return nil, errRefused
	}
	context.AfterFunc(ctx, func() { r.free(charge) })
	return ctx, nil
}
