import { beforeAll, describe, expect, test } from "vitest";
import { ALLOY } from "../../pipeline/alloy.ts";
import { BACKENDS } from "../../vendors/kinds.ts";
import { alloyProblems, canCheck, hasAlloy, realAlloyProblems } from "../support/alloy.ts";
import { type ContainerView, type ProgramArgs, type ProgramRun, record } from "../support/engine.ts";
import { CASES, canary } from "./backends/cases.ts";

const CONFIG = "/etc/alloy/config.alloy";
const WITHOUT = { storeMetrics: false, hostMetrics: false, containerMetrics: false, containerLogs: false };

const onAlloy = (backend: string, { config, secrets }: ProgramArgs = {}): Promise<ProgramRun> =>
  record({
    config: {
      images: "official",
      backend,
      "collector.engine": "alloy",
      "collector.memory": 512,
      ...WITHOUT,
      ...config,
    },
    ...(secrets && { secrets }),
  });

const onJaeger = (): ProgramRun => runs.get("jaeger") as ProgramRun;

const collectors = new Map<string, ContainerView>();
const runs = new Map<string, ProgramRun>();

beforeAll(async () => {
  for (const backend of BACKENDS) {
    const { config, secrets } = CASES[backend] ?? {};
    // services are many boards elsewhere, and change nothing in the file but one receiver
    const services = backend === "jaeger" ? {} : { services: [] };
    const run = await onAlloy(backend, { config: { ...config, ...services }, ...(secrets && { secrets }) });
    expect(run.errors, backend).toEqual([]);
    runs.set(backend, run);
    collectors.set(backend, run.container("collector"));
  }
});

const files = (): Readonly<Record<string, string>> =>
  Object.fromEntries([...collectors].map(([backend, { files }]) => [backend, files[CONFIG] ?? ""]));

describe("with collector.engine alloy, on each of the eight backends", () => {
  test("the file names the components of the backend's exporter", () => {
    expect(Object.keys(files())).toEqual([...BACKENDS]);
    for (const [backend, text] of Object.entries(files()))
      expect(text, backend).toMatch(/^otelcol\.exporter\.otlphttp "[a-z_]+" \{$/m);
  });

  test.skipIf(!canCheck())("Alloy's own syntax package reads it, and every name in it is one of Alloy's", () => {
    expect(alloyProblems(files())).toEqual([]);
  });

  test.skipIf(!hasAlloy())("the Alloy on PATH finds it valid and well formatted", () => {
    expect(realAlloyProblems(files())).toEqual([]);
  });

  test("no secret is in it: each is read from its file", () => {
    for (const [backend, run] of runs) {
      const keys = Object.keys(CASES[backend as keyof typeof CASES]?.secrets ?? {});
      for (const key of keys) expect(files()[backend]).not.toContain(canary(key));
      expect(keys.flatMap((key) => run.leaks(canary(key)))).toEqual([]);
    }
    expect(files().honeycomb).toContain('filename  = "/run/secrets/honeycomb-');
    expect(files()["grafana-cloud"]).toMatch(/password_file = "\/run\/secrets\//);
  });
});

describe("the container of the collector", () => {
  test("is Alloy's image, as the user its data folder belongs to, ready where the collector is", () => {
    const { inputs, image, files: uploaded } = onJaeger().container("collector");
    expect(image).toBe(ALLOY.image);
    expect(inputs).toMatchObject({
      user: "473:473",
      command: [
        "run",
        "--server.http.listen-addr=0.0.0.0:13133",
        "--server.http.enable-pprof=false",
        "--server.http.disable-support-bundle",
        "--storage.path=/var/lib/alloy/data",
        "--stability.level=experimental",
        "--disable-reporting",
        CONFIG,
      ],
      ports: [{ internal: 13133, external: 13133, ip: "127.0.0.1" }],
      volumes: [{ containerPath: "/var/lib/alloy/data" }],
      envs: ["GOMEMLIMIT=409MiB"],
    });
    expect(Object.keys(uploaded)).toEqual([CONFIG]);
  });

  test("its readiness is asked at Alloy's address, and nothing is shown of what is not measured", () => {
    const { outputs } = onJaeger();
    expect(outputs.collectorHealth).toBe("http://127.0.0.1:13133/-/ready");
    expect(outputs.sources).toEqual(["nginx", "collector"]);
    expect(outputs.facts).toMatchObject({ stores: [] });
  });
});

describe("the preview refuses", () => {
  test.each([
    [
      "what Alloy has no component for, all at once",
      { storeMetrics: true, hostMetrics: true, containerMetrics: true, containerLogs: true },
      "collector.engine: alloy has no component for metrics of PostgreSQL and Redis, metrics of the host, metrics of containers, logs of containers. Leave them out with: pulumi config set storeMetrics false; pulumi config set hostMetrics false; pulumi config set containerMetrics false; pulumi config set containerLogs false; or set it to otelcol",
    ],
    [
      "an Alloy whose components are not known",
      { "collector.image": "grafana/alloy:v1.18.1" },
      'collector.image: "grafana/alloy:v1.18.1" is no Grafana Alloy whose components are known. Allowed: grafana/alloy:v1.19.0, or another 1.19. Set it with: pulumi config set --path collector.image grafana/alloy:v1.19.0',
    ],
    [
      "too little memory",
      { "collector.memory": 240 },
      "collector.memory: 240 is not enough for collector.engine alloy. Allowed: at least 384. Set it with: pulumi config set --path collector.memory 384",
    ],
    [
      "a limit of series",
      { "limits.series": 500 },
      "limits.series: it needs the collector that this repository builds. Set collector.engine to otelcol, or remove it with: pulumi config rm --path limits.series",
    ],
    [
      "a ceiling",
      { "sampling.ceiling": 100 },
      "sampling.ceiling: 100 needs the collector that this repository builds. Set collector.engine to otelcol, or remove it with: pulumi config rm --path sampling.ceiling",
    ],
  ])("%s", async (_, config, sentence) => {
    const { errors } = await onAlloy("jaeger", { config });
    expect(errors.join("\n")).toContain(sentence);
  });

  test("tail sampling for a backend that weighs spans by their rate", async () => {
    const { config, secrets } = CASES.honeycomb ?? {};
    const run = await onAlloy("honeycomb", {
      config: { ...config, services: [], "sampling.mode": "tail" },
      ...(secrets && { secrets }),
    });
    expect(run.errors.join("\n")).toContain(
      "sampling.mode: tail, with collector.engine alloy, cannot tell honeycomb for how many spans one stands, so its counts would be wrong. Set it with: pulumi config set --path sampling.mode head, or set collector.engine to otelcol",
    );
  });
});
