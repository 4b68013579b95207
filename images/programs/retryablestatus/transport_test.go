package retryablestatus

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
)

// answer is what the client of a backend gets that answers so.
func answer(t *testing.T, code int, contentType, body string) (*http.Response, string) {
	t.Helper()
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}))
	defer backend.Close()
	config := defaults().(*Config)
	client := http.Client{Transport: newTransport(http.DefaultTransport, config, zap.NewNop(), time.Now)}
	request, err := http.NewRequest(http.MethodPost, backend.URL, bytes.NewReader([]byte("spans")))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth("user-1234", "secret-token")
	request.Header.Set("x-key", "canary-key-1")
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	received, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(received)
}

func message(t *testing.T, body string) string {
	t.Helper()
	var explained status.Status
	if err := proto.Unmarshal([]byte(body), &explained); err != nil {
		t.Fatal(err)
	}
	return explained.Message
}

func TestARefusedKeyLooksLikeAnOutageAndTellsTheRealAnswer(t *testing.T) {
	for _, code := range []int{401, 402, 403} {
		response, body := answer(t, code, "application/json", `{"error": "unknown API key"}`)
		if response.StatusCode != 503 {
			t.Errorf("%d became %d", code, response.StatusCode)
		}
		want := http.StatusText(code) + `, kept in the queue: {"error": "unknown API key"}`
		if got := message(t, body); !strings.HasSuffix(got, want) {
			t.Errorf("%d says %q", code, got)
		}
	}
}

func TestEverythingElseIsHandedOnAsItIs(t *testing.T) {
	for _, code := range []int{200, 202, 400, 404, 413, 429, 503} {
		response, body := answer(t, code, "text/plain", "as it is")
		if response.StatusCode != code || body != "as it is" {
			t.Errorf("%d became %d %q", code, response.StatusCode, body)
		}
	}
}

func TestABackendThatSpeaksOTLPIsUnderstood(t *testing.T) {
	body, err := proto.Marshal(&status.Status{Code: 16, Message: "token has expired"})
	if err != nil {
		t.Fatal(err)
	}
	_, received := answer(t, 401, "application/x-protobuf", string(body))
	if got := message(t, received); got != "401 Unauthorized, kept in the queue: token has expired" {
		t.Errorf("says %q", got)
	}
}

func TestKeysDoNotReachTheLog(t *testing.T) {
	_, body := answer(t, 401, "text/plain", "user-1234 with secret-token\nor canary-key-1 is unknown")
	if got := message(t, body); got != "401 Unauthorized, kept in the queue: **** with **** or **** is unknown" {
		t.Errorf("says %q", got)
	}
}

func TestLongPagesAreCut(t *testing.T) {
	_, body := answer(t, 403, "text/html", strings.Repeat("é", 5000))
	if got := message(t, body); got != "403 Forbidden, kept in the queue: "+strings.Repeat("é", 200)+"…" {
		t.Errorf("says %q", got)
	}
}

func TestOneRequestThatIsNeverTakenIsHandedOnAtLast(t *testing.T) {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body, _ := io.ReadAll(r.Body); string(body) == "poison" {
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	defer backend.Close()
	client := http.Client{Transport: newTransport(http.DefaultTransport, testConfigFor(403), zap.NewNop(), time.Now)}
	post := func(body string) int {
		response, err := client.Post(backend.URL, "application/x-protobuf", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	var codes []int
	for range 4 {
		codes = append(codes, post("poison"), post("spans"))
	}
	want := []int{503, 200, 503, 200, 503, 200, 403, 200}
	for i, code := range codes {
		if code != want[i] {
			t.Fatalf("answers were %v, not %v", codes, want)
		}
	}
}

func testConfigFor(code int) *Config {
	config := testConfig()
	config.Codes = []int{code}
	return config
}

func TestConfigIsChecked(t *testing.T) {
	if err := defaults().(*Config).Validate(); err != nil {
		t.Errorf("the default is refused: %s", err)
	}
	for name, config := range map[string]Config{
		"codes: 200 is not a refusal, use 400 to 599":  {Codes: []int{200}, LoneRefusals: 1, MaxAge: time.Hour},
		"codes: name at least one HTTP status code":    {LoneRefusals: 1, MaxAge: time.Hour},
		"lone_refusals: 0 is too few, use 1 or more":   {Codes: []int{401}, MaxAge: time.Hour},
		"max_age: 0s is too short, use for example 2h": {Codes: []int{401}, LoneRefusals: 1},
	} {
		if err := config.Validate(); err == nil || err.Error() != name {
			t.Errorf("%+v: %v instead of %q", config, err, name)
		}
	}
}
