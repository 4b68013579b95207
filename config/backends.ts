import { z } from "zod";
import { DATADOG_SITES } from "../vendors/datadog.ts";
import { HONEYCOMB_PLANS, HONEYCOMB_REGIONS } from "../vendors/honeycomb.ts";
import type { BackendKind } from "../vendors/kinds.ts";
import { NEW_RELIC_REGIONS } from "../vendors/new-relic.ts";
import { anyUrl, line, plainLine, url } from "./values.ts";

/** Shapes of each backend's part of the stack's configuration. Pure. */

const token = z.string().regex(/^[A-Za-z0-9-]+$/, "a header name: letters, digits and dashes");

export const grafanaCloud = z.strictObject({
  /** Slug of the stack: `https://<slug>.grafana.net`. */
  slug: z
    .string()
    .regex(
      /^[a-z][a-z0-9]{0,28}$/,
      "the slug of a stack: small letters and digits, at most 29, beginning with a letter",
    )
    .optional(),
  /** Region of the stack and of its access policies, such as `eu` or `prod-eu-west-2`. */
  region: line.min(1).default("us"),
  /** Create the stack instead of adopting one. The free plan has room for one stack only. */
  create: z.boolean().default(false),
  /** Refuse deletion of a stack that was created. */
  deleteProtection: z.boolean().default(true),
  /** Origins whose browsers may send to the frontend-observability app; empty: no app. */
  browserOrigins: z.array(url).default([]),
  /** Address probed from outside every minute; absent: no synthetic check. */
  checkUrl: url.optional(),
  /** Where the cloud's API is; for tests. */
  apiUrl: url.optional(),
  /** Where the stack's own Grafana is; for tests. */
  stackUrl: url.optional(),
});

export const newRelic = z.strictObject({
  /** The account's number; required with this backend. */
  accountId: z
    .union([z.string(), z.int()])
    .transform(String)
    .refine((id) => /^\d+$/.test(id), "the account's number")
    .optional(),
  /** Where the account's data is stored. */
  region: z.enum(NEW_RELIC_REGIONS).default("US"),
  /** Also make a browser key. */
  browser: z.boolean().default(false),
  /** Conditions of `DELETE FROM` rules that drop data in New Relic before it is stored. */
  drops: z.array(line.regex(/^DELETE /i, "an NRQL statement that begins with DELETE")).default([]),
  /** Set once telemetry has arrived: makes what needs an existing entity. */
  telemetrySeen: z.boolean().default(false),
  /** Where its API is; for tests. */
  nerdgraphUrl: url.optional(),
  /** Where telemetry is sent; for tests. Default: that of the region. */
  endpoint: url.optional(),
});

export const honeycomb = z.strictObject({
  /** Where the team's data is stored. */
  region: z.enum(HONEYCOMB_REGIONS).default("us"),
  /** Slug of the team, for links. */
  team: line.min(1).optional(),
  /** Name of the environment: for links, and of the one that is made where neither `environmentId` nor `honeycombApiKey` names one. */
  environment: line.min(1).optional(),
  /** Id of an environment that exists, for which a management key mints the keys that are not given. */
  environmentId: z
    .string()
    .regex(/^hcaen_\w+$/, "the id of an environment: hcaen_ and letters and digits")
    .optional(),
  /** What the plan allows: triggers (2 on free) and SLOs (not on free). */
  plan: z.enum(HONEYCOMB_PLANS).default("free"),
  /** Dataset of all metrics. Default: `<namespace>-metrics`. */
  metricsDataset: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, "small letters, digits and dashes, so that name and slug are the same")
    .optional(),
  /** Where its API is; for tests. */
  apiUrl: url.optional(),
  /** Path of a `terraform-provider-honeycombio` on this machine; default: fetched from the provider registry. */
  providerPath: z
    .string()
    .regex(/^\/.*terraform-provider-honeycombio$/, "an absolute path that ends in terraform-provider-honeycombio")
    .optional(),
});

/** Dataset of all metrics in Honeycomb: the configured one, else `<namespace>-metrics`. */
export const metricsDatasetOf = ({ namespace, honeycomb: { metricsDataset } }: MetricsDatasetInput): string =>
  metricsDataset ?? `${namespace}-metrics`;

