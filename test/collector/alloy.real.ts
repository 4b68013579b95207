import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALLOY } from "../../pipeline/alloy.ts";
import { buildPipeline } from "../../pipeline/build.ts";
import type { PipelineInput } from "../../pipeline/input.ts";
import { renderAlloy } from "../../pipeline/render/alloy/index.ts";
import { hasAlloy } from "../support/alloy.ts";
import { inputFor } from "./configs.ts";
import { gaugeOf, logsOf, newTraceId, tracesOf } from "./otlp.ts";
import { logRecords, points, type Sink, spans, startSink } from "./sink.ts";

const LOOPBACK = "127.0.0.1";

/** Where an Alloy of a test listens, and its data. */
interface Place {
  readonly folder: string;
  readonly ports: Readonly<Record<"grpc" | "http" | "browser" | "server", number>>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, LOOPBACK);
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The rendered file at other addresses, its exporters in JSON so that a sink reads what arrives. */
function placed(input: PipelineInput, { folder, ports }: Place): string {
  return renderAlloy(buildPipeline(input))
    .replaceAll("0.0.0.0:4317", `${LOOPBACK}:${ports.grpc}`)
    .replaceAll("0.0.0.0:4318", `${LOOPBACK}:${ports.http}`)
    .replaceAll("0.0.0.0:4319", `${LOOPBACK}:${ports.browser}`)
    .replaceAll("127.0.0.1:13133", `${LOOPBACK}:${ports.server}`)
    .replaceAll(ALLOY.stateDirectory, folder)
    .replaceAll(/^otelcol\.exporter\.otlphttp .*$/gm, '$&\n\tencoding = "json"');
}

async function startAlloy(input: PipelineInput, place: Place): Promise<ChildProcess> {
  const file = join(place.folder, "config.alloy");
  writeFileSync(file, placed(input, place));
  const args = [
    "run",
    `--server.http.listen-addr=${LOOPBACK}:${place.ports.server}`,
    `--storage.path=${place.folder}`,
    `--stability.level=${ALLOY.stability}`,
    "--disable-reporting",
    file,
  ];
  const child = spawn("alloy", args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, GOMEMLIMIT: "300MiB" },
  });
  let said = "";
  child.stderr?.on("data", (text) => {
    said += text;
  });
  for (let tries = 0; tries < 120; tries++) {
    const ready = await fetch(`http://${LOOPBACK}:${place.ports.server}/-/ready`).catch(() => undefined);
    if (ready?.ok) return child;
    if (child.exitCode !== null) break;
    await sleep(250);
  }
  child.kill("SIGKILL");
  throw new Error(`Alloy is not ready: ${said.slice(-4000)}`);
}

async function stopped(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await ended;
}

async function untilSeen(what: () => boolean, seconds = 40): Promise<void> {
  for (let tries = 0; tries < seconds * 4 && !what(); tries++) await sleep(250);
  expect(what()).toBe(true);
}

