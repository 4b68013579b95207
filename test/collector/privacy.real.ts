import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createNetwork, type Network, type RunningCollector, startCollector, until } from "./collector.ts";
import { inputFor, readableConfig, sinkBackend } from "./configs.ts";
import { gaugeOf, logsOf, newTraceId, send, tracesOf } from "./otlp.ts";
import { logRecords, points, type Sink, spans, startSink } from "./sink.ts";

// Made up, of the right shape; put together here so that no scanner mistakes them for real ones.
const canaries = {
  email: "jane.canary@example.org",
  botToken: ["MTA0NTk4NzY1NDMyMTA5ODc2NQ", "GabcdE", "x1y2z3-A4B5C6_d7e8f9g0h1i2j3k4l5m6n7o8"].join("."),
  jwt: ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0In0", "c2lnbmF0dXJl"].join("."),
  snowflake: "123456789012345678",
  bearer: "Bearer abcdefghijklmnopqrstuvwxyz012345",
} as const;
const everything = Object.values(canaries).join(" and ");

let sink: Sink;
let network: Network;
let collector: RunningCollector;
const traceId = newTraceId();

beforeAll(async () => {
  network = createNetwork();
  sink = await startSink(network.hostAddress);
  collector = await startCollector(readableConfig(inputFor([sinkBackend("sink", sink)])), network);
  await send(
    collector.intake,
    "traces",
    tracesOf(
      "api",
      [
        {
          traceId,
          name: `GET /users/${canaries.snowflake}/${canaries.email}`,
          kind: "server",
          attributes: {
            plain: everything,
            "http.request.method": "GET",
            "user.id": Number(canaries.snowflake),
            "discord.token": "short",
            "url.full": "https://discord.com/api/v10/webhooks/42/abc?wait=true",
            "url.query": "code=abc",
            "db.query.text": "SELECT * FROM users WHERE name = 'jane' AND age > 41 LIMIT $1",
            cache: `guild_${canaries.snowflake}_member_${canaries.snowflake}`,
            nested: { inner: everything },
            "messaging.message.conversation_id": traceId,
            start_time_ns: 1_795_000_000_000_000_000,
          },
          status: {
            code: 2,
            message: `(IntegrityError) ${everything} DETAIL:  Key (nick)=(janedoe) exists [parameters: ('secretparam',)]`,
          },
          events: [
            {
              name: `event ${canaries.email}`,
              attributes: {
                "exception.message": `${everything} [parameters: ('secretparam', 1)]`,
                "exception.stacktrace": `Traceback\n  ${everything}\n[parameters: ('secretparam',)]\nend`,
              },
            },
          ],
        },
      ],
      { "process.command_args": everything },
    ),
  );
  await send(
    collector.intake,
    "metrics",
    gaugeOf("api", "app.canary", { plain: everything, user: Number(canaries.snowflake) }, { "app.owner": everything }),
  );
  await send(
    collector.intake,
    "logs",
    logsOf(
      "api",
      [
        {
          traceId,
          body: `user ${everything} password=hunter2canary in trace_id=${traceId} postgresql://app:hunter2canary@db/x`,
          attributes: { plain: everything, otelTraceID: traceId, authorization: "short" },
        },
        { body: { text: everything, password: "hunter2canary" } },
      ],
      { "app.owner": everything },
    ),
  );
  await until(
    () =>
      spans(sink).length > 0 &&
      logRecords(sink).length === 2 &&
      points(sink).some((p) => p.metric === "app.canary") &&
      points(sink).some((p) => p.metric === "traces.span.metrics.calls"),
    "all signals have arrived",
  );
});

afterAll(async () => {
  collector?.remove();
  network?.remove();
  await sink?.close();
});

describe("nothing private leaves", () => {
  test.each([
    ...Object.entries(canaries),
    ["parameter", "secretparam"],
    ["nick", "janedoe"],
    ["password", "hunter2canary"],
  ])("no %s in anything that was sent", (_name, canary) => {
    expect(sink.text()).not.toContain(canary);
  });

  test("what is known to hold secrets is cut, the rest of it stays readable", () => {
    const [span] = spans(sink);
    expect(span?.name).toBe("GET /users/***/***");
    expect(span?.attributes).toMatchObject({
      plain: "*** and *** and *** and *** and Bearer ***",
      "http.request.method": "GET",
      "user.id": "***",
      "discord.token": "***",
      "url.full": "https://discord.com/api/v10/webhooks/***/***?wait=true",
      "db.query.text": "SELECT * FROM users WHERE name = ? AND age > ? LIMIT $1",
      cache: "guild_***_member_***",
    });
    expect(span?.attributes["url.query"]).toBe("code=***");
  });

  test("correlation survives: trace ids and instants are left alone", () => {
    const [span] = spans(sink);
    expect(span?.traceId).toBe(traceId);
    expect(span?.attributes["messaging.message.conversation_id"]).toBe(traceId);
    expect(span?.attributes.start_time_ns).toBe("1795000000000000000");
    const [text] = logRecords(sink);
    expect(text?.traceId).toBe(traceId);
    expect(text?.attributes.otelTraceID).toBe(traceId);
    expect(JSON.stringify(text?.body)).toContain(`trace_id=${traceId}`);
  });

  test("the span's name is masked before it names a series", () => {
    const names = points(sink)
      .filter((p) => p.metric === "traces.span.metrics.calls")
      .map((p) => p.attributes["span.name"]);
    expect(new Set(names)).toEqual(new Set(["GET /users/***/***"]));
  });
});
