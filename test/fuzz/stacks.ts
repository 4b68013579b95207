import fc from "fast-check";
import { BACKENDS } from "../../vendors/kinds.ts";

/** A generated stack file: its plain keys as YAML would hold them, and its secrets by path. */
export interface StackFile {
  readonly config: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Texts that some reader of YAML, of Compose, of PromQL or of the collector's `${}` takes for something else. */
const ODD_TEXTS = [
  ...["it's", 'say "so"', "a: b", "# no comment", "$HOME", "${X}", "${file:/x}", "$$", "$1", "{{ $labels.x }}", "{{"],
  ...["%7B", "%", "a\\b", "\\", "`x`", "ünï", "日本", "🎲", "yes", "null", "~", "1e3", "0x1F", "0o17", "1_000", ".inf"],
  ...[
    "12:34:56",
    "2026-11-28",
    " leading",
    "trailing ",
    "<b>",
    "-",
    "- a",
    "&a",
    "*a",
    "!tag",
    "@",
    "[",
    "{",
    "|",
    ">",
  ],
  ...["=", "<<", "?", ",", "a,b", "\ufeffx", "x".repeat(300), "a\u00a0b", "a'b\"c\\d${e}#f"],
];
const CONTROL_TEXTS = [
  "",
  "tab\there",
  "line\nbreak",
  "two\r\n\r\nlines\n",
  "\u0085",
  "\u2028",
  "\u0007",
  "nul\0",
  "\ud800",
];
const ODD = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...ODD_TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }) },
);
/** Without references, which nothing resolves in the collector's configuration. */
const PLAIN = ODD.filter((text) => text !== "" && !text.includes("${"));
const TEXT = fc.oneof({ weight: 80, arbitrary: ODD }, { weight: 1, arbitrary: fc.constantFrom(...CONTROL_TEXTS) });

const NAMES = fc.oneof(
  fc.constantFrom("api", "web", "worker", "gateway", "bot", "notification", "status", "frontend", "a", "x-1", "e2"),
  fc.constantFrom("true", "null", "yes", "on", "constructor", "to-string", "n".repeat(40), "a--b", "a-", "discord"),
);
const STORE = fc.constantFrom("postgres", "redis", "rabbitmq");
const REFERENCES = fc.oneof(
  STORE.map((store) => `scheme://{${store}.login}`),
  fc.tuple(STORE, fc.constantFrom("host", "port", "user", "password")).map(([store, part]) => `{${store}.${part}}`),
  fc.constantFrom("{secret.own}", "{random.own}", "a{random.x}b{random.x}", "{secret.own", "{nobody.knows}", "{}"),
);
const ENV = fc.dictionary(
  fc.constantFrom("A", "_", "LOG_LEVEL", "PATH", "DATABASE_URL", "NODE_OPTIONS", "OTEL_SERVICE_NAME", "a1", "NO", "y"),
  fc.oneof(
    { weight: 6, arbitrary: TEXT },
    { weight: 1, arbitrary: REFERENCES },
    { weight: 1, arbitrary: fc.integer() },
  ),
  { maxKeys: 4 },
);
const COMMAND = fc.array(TEXT, { maxLength: 4 });
const PORT = fc.integer({ min: 1, max: 15_000 });
const PATH = fc.constantFrom("/data", "/etc/app.d", "/var/lib/ü", "/a$b", "/a'b", "/{x}", "/data/", "/a//b", "/%s");
const VOLUMES = fc.array(
  fc.oneof(
    fc.record({ name: NAMES, path: PATH }),
    fc.record({ host: PATH, path: PATH }),
    fc.record({ external: fc.constantFrom("shop_data", "a.b-c", "0x"), path: PATH, readOnly: fc.boolean() }),
  ),
  { maxLength: 2 },
);
const MEMORY = fc.integer({ min: 16, max: 4096 });
const DURATION = fc.constantFrom(
  "0s",
  "1ms",
  "500ms",
  "1s",
  "1.5s",
  "90s",
  "10m",
  "2h",
  "1.5h",
  "1d",
  "30d",
  "0.001ms",
);

