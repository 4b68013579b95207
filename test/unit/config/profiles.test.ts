import { expect, test } from "vitest";
import { parseSettings } from "../../../config/parse.ts";
import { BACKENDS } from "../../../vendors/kinds.ts";
import { profilesTaken } from "../../../vendors/profiles.ts";

const PYTHON = { name: "api", image: "a:1" };
const ON = {
  profiles: { enabled: true },
  backend: "otlp",
  otlp: { endpoint: "https://otlp.example.org", profiles: "https://p.example.org/v1" },
};
const OFF = "switch them off with: pulumi config set --path profiles.enabled false";

/** What is wrong with a stack of these settings and services. */
const problems = (values: Record<string, unknown>, services: readonly object[] = [PYTHON]): readonly string[] =>
  parseSettings({
    stack: "dev",
    values: Object.fromEntries(
      Object.entries({ services, ...values }).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
    secretKeys: new Set(),
  }).problems;

test("profiles are off, and where they are off nothing is asked of backend, collector and services", () => {
  expect(problems({ backend: "honeycomb" }, [])).toEqual([]);
  expect(problems({ profiles: { enabled: false, rate: 50, services: ["gone"] }, backend: "honeycomb" }, [])).toEqual(
    [],
  );
});

test("a backend that takes them gets them, also beside one that does not", () => {
  expect(problems(ON)).toEqual([]);
  expect(problems({ ...ON, backend: "jaeger", extraBackends: ["otlp"] })).toEqual([]);
  expect(problems({ profiles: { enabled: true }, backend: "lgtm" })).toEqual([]);
});

test("no backend that takes them is said with the reason of each", () => {
  const {
    otlp: { endpoint },
  } = ON;
  expect(problems({ ...ON, backend: "jaeger", extraBackends: ["otlp"], otlp: { endpoint } })).toEqual([
    `profiles.enabled: no backend of this stack takes them (jaeger has no store for profiles; otlp.profiles is not set). Allowed: backend lgtm, or otlp with otlp.profiles, also beside another as extraBackends; ${OFF}`,
  ]);
});

test("every backend is one that takes them or says why not", () => {
  const without = BACKENDS.filter((kind) => profilesTaken(kind, undefined) !== true);
  expect(without).toEqual(BACKENDS.filter((kind) => kind !== "lgtm"));
  for (const kind of without) expect(profilesTaken(kind, undefined)).toContain(kind);
});

test.each([
  [
    {
      collector: { engine: "alloy", memory: 384 },
      storeMetrics: false,
      containerMetrics: false,
      hostMetrics: false,
      containerLogs: false,
    },
    `profiles.enabled: Grafana Alloy forwards no profiles as OTLP. Set collector.engine to otelcol, or ${OFF}`,
  ],
  [
    { collector: { image: "otel/opentelemetry-collector-contrib:0.159.0", version: "0.159.0" }, containerLogs: false },
    `profiles.enabled: only the collector that this repository builds redacts profiles, whose file names and threads may name people. Set collector.image to build:collector, or ${OFF}`,
  ],
])("a collector that cannot carry or redact them is refused: %j", (more, sentence) => {
  expect(problems({ ...ON, ...more })).toEqual([sentence]);
});

test.each(["agent", "sidecar"])("topology %s carries them", (topology) => {
  expect(problems({ ...ON, collector: { topology } })).toEqual([]);
});

test.each([{ kind: "node" }, { instrumentation: "image" }, { instrumentation: "off" }])(
  "a service of %j is not sampled",
  (more) => {
    expect(problems(ON, [{ ...PYTHON, ...more }])).toEqual([
      `profiles.enabled: no service of this stack can be sampled. Allowed: kind python with instrumentation inject; add one, or ${OFF}`,
    ]);
    const both = [{ ...PYTHON, ...more, name: "web" }, PYTHON];
    expect(problems(ON, both)).toEqual([]);
    expect(problems({ ...ON, profiles: { enabled: true, services: ["api", "web"] } }, both)).toEqual([
      "profiles.services[1]: web is no service that can be sampled. Allowed: api. Set it with: pulumi config set --path 'profiles.services[1]' api",
    ]);
  },
);

test("the rate is a whole number from 1 to 100", () => {
  for (const rate of [1, 19, 100])
    expect([rate, problems({ ...ON, profiles: { enabled: true, rate } })]).toEqual([rate, []]);
  for (const rate of [0, 101, 19.5, "often"])
    expect([rate, problems({ ...ON, profiles: { enabled: true, rate } })]).toEqual([
      rate,
      [expect.stringContaining("profiles.rate: ")],
    ]);
});
