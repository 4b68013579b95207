package dockerlogs

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/otel/metric/noop"
	nooptrace "go.opentelemetry.io/otel/trace/noop"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

// fakeEngine is a Docker API with one container of the stack.
type fakeEngine struct {
	mu      sync.Mutex
	id      string
	state   string
	status  string
	away    bool
	tty     bool
	written []line
	// more is closed and replaced when there is something new.
	more chan struct{}
	// asked counts requests for logs.
	asked int
}

func newFakeEngine() *fakeEngine {
	return &fakeEngine{id: "first", state: "running", more: make(chan struct{})}
}

func (e *fakeEngine) change(how func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	how()
	close(e.more)
	e.more = make(chan struct{})
}

func (e *fakeEngine) write(stream string, at time.Time, texts ...string) {
	e.change(func() {
		for _, text := range texts {
			e.written = append(e.written, line{stream: stream, time: at, text: text})
		}
	})
}

func (e *fakeEngine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	away, id, state, status := e.away, e.id, e.state, e.status
	e.mu.Unlock()
	if away {
		http.Error(w, "the engine is away", http.StatusBadGateway)
		return
	}
	if strings.HasSuffix(r.URL.Path, "/containers/json") {
		fmt.Fprintf(w, `[{"Id":%q,"Names":["/stack-db"],"Labels":{"stack":"a b"},"State":%q,"Status":%q,"Created":0},
			{"Id":"foreign","Names":["/stack-db"],"Labels":{"stack":"other"},"State":"running"}]`, id, state, status)
		return
	}
	if r.URL.Path != "/containers/stack-db/logs" {
		http.NotFound(w, r)
		return
	}
	var seconds, nanos int64
	_, _ = fmt.Sscanf(r.URL.Query().Get("since"), "%d.%d", &seconds, &nanos)
	e.follow(w, r, id, time.Unix(seconds, nanos))
}

func (e *fakeEngine) follow(w http.ResponseWriter, r *http.Request, id string, since time.Time) {
	e.change(func() { e.asked++ })
	w.WriteHeader(http.StatusOK)
	w.(http.Flusher).Flush()
	for next := 0; ; {
		e.mu.Lock()
		fresh, more := slices.Clone(e.written[min(next, len(e.written)):]), e.more
		next += len(fresh)
		ended, away, tty := e.id != id || e.state != "running", e.away, e.tty
		e.mu.Unlock()
		if away {
			panic(http.ErrAbortHandler)
		}
		for _, each := range fresh {
			if each.time.Before(since) {
				continue
			}
			text := each.time.UTC().Format("2006-01-02T15:04:05.000000000Z07:00") + " " + each.text
			if tty {
				fmt.Fprint(w, strings.TrimSuffix(text, "\n")+"\r\n")
				continue
			}
			var header [8]byte
			header[0] = 1
			if each.stream == stderr {
				header[0] = 2
			}
			binary.BigEndian.PutUint32(header[4:], uint32(len(text)))
			_, _ = w.Write(append(header[:], text...))
		}
		w.(http.Flusher).Flush()
		if ended || r.URL.Query().Get("follow") != "true" {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-more:
		}
	}
}

// sink is a pipeline that can be full, and that fails over one word.
type sink struct {
	mu      sync.Mutex
	full    bool
	records []plog.LogRecord
	logs    []plog.Logs
	refused int
}

func (s *sink) consumer() consumer.Logs {
	next, _ := consumer.NewLogs(func(_ context.Context, logs plog.Logs) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.full {
			s.refused++
			return errors.New("memory limit")
		}
		records := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
		for _, each := range records.All() {
			if each.Body().AsString() == "poison" {
				panic("slice bounds out of range")
			}
		}
		s.logs = append(s.logs, logs)
		for i := range records.Len() {
			s.records = append(s.records, records.At(i))
		}
		return nil
	})
	return next
}

func (s *sink) bodies() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, each := range s.records {
		all = append(all, each.Body().AsString())
	}
	return all
}

func (s *sink) setFull(full bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.full = full
}

// memory is a storage extension.
type memory struct {
	component.StartFunc
	component.ShutdownFunc
	mu   sync.Mutex
	kept map[string][]byte
}

func (m *memory) GetClient(context.Context, component.Kind, component.ID, string) (storage.Client, error) {
	return m, nil
}

func (m *memory) Get(_ context.Context, key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.kept[key], nil
}

