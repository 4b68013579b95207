import { describe, expect, test } from "vitest";
import { type Document, parseDocument } from "yaml";
import { buildPipeline } from "../../../pipeline/build.ts";
import { checkPipeline, RULES, type Target } from "../../../pipeline/checks/index.ts";
import { errorsOf, formatDiagnostic } from "../../../pipeline/checks/rule.ts";
import type { PipelineInput } from "../../../pipeline/input.ts";
import { renderCollector } from "../../../pipeline/render/collector.ts";
import { importCollector } from "../../support/import-collector.ts";
import { expectGolden } from "./golden-file.ts";
import { dev, measured, targetOf, twoBackends, twoBackendsOwn, withHeaders } from "./inputs.ts";

type Edit = (config: Document) => void;

/** A good configuration as a person would have it in a file, spoilt in one place, read and checked. */
function spoilt(edit: Edit, input: PipelineInput = dev, target: Partial<Target> = {}): readonly string[] {
  const config = parseDocument(renderCollector(buildPipeline(input), "0.145.0"));
  edit(config);
  const pipeline = importCollector(config.toString());
  return checkPipeline(pipeline, { ...targetOf(input), version: "0.145.0", ...target }).map(
    (d) => `${d.id} @ ${d.place}: ${d.message}`,
  );
}

const set =
  (path: string, value: unknown): Edit =>
  (config) =>
    config.setIn(path.split(" "), config.createNode(value));
const remove =
  (path: string): Edit =>
  (config) => {
    if (!config.deleteIn(path.split(" "))) throw new Error(`nothing at ${path}`);
  };
const all =
  (...edits: Edit[]): Edit =>
  (config) => {
    for (const edit of edits) edit(config);
  };

const queue = "exporters otlp_http/jaeger sending_queue";
const retry = "exporters otlp_http/jaeger retry_on_failure";
const pipelines = "service pipelines";

type BadExample = readonly [
  rule: string,
  edit: Edit,
  said: readonly string[],
  input?: PipelineInput,
  target?: Partial<Target>,
];