const SERVICE = fc.record(
  {
    name: NAMES,
    image: fc.constantFrom(
      "app:1.0",
      "reg.example:5000/team/app:v2.1",
      "build:example-python",
      `a@sha256:${"0".repeat(64)}`,
    ),
    kind: fc.constantFrom("python", "node", "nginx", "other"),
    role: fc.constantFrom("http", "worker", "bot", "daemon", "frontend"),
    command: COMMAND,
    env: ENV,
    health: fc.array(TEXT, { minLength: 1, maxLength: 3 }),
    memory: MEMORY,
    publish: fc.record({ port: PORT, as: PORT }),
    user: fc.constantFrom("101:101", "1:0", "999999999:1"),
    version: fc.constantFrom("1.0", "2026-11-28", "1e3", "v1+build.5", "x"),
    volumes: VOLUMES,
  },
  { requiredKeys: ["name", "image"] },
);
/** Keys that go with one kind or role only; one service in ten has them all, which is refused. */
const OF_A_KIND = fc.record(
  {
    stubStatus: fc.constantFrom(8081, 1),
    browser: fc.record({ consent: fc.constantFrom("ask", "given") }),
    traced: fc.array(
      fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom("app.jobs:send", "!app.jobs:Till.take(order.id, limit)", "a:b") },
        { weight: 1, arbitrary: fc.constantFrom("a.b", "a:b(") },
      ),
      { maxLength: 2 },
    ),
    instrumentation: fc.constantFrom("inject", "image", "off"),
    every: fc.constantFrom("1s", "90s", "40m", "5m", "1h", "60s"),
  },
  { requiredKeys: [] },
);
const NETWORK_NAME = fc.oneof(
  { weight: 19, arbitrary: fc.constantFrom("db-1", "a.b", "UP", "x_y", "0", "n".repeat(63), "api") },
  { weight: 1, arbitrary: fc.constant("-a") },
);
/** Keys that come from Compose files; one service in three has some. */
const FROM_COMPOSE = fc.record(
  {
    entrypoint: fc.array(TEXT, { minLength: 1, maxLength: 2 }),
    workingDir: PATH,
    hostname: NETWORK_NAME,
    aliases: fc.array(NETWORK_NAME, { maxLength: 2 }),
    hosts: fc.dictionary(
      NETWORK_NAME,
      fc.constantFrom("10.0.0.7", "fd00::7", "::1", "host-gateway", "127.0.0.1", "192.168.1.2", "a"),
      { maxKeys: 2 },
    ),
    once: fc.boolean(),
    startPeriod: DURATION,
    logs: fc.constantFrom("container", "none"),
    restart: fc.constantFrom("unless-stopped", "on-failure", "no"),
    stopGrace: fc.constantFrom("1s", "90s", "1h"),
    stopSignal: fc.constantFrom("SIGQUIT", "SIGRTMIN+3"),
    init: fc.boolean(),
    readOnly: fc.boolean(),
    tmpfs: fc.subarray(["/run", "/tmp:size=64m,mode=1777"]),
    cpus: fc.constantFrom(0.5, 4),
    sharedMemory: fc.constantFrom(1, 256),
    ulimits: fc.constantFrom({ nofile: 65_536 }, { memlock: { soft: -1, hard: -1 } }),
    capabilities: fc.subarray(["CHOWN", "NET_BIND_SERVICE"]),
    alsoPublish: fc.array(
      fc.record({ port: fc.constantFrom(80, 9000), as: fc.integer({ min: 20_000, max: 29_999 }) }),
      {
        maxLength: 2,
      },
    ),
  },
  { requiredKeys: [] },
);
const SERVICES = fc
  .uniqueArray(
    fc
      .tuple(
        SERVICE,
        OF_A_KIND,
        fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: FROM_COMPOSE }),
        fc.integer({ min: 1, max: 10 }),
      )
      .map(([service, own, compose, one]) => ({
        ...service,
        ...Object.fromEntries(Object.entries(own).filter(([key]) => one === 10 || goesWith(key, service))),
        ...compose,
      })),
    { selector: ({ name }) => name, maxLength: 4 },
  )
  .chain((services) => fc.tuple(fc.constant(services), fc.array(fc.nat({ max: 19 }), { maxLength: 2 })))
  // most start after one that stands before them; one in twenty after itself, which is refused
  .map(([services, after]) =>
    services.map((service, at) => {
      const other = services[after[at % 2] === 19 ? at : Math.max(0, at - 1)];
      return after[at % 2] === undefined || other === undefined || (at === 0 && after[0] !== 19)
        ? service
        : { ...service, after: [other.name] };
    }),
  );

