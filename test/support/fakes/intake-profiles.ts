import type { IntakeProfile } from "./intake.ts";
import type { Item } from "./otlp.ts";
import { type Asked, Refusal } from "./server.ts";

/** Keys an intake knows, changeable while it runs: taking one out revokes it. */
export type Keys = ReadonlySet<string>;

const protobufSuccess = { status: 200, body: "", headers: { "content-type": "application/x-protobuf" } } as const;
const MB = 1_000_000;

const header = ({ headers }: Asked, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === "string" && value !== "" ? value : undefined;
};

/** Sums and histograms that accumulate where the vendor wants differences, or the other way round. Sums that can fall are exempt from delta. */
const wrongTemporality = (items: readonly Item[], wanted: "delta" | "cumulative"): Item | undefined =>
  items.find(
    ({ temporality, metricKind, monotonic }) =>
      temporality !== undefined &&
      temporality !== wanted &&
      !(wanted === "delta" && metricKind === "sum" && monotonic === false),
  );

/** The OTLP gateway: basic auth with the stack's id, no zstd, delta refused. `keys` holds `<stack id>:<token>`. */
export const grafanaCloud = (keys: Keys): IntakeProfile => ({
  name: "grafana-cloud",
  prefix: "/otlp",
  refuseKey: (asked) => {
    const [scheme, value = ""] = (header(asked, "authorization") ?? "").split(" ");
    if (scheme !== "Basic")
      return new Refusal(401, { status: "error", error: "authentication error: no credentials provided" });
    if (keys.has(Buffer.from(value, "base64").toString("utf8"))) return undefined;
    return new Refusal(401, { status: "error", error: "authentication error: invalid token" });
  },
  encodings: ["gzip"],
  maxBytes: () => 50 * MB,
  refuseItems: (items) => {
    const bad = wrongTemporality(items, "cumulative");
    if (bad === undefined) return undefined;
    return new Refusal(400, { code: 3, message: `invalid temporality and type combination for metric "${bad.name}"` });
  },
  success: protobufSuccess,
});

/** New Relic: 401 without a key, 403 with a wrong one or one of the other region, 1 MB, values of 4095. Cumulative counters are useless there. */
export const newRelic = (keys: Keys): IntakeProfile => ({
  name: "new-relic",
  prefix: "",
  refuseKey: (asked) => {
    const key = header(asked, "api-key");
    if (key === undefined) return new Refusal(401);
    return keys.has(key) ? undefined : new Refusal(403);
  },
  encodings: ["gzip", "zstd"],
  maxBytes: () => MB,
  maxAttributeLength: 4095,
  refuseItems: (items) => {
    const bad = wrongTemporality(items, "delta");
    return bad && new Refusal(400, { message: `metric "${bad.name}" is cumulative where delta is wanted` });
  },
  success: { status: 200, body: "" },
});

/** Honeycomb: traces and logs are filed by service.name, metrics by header or under `unknown_metrics`. */
export const honeycomb = (keys: Keys): IntakeProfile => ({
  name: "honeycomb",
  prefix: "",
  refuseKey: (asked) => {
    const key = header(asked, "x-honeycomb-team");
    if (key === undefined) return new Refusal(401, { message: "missing 'x-honeycomb-team' header" });
    return keys.has(key) ? undefined : new Refusal(401, { message: "unknown API key - check your credentials" });
  },
  encodings: ["gzip", "zstd"],
  maxBytes: () => 20 * 1024 * 1024,
  maxAttributeLength: 65_535,
  dataset: (asked, item, signal) =>
    signal === "metrics" ? (header(asked, "x-honeycomb-dataset") ?? "unknown_metrics") : item.service,
  success: protobufSuccess,
});

/** Datadog: 403 for a wrong key and for the wrong site alike, delta only, each signal its own limit. */
export const datadog = (keys: Keys): IntakeProfile => ({
  name: "datadog",
  prefix: "",
  refuseKey: (asked) =>
    keys.has(header(asked, "dd-api-key") ?? "")
      ? undefined
      : new Refusal(403, { status: "error", code: 403, errors: ["Forbidden"] }),
  encodings: ["gzip"],
  maxBytes: (signal) => (signal === "metrics" ? 5 * MB : 3.2 * MB),
  maxCompressedBytes: (signal) => (signal === "metrics" ? 500_000 : 3.2 * MB),
  refuseItems: (items) => {
    const bad = wrongTemporality(items, "delta");
    return bad && new Refusal(400, { message: `metric "${bad.name}": only delta temporality is supported` });
  },
  success: { status: 200, body: "" },
});

/** Elastic's managed endpoint: an API key in the authorization header, requests of a few megabytes. */
export const elastic = (keys: Keys): IntakeProfile => ({
  name: "elastic",
  prefix: "",
  refuseKey: (asked) => {
    const [scheme, key = ""] = (header(asked, "authorization") ?? "").split(" ");
    return scheme === "ApiKey" && keys.has(key)
      ? undefined
      : new Refusal(401, { code: 16, message: "unauthenticated" });
  },
  encodings: ["gzip"],
  maxBytes: () => 5 * MB,
  success: protobufSuccess,
});

/** Any intake: a header of one's choice, nothing else. */
export const anyOtlp = (name: string, keys: Keys): IntakeProfile => ({
  name: "otlp",
  prefix: "",
  refuseKey: (asked) => (keys.has(header(asked, name) ?? "") ? undefined : new Refusal(401)),
  encodings: ["gzip", "zstd"],
  maxBytes: () => 50 * MB,
  success: protobufSuccess,
});