/** Rule, what was done, and everything that is then said. */
const badExamples: readonly BadExample[] = [
  [
    "unknown-version",
    () => {},
    ['unknown-version @ collector.version: version "latest" is not known'],
    dev,
    { version: "latest" },
  ],
  [
    "empty-pipeline",
    set(`${pipelines} logs/extra`, { receivers: [], processors: ["memory_limiter"], exporters: ["otlp_http/jaeger"] }),
    ["empty-pipeline @ service.pipelines.logs/extra.receivers: there are no receivers"],
  ],
  [
    "dangling-reference",
    set(`${pipelines} logs/in processors`, ["memory_limiter", "privcy", "privacy"]),
    ['dangling-reference @ service.pipelines.logs/in.processors: "privcy" is not configured'],
  ],
  [
    "unused-component",
    set("receivers zipkin", {}),
    ['unused-component @ receivers.zipkin: "zipkin" is used in no pipeline'],
  ],
  [
    "connector-both-sides",
    set(`${pipelines} metrics/from-servicegraph receivers`, ["spanmetrics"]),
    ['connector-both-sides @ connectors.servicegraph: no pipeline receives from "servicegraph"'],
  ],
  [
    "cycle",
    set(`${pipelines} metrics/in exporters`, ["forward/to-jaeger", "forward/metrics"]),
    ["cycle @ service.pipelines.metrics/in: metrics/in feeds itself"],
  ],
  [
    "unknown-extension",
    set("exporters otlp_http/jaeger auth", { authenticator: "basicauth/grafana" }),
    [
      'unknown-extension @ exporters.otlphttp/jaeger.auth.authenticator: the extension "basicauth/grafana" is not configured',
      "refused-key-loses @ exporters.otlphttp/jaeger: a revoked or expired key loses data with this collector",
    ],
  ],
  [
    "extension-not-started",
    set("service extensions", ["health_check", "intake_limit"]),
    [
      'extension-not-started @ receivers.dockerlogs.storage: "file_storage/queue" is used here and not started',
      'extension-not-started @ exporters.otlphttp/jaeger.sending_queue.storage: "file_storage/queue" is used here and not started',
    ],
  ],
  [
    "removed-component",
    all(
      set("exporters jaeger", { endpoint: "jaeger:14250" }),
      set(`${pipelines} traces/to-jaeger exporters`, ["otlp_http/jaeger", "jaeger"]),
    ),
    [
      "removed-component @ exporters.jaeger: jaeger was removed in 0.85.0",
      "queue-not-on-disk @ exporters.jaeger.sending_queue: the queue is in memory only",
      "retry-gives-up @ exporters.jaeger.retry_on_failure.max_elapsed_time: data is dropped after 300s, the default",
    ],
  ],
  [
    "unsupported-key",
    set("extensions file_storage/queue max_size", "1GiB"),
    [
      "unsupported-key @ extensions.file_storage/queue.max_size: max_size does not exist in collector 0.145.0 (since 0.156.0)",
    ],
  ],
  [
    "own-component",
    () => {},
    [
      "own-component @ extensions.intake_limit: only the collector of this repository knows intake_limit",
      "own-component @ extensions.retryable_status: only the collector of this repository knows retryable_status",
      "own-component @ processors.privacy: only the collector of this repository knows privacy",
      "own-component @ processors.item_counter/received: only the collector of this repository knows item_counter",
      "own-component @ processors.clock_guard: only the collector of this repository knows clock_guard",
      "own-component @ processors.series_limit: only the collector of this repository knows series_limit",
      "own-component @ processors.series_start/apps: only the collector of this repository knows series_start",
      "own-component @ processors.ledger: only the collector of this repository knows ledger",
      "own-component @ processors.series_start/spans: only the collector of this repository knows series_start",
      "own-component @ processors.drop_overflow: only the collector of this repository knows drop_overflow",
      "own-component @ processors.item_counter/otlp: only the collector of this repository knows item_counter",
      "own-component @ processors.item_counter/otlp-metrics: only the collector of this repository knows item_counter",
    ],
    withHeaders,
    { distribution: "upstream" },
  ],
  [
    "number-for-string",
    set("receivers docker_stats/docker api_version", 1.44),
    ["number-for-string @ receivers.docker_stats/docker.api_version: api_version is a number"],
  ],
  [
    "memory-limiter-first",
    set(`${pipelines} logs/in processors`, ["resource/deployment", "privacy", "memory_limiter"]),
    ['memory-limiter-first @ service.pipelines.logs/in.processors: memory_limiter comes after "resource/deployment"'],
  ],
  [
    "memory-limiter-inside",
    set(`${pipelines} traces/to-jaeger processors`, ["memory_limiter"]),
    [
      'memory-limiter-inside @ service.pipelines.traces/to-jaeger.processors: "memory_limiter" may refuse what only connectors hand on',
    ],
  ],
  [
    "memory-limits",
    all(remove("processors memory_limiter check_interval"), set("processors memory_limiter limit_mib", 512)),
    [
      "memory-limits @ processors.memory_limiter: check_interval is not set, so it never checks",
      "memory-limits @ processors.memory_limiter.limit_mib: 512 MiB leave nothing of the container's 256 MiB for the process itself",
    ],
  ],
  [
    "batched-twice",
    all(set("processors batch", { timeout: "10s" }), set(`${pipelines} traces/to-jaeger processors`, ["batch"])),
    [
      'batched-twice @ service.pipelines.traces/to-jaeger.processors: "batch" batches in front of "otlphttp/jaeger", which batches itself',
    ],
  ],
  [
    "batch-sizes",
    all(remove(`${queue} batch sizer`), set(`${queue} batch min_size`, 8192)),
    [
      "batch-sizes @ exporters.otlphttp/jaeger.sending_queue.batch: sizer is not written",
      "batch-sizes @ exporters.otlphttp/jaeger.sending_queue.batch: min_size 8192 exceeds max_size 4096",
    ],
  ],
  [
    "red-after-sampling",
    all(
      set("processors tail_sampling", { policies: [] }),
      set(`${pipelines} traces/in processors`, ["memory_limiter", "privacy", "tail_sampling"]),
    ),
    [
      'unused-component @ processors.filter/noise: "filter/noise" is used in no pipeline',
      'unused-component @ processors.transform/conventions: "transform/conventions" is used in no pipeline',
      'red-after-sampling @ connectors.spanmetrics: "spanmetrics" derives metrics from spans after "tail_sampling" in traces/in',
      'red-after-sampling @ connectors.servicegraph: "servicegraph" derives metrics from spans after "tail_sampling" in traces/in',
    ],
  ],
  [
    "sampling-window",
    set("processors tail_sampling decision_wait", "1s"),
    [
      "sampling-window @ processors.tail_sampling.decision_wait: the decision comes after 1 s, before a trace of 1000 ms has ended",
    ],
    {
      ...measured,
      collector: { ...dev.collector, distribution: "upstream" },
      sampling: { mode: "tail", baselinePercent: 10, slowMs: 1000 },
    },
  ],
  [
    "unredacted-exporter",
    set(`${pipelines} logs/in processors`, ["memory_limiter", "resource/deployment"]),
    [
      'unredacted-exporter @ service.pipelines.logs/to-jaeger.exporters: logs of logs/in reach "otlphttp/jaeger" without redaction',
    ],
  ],
  [
    "queue-not-on-disk",
    remove(`${queue} storage`),
    ["queue-not-on-disk @ exporters.otlphttp/jaeger.sending_queue: the queue is in memory only"],
  ],
  [
    "retry-gives-up",
    set(`${retry} max_elapsed_time`, "5m"),
    ["retry-gives-up @ exporters.otlphttp/jaeger.retry_on_failure.max_elapsed_time: data is dropped after 5m"],
  ],
  [
    "refused-key-loses",
    remove("exporters otlp_http/cloud middlewares"),
    ["refused-key-loses @ exporters.otlphttp/cloud: a revoked or expired key loses data with this collector"],
    twoBackendsOwn,
  ],
  [
    "request-too-large",
    set("exporters otlp_http/delta-cloud sending_queue batch", { sizer: "items", min_size: 1024, max_size: 4096 }),
    [
      "request-too-large @ exporters.otlphttp/delta-cloud.sending_queue.batch: requests of 4096 items may exceed the backend's 1000000 bytes",
    ],
    twoBackendsOwn,
  ],
  [
    "wrong-temporality",
    all(
      set(`${pipelines} metrics/to-cloud processors`, ["cumulativetodelta/to-delta-cloud"]),
      set(`${pipelines} metrics/to-delta-cloud processors`, ["transform/uptime-as-gauge", "transform/to-delta-cloud"]),
    ),
    [
      'wrong-temporality @ exporters.otlphttp/cloud: its backend wants cumulative metrics and "cumulativetodelta/to-delta-cloud" makes deltas',
      "wrong-temporality @ exporters.otlphttp/delta-cloud: its backend wants deltas and nothing before it converts",
    ],
    twoBackendsOwn,
  ],
  [
    "otlp-http-address",
    all(
      set("exporters otlp_http/jaeger traces_endpoint", "http://jaeger:4317/v1/traces"),
      set("exporters otlp_http/jaeger logs_endpoint", "http://loki:3100/otlp/v1/metrics"),
      set("exporters otlp_http/jaeger metrics_endpoint", "prometheus:9090"),
    ),
    [
      'otlp-http-address @ exporters.otlphttp/jaeger.traces_endpoint: "http://jaeger:4317/v1/traces" is the port of gRPC',
      'otlp-http-address @ exporters.otlphttp/jaeger.metrics_endpoint: "prometheus:9090" has no scheme',
      "otlp-http-address @ exporters.otlphttp/jaeger.logs_endpoint: logs would be sent to the address of metrics",
    ],
  ],
  [
    "port-taken",
    set("extensions health_check endpoint", "0.0.0.0:4318"),
    ["port-taken @ receivers.otlp.protocols.http.endpoint: port 4318 is taken by extensions.health_check.endpoint"],
  ],
  [
    "observed-twice",
    all(
      set("receivers redis/again", { endpoint: "redis:6379" }),
      set(`${pipelines} metrics/from-redis receivers`, ["redis/redis", "redis/again"]),
    ),
    ["observed-twice @ receivers.redis/again: redis:6379 is used by receivers.redis/redis already"],
  ],
  [
    "missing-secret",
    () => {},
    ['missing-secret @ receivers.redis/redis: secret "redis-password" is not provided'],
    dev,
    { secrets: ["postgres-monitor-password"] },
  ],
  [
    "secret-in-plain",
    set("exporters otlp_http/jaeger headers", { Authorization: "Basic Zm9vOmJhcg==" }),
    ["secret-in-plain @ exporters.otlphttp/jaeger.headers.Authorization: the configuration holds a credential"],
  ],
  [
    "literal-reference",
    set("receivers nginx/nginx endpoint", "http://$" + "{env:FRONTEND}/stub_status"),
    ["literal-reference @ receivers.nginx/nginx.endpoint: $" + "{env:FRONTEND} is plain text"],
  ],
  [
    "unsendable-text",
    set("exporters otlp_http/jaeger headers", { "x-tenant": "games\n" }),
    [
      "unsendable-text @ exporters.otlphttp/jaeger.headers.x-tenant: the value begins or ends with white space, or holds a newline",
    ],
  ],
];

