package dockerlogs

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
)

var read = time.Date(2026, 11, 29, 2, 0, 0, 500_000_000, time.UTC)

// recordsOf is what a container's lines become, all of them written to stderr at once.
func recordsOf(t *testing.T, kind, text string) []record {
	t.Helper()
	f := &follower{format: formats[kind], limit: newLimit(1000, 1000), unfinished: map[string]*pending{}, marks: map[string]mark{},
		dockerLogs: &dockerLogs{config: defaults().(*Config)}}
	for each := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		f.add(line{stream: stderr, time: read, text: each}, mark{})
	}
	f.finishAll(time.Time{})
	return f.batch
}

func bodies(records []record) []string {
	all := make([]string, 0, len(records))
	for _, each := range records {
		all = append(all, each.body)
	}
	return all
}

func expect(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %#v\nwant %#v", what, got, want)
	}
}

func TestAnErrorOfPostgreSQLIsOneRecordWithItsStatementButWithoutItsValues(t *testing.T) {
	got := recordsOf(t, "postgresql", `2026-11-29 02:00:00.123 UTC [42] app@games 23505 ERROR:  duplicate key value violates unique constraint "users_email_key"
2026-11-29 02:00:00.123 UTC [42] app@games 23505 DETAIL:  Key (id)=(7) already exists.
2026-11-29 02:00:00.123 UTC [42] app@games 23505 STATEMENT:  INSERT INTO users
	VALUES (7, 'canary')
2026-11-29 02:00:00.200 UTC [1] LOG:  checkpoint starting: time
`)
	expect(t, "bodies", bodies(got), []string{
		`duplicate key value violates unique constraint "users_email_key"` +
			"\nDETAIL:  Key (id)=(7) already exists.\nSTATEMENT:  INSERT INTO users\nVALUES (?, ?)",
		"checkpoint starting: time",
	})
	expect(t, "severities", []string{got[0].word, got[1].word}, []string{"ERROR", "LOG"})
	expect(t, "attributes", got[0].attributes, map[string]any{
		"db.system.name": "postgresql", "db.user": "app", "db.namespace": "games", "db.response.status_code": "23505",
		"db.query.text": "INSERT INTO users\nVALUES (?, ?)", "log.iostream": stderr,
	})
	expect(t, "time", got[0].time, time.Date(2026, 11, 29, 2, 0, 0, 123_000_000, time.UTC))
}

func TestASlowQueryIsAWarningWithItsDurationAndTrace(t *testing.T) {
	got := recordsOf(t, "postgresql", `2026-11-29 02:00:00.123 UTC [42] app@games 00000 LOG:  duration: 812.345 ms  execute __asyncpg_1: SELECT pg_sleep(0.8) /*traceparent='00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'*/
2026-11-29 02:00:00.123 UTC [43] LOG:  duration: 2000 ms  statement: SELECT 'it''s'`)
	expect(t, "bodies", bodies(got), []string{
		"duration: 812.345 ms  statement: SELECT pg_sleep(?)", "duration: 2000 ms  statement: SELECT ?",
	})
	expect(t, "severity", got[0].severity, plog.SeverityNumberWarn)
	expect(t, "duration", got[0].attributes["db.query.duration_ms"], 812.345)
	expect(t, "trace", got[0].traceID.String()+" "+got[0].spanID.String(), "0af7651916cd43dd8448eb211c80319c b7ad6b7169203331")
}

func TestServerProcessesThatFailAtOnceAreKeptApart(t *testing.T) {
	got := recordsOf(t, "postgresql", `2026-11-29 02:00:00.123 UTC [42] ERROR:  division by zero
2026-11-29 02:00:00.123 UTC [43] ERROR:  deadlock detected
2026-11-29 02:00:00.123 UTC [43] HINT:  See server log for query details.`)
	expect(t, "bodies", bodies(got), []string{"division by zero", "deadlock detected\nHINT:  See server log for query details."})
}