interface MetricsDatasetInput {
  readonly namespace: string;
  readonly honeycomb: z.output<typeof honeycomb>;
}

export const datadog = z.strictObject({
  /** The site of the account. */
  site: z.enum(DATADOG_SITES).default("datadoghq.com"),
  /** Where telemetry is sent; for tests. Default: that of the site. */
  endpoint: url.optional(),
});

export const elastic = z.strictObject({
  /** The project's managed OTLP endpoint; required with this backend. */
  endpoint: url.optional(),
});

export const otlp = z.strictObject({
  /** Base address; `/v1/traces` and the like are appended. */
  endpoint: anyUrl.optional(),
  /** Or one full address a signal, as self-hosted Tempo, Mimir and Loki have. A signal without an address is not sent. */
  traces: anyUrl.optional(),
  /** Full address for metrics. */
  metrics: anyUrl.optional(),
  /** Full address for logs. */
  logs: anyUrl.optional(),
  /** Full address for profiles, such as `http://pyroscope:4040/v1development/profiles`; needed where they are enabled. */
  profiles: anyUrl.optional(),
  /** Headers that are no secrets, such as `x-scope-orgid`. */
  headers: z.record(token, plainLine).default({}),
  /** Header that carries the secret `otlpAuth`. */
  authHeader: token.default("authorization"),
  /** What the endpoint takes of counters and histograms. */
  temporality: z.enum(["cumulative", "delta"]).default("cumulative"),
  /** How requests are compressed. */
  compression: z.enum(["gzip", "zstd", "snappy", "none"]).default("gzip"),
  /** Largest request in bytes that the endpoint takes. Default: no limit is known. */
  maxRequestBytes: z.int().min(10_000).optional(),
});

export const backendKeys = {
  grafanaCloud: grafanaCloud
    .prefault({})
    .describe(
      "Backend grafana-cloud - slug of the stack to adopt (or create), its region, browser origins, address to probe",
    ),
  newRelic: newRelic
    .prefault({})
    .describe(
      "Backend new-relic - accountId, region US or EU, browser key, drop rules, and whether telemetry has arrived",
    ),
  honeycomb: honeycomb
    .prefault({})
    .describe("Backend honeycomb - region us or eu, team, environment, plan, dataset of the metrics"),
  datadog: datadog.prefault({}).describe("Backend datadog - the site of the account"),
  elastic: elastic.prefault({}).describe("Backend elastic - endpoint of the project's managed OTLP intake"),
  otlp: otlp
    .prefault({})
    .describe(
      "Backend otlp - any OTLP/HTTP endpoint, or one address a signal (self-hosted Tempo, Mimir, Loki); headers, temporality, limits",
    ),
} as const;

/** Secrets that only backends need, with the sentence `Pulumi.yaml` says of them. */
export const BACKEND_SECRETS = {
  grafanaCloudToken:
    "Backend grafana-cloud - access policy token that may read stacks and write access policies and service accounts",
  newRelicApiKey: "Backend new-relic - user key (NRAK-...) that creates keys, dashboards and alerts",
  honeycombApiKey: "Backend honeycomb - configuration key of the environment; creates datasets, boards, triggers",
  honeycombIngestKey: "Backend honeycomb - ingest key; needed only without a management key",
  honeycombManagementKeyId:
    "Backend honeycomb - id of a management key; mints the ingest key and makes the environment",
  honeycombManagementKeySecret: "Backend honeycomb - secret part of the management key",
  datadogApiKey: "Backend datadog - API key",
  elasticApiKey: "Backend elastic - API key with the privilege event:write",
  otlpAuth: "Backend otlp - value of the header that otlp.authHeader names",
  otlpCaCertificate: "Backend otlp - PEM of the authority that signed the server's certificate",
  otlpClientCertificate: "Backend otlp - PEM of the client certificate",
  otlpClientKey: "Backend otlp - PEM of the client certificate's key",
} as const;

/** The backends that a stack sends to, each once: `backend`, then the extra ones. */
export const backendsOf = ({
  backend,
  extraBackends,
}: {
  readonly backend: BackendKind;
  readonly extraBackends: readonly BackendKind[];
}): readonly BackendKind[] => [...new Set([backend, ...extraBackends])];