describe("every rule finds its bad example, and only that", () => {
  for (const [rule, edit, said, input, target] of badExamples) {
    test(rule, () => {
      expect(spoilt(edit, input, target)).toEqual(said);
    });
  }

  test("no rule is without one", () => {
    expect(new Set(badExamples.map(([rule]) => rule))).toEqual(new Set(RULES.map((rule) => rule.id)));
  });
});

describe("good pipelines", () => {
  test.each([
    ["dev", dev],
    ["with headers", withHeaders],
    ["two backends", twoBackendsOwn],
  ] as const)("%s has nothing to say", (_name, input) => {
    expect(checkPipeline(buildPipeline(input), targetOf(input))).toEqual([]);
  });
});

describe("a collector of somebody else", () => {
  test("is configured without what only ours has, and it is said what that costs", () => {
    const pipeline = buildPipeline(twoBackends);
    expect(pipeline.extensions.map(({ kind }) => kind)).not.toContain("retryable_status");
    expect(checkPipeline(pipeline, targetOf(twoBackends)).map(formatDiagnostic)).toEqual(
      ["otlphttp/cloud", "otlphttp/delta-cloud"].map(
        (exporter) =>
          `warning refused-key-loses at exporters.${exporter}: a revoked or expired key loses data with this collector. Fix: set collector.image to build:collector, or make the next key before the old one ends. (pipeline/checks/README.md#refused-key-loses)`,
      ),
    );
  });
});