function goesWith(key: string, { kind = "python", role }: { readonly kind?: string; readonly role?: string }): boolean {
  if (key === "stubStatus" || key === "browser") return kind === "nginx";
  if (key === "traced") return kind === "python";
  if (key === "every") return role === "daemon";
  return kind === "python" || kind === "nginx";
}

const HOST = fc.constantFrom("db.example", "10.0.0.5", "fd00::5", "[fd00::5]", "a_b", "DB");
const existing = (fields: Record<string, fc.Arbitrary<unknown>>, required: readonly string[]) =>
  fc.record<Record<string, unknown>>(
    { managed: fc.constant(false), host: HOST, port: PORT, tls: fc.boolean(), ...fields },
    { requiredKeys: ["managed", "host", ...required] },
  );
const managed = fc.record({ managed: fc.constant(true), memory: fc.integer({ min: 64, max: 1024 }) });
const NONE = fc.constant("none");
const DATABASE = fc.constantFrom("app", "a-b", "Ünï", "$x", "1e3", "a%b", "null", "{{x}}", '"', "a/b?c#d");
const STORES = {
  postgres: fc.oneof(managed, NONE, existing({ user: ODD, database: DATABASE, adminUser: ODD }, ["user", "database"])),
  redis: fc.oneof(managed, NONE, existing({ user: ODD, password: NONE, adminUser: ODD }, [])),
  rabbitmq: fc.oneof(
    managed,
    NONE,
    existing({ user: ODD, vhost: ODD, metricsPort: PORT, metricsTls: fc.boolean() }, ["user"]),
  ),
};

const URL = fc.constantFrom(
  ...["https://otlp.example", "http://[fd00::1]:4318/", "https://a.example:8443/base/?q=1&r=%20#f"],
  ...["http://h.example/a'b", "https://ünï.example/ü", "HTTPS://UP.example"],
);
const BACKEND_KEYS = {
  grafanaCloud: fc.record(
    { slug: fc.constant("team"), region: fc.constantFrom("us", "prod-eu-west-2"), checkUrl: URL },
    { requiredKeys: ["slug"] },
  ),
  newRelic: fc.record(
    { accountId: fc.constant(1_234_567), browser: fc.boolean(), telemetrySeen: fc.boolean() },
    { requiredKeys: ["accountId"] },
  ),
  honeycomb: fc.record(
    {
      plan: fc.constantFrom("free", "pro", "enterprise"),
      team: ODD,
      environment: ODD,
      metricsDataset: fc.constantFrom("m", "1e3"),
    },
    { requiredKeys: [] },
  ),
  elastic: fc.record({ endpoint: URL }),
  otlp: fc.record(
    {
      endpoint: URL,
      metrics: URL,
      headers: fc.dictionary(fc.constantFrom("x-scope-orgid", "X-A", "on", "1"), PLAIN, { maxKeys: 3 }),
      authHeader: fc.constantFrom("authorization", "x-key", "on"),
      temporality: fc.constantFrom("cumulative", "delta"),
      compression: fc.constantFrom("gzip", "zstd", "snappy", "none"),
      maxRequestBytes: fc.integer({ min: 10_000, max: 20_000_000 }),
    },
    { requiredKeys: ["endpoint"] },
  ),
};

const PATTERN = fc.constantFrom(
  ...[
    "sk-[A-Za-z0-9]+",
    "\\d{16}",
    "(?i)token=\\S+",
    "a|b",
    "\\$\\{x\\}",
    "it's",
    '"[^"]+"',
    "\\\\",
    "[ü]+",
    "\\p{L}{3}",
  ],
  ...["(?P<n>x)", "$x^y", "a{1,3}", "x #y", "\\x41", "%s", "\\Qa.b\\E", "[[:alpha:]]+"],
);
const OBJECTIVE_IDS = fc
  .tuple(NAMES, fc.constantFrom("latency", "availability", "success"))
  .map(([name, what]) => `${name}-${what}`);

const TOPOLOGY = fc.constantFrom("gateway", "agent", "sidecar");
const RATE = fc.constantFrom(0.001, 1, 33.3, 100, 5000, 1_000_000);

