import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type ProgramRun, record } from "../support/engine.ts";

const CONFIG = "/etc/otelcol/config.yaml";
const SENDERS = ["api", "bot", "notification", "status", "frontend"];

const runs: Record<string, ProgramRun> = {};

const run = (topology: string): ProgramRun => {
  const found = runs[topology];
  if (found === undefined) throw new Error(`${topology} was not run`);
  return found;
};

beforeAll(async () => {
  for (const topology of ["gateway", "agent", "sidecar"]) {
    // more containers report more points: the rates are said, so that nothing but the topology differs
    const expected = { "expected.spans": 100, "expected.points": 100, "expected.records": 100 };
    runs[topology] = await record({ config: { images: "local", "collector.topology": topology, ...expected } });
    expect(run(topology).errors, topology).toEqual([]);
  }
});

const collectors = (topology: string): readonly string[] =>
  run(topology)
    .containers()
    .filter(({ files }) => CONFIG in files)
    .map(({ name }) => name)
    .sort();

/** Where each service sends. */
const intakes = (topology: string): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    SENDERS.map((name) => [name, run(topology).container(name).env.OTEL_EXPORTER_OTLP_ENDPOINT] as const),
  );

describe("collector.topology", () => {
  test("gateway: every service sends to the collector, the only one", () => {
    expect(collectors("gateway")).toEqual(["collector"]);
    expect(new Set(Object.values(intakes("gateway")))).toEqual(new Set(["http://collector:4318"]));
  });

  test("agent: every service sends to one agent, which hands on to the collector", () => {
    expect(collectors("agent")).toEqual(["agent", "collector"]);
    expect(new Set(Object.values(intakes("agent")))).toEqual(new Set(["http://agent:4318"]));
  });

  test("sidecar: every service that sends telemetry has an agent of its own", () => {
    expect(collectors("sidecar")).toEqual([...SENDERS.map((name) => `${name}-agent`), "collector"].sort());
    expect(intakes("sidecar")).toEqual(
      Object.fromEntries(SENDERS.map((name) => [name, `http://${name}-agent:4318`] as const)),
    );
  });

  test("the collector is the same in each, and pages of browsers send to it", () => {
    const [gateway, ...others] = ["gateway", "agent", "sidecar"].map((each) => run(each).container("collector").files);
    for (const files of others) expect(files).toEqual(gateway);
    for (const topology of ["gateway", "agent", "sidecar"])
      expect(run(topology).container("frontend").env.OTEL_BROWSER_INTAKE).toBe("http://collector:4319");
  });

  test("a service waits for its agent, whose container carries its name", () => {
    const { options } = run("sidecar").container("api").registration;
    expect(options.dependsOn).toContain(run("sidecar").container("api-agent").registration.urn);
    expect(run("sidecar").container("api-agent").inputs.name).toBe("game-scheduler-otel-dev-api-agent");
  });
});

describe("an agent", () => {
  const agent = () => run("agent").container("agent");

  test("hands on every signal from a queue of its own on disk, for ten minutes without the collector", () => {
    expect(parse(agent().files[CONFIG] ?? "")).toMatchObject({
      receivers: { otlp: { protocols: { http: { endpoint: "0.0.0.0:4318" } } } },
      exporters: {
        "otlp_http/collector": {
          endpoint: "http://collector:4318",
          retry_on_failure: { max_elapsed_time: "0s" },
          sending_queue: { queue_size: 60_000, storage: "file_storage/queue" },
        },
      },
      service: {
        pipelines: Object.fromEntries(
          ["traces", "metrics", "logs"].map((signal) => [
            signal,
            { receivers: ["otlp"], processors: ["memory_limiter"], exporters: ["otlp_http/collector"] },
          ]),
        ),
      },
    });
  });

  test("publishes no port, holds no secret, and is asked inside whether it is well", () => {
    const { inputs, files } = agent();
    expect(Object.keys(files)).toEqual([CONFIG]);
    expect(inputs.ports).toBeUndefined();
    expect(inputs).toMatchObject({
      memory: 128,
      healthcheck: { tests: ["CMD", "wget", "-qO-", "http://127.0.0.1:13133"] },
      volumes: [{ containerPath: "/var/lib/otelcol" }],
    });
  });
});