func TestRedis(t *testing.T) {
	got := recordsOf(t, "redis", `1:C 29 Nov 2026 02:00:00.001 # WARNING Memory overcommit must be enabled!
1:M 29 Nov 2026 02:00:00.002 * Ready to accept connections tcp
                _._
           _.-`+"``"+`__ ''-._
1:M 29 Nov 2026 02:00:00.003 # Can't save in background: fork: Out of memory`)
	expect(t, "bodies", bodies(got), []string{
		"WARNING Memory overcommit must be enabled!",
		"Ready to accept connections tcp\n                _._\n           _.-``__ ''-._",
		"Can't save in background: fork: Out of memory",
	})
	expect(t, "severities", []string{got[0].word, got[1].word}, []string{"WARNING", "NOTICE"})
	expect(t, "role", got[1].attributes["redis.role"], "master")
}

func TestRabbitMQWritesItsPrefixBeforeEveryLineOfAnEvent(t *testing.T) {
	got := recordsOf(t, "rabbitmq", `2026-11-29 02:00:00.100000+00:00 [error] <0.700.0> Error on AMQP connection <0.700.0>:
2026-11-29 02:00:00.100000+00:00 [error] <0.700.0> {handshake_error,starting,0,
2026-11-29 02:00:00.100000+00:00 [error] <0.700.0>                  {amqp_error,access_refused}}
2026-11-29 02:00:00.100001+00:00 [warning] <0.701.0> closing AMQP connection`)
	expect(t, "bodies", bodies(got), []string{
		"Error on AMQP connection <0.700.0>:\n{handshake_error,starting,0,\n                 {amqp_error,access_refused}}",
		"closing AMQP connection",
	})
	expect(t, "severities", []string{got[0].word, got[1].word}, []string{"ERROR", "WARNING"})
	expect(t, "time", got[0].time.UTC(), time.Date(2026, 11, 29, 2, 0, 0, 100_000_000, time.UTC))
}

func TestTheErrorLogOfNginxLosesAddressesAndQueries(t *testing.T) {
	got := recordsOf(t, "nginx", `2026/11/29 02:00:00 [error] 29#29: *7 connect() failed (111: Connection refused) while connecting to upstream, client: 10.1.2.3, server: localhost, request: "GET /api/games?token=canary HTTP/1.1", upstream: "http://10.0.0.2:8000/api/games?token=canary", host: "example.org"
10.1.2.3 - - [29/Nov/2026:02:00:00 +0000] "GET /a?b=canary HTTP/1.1" 502 157 "-" "curl"`)
	expect(t, "bodies", bodies(got), []string{
		`connect() failed (111: Connection refused) while connecting to upstream, client: 10.1.2.0, server: localhost, request: "GET /api/games HTTP/1.1", upstream: "http://10.0.0.2:8000/api/games", host: "example.org"`,
		"GET /a 502",
	})
	expect(t, "severities", []string{got[0].word, got[1].word}, []string{"ERROR", "WARN"})
	expect(t, "attributes", got[0].attributes, map[string]any{
		"http.request.method": "GET", "url.path": "/api/games", "nginx.upstream": "http://10.0.0.2:8000/api/games",
		"server.address": "example.org", "log.iostream": stderr,
	})
}

func TestFieldsOfJSONFindTheirPlace(t *testing.T) {
	const ids = "0af7651916cd43dd8448eb211c80319c b7ad6b7169203331"
	at := time.Date(2026, 11, 29, 1, 59, 59, 250_000_000, time.UTC)
	for name, text := range map[string]string{
		"python":  `{"levelname":"ERROR","message":"no game","asctime":"2026-11-29T01:59:59.250Z","otelTraceID":"0af7651916cd43dd8448eb211c80319c","otelSpanID":"b7ad6b7169203331","game":7}`,
		"pino":    `{"level":50,"time":1795917599250,"msg":"no game","trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","game":7}`,
		"zap":     `{"level":"error","ts":1795917599.250,"msg":"no game","traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","game":7}`,
		"ecs":     `{"@timestamp":"2026-11-29T01:59:59.250Z","log.level":"error","message":"no game","trace":{"id":"0af7651916cd43dd8448eb211c80319c"},"span":{"id":"b7ad6b7169203331"},"game":7}`,
		"serilog": `{"@t":"2026-11-29T01:59:59.2500000Z","@l":"Error","@m":"no game","@tr":"0af7651916cd43dd8448eb211c80319c","@sp":"b7ad6b7169203331","game":7}`,
	} {
		got := recordsOf(t, "text", text)[0]
		expect(t, name+" body", got.body, "no game")
		expect(t, name+" severity", got.severity, plog.SeverityNumberError)
		expect(t, name+" trace", got.traceID.String()+" "+got.spanID.String(), ids)
		expect(t, name+" attributes", got.attributes, map[string]any{"game": int64(7), "log.iostream": stderr})
		if apart := got.time.Sub(at).Abs(); apart > time.Microsecond {
			t.Errorf("%s: time is %s off", name, apart)
		}
	}
}

