import { type BackendExporter, type BackendProfile, type ExporterProfile, exporterName } from "./backend-profile.ts";
import { componentId } from "./component.ts";
import type { Exporter, Extension, Processor, TextOrSecret } from "./components.ts";
import { defaultRates, type PipelineInput } from "./input.ts";
import { itemCounter } from "./ledger.ts";
import type { Fragment } from "./model.ts";
import { ottlString } from "./ottl.ts";
import { queueItems, retryForever, sendingQueue } from "./queue.ts";
import { isSecretRef } from "./reference.ts";
import { refusedRetry, retriesRefused } from "./refused.ts";
import type { TelemetrySignal } from "./signal.ts";

/** Id of the connector that feeds the pipelines of one exporter of one backend. */
export function forwardId(backend: BackendProfile, exporter: ExporterProfile): string {
  return componentId({ kind: "forward", name: `to-${exporterName(backend, exporter)}` });
}

export function forwardIds(exporters: readonly BackendExporter[]): readonly string[] {
  return exporters.map(({ backend, exporter }) => forwardId(backend, exporter));
}

/** Everything that belongs to one exporter of one backend: its pipelines, conversions, queue and credentials. */
export function delivery(backend: BackendProfile, profile: ExporterProfile, input: PipelineInput): Fragment {
  const name = exporterName(backend, profile);
  const items = queueItems(profile.signals, input.expected ?? defaultRates, input.outageBudgetSeconds);
  const queue = sendingQueue(items, profile.maxRequestBytes);
  const { exporter, extensions } = signedExporter(name, profile, { addresses: endpoints(profile), queue }, input);
  const steps = new Map(profile.signals.map((signal) => [signal, exporterSteps(name, profile, signal, input)]));
  const processors = [...steps.values()].flat();
  return {
    connectors: [{ kind: "forward", name: `to-${name}`, settings: {} }],
    processors: [...new Map(processors.map((p) => [componentId(p), p])).values()],
    exporters: [exporter],
    extensions,
    pipelines: profile.signals.map((signal) => ({
      signal,
      name: `to-${name}`,
      receivers: [forwardId(backend, profile)],
      processors: (steps.get(signal) ?? []).map(componentId),
      exporters: [componentId(exporter)],
    })),
  };
}

function exporterSteps(
  name: string,
  profile: ExporterProfile,
  signal: TelemetrySignal,
  input: PipelineInput,
): readonly Processor[] {
  return [
    ...overflowStep(input),
    ...(signal === "metrics" && profile.temporality === "delta" ? [sinceStart, toDelta(name)] : []),
    ...(profile.maxAttributeLength === undefined ? [] : [truncation(name, profile.maxAttributeLength)]),
    ...(profile.steps ?? []).filter((step) => step.signals.includes(signal)).map((step) => step.processor),
    ...itemCounter(input.collector.distribution, name),
  ];
}

/** Those of an exporter's own steps that may drop something by rule. */
export function droppingSteps(name: string, profile: ExporterProfile): readonly Processor[] {
  return profile.temporality === "delta" && profile.signals.includes("metrics") ? [toDelta(name)] : [];
}

/** First of an exporter's own steps, so that an error in one of them does not reach the client. */
export const overflowStep = ({ collector }: PipelineInput): readonly Processor[] =>
  collector.distribution === "own" ? [dropOverflow] : [];

const dropOverflow: Processor = {
  kind: "drop_overflow",
  why: "A client refused because a queue is full retries, which duplicates data at the other exporters and in the span metrics.",
  settings: {},
};

/**
 * Uptimes are sent as sums since the start. Turned into deltas, each would be as long as one report; what matters is the total,
 * which is a gauge to a backend that wants deltas.
 */
const sinceStart: Processor<"transform"> = {
  kind: "transform",
  name: "uptime-as-gauge",
  settings: {
    error_mode: "ignore",
    metric_statements: [
      {
        context: "metric",
        statements: ['convert_sum_to_gauge() where type == METRIC_DATA_TYPE_SUM and IsMatch(name, "[._]uptime$")'],
      },
    ],
  },
};

function toDelta(name: string): Processor {
  return {
    kind: "cumulativetodelta",
    name: `to-${name}`,
    why: "Only here: the applications and all other exporters stay cumulative.",
    // "auto" takes a receiver's start for the counter's: after each start of the collector it sent what a database had counted in its life
    settings: { max_staleness: "1h", initial_value: "drop" },
  };
}