const CONFIG = fc.record(
  {
    environment: fc.constantFrom("dev", "prod", "1e3", "2026-11-28", "no", "a.b_c-d", "0"),
    namespace: fc.constantFrom("app", "null", "1e3", "game-scheduler", "0-1"),
    backend: fc.constantFrom("jaeger" as const, ...BACKENDS),
    extraBackends: fc.oneof(fc.constant(["jaeger"]), fc.subarray(BACKENDS.filter((kind) => kind !== "lgtm"))),
    services: SERVICES,
    content: fc.constantFrom(...Array.from({ length: 18 }, () => []), ["example/content.ts"], ["no/such.ts"]),
    ...STORES,
    ...BACKEND_KEYS,
    sampling: fc.record(
      {
        mode: fc.constantFrom("all", "head", "tail"),
        baseline: fc.constantFrom(0, 10, 0.001, 33.3333, 100),
        slow: fc.constantFrom("1ms", "500ms", "1s", "1.5s", "90s", "5m", "1m", "300s", "0.001s", "10m"),
        ceiling: fc.constantFrom(10, 333.3, 100_000),
      },
      { requiredKeys: ["mode"] },
    ),
    privacy: fc.record(
      {
        patterns: fc.array(PATTERN, { maxLength: 3 }),
        keep: fc.array(fc.oneof(PLAIN, fc.constantFrom("user.id", "a.b*")), { maxLength: 2 }),
        action: fc.constantFrom("mask", "mask", "hash", "drop"),
        addresses: fc.constantFrom("truncate", "mask", "keep"),
      },
      { requiredKeys: [] },
    ),
    outageBudget: DURATION,
    expected: fc.record({ spans: RATE, points: RATE, records: RATE }, { requiredKeys: [] }),
    collector: fc.record(
      {
        engine: fc.constantFrom("otelcol", "otelcol", "otelcol", "alloy"),
        memory: fc.integer({ min: 128, max: 2048 }),
        disk: fc.constantFrom(1000, 1000, 50, 0.5),
        topology: TOPOLOGY,
      },
      { requiredKeys: [] },
    ),
    hostMetrics: fc.boolean(),
    containerMetrics: fc.boolean(),
    containerLogs: fc.boolean(),
    storeMetrics: fc.boolean(),
    metrics: fc.record({ interval: fc.integer({ min: 4, max: 61 }) }),
    traffic: fc.record({ requests: RATE }),
    hostName: PLAIN,
    portOffset: fc.integer({ min: 0, max: 50_000 }),
    alerts: fc.record(
      {
        contact: fc.constantFrom("none", "discord", "slack", "webhook", "email"),
        email: fc.constantFrom(["a@example.com"], ["a.b+c@example.com", "o'neil@example.com"]),
        smtp: fc.record(
          {
            server: fc.constantFrom("mail:25", "[fd00::1]:465", "smtp.example.com:587", "10.0.0.7:1"),
            from: fc.constant("alerts@example.com"),
            user: TEXT,
            requireTls: fc.boolean(),
          },
          { requiredKeys: ["server", "from"] },
        ),
        calibration: fc.boolean(),
        parkedQueues: fc.array(TEXT, { maxLength: 3 }),
        runbooks: URL,
      },
      { requiredKeys: [] },
    ),
    objectives: fc.oneof(
      { weight: 9, arbitrary: fc.constant({}) },
      {
        weight: 1,
        arbitrary: fc.dictionary(OBJECTIVE_IDS, fc.constantFrom(0.5, 0.9, 0.99, 0.9999, 0.999999), { maxKeys: 1 }),
      },
    ),
  },
  { requiredKeys: ["backend", ...Object.keys(BACKEND_KEYS)] as never },
);

const SECRETS = fc
  .tuple(
    fc.dictionary(
      fc.constantFrom(
        ...["secrets.own", "otlpAuth", "postgresPassword", "redisPassword", "rabbitmqPassword", "smtpPassword"],
      ),
      TEXT,
      { maxKeys: 2 },
    ),
    fc.dictionary(fc.constantFrom("alertWebhook", "heartbeatWebhook"), URL, { maxKeys: 2 }),
    fc.dictionary(fc.constant("privacyHashKey"), fc.constantFrom("k".repeat(16), "it's ${a} 16 letters", "short"), {
      maxKeys: 1,
    }),
  )
  .map((all) => Object.assign({}, ...all) as Record<string, string>);