func TestOtherTextIsReadAsFarAsItCanBe(t *testing.T) {
	for text, want := range map[string]string{
		`level=warn msg="disk almost full" free=3% trace_id=0af7651916cd43dd8448eb211c80319c`: "WARN disk almost full",
		`2026-11-29T01:59:59Z INFO started`:                                                   "INFO 2026-11-29T01:59:59Z INFO started",
		`[error] no route`:                                                                    "ERROR [error] no route",
		`W1129 02:00:00.1 1 main.go:7] klog`:                                                  "WARNING W1129 02:00:00.1 1 main.go:7] klog",
		`hello {"a": 1}`:                                                                      ` hello {"a": 1}`,
		`{"no": "message"}`:                                                                   ` {"no": "message"}`,
		`{"broken": `:                                                                         ` {"broken": `,
		`a=b c=d`:                                                                             ` a=b c=d`,
		`error: cannot open`:                                                                  `ERROR error: cannot open`,
		`terror in the information desk, error rate`:                                          ` terror in the information desk, error rate`,
	} {
		got := recordsOf(t, "text", text)
		if len(got) != 1 || got[0].word+" "+got[0].body != want {
			t.Errorf("%s became %v", text, got)
		}
	}
}

func TestTracebacksAreOneRecord(t *testing.T) {
	chained := `Traceback (most recent call last):
  File "/app/a.py", line 1, in run
    1 / 0
ZeroDivisionError: division by zero

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/a.py", line 3, in <module>
    run()
RuntimeError: cannot run`
	java := `2026-11-29 02:00:00 ERROR Foo - failed
java.lang.IllegalStateException: bad
	at com.example.Foo.bar(Foo.java:7)
Caused by: java.io.IOException: worse
	... 3 more`
	golang := `panic: runtime error: index out of range

goroutine 1 [running]:
main.main()
	/app/main.go:7 +0x1d
exit status 2`
	node := `TypeError: x is not a function
    at main (/app/x.js:1:2)`
	for _, text := range []string{chained, "ERROR:root:failed\n" + chained, java, golang, node} {
		got := recordsOf(t, "text", "INFO: before\n"+text+"\nINFO: after")
		want := []string{"INFO: before", text, "INFO: after"}
		if strings.HasPrefix(text, "panic") { // the process is dead then
			got, want = recordsOf(t, "text", "INFO: before\n"+text), want[:2]
		}
		expect(t, "records", bodies(got), want)
	}
	got := recordsOf(t, "text", chained)[0]
	expect(t, "exception", []any{got.word, got.attributes["exception.type"], got.attributes["exception.message"]},
		[]any{"ERROR", "RuntimeError", "cannot run"})
}

func TestValuesOfStatementsAreMasked(t *testing.T) {
	for sql, want := range map[string]string{
		`SELECT * FROM t1 WHERE a = 'it''s' AND b IN (1, 2.5e-3) AND c = $1`: `SELECT * FROM t1 WHERE a = ? AND b IN (?, ?) AND c = $1`,
		`SELECT E'a\'canary', "col 7"`:                                       `SELECT E?, "col 7"`,
		`SELECT $$canary$$, $tag$can$$ary$tag$ -- canary 7`:                  `SELECT ?, ?`,
		`INSERT INTO t VALUES ('canary`:                                      `INSERT INTO t VALUES (?`,
		`SELECT /* canary */ a1b2 FROM x2 LIMIT 10`:                          `SELECT  a1b2 FROM x2 LIMIT ?`,
		`CREATE ROLE x PASSWORD 'canary' VALID UNTIL '2030'`:                 `CREATE ROLE x PASSWORD ? VALID UNTIL ?`,
	} {
		expect(t, sql, maskLiterals(sql), want)
	}
}