func (m *memory) Set(_ context.Context, key string, value []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept[key] = value
	return nil
}

func (m *memory) Delete(context.Context, string) error               { return nil }
func (m *memory) Batch(context.Context, ...*storage.Operation) error { return nil }
func (m *memory) Close(context.Context) error                        { return nil }

func (m *memory) GetExtensions() map[component.ID]component.Component {
	return map[component.ID]component.Component{component.MustNewID("file_storage"): m}
}

// scene is a collector beside an engine.
type scene struct {
	t      *testing.T
	engine *fakeEngine
	sink   *sink
	memory *memory
	config *Config
	said   *observer.ObservedLogs
	logger *zap.Logger
	now    *dockerLogs
}

func newScene(t *testing.T) *scene {
	engine := newFakeEngine()
	server := httptest.NewServer(engine)
	t.Cleanup(server.CloseClientConnections)
	core, said := observer.New(zap.InfoLevel)
	id := component.MustNewID("file_storage")
	config := defaults().(*Config)
	config.Endpoint, config.Storage = server.URL, &id
	config.Labels = map[string]string{"stack": "a b"}
	config.Containers = []Container{{Name: "stack-db", Service: "db", Version: "17", Format: "text"}}
	config.PollInterval, config.RecordTimeout = 10*time.Millisecond, 30*time.Millisecond
	return &scene{t: t, engine: engine, sink: &sink{}, memory: &memory{kept: map[string][]byte{}}, config: config, said: said,
		logger: zap.New(core)}
}

func (s *scene) start() {
	s.t.Helper()
	if err := s.config.Validate(); err != nil {
		s.t.Fatal(err)
	}
	set := receiver.Settings{ID: component.MustNewID("dockerlogs"), TelemetrySettings: component.TelemetrySettings{
		Logger: s.logger, MeterProvider: noop.NewMeterProvider(), TracerProvider: nooptrace.NewTracerProvider(),
	}}
	made, err := newReceiver(set, s.config, s.sink.consumer())
	if err != nil {
		s.t.Fatal(err)
	}
	if err := made.Start(context.Background(), s.memory); err != nil {
		s.t.Fatal(err)
	}
	s.now = made
	s.t.Cleanup(s.stop)
}

func (s *scene) stop() {
	if s.now != nil {
		_ = s.now.Shutdown(context.Background())
		s.now = nil
	}
}

func (s *scene) arrives(want ...string) {
	s.t.Helper()
	s.until(func() bool { return len(s.sink.bodies()) >= len(want) })
	time.Sleep(3 * s.config.RecordTimeout)
	expect(s.t, "records", s.sink.bodies(), want)
}

func (s *scene) until(is func() bool) {
	s.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if is() {
			return
		}
	}
	s.t.Fatalf("it never came to that; received %q, the log has %v", s.sink.bodies(), s.said.All())
}

func TestLinesOfBothStreamsArriveWithWhoseTheyAre(t *testing.T) {
	s := newScene(t)
	at := time.Now()
	s.engine.write(stdout, at, "one\n")
	s.start()
	s.arrives("one")
	s.engine.write(stderr, at.Add(time.Second), "ERROR two\n", "  of two lines\n")
	s.arrives("one", "ERROR two\n  of two lines")
	about := s.sink.logs[0].ResourceLogs().At(0).Resource().Attributes().AsRaw()
	expect(t, "resource", about, map[string]any{
		"service.name": "db", "service.version": "17", "container.name": "stack-db", "container.id": "first",
	})
	expect(t, "streams", []any{s.sink.records[0].Attributes().AsRaw()["log.iostream"], s.sink.records[1].Attributes().AsRaw()["log.iostream"]},
		[]any{stdout, stderr})
	expect(t, "time", s.sink.records[0].Timestamp().AsTime().Equal(at), true)
}

func TestAfterARestartNothingIsMissingAndNothingComesTwice(t *testing.T) {
	s := newScene(t)
	at := time.Now()
	s.engine.write(stdout, at, "a\n", "b\n") // at the same nanosecond
	s.engine.write(stderr, at.Add(-time.Millisecond), "late\n")
	s.start()
	s.until(func() bool { return len(s.sink.bodies()) == 3 })
	s.stop()
	s.engine.write(stdout, at, "c\n") // at the same nanosecond again
	s.engine.write(stderr, at.Add(-time.Millisecond/2), "later\n")
	s.engine.write(stdout, at.Add(time.Second), "d\n")
	s.start()
	s.until(func() bool { return len(s.sink.bodies()) >= 6 })
	time.Sleep(100 * time.Millisecond)
	got := s.sink.bodies()
	slices.Sort(got)
	expect(t, "records", got, []string{"a", "b", "c", "d", "late", "later"})
}

