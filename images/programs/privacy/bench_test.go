package privacy

import (
	"context"
	"testing"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func testCleaner() *cleaner {
	return newCleaner((&Config{Action: "mask", Addresses: "truncate"}).options(nil))
}

// serviceSpans are what a Python service sends for requests: one server span, two of a database, one message; nothing to hide.
func serviceSpans(count int) ptrace.Traces {
	data := ptrace.NewTraces()
	resource := data.ResourceSpans().AppendEmpty()
	for key, value := range map[string]string{
		"service.name": "api", "service.namespace": "game-scheduler", "service.instance.id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
		"telemetry.sdk.language": "python", "telemetry.sdk.name": "opentelemetry", "telemetry.sdk.version": "1.39.1",
		"deployment.environment.name": "dev", "host.name": "runner-1", "process.runtime.version": "3.13.0",
		"container.id": "4bf92f3577b34da6a3ce929d0e0e47364bf92f3577b34da6a3ce929d0e0e4736",
	} {
		resource.Resource().Attributes().PutStr(key, value)
	}
	spans := resource.ScopeSpans().AppendEmpty()
	spans.Scope().SetName("opentelemetry.instrumentation.fastapi")
	for i := range count {
		span := spans.Spans().AppendEmpty()
		attributes := span.Attributes()
		switch i % 4 {
		case 0:
			span.SetName("GET /guilds/{guild_id}/games")
			put2(attributes, "http.request.method", "GET", "http.route", "/guilds/{guild_id}/games", "url.scheme", "http", "url.path", "/guilds/42/games",
				"server.address", "api", "network.protocol.version", "1.1", "user_agent.original", "python-httpx/0.28.1", "url.full", "http://api:8000/guilds/42/games?page=2")
			attributes.PutInt("http.response.status_code", 200)
			attributes.PutInt("server.port", 8000)
		case 1, 2:
			span.SetName("SELECT games")
			put2(attributes, "db.system.name", "postgresql", "db.operation.name", "SELECT", "db.namespace", "games", "server.address", "postgres",
				"db.query.text", "SELECT games.id, games.title, games.starts_at FROM games WHERE games.guild_id = $1 AND games.starts_at > $2 ORDER BY games.starts_at LIMIT $3")
			attributes.PutInt("server.port", 5432)
		default:
			span.SetName("game.events send")
			put2(attributes, "messaging.system", "rabbitmq", "messaging.destination.name", "game.events", "messaging.operation.type", "send",
				"messaging.message.conversation_id", "4bf92f3577b34da6a3ce929d0e0e4736", "network.peer.address", "172.18.0.5")
			attributes.PutInt("messaging.message.body.size", 512)
		}
	}
	return data
}

func put2(m pcommon.Map, pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		m.PutStr(pairs[i], pairs[i+1])
	}
}

func BenchmarkSpans(b *testing.B) {
	const count = 400
	cleaner, data := testCleaner(), serviceSpans(count)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = cleaner.traces(context.Background(), data)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/count, "ns/span")
}

func BenchmarkLogs(b *testing.B) {
	bodies := []string{
		"Scheduler loop finished: 12 notifications sent, 0 failed, took 35 ms",
		"172.18.0.1:54012 - \"GET /guilds/42/games HTTP/1.1\" 200",
		"connection to postgres:5432 established after 2 attempts",
		`{"level": "info", "msg": "published", "queue": "game.events", "attempt": 1, "took_ms": 4}`,
	}
	data := plog.NewLogs()
	records := data.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	const count = 400
	for i := range count {
		record := records.AppendEmpty()
		record.Body().SetStr(bodies[i%len(bodies)])
		put2(record.Attributes(), "code.file.path", "/app/services/scheduler/loop.py", "code.function.name", "run", "otelTraceID", "4bf92f3577b34da6a3ce929d0e0e4736")
	}
	cleaner := testCleaner()
	b.ReportAllocs()
	for b.Loop() {
		_, _ = cleaner.logs(context.Background(), data)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/count, "ns/record")
}

func TestCleanSpansCostNoMemory(t *testing.T) {
	cleaner, data := testCleaner(), serviceSpans(400)
	_, _ = cleaner.traces(context.Background(), data)
	if allocated := testing.AllocsPerRun(20, func() { _, _ = cleaner.traces(context.Background(), data) }); allocated > 20 {
		t.Errorf("%.0f allocations for 400 spans", allocated)
	}
}