/** What makes a valid file nearly valid, or hostile: one value changed for another kind of value, or a key that is none. */
const JUNK = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e21, 65_536, "", "none", "latest", "(?<=a)b", "a*", "no/such.ts"),
  fc.constantFrom<unknown>([], {}, [[]], [null], { secure: "x" }, { managed: "yes" }, { __proto__: null, a: { b: 1 } }),
  TEXT,
);
const CHANGE = fc.record({
  at: fc.nat(),
  junk: JUNK,
  key: fc.constantFrom("servces", "backnd", "toString", "a b", ""),
});

/** Three files in ten have one or two changes. */
export const STACK_FILES: fc.Arbitrary<StackFile> = fc
  .tuple(
    fc.oneof(
      { weight: 7, arbitrary: CONFIG },
      { weight: 1, arbitrary: fc.constant<Readonly<Record<string, unknown>>>({}) },
    ),
    fc.oneof({ weight: 2, arbitrary: fc.constant<Record<string, string>>({}) }, { weight: 1, arbitrary: SECRETS }),
    fc.oneof(
      { weight: 7, arbitrary: fc.constant([]) },
      { weight: 3, arbitrary: fc.array(CHANGE, { minLength: 1, maxLength: 2 }) },
    ),
  )
  .map(([given, secrets, changes]) => ({
    config: withAlloy(withOthers(given)),
    secrets: fitting(secrets, given),
    changes,
  }))
  .map(({ config, secrets, changes }) => ({
    config: changes.reduce<Readonly<Record<string, unknown>>>((value, { at, junk, key }) => {
      const paths = pathsOf(value);
      const path = paths[at % (paths.length + 1)];
      if (path === undefined) return Object.fromEntries([...Object.entries(value), [key, junk]]);
      return withAt(value, path, junk) as typeof value;
    }, config),
    secrets,
  }));

/** A backend that is named twice is refused, and lgtm takes the port of jaeger's console: neither hides what else is found. */
function withOthers(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { backend = "jaeger", extraBackends } = config;
  if (!Array.isArray(extraBackends)) return config;
  return { ...config, extraBackends: backend === "lgtm" ? [] : extraBackends.filter((kind) => kind !== backend) };
}

/** Most with Alloy switch off what it has no component for; the others are refused. */
function withAlloy(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { engine, memory, ...others } = Object(config.collector) as {
    readonly engine?: string;
    readonly memory?: number;
  };
  if (engine !== "alloy" || (memory ?? 0) % 4 === 0) return config;
  const off = ["storeMetrics", "hostMetrics", "containerMetrics", "containerLogs"].map((key) => [key, false]);
  const collector = { ...others, engine, memory: Math.max(384, memory ?? 384) };
  return { ...config, ...Object.fromEntries(off), collector };
}

/** Without the secrets that this configuration cannot use, which is refused: what refuses them has tests of its own. */
function fitting(secrets: Readonly<Record<string, string>>, config: Readonly<Record<string, unknown>>) {
  const { privacyHashKey = "k".repeat(16), heartbeatWebhook, ...others } = secrets;
  const hashes = typeof config.privacy === "object" && Reflect.get(config.privacy ?? {}, "action") === "hash";
  return {
    ...others,
    ...(hashes && { privacyHashKey }),
    ...(heartbeatWebhook !== undefined && config.backend === "jaeger" && { heartbeatWebhook }),
  };
}

type Path = readonly (string | number)[];

/** Paths of all parts of a value, the outer ones first. */
export function pathsOf(value: unknown): readonly Path[] {
  if (typeof value !== "object" || value === null) return [];
  const keys = Array.isArray(value) ? value.map((_, i) => i) : Object.keys(value);
  const parts = keys.map((key) => [key, Reflect.get(value, key)] as const);
  return [
    ...parts.map(([key]) => [key]),
    ...parts.flatMap(([key, part]) => pathsOf(part).map((path) => [key, ...path])),
  ];
}

/** The value with another part at the path; `undefined` takes the part away. */
export function withAt(value: unknown, [head, ...rest]: Path, part: unknown): unknown {
  if (head === undefined || typeof value !== "object" || value === null) return part;
  if (Array.isArray(value))
    return value.flatMap((old, i) => (i !== head ? [old] : [withAt(old, rest, part)].filter((x) => x !== undefined)));
  const next = withAt(Reflect.get(value, head), rest, part);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, old]) =>
      key !== head ? [[key, old]] : next === undefined ? [] : [[key, next]],
    ),
  );
}