func TestARecordThatIsCutInTwoByARestartIsReadAgainWhole(t *testing.T) {
	s := newScene(t)
	s.config.RecordTimeout = 10 * time.Second
	at := time.Now()
	s.engine.write(stderr, at, "Traceback (most recent call last):\n", "  File \"a.py\", line 1\n")
	s.start()
	s.until(func() bool { return s.engine.asked > 0 })
	time.Sleep(50 * time.Millisecond)
	s.stop()
	s.config.RecordTimeout = 30 * time.Millisecond
	s.engine.write(stderr, at.Add(time.Millisecond), "ValueError: bad\n")
	s.start()
	s.arrives("Traceback (most recent call last):\n  File \"a.py\", line 1\nValueError: bad")
}

func TestAFullPipelineStopsReadingAndCatchesUp(t *testing.T) {
	s := newScene(t)
	s.config.RecordsPerSecond, s.config.Burst = 1e6, 1e6
	s.sink.setFull(true)
	s.start()
	at := time.Now()
	var want []string
	for i := range 5000 {
		text := fmt.Sprintf("line %d", i)
		want = append(want, text)
		s.engine.write(stdout, at.Add(time.Duration(i)*time.Microsecond), text+"\n")
	}
	s.until(func() bool { s.sink.mu.Lock(); defer s.sink.mu.Unlock(); return s.sink.refused > 1 })
	if len(s.memory.kept) != 0 {
		t.Error("a position was stored for what was not taken")
	}
	s.sink.setFull(false)
	s.arrives(want...)
}

func TestAContainerThatLoopsIsHeldBackAndTheRestIsCounted(t *testing.T) {
	s := newScene(t)
	s.config.RecordsPerSecond, s.config.Burst = 1, 5
	at := time.Now()
	for i := range 1000 {
		s.engine.write(stderr, at.Add(time.Duration(i)*time.Microsecond), "again\n")
	}
	s.engine.write(stderr, at.Add(11*time.Second), "the end\n")
	s.start()
	s.arrives("again", "again", "again", "again", "again", "995 records of db were left out: it wrote more than 1 a second", "the end")
	expect(t, "attribute", s.sink.records[5].Attributes().AsRaw()["container.log.left_out"], int64(995))
}

func TestABacklogIsNoLoop(t *testing.T) {
	s := newScene(t)
	s.config.RecordsPerSecond, s.config.Burst = 10, 1
	at := time.Now().Add(-10 * time.Minute)
	for i := range 500 {
		s.engine.write(stdout, at.Add(time.Duration(i)*time.Second), "tick\n")
	}
	s.start()
	s.until(func() bool { return len(s.sink.bodies()) == 500 })
}

func TestOneLineOfTheLogWhenTheEngineIsAway(t *testing.T) {
	s := newScene(t)
	at := time.Now()
	s.engine.write(stdout, at, "before\n")
	s.start()
	s.arrives("before")
	s.engine.change(func() { s.engine.away = true })
	time.Sleep(200 * time.Millisecond)
	s.engine.change(func() { s.engine.away = false })
	s.engine.write(stdout, at.Add(time.Second), "after\n")
	s.arrives("before", "after")
	var said []string
	for _, entry := range s.said.All() {
		said = append(said, entry.Message)
	}
	expect(t, "log", said, []string{"The Docker API does not answer; logs of containers wait", "The Docker API answers again"})
}

func TestAReplacedContainerIsReadFromItsBeginningTheOldOneToItsEnd(t *testing.T) {
	s := newScene(t)
	at := time.Now()
	s.start()
	s.engine.write(stdout, at, "old\n")
	s.arrives("old")
	s.engine.change(func() {
		s.engine.written = append(s.engine.written, line{stream: stdout, time: at.Add(time.Second), text: "last word\n"})
		s.engine.state = "exited"
	})
	s.arrives("old", "last word")
	s.engine.change(func() { s.engine.id, s.engine.state, s.engine.written = "second", "running", nil })
	s.engine.write(stdout, at.Add(2*time.Second), "new\n")
	s.arrives("old", "last word", "new")
}