describe("versions", () => {
  test("a hash key needs 0.147, and the message says what to do", () => {
    const input: PipelineInput = {
      ...measured,
      collector: { ...dev.collector, distribution: "upstream" },
      privacy: { patterns: [], keep: [], hashKey: { secret: "hash" } },
    };
    const diagnostics = checkPipeline(buildPipeline(input), targetOf(input));
    expect(diagnostics.map((d) => [d.place, d.message, d.fix])).toEqual([
      [
        "processors.redaction/privacy.hmac_key",
        "hmac_key does not exist in collector 0.145.0 (since 0.147.0)",
        "mask without a hash, or use collector 0.147.0 or newer",
      ],
      [
        "processors.redaction/privacy.hash_function",
        "hash_function does not exist in collector 0.145.0 (since 0.147.0)",
        "mask without a hash, or use collector 0.147.0 or newer",
      ],
    ]);
  });

  test("ignored key patterns are left out where 0.141 would not start over them", () => {
    const input: PipelineInput = { ...dev, collector: { ...dev.collector, version: "0.141.0" } };
    expect(checkPipeline(buildPipeline(input), targetOf(input))).toEqual([]);
  });
});

describe("a diagnostic", () => {
  test("is one line: what, where, why, what to do, where to read", () => {
    const [d] = checkPipeline(buildPipeline(dev), { version: "0.145.0", secrets: ["postgres-monitor-password"] });
    expect(d && formatDiagnostic(d)).toBe(
      'error missing-secret at receivers.redis/redis: secret "redis-password" is not provided. Fix: let the backend or data store that names it provide a secret "redis-password". (pipeline/checks/README.md#missing-secret)',
    );
  });

  test("warnings stop nothing", () => {
    const pipeline = buildPipeline(dev);
    const found = checkPipeline(
      { ...pipeline, receivers: [...pipeline.receivers, { kind: "zipkin", settings: {} }] },
      targetOf(dev),
    );
    expect(found.map((d) => d.severity)).toEqual(["warning"]);
    expect(errorsOf(found)).toEqual([]);
  });

  test("points to a page that has every rule", () => {
    expectGolden("pipeline/checks/README.md", rulesPage());
  });
});

/** The page diagnostics point to: every rule with its reason.  */
function rulesPage(): string {
  return [
    "# Checks of the pipeline",
    "",
    "One subject a file. Each rule is pure: `(pipeline, target) -> findings`. Errors stop the preview, warnings are printed.",
    "What does not live here: asking a backend whether a key is accepted, which is an effect (`credentials/`).",
    "Try it: `npx vitest run test/unit/pipeline`. This page is written by `npm run golden -- test/unit/pipeline`.",
    "",
    ...RULES.flatMap((rule) => [
      `## ${rule.id}`,
      "",
      `${rule.severity === "error" ? "Error." : "Warning."} ${rule.explain}`,
      "",
    ]),
  ].join("\n");
}

describe("what a stack file may say passes every check", () => {
  const endpoint = "HTTPS://OTLP.example/base";
  const backends = [
    { name: "rated", exporters: [{ signals: ["traces"] as const, endpoint, sampleRateAttribute: "SampleRate" }] },
  ];

  test.each([0, 0.001, 10, 100])(
    "tail sampling with a baseline of %d %% at a backend that reads a sample rate, whose address is in capitals",
    (baselinePercent) => {
      const sampled: PipelineInput = { ...dev, backends, sampling: { mode: "tail", baselinePercent, slowMs: 1000 } };
      const pipeline = buildPipeline(sampled);
      const found = checkPipeline(pipeline, { ...targetOf(sampled), version: "0.145.0" });
      expect(errorsOf(found).map(formatDiagnostic)).toEqual([]);
      const upstream = { ...sampled, collector: { ...dev.collector, distribution: "upstream" as const } };
      const rates = buildPipeline(upstream).processors.filter(({ name }) => name === "sample-rate");
      expect(rates).toHaveLength(baselinePercent === 0 || baselinePercent === 100 ? 0 : 1);
    },
  );
});
