/** Releases of a small stack, and what the guard must say of each. */

/** What a release is made of; everything else is in `stack.ts`. */
export interface Release {
  /** How the program behaves, see `app/app.py`. */
  readonly mode: string;
  /** Changes of the service `orders` in the stack's configuration. */
  readonly service: Readonly<Record<string, unknown>>;
  /** Further services. */
  readonly more: readonly Readonly<Record<string, unknown>>[];
  /** Further keys of the stack's configuration. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What the second backend is sent with. */
  readonly key: string;
}

export interface Case {
  readonly name: string;
  readonly expected: "good" | "bad";
  readonly change: Partial<Release>;
  /** One of the sentences of a bad one; what is found first depends on the machine where several would do. */
  readonly says?: RegExp;
}

export const GOOD_KEY = "the-good-key";
/** With it every other request is refused for good. */
export const SMALL_KEY = "the-key-of-a-small-plan";

const bad = (name: string, change: Partial<Release>, says: RegExp): Case => ({ name, expected: "bad", change, says });
const good = (name: string, change: Partial<Release>): Case => ({ name, expected: "good", change });
const env = (values: Readonly<Record<string, string>>) => ({ service: { env: values } });
const command = (app: string, port: number) => ["uvicorn", app, "--host", "0.0.0.0", "--port", String(port)];

const BAD: readonly Case[] = [
  bad("crashes at the start", { mode: "crash-at-start" }, /orders (ended|is|was)/),
  bad("crashes after 15 seconds, again and again", { mode: "crash-later" }, /orders (ended by itself|is )|failed/),
  bad("sends no telemetry", env({ OTEL_SDK_DISABLED: "true" }), /orders (traces|metrics|logs) is missing/),
  bad("answers one of four requests with an error", { mode: "errors" }, /orders.*failed/),
  bad("is twenty times slower", { mode: "slow" }, /orders.*(half of|longer)/),
  bad("writes a customer's name into its log", { mode: "leak-log" }, /canary.*log record of orders/i),
  bad(
    "keeps a query with a customer's name",
    { config: { privacy: { keep: ["url.query", "url.full", "http.target"] } } },
    /canary.*span/i,
  ),
  bad("has a wrong key of a backend", { key: "a-wrong-key" }, /otlp refuses its key/),
  bad(
    "sends to an address where nobody listens",
    { config: { otlp: { authHeader: "x-api-key", endpoint: "http://127.0.0.1:9" } } },
    /otlp does not take/,
  ),
  bad("takes more and more memory", { mode: "memory" }, /orders (was ended|ended|is)|failed/),
  bad("has a wrong command", { service: { command: command("nosuch:app", 8000) } }, /orders (ended|is|was)/),
  bad("lacks a secret in its environment", { mode: "missing-secret" }, /orders (ended|is|was)/),
  bad(
    "listens on another port",
    { service: { command: command("app:app", 8001), env: { HEALTH_PORT: "8001" } } },
    /failed/,
  ),
  bad("does not reach its database", { mode: "database" }, /failed|logged/),
  bad("floods its log with errors", { mode: "flood" }, /orders logged/),
  bad("sends what a backend refuses for good", { key: SMALL_KEY }, /were refused by otlp for good/),
  bad("lost its log records", env({ OTEL_LOGS_EXPORTER: "none" }), /orders logs is missing/),
];

const GOOD: readonly Case[] = [
  good("is a new image that does the same", { mode: "well-2" }),
  good("is slightly slower", { mode: "slightly-slower" }),
  good("answers some requests with 404", { mode: "few-not-found" }),
  good("has another variable", env({ GREETING: "hello" })),
  good("is deployed again unchanged", {}),
  good("gives the collector more memory", { config: { collector: { memory: 280 } } }),
  good("samples half of the traces", { config: { sampling: { mode: "head", baseline: 50 } } }),
  good("has another target of an objective", { config: { objectives: { "orders-latency": 0.9 } } }),
  good("is asked by more people", {
    config: { guard: { requests: ["orders/orders", "orders/orders?page=2", "orders/orders?page=3"] } },
  }),
  good("is asked for one page only", { config: { guard: { requests: ["orders/orders?page=1"] } } }),
  good("has a second service", { more: [{ name: "stock", role: "http", publish: { port: 8000, as: 8010 } }] }),
  good("fails now and then while it starts", { mode: "rare-error" }),
  good("has more memory", { service: { memory: 200 } }),
  good("holds a longer outage of a backend", { config: { outageBudget: "3h" } }),
  good("runs its alert rules silently", { config: { alerts: { calibration: true } } }),
];

/** Bad and good ones by turns. */
export const CASES: readonly Case[] = Array.from({ length: Math.max(BAD.length, GOOD.length) }, (_, i) => [
  ...BAD.slice(i, i + 1),
  ...GOOD.slice(i, i + 1),
]).flat();
