import { describe, expect, test } from "vitest";
import { topologyOf } from "../../../components/topology.ts";
import { factsOf } from "../../../config/facts.ts";
import { parseSettings } from "../../../config/parse.ts";
import { serviceAlerts } from "../../../dashboards/alerts/services.ts";

/** What a team writes that has never seen this program, and what once was accepted and did something else. */
const parsed = (values: Readonly<Record<string, unknown>>) =>
  parseSettings({
    stack: "mine",
    values: Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
    secretKeys: new Set(),
  });
const problems = (values: Readonly<Record<string, unknown>>) => parsed(values).problems;
const shop = (more: object) => ({ services: [{ name: "shop", image: "shop:1", ...more }] });

describe("a health check as Docker Compose writes it", () => {
  test.each([[["CMD", "curl", "localhost"]], [["CMD-SHELL", "curl localhost || exit 1"]], [["NONE"]]])(
    "%j",
    (health) => {
      expect(problems(shop({ health }))).toEqual([
        expect.stringMatching(/^services\[0\]\.health: .*the command alone, without Compose's first word/),
      ]);
    },
  );
});

describe("what is accepted elsewhere and does nothing here", () => {
  test("a schedule of a service that has none", () => {
    expect(problems(shop({ every: "5m" }))).toEqual([
      "services[0].every: is of role daemon, and shop is a worker, of which nothing runs by a schedule. Set role: daemon, or remove every",
    ]);
    expect(problems(shop({ role: "daemon", every: "5m" }))).toEqual([]);
  });

  test("a store in after", () => {
    expect(problems(shop({ after: ["postgres"] }))).toEqual([
      'services[0].after: "postgres" is a store, which a service waits for when its env names it ({postgres.host} and the like). Allowed: none, it is the only one; change it or remove it',
    ]);
  });

  test("a request of a release to a service that publishes nothing", () => {
    const published = shop({ publish: { port: 80, as: 8000 } });
    expect(problems({ ...published, guard: { requests: ["shopp/health"] } })).toEqual([
      'guard.requests[0]: "shopp" is no service with a published port; did you mean shop? Allowed: shop',
    ]);
    expect(problems({ ...published, guard: { requests: ["shop/health"] } })).toEqual([]);
    expect(problems({ ...shop({}), guard: { requests: ["shop/health"] } })[0]).toContain("Allowed: none, since");
  });
});

describe("a name under which nothing would be found", () => {
  test("of telemetry other than the service's", () => {
    expect(problems(shop({ env: { OTEL_SERVICE_NAME: "web" } }))).toEqual([
      'services[0].env.OTEL_SERVICE_NAME: its telemetry would be called "web", and boards, alerts and the proof look for shop. Remove the variable, or give the service that name',
    ]);
    expect(problems(shop({ env: { OTEL_SERVICE_NAME: "shop" } }))).toEqual([]);
    expect(problems(shop({ env: { OTEL_SERVICE_NAME: "web" }, kind: "other" }))).toEqual([]);
  });

  test.each([
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "http/protobuf", "takes OTLP over HTTP"],
    ["OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "grpc", "http/json", "takes OTLP over HTTP"],
    ["OTEL_TRACES_EXPORTER", "jaeger", "otlp,console", "nothing of it arrives"],
    ["OTEL_METRICS_EXPORTER", "none", "otlp", "nothing of it arrives"],
    ["OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta", "cumulative", "refused by a Prometheus"],
    [
      "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
      "base2_exponential_bucket_histogram",
      "explicit_bucket_histogram",
      "does not have the buckets",
    ],
    ["OTEL_SEMCONV_STABILITY_OPT_IN", "database", "http/dup,database", "names of 2023"],
  ])("nor by %s: %s, while %s is fine", (key, wrong, right, why) => {
    expect(problems(shop({ env: { [key]: wrong } }))).toEqual([
      expect.stringMatching(new RegExp(`^services\\[0\\]\\.env\\.${key}: .*${why}.*Remove the variable`)),
    ]);
    expect(problems(shop({ env: { [key]: right } }))).toEqual([]);
    // a receiver of its own, and a service that sends nothing here
    expect(problems(shop({ env: { [key]: wrong, OTEL_EXPORTER_OTLP_ENDPOINT: "http://other:4317" } }))).toEqual([]);
    expect(problems(shop({ env: { [key]: wrong }, kind: "other" }))).toEqual([]);
  });

  test("localhost", () => {
    expect(problems({ services: [{ name: "localhost", image: "a:1" }] })).toEqual([
      expect.stringContaining("another name, since localhost is each container itself"),
    ]);
  });
});

describe("a mount that another one hides", () => {
  test.each([
    [{ volumes: [{ name: "data", path: "/data" }], tmpfs: ["/data:size=1m"] }, "tmpfs: shop has two at /data"],
    [{ tmpfs: ["/instrumentation"] }, "tmpfs: shop has one at /instrumentation, where its instrumentation is mounted"],
  ])("%j", (more, sentence) => {
    expect(problems(shop(more))).toEqual([expect.stringContaining(`services[0].${sentence}`)]);
  });
});

describe("a password in plain text", () => {
  test.each([
    ["command[1]", { command: ["-b", "redis://:hunter22@redis:6379/0"] }],
    ["command[0]", { command: ["postgresql://u:hunter22/a@b@db/x"] }],
    ["entrypoint[0]", { entrypoint: ["amqp://u:hunter22@mq"] }],
    ["health[2]", { health: ["redis-cli", "-u", "redis://u:hunter22@redis"] }],
  ])("in %s is refused, and not repeated", (place, more) => {
    const sentences = problems(shop(more));
    expect(sentences).toEqual([expect.stringContaining(`services[0].${place}: holds a password in plain text`)]);
    expect(sentences.join()).not.toContain("hunter22");
  });
});

describe("a sentence says what is wrong with it", () => {
  test.each(["Shop:1", "https://ghcr.io/x/shop:1", "shop@sha256:abc", "build:."])("an image called %s", (image) => {
    expect(problems(shop({ image }))).toEqual([expect.stringContaining("a reference as docker pull takes it")]);
  });

  test("a pattern with a reference", () => {
    expect(problems({ privacy: { patterns: ["${HOME}x"] } })).toEqual([
      expect.stringMatching(/^privacy\.patterns\[0\]: .*a text without \$\{\.\.\.\}/),
    ]);
  });

  test("memory with a unit", () => {
    expect(problems(shop({ memory: "256m" }))).toEqual([expect.stringContaining("a whole number of MiB, such as 256")]);
  });

  test("an engine's address with a password, which is not repeated", () => {
    const [sentence = ""] = problems({ dockerHost: "tcp://me:hunter22@host:2376" });
    expect(sentence).toMatch(/^dockerHost: "tcp:\/\/\*\*\*@host:2376" is not valid/);
  });
});

describe("a task that runs once", () => {
  const { plain } = parsed({
    services: [
      { name: "shop", image: "shop:1" },
      { name: "migrate", image: "shop:1", once: true },
    ],
  });
  const facts = factsOf(plain, [], (service) => service);

  test("has ended when it is silent, so nothing watches or asks for it", () => {
    expect(facts.services.map(({ name }) => name)).toEqual(["shop"]);
    expect(topologyOf(plain).services.map(({ name }) => name)).toEqual(["shop"]);
    expect(serviceAlerts(facts).map(({ id }) => id)).toContain("silence-shop");
    expect(serviceAlerts(facts).map(({ id }) => id)).not.toContain("silence-migrate");
  });

  test("has no role and no schedule", () => {
    expect(problems(shop({ once: true, role: "daemon" }))).toEqual([
      "services[0].role: is about a service that goes on running, and shop runs once and ends. Remove role, or remove once",
    ]);
  });
});
