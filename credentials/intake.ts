import { SIGNALS, type TelemetrySignal } from "../pipeline/signal.ts";
import { DATADOG_SITES, datadogOtlp } from "../vendors/datadog.ts";
import type { BackendKind } from "../vendors/kinds.ts";
import { type Known, notConfigured, nothingTried, notSet } from "./known.ts";
import type { Elsewhere, Plan, Probe, Request } from "./probe.ts";

const EMPTY = {
  traces: { resourceSpans: [] },
  metrics: { resourceMetrics: [] },
  logs: { resourceLogs: [] },
} as const;

export interface IntakeArgs extends Pick<Probe, "secret" | "minted" | "addressSetting" | "forbidden" | "scope"> {
  readonly backend: BackendKind;
  /** Full address of a signal's intake; undefined: not sent there. */
  readonly url: (signal: TelemetrySignal) => string | undefined;
  readonly headers: (signal: TelemetrySignal) => Readonly<Record<string, string>>;
  readonly tls?: Request["tls"];
  /** Base addresses of the vendor's other regions. */
  readonly regions?: readonly { readonly region: string; readonly base: string }[];
}

/** An empty OTLP payload a signal: it is judged by its key and stores nothing. */
export function intakeProbes(args: IntakeArgs): readonly Probe[] {
  const { backend, url, headers, tls, regions = [], ...common } = args;
  return SIGNALS.flatMap((signal) => {
    const address = url(signal);
    if (address === undefined) return [];
    const to = (target: string): Request => ({
      method: "POST",
      url: target,
      headers: { "content-type": "application/json", ...headers(signal) },
      body: JSON.stringify(EMPTY[signal]),
      ...(tls && { tls }),
    });
    const elsewhere: readonly Elsewhere[] = regions.map(({ region, base }) => ({
      region,
      request: to(`${base}/v1/${signal}`),
    }));
    return [{ ...common, backend, what: `send ${signal}`, request: to(address), elsewhere }];
  });
}

/** Whether the site takes the key. */
export function datadogPlan({ settings, secret }: Known): Plan {
  const key = secret("datadogApiKey");
  if (key === undefined) return nothingTried(notSet("datadog", "datadogApiKey"));
  const { site, endpoint } = settings.datadog;
  return {
    skipped: [],
    probes: intakeProbes({
      backend: "datadog",
      secret: "datadogApiKey",
      addressSetting: "datadog.site",
      url: (signal) => `${endpoint ?? datadogOtlp(site)}/v1/${signal}`,
      headers: () => ({ "dd-api-key": key }),
      // An address of one's own has no other regions.
      regions:
        endpoint === undefined
          ? DATADOG_SITES.filter((other) => other !== site).map((region) => ({ region, base: datadogOtlp(region) }))
          : [],
    }),
  };
}

/** Whether the project's intake takes the key. */
export function elasticPlan({ settings, secret }: Known): Plan {
  const { endpoint } = settings.elastic;
  const key = secret("elasticApiKey");
  if (key === undefined) return nothingTried(notSet("elastic", "elasticApiKey"));
  if (endpoint === undefined) return nothingTried(notConfigured("elastic", "elastic.endpoint", "address"));
  return {
    skipped: [],
    probes: intakeProbes({
      backend: "elastic",
      secret: "elasticApiKey",
      addressSetting: "elastic.endpoint",
      forbidden: "scope",
      scope: "the privilege event:write of the application apm",
      url: (signal) => `${endpoint}/v1/${signal}`,
      headers: () => ({ authorization: `ApiKey ${key}` }),
    }),
  };
}

/** Whether the endpoint, or each signal's own, takes the header and the certificates. */
export function otlpPlan({ settings, secret }: Known): Plan {
  const { endpoint, headers, authHeader, ...own } = settings.otlp;
  const auth = secret("otlpAuth");
  const [ca, cert] = [secret("otlpCaCertificate"), secret("otlpClientCertificate")];
  const key = secret("otlpClientKey");
  return {
    // An endpoint without a key is common inside a network, so its absence is no reason to skip.
    skipped: [],
    probes: intakeProbes({
      backend: "otlp",
      secret: "otlpAuth",
      addressSetting: "otlp.endpoint",
      url: (signal) =>
        own[signal] ?? (endpoint === undefined ? undefined : `${endpoint.replace(/\/$/, "")}/v1/${signal}`),
      headers: () => ({ ...headers, ...(auth !== undefined && { [authHeader]: auth }) }),
      tls: { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) },
    }),
  };
}
