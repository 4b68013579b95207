package intakelimit

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/collector/component/componenttest"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func roomOf(t *testing.T, config Config) *room {
	t.Helper()
	r, err := newRoom(&config, componenttest.NewNopTelemetrySettings())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func post(size int) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/v1/traces", bytes.NewReader(make([]byte, size)))
	r.Header.Set("Content-Type", "application/x-protobuf")
	return r
}

// compressed is how a request looks behind the decompression.
func compressed(size int) *http.Request {
	r := post(size)
	r.ContentLength = -1
	return r
}

func TestWhatFitsIsLetInAndItsRoomIsFreeAfterwards(t *testing.T) {
	r := roomOf(t, Config{MaxBytes: 1 << 20, MaxWaiting: 1, Wait: time.Millisecond})
	read := 0
	door := &httpDoor{r, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		read += len(body)
	})}
	for _, request := range []*http.Request{post(1 << 20), compressed(600_000), post(0), post(5 << 20)} {
		door.ServeHTTP(httptest.NewRecorder(), request)
	}
	if read != 1<<20+600_000+5<<20 {
		t.Errorf("read %d bytes", read)
	}
	if left := r.inHand.Load(); left != 0 || !r.tryTake(1<<20) {
		t.Errorf("%d bytes are still taken", left)
	}
}

func TestWhatDoesNotFitWaitsItsTurnAndIsRefusedAfterIt(t *testing.T) {
	r := roomOf(t, Config{MaxBytes: 1 << 20, MaxWaiting: 1, Wait: 50 * time.Millisecond})
	door := &httpDoor{r, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })}
	if !r.tryTake(1 << 20) {
		t.Fatal("no room in an empty one")
	}
	answer := httptest.NewRecorder()
	door.ServeHTTP(answer, post(10))
	if answer.Code != http.StatusServiceUnavailable || answer.Header().Get("Retry-After") != "1" {
		t.Errorf("answered %d, to be tried again after %q", answer.Code, answer.Header().Get("Retry-After"))
	}
	time.AfterFunc(10*time.Millisecond, func() { r.free(1 << 20) })
	answer = httptest.NewRecorder()
	door.ServeHTTP(answer, post(10))
	if answer.Code != http.StatusOK {
		t.Errorf("answered %d although room came", answer.Code)
	}
}

func TestMoreThanMayWaitAreRefusedAtOnce(t *testing.T) {
	r := roomOf(t, Config{MaxBytes: 1 << 20, MaxWaiting: 1, Wait: time.Minute})
	r.tryTake(1 << 20)
	waits, end := context.WithCancel(context.Background())
	done := make(chan bool)
	go func() { done <- r.take(waits, 1) }()
	for r.waiting.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	if r.take(context.Background(), 1) {
		t.Error("a second one did not wait")
	}
	end()
	if <-done {
		t.Error("a sender that is gone was let in")
	}
}

func TestABodyThatGrowsBeyondItsChargeIsRefusedRetryablyAndChargedMoreNextTime(t *testing.T) {
	r := roomOf(t, Config{MaxBytes: 2 << 20, MaxWaiting: 1, Wait: time.Millisecond})
	var failed error
	door := &httpDoor{r, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, failed = io.ReadAll(r.Body) })}
	r.tryTake(1 << 20)
	door.ServeHTTP(httptest.NewRecorder(), compressed(1_500_000))
	if status.Code(failed) != codes.Unavailable {
		t.Errorf("the receiver got %v, and answers 400 to it", failed)
	}
	if charge := r.charge(-1); charge < 1<<20 {
		t.Errorf("the next one is charged %d", charge)
	}
	r.free(1 << 20)
	if door.ServeHTTP(httptest.NewRecorder(), compressed(1_500_000)); failed != nil {
		t.Errorf("with room it fails with %v", failed)
	}
}

func TestAJSONSenderIsAnsweredInJSON(t *testing.T) {
	r := roomOf(t, Config{MaxBytes: 1 << 20, MaxWaiting: 1, Wait: time.Millisecond})
	r.tryTake(1 << 20)
	request := post(2)
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	answer := httptest.NewRecorder()
	(&httpDoor{r, nil}).ServeHTTP(answer, request)
	if !strings.HasPrefix(answer.Body.String(), `{"code":14,`) {
		t.Errorf("answered %s", answer.Body)
	}
}

func TestACallIsRefusedBeforeItsMessageIsReadAndItsRoomEndsWithIt(t *testing.T) {
	r := roomOf(t, Config{MaxBytes: firstCharge, MaxWaiting: 1, Wait: time.Minute})
	call, end := context.WithCancel(context.Background())
	if _, err := r.tap(call, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := r.tap(context.Background(), nil); !errors.Is(err, errRefused) {
		t.Errorf("the second got %v", err)
	}
	end()
	for range 100 {
		if r.inHand.Load() == 0 {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Error("the room of a call that ended is still taken")
}
