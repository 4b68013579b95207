import { type BackendProfile, type ExporterProfile, exitName } from "./backend-profile.ts";
import type { OtlpHttpExporter, TextOrSecret } from "./components/exporters.ts";
import type { BasicAuthExtension, Extension } from "./components/extensions.ts";
import type { Processor, TransformProcessor } from "./components/processors.ts";
import type { Fragment } from "./fragment.ts";
import type { PipelineInput } from "./input.ts";
import { defaultRates } from "./input.ts";
import { memoryLimiterId } from "./memory.ts";
import { componentId } from "./model.ts";
import { queueItems, retryForever, sendingQueue } from "./queue.ts";
import { isSecretRef } from "./reference.ts";
import { keepsRefused, refusedKeeper } from "./refused.ts";
import { samplingSteps } from "./sampling.ts";
import type { Signal } from "./signal.ts";

/** Id of the connector that leads to one exporter of one backend. */
export function exitConnectorId(backend: BackendProfile, exporter: ExporterProfile): string {
  return componentId({ kind: "forward", name: `to-${exitName(backend, exporter)}` });
}

/** Everything that belongs to one exporter of one backend: its chains, conversions, queue and credentials. */
export function delivery(backend: BackendProfile, profile: ExporterProfile, input: PipelineInput): Fragment {
  const name = exitName(backend, profile);
  const auth = basicAuth(name, profile);
  const keeper = keepsRefused(profile, input) ? refusedKeeper(input.outageBudgetSeconds) : undefined;
  const exporter = otlpHttp(name, profile, { auth, keeper }, input);
  const steps = new Map(profile.signals.map((signal) => [signal, exitSteps(name, profile, signal, input)]));
  const processors = [...steps.values()].flat();
  return {
    connectors: [{ kind: "forward", name: `to-${name}`, settings: {} }],
    processors: [...new Map(processors.map((p) => [componentId(p), p])).values()],
    exporters: [exporter],
    extensions: [auth, keeper].filter((extension) => extension !== undefined),
    pipelines: profile.signals.map((signal) => ({
      signal,
      name: `to-${name}`,
      receivers: [exitConnectorId(backend, profile)],
      processors: [memoryLimiterId, ...(steps.get(signal) ?? []).map(componentId)],
      exporters: [componentId(exporter)],
    })),
  };
}

function exitSteps(name: string, profile: ExporterProfile, signal: Signal, input: PipelineInput): readonly Processor[] {
  return [
    ...(input.collector.distribution === "own" ? [dropOverflow] : []),
    ...(signal === "traces" ? samplingSteps(input.sampling, input.expected ?? defaultRates) : []),
    ...(signal === "metrics" && profile.temporality === "delta" ? [toDelta(name)] : []),
    ...(profile.maxAttributeLength === undefined ? [] : [truncation(name, profile.maxAttributeLength)]),
    ...(profile.steps ?? []).filter((step) => step.signals.includes(signal)).map((step) => step.processor),
  ];
}

/** First of an exit's own steps, so that whatever goes wrong in it stays there. */
const dropOverflow: Processor = {
  kind: "drop_overflow",
  why: "Told that a queue is full, an application sends once more: doubled at every other backend and in the span metrics.",
  settings: {},
};

function toDelta(name: string): Processor {
  return {
    kind: "cumulativetodelta",
    name: `to-${name}`,
    why: "Here and nowhere before: everything else, and the applications, stay cumulative.",
    settings: { max_staleness: "1h", initial_value: "auto" },
  };
}

function truncation(name: string, limit: number): TransformProcessor {
  const statements = [`truncate_all(attributes, ${limit})`];
  return {
    kind: "transform",
    name: `to-${name}`,
    settings: {
      error_mode: "ignore",
      trace_statements: [
        { context: "resource", statements },
        { context: "span", statements },
        { context: "spanevent", statements },
      ],
      metric_statements: [
        { context: "resource", statements },
        { context: "datapoint", statements },
      ],
      log_statements: [
        { context: "resource", statements },
        { context: "log", statements },
      ],
    },
  };
}

function basicAuth(name: string, profile: ExporterProfile): BasicAuthExtension | undefined {
  if (profile.basicAuth === undefined) return undefined;
  const { user, password } = profile.basicAuth;
  return { kind: "basicauth", name, settings: { client_auth: { username: user, password } } };
}

function otlpHttp(
  name: string,
  profile: ExporterProfile,
  { auth, keeper }: { readonly auth: BasicAuthExtension | undefined; readonly keeper: Extension | undefined },
  input: PipelineInput,
): OtlpHttpExporter {
  const items = queueItems(profile.signals, input.expected ?? defaultRates, input.outageBudgetSeconds);
  return {
    kind: "otlphttp",
    name,
    settings: {
      ...endpoints(profile),
      ...(profile.headers === undefined ? {} : { headers: profile.headers }),
      ...(auth === undefined ? {} : { auth: { authenticator: { component: componentId(auth) } } }),
      ...(keeper === undefined ? {} : { middlewares: [{ id: { component: componentId(keeper) } }] }),
      ...(profile.tls === undefined ? {} : { tls: tls(profile.tls) }),
      compression: profile.compression ?? "gzip",
      timeout: "30s",
      retry_on_failure: retryForever,
      sending_queue: sendingQueue(items, profile.maxRequestBytes),
    },
  };
}

function endpoints(profile: ExporterProfile): Partial<OtlpHttpExporter["settings"]> {
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

function tls(profile: NonNullable<ExporterProfile["tls"]>): NonNullable<OtlpHttpExporter["settings"]["tls"]> {
  return {
    ...(profile.caSecret === undefined ? {} : { ca_file: { secretFile: profile.caSecret } }),
    ...(profile.certSecret === undefined ? {} : { cert_file: { secretFile: profile.certSecret } }),
    ...(profile.keySecret === undefined ? {} : { key_file: { secretFile: profile.keySecret } }),
    ...(profile.skipVerify === undefined ? {} : { insecure_skip_verify: profile.skipVerify }),
  };
}