describe.skipIf(!hasAlloy())("a real Alloy", () => {
  let sink: Sink;
  let place: Place;
  let alloy: ChildProcess;
  let input: PipelineInput;

  const send = async (path: string, body: object, headers: Readonly<Record<string, string>> = {}, port = "http") => {
    const at = place.ports[port as keyof Place["ports"]];
    const answer = await fetch(`http://${LOOPBACK}:${at}/v1/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
  };

  beforeAll(async () => {
    sink = await startSink(LOOPBACK);
    const [grpc, http, browser, server] = [await freePort(), await freePort(), await freePort(), await freePort()];
    place = { folder: mkdtempSync(join(tmpdir(), "alloy-")), ports: { grpc, http, browser, server } };
    const backend = {
      name: "sink",
      exporters: [{ signals: ["traces", "metrics", "logs"] as const, endpoint: sink.url }],
    };
    input = {
      ...inputFor([backend]),
      collector: { memoryMiB: 512, version: ALLOY.collectorVersion, distribution: "alloy" },
      browser: true,
    };
    alloy = await startAlloy(input, place);
  });

  afterAll(async () => {
    if (alloy?.exitCode === null) await stopped(alloy, "SIGTERM");
    await sink?.close();
    rmSync(place.folder, { recursive: true, force: true });
  });

  test("takes spans, points and records, names their environment, and hides what is personal", async () => {
    await send(
      "traces",
      tracesOf("api", [
        {
          name: "GET /games",
          kind: "server",
          attributes: {
            "user.email": "ada@example.org",
            "http.route": "/games",
            "api.token": "hunter22",
            guild: "123456789012345678",
          },
        },
        { name: "GET /health", kind: "server", attributes: { "url.path": "/health" } },
      ]),
    );
    await send("metrics", gaugeOf("api", "games", { who: "ada@example.org" }));
    await send("logs", logsOf("api", [{ body: "mail to ada@example.org" }]));
    await untilSeen(
      () =>
        spans(sink).length > 0 && logRecords(sink).length > 0 && points(sink).some(({ metric }) => metric === "games"),
    );
    expect(spans(sink).map(({ name }) => name)).toEqual(["GET /games"]);
    const [span] = spans(sink);
    expect(span?.resource).toMatchObject({
      "deployment.environment.name": "test",
      "service.namespace": "game-scheduler",
    });
    expect(span?.attributes).toMatchObject({ "http.route": "/games" });
    expect(sink.text()).not.toMatch(/ada@example|hunter22|123456789012345678/);
  });

  test("derives rates from spans, and says of itself what the collector does", async () => {
    await untilSeen(() =>
      [
        "traces.span.metrics.calls",
        "otelcol_process_uptime",
        "otelcol_exporter_sent_spans",
        "otelcol_receiver_accepted_spans",
      ].every((name) => points(sink).some(({ metric }) => metric === name)),
    );
    const own = (name: string) => points(sink).filter(({ metric }) => metric === name);
    expect(own("otelcol_exporter_sent_spans").at(-1)).toMatchObject({
      resource: { "service.name": "collector" },
      temporality: 2,
    });
    expect(own("otelcol_exporter_queue_capacity").at(-1)).toMatchObject({
      temporality: undefined,
      attributes: { exporter: "otlp_http/sink", data_type: "traces" },
    });
    expect(own("otelcol_process_uptime").at(-1)).toMatchObject({ temporality: 2, unit: "" });
    expect(own("otelcol_process_uptime").at(-1)?.value).toBeLessThan(600);
    expect(own("otelcol_process_memory_rss").at(-1)?.value).toBeGreaterThan(2 ** 20);
    expect(own("otelcol_process_cpu_seconds").at(-1)?.value).toBeGreaterThan(0);
    expect(own("traces.span.metrics.calls").at(-1)?.resource).toMatchObject({ "service.name": "api" });
  });

  test("believes nginx, not the browser, about whose page it is", async () => {
    const page = [{ name: "page load", attributes: { "url.full": "https://games.example/", secret: "x" } }];
    await send("traces", tracesOf("invented", page), { "x-otel-service": "frontend" }, "browser");
    await untilSeen(() => spans(sink).some(({ name }) => name === "page load"));
    const span = spans(sink).find(({ name }) => name === "page load");
    expect(span?.resource).toMatchObject({ "service.name": "frontend", "telemetry.source": "browser" });
    expect(Object.keys(span?.attributes ?? {})).toEqual(["url.full", "span.root"]);
  });

  test("killed while its backend is away, it delivers afterwards what it had taken", async () => {
    sink.away(true);
    const ids = Array.from({ length: 200 }, newTraceId);
    await send(
      "traces",
      tracesOf(
        "api",
        ids.map((traceId) => ({ name: "queued", traceId })),
      ),
    );
    await sleep(4000);
    await stopped(alloy, "SIGKILL");
    sink.away(false);
    alloy = await startAlloy(input, place);
    const arrived = () =>
      new Set(
        spans(sink)
          .filter(({ name }) => name === "queued")
          .map(({ traceId }) => traceId),
      );
    await untilSeen(() => arrived().size === ids.length);
    expect(arrived()).toEqual(new Set(ids));
  });
});
