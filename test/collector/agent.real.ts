import { afterAll, beforeAll, expect, test } from "vitest";
import { agentPipeline } from "../../pipeline/agent.ts";
import { INTAKE } from "../../pipeline/intake.ts";
import { renderCollector } from "../../pipeline/render/collector.ts";
import {
  createNetwork,
  docker,
  healthy,
  type Network,
  type RunningCollector,
  startCollector,
  until,
} from "./collector.ts";
import { inputFor, readableConfig, sinkBackend, version } from "./configs.ts";
import { gaugeOf, logsOf, newTraceId, send, tracesOf } from "./otlp.ts";
import { logRecords, points, type Sink, spans, startSink } from "./sink.ts";

/** An agent, the collector it hands on to, and a backend, as `collector.topology: agent` connects them. */
let network: Network;
let sink: Sink;
let gateway: RunningCollector;
let agent: RunningCollector;

beforeAll(async () => {
  network = createNetwork();
  sink = await startSink(network.hostAddress);
  gateway = await startCollector(readableConfig(inputFor([sinkBackend("sink", sink)])), network);
  docker("network", "disconnect", network.name, gateway.id);
  docker("network", "connect", "--alias=collector", network.name, gateway.id);
  const collector = { version, distribution: "own", memoryMiB: 128 } as const;
  const config = renderCollector(agentPipeline({ collector }), version);
  expect(config).toContain(INTAKE);
  agent = await startCollector(config, network, { memory: "128m" });
});

afterAll(async () => {
  agent?.remove();
  gateway?.remove();
  await sink?.close();
  network?.remove();
});

test("what a service sends to its agent arrives at the backend, named and redacted by the collector", async () => {
  await send(agent.intake, "traces", tracesOf("api", [{ name: "GET /games", attributes: { who: "ada@example.org" } }]));
  await send(agent.intake, "metrics", gaugeOf("api", "games", {}));
  await send(agent.intake, "logs", logsOf("api", [{ body: "mail to ada@example.org" }]));
  const seen = () => points(sink).some(({ metric }) => metric === "games");
  await until(() => spans(sink).length > 0 && logRecords(sink).length > 0 && seen(), "every signal has arrived");
  expect(spans(sink)[0]).toMatchObject({ service: "api", resource: { "deployment.environment.name": "test" } });
  expect(sink.text()).not.toContain("ada@example");
});

test("an agent that is killed while the collector is away delivers afterwards what it had taken, each span once", async () => {
  gateway.kill("SIGTERM");
  await until(
    () => docker("inspect", "--format={{.State.Running}}", gateway.id) === "false",
    "the collector has ended",
  );
  const ids = Array.from({ length: 500 }, newTraceId);
  for (let i = 0; i < ids.length; i += 50) {
    const batch = ids.slice(i, i + 50).map((traceId) => ({ name: "waiting", traceId }));
    await send(agent.intake, "traces", tracesOf("api", batch));
  }
  await new Promise((resolve) => setTimeout(resolve, 3000));
  agent.kill("SIGKILL");
  agent.start();
  await healthy(agent);
  gateway.start();
  await healthy(gateway);
  const arrived = () => spans(sink).filter(({ name }) => name === "waiting");
  await until(() => new Set(arrived().map(({ traceId }) => traceId)).size === ids.length, "everything has arrived");
  expect(arrived()).toHaveLength(ids.length);
});