func TestAStoppedContainerIsReadOnce(t *testing.T) {
	s := newScene(t)
	s.engine.state = "exited"
	s.engine.write(stderr, time.Now(), "FATAL cannot start\n")
	s.start()
	s.arrives("FATAL cannot start")
	s.engine.mu.Lock()
	defer s.engine.mu.Unlock()
	expect(t, "requests", s.engine.asked, 1)
}

// Nobody sees it run: it is made at one look, and has ended at the next.
func TestAContainerThatRunsBetweenTwoLooksIsRead(t *testing.T) {
	s := newScene(t)
	at := time.Now()
	s.engine.state, s.engine.status = "created", "Created"
	s.start()
	time.Sleep(5 * s.config.PollInterval)
	s.engine.change(func() {
		s.engine.written = append(s.engine.written, line{stream: stderr, time: at, text: "FATAL no such file\n"})
		s.engine.state, s.engine.status = "exited", "Exited (1) Less than a second ago"
	})
	s.arrives("FATAL no such file")
	s.engine.change(func() {
		s.engine.written = append(s.engine.written, line{stream: stderr, time: at.Add(time.Second), text: "FATAL still no such file\n"})
	})
	s.arrives("FATAL no such file", "FATAL still no such file")
	s.engine.change(func() { s.engine.status = "Exited (1) About a minute ago" })
	time.Sleep(5 * s.config.PollInterval)
	s.engine.mu.Lock()
	asked := s.engine.asked
	s.engine.mu.Unlock()
	time.Sleep(10 * s.config.PollInterval)
	s.engine.mu.Lock()
	defer s.engine.mu.Unlock()
	expect(t, "requests once it is settled", s.engine.asked, asked)
}

func TestARecordThatAComponentFailsOverIsLeftOutAndNoOther(t *testing.T) {
	s := newScene(t)
	at := time.Now()
	s.engine.write(stdout, at, "one\n", "poison\n", "two\n")
	s.start()
	s.arrives("one", "two")
	s.engine.write(stdout, at.Add(time.Second), "three\n")
	s.arrives("one", "two", "three")
	expect(t, "log", s.said.FilterMessage("Records of a container were refused for good").Len(), 1)
}

func TestColoursAreTakenAway(t *testing.T) {
	s := newScene(t)
	s.engine.write(stdout, time.Now(), "\x1b[38;5;87mERROR\x1b[0m failed\n")
	s.start()
	s.arrives("ERROR failed")
	expect(t, "severity", s.sink.records[0].SeverityText(), "ERROR")
}

func TestATerminalIsReadToo(t *testing.T) {
	s := newScene(t)
	s.engine.tty = true
	s.engine.write(stdout, time.Now(), "one\n", "two\n")
	s.start()
	s.arrives("one", "two")
}

func TestALongLineIsPutTogetherAndCut(t *testing.T) {
	s := newScene(t)
	part := strings.Repeat("x", 16<<10)
	at := time.Now()
	// The engine hands on 16 KiB at most; only the last part ends with a line feed.
	s.engine.write(stdout, at, part, part, "end\n")
	s.engine.write(stdout, at.Add(time.Second), part, part, part, part, part+"\n")
	s.start()
	s.arrives(part+part+"end", part+part+part+part)
	expect(t, "cut", s.sink.records[1].Attributes().AsRaw()["container.log.cut_bytes"], int64(16<<10))
}

func TestConfigIsChecked(t *testing.T) {
	for want, change := range map[string]func(*Config){
		`endpoint: "docker" is no address of the Docker API, use unix:///path or http://host:port`: func(c *Config) { c.Endpoint = "docker" },
		`containers: name at least one`: func(c *Config) { c.Containers = nil },
		`containers[0]: format "syslog" is not known, use one of [nginx postgresql rabbitmq redis text]`: func(c *Config) {
			c.Containers[0].Format = "syslog"
		},
		`containers[0]: stream "both" is neither stdout nor stderr`: func(c *Config) { c.Containers[0].Streams = []string{"both"} },
		`max_record_bytes: 10 is too few, use 1024 or more`:         func(c *Config) { c.MaxRecordBytes = 10 },
		`records_per_second must be more than 0, burst at least 1`:  func(c *Config) { c.Burst = 0 },
		`containers[0]: needs name and service`:                     func(c *Config) { c.Containers[0].Service = "" },
	} {
		s := newScene(t)
		change(s.config)
		if err := s.config.Validate(); err == nil || err.Error() != want {
			t.Errorf("%v instead of %q", err, want)
		}
	}
}