function truncation(name: string, limit: number): Processor<"transform"> {
  const statements = [`truncate_all(attributes, ${limit})`];
  const withTrace = [...shortenStackTrace(limit), ...statements];
  return {
    kind: "transform",
    name: `to-${name}`,
    settings: {
      error_mode: "ignore",
      trace_statements: [
        { context: "resource", statements },
        { context: "span", statements },
        { context: "spanevent", statements: withTrace },
      ],
      metric_statements: [
        { context: "resource", statements },
        { context: "datapoint", statements },
      ],
      log_statements: [
        { context: "resource", statements },
        { context: "log", statements: withTrace },
      ],
    },
  };
}

/**
 * A stack trace is cut in its middle: the call that began it stands first, the error and the line that raised it last (Python) or the other way
 * round (JavaScript, Java). Cut bytes may halve a character, which no OTLP message may carry; RE2 reads such a byte as U+FFFD.
 */
export function shortenStackTrace(limit: number): readonly string[] {
  const trace = 'attributes["exception.stacktrace"]';
  const gap = "\n... cut ...\n";
  const head = Math.floor(limit / 4);
  const tail = limit - head - gap.length;
  const ends = `Substring(${trace}, 0, ${head}), Substring(${trace}, Len(${trace}) - ${tail}, ${tail})`;
  const tooLong = `IsString(${trace}) and Len(${trace}) > ${limit}`;
  return [
    `set(${trace}, Concat([${ends}], ${ottlString(gap)})) where ${tooLong}`,
    `replace_pattern(${trace}, ${ottlString("\\x{FFFD}")}, "") where IsString(${trace})`,
  ];
}

function basicAuth(name: string, profile: ExporterProfile): Extension<"basicauth"> | undefined {
  if (profile.basicAuth === undefined) return undefined;
  const { user, password } = profile.basicAuth;
  return { kind: "basicauth", name, settings: { client_auth: { username: user, password } } };
}

type Settings = Exporter<"otlphttp">["settings"];

/** What differs between the exporters of one profile. */
interface Sending {
  readonly addresses: Partial<Settings>;
  readonly queue: Settings["sending_queue"];
}

/** The exporter, and the extensions by which it signs in and retries. */
export function signedExporter(
  name: string,
  profile: ExporterProfile,
  { addresses, queue }: Sending,
  input: PipelineInput,
): { readonly exporter: Exporter<"otlphttp">; readonly extensions: readonly Extension[] } {
  const auth = basicAuth(name, profile);
  const retry = retriesRefused(profile, input) ? refusedRetry(input.outageBudgetSeconds) : undefined;
  const exporter: Exporter<"otlphttp"> = {
    kind: "otlphttp",
    name,
    settings: {
      ...addresses,
      ...(profile.headers === undefined ? {} : { headers: profile.headers }),
      ...(auth === undefined ? {} : { auth: { authenticator: { component: componentId(auth) } } }),
      ...(retry === undefined ? {} : { middlewares: [{ id: { component: componentId(retry) } }] }),
      ...(profile.tls === undefined ? {} : { tls: tls(profile.tls) }),
      compression: profile.compression ?? "gzip",
      timeout: "30s",
      retry_on_failure: retryForever,
      sending_queue: queue,
    },
  };
  return { exporter, extensions: [auth, retry].filter((extension) => extension !== undefined) };
}

function endpoints(profile: ExporterProfile): Partial<Exporter<"otlphttp">["settings"]> {
  const { endpoint } = profile;
  if (isText(endpoint)) return { endpoint };
  return {
    ...(endpoint.traces === undefined ? {} : { traces_endpoint: endpoint.traces }),
    ...(endpoint.metrics === undefined ? {} : { metrics_endpoint: endpoint.metrics }),
    ...(endpoint.logs === undefined ? {} : { logs_endpoint: endpoint.logs }),
  };
}

function isText(endpoint: ExporterProfile["endpoint"]): endpoint is TextOrSecret {
  return typeof endpoint === "string" || isSecretRef(endpoint);
}

function tls(profile: NonNullable<ExporterProfile["tls"]>): NonNullable<Exporter<"otlphttp">["settings"]["tls"]> {
  return {
    ...(profile.caSecret === undefined ? {} : { ca_file: { secretFile: profile.caSecret } }),
    ...(profile.certSecret === undefined ? {} : { cert_file: { secretFile: profile.certSecret } }),
    ...(profile.keySecret === undefined ? {} : { key_file: { secretFile: profile.keySecret } }),
  };
}
