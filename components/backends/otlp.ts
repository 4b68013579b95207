import * as pulumi from "@pulumi/pulumi";
import type { PlainConfig } from "../../config/schema.ts";
import type { ExporterProfile } from "../../pipeline/backend-profile.ts";
import type { TelemetrySignal } from "../../pipeline/signal.ts";
import type { Backend, ExportOnlyArgs } from "./backend.ts";
import { refuseOtherProtocols, refusePlainCredentials } from "./otlp-address.ts";

const SIGNALS: readonly TelemetrySignal[] = ["traces", "metrics", "logs"];
const TLS = { ca: "otlpCaCertificate", cert: "otlpClientCertificate", key: "otlpClientKey" } as const;

type OtlpSecret = "otlpAuth" | (typeof TLS)[keyof typeof TLS];

/** Any OTLP/HTTP endpoint, or one address a signal as self-hosted Tempo, Mimir and Loki have. Export only. */
export function otlp({ settings, secret }: ExportOnlyArgs<PlainConfig["otlp"], OtlpSecret>): Backend {
  const { endpoint, traces, metrics, logs, profiles, headers, authHeader, temporality, compression, maxRequestBytes } =
    settings;
  const single = { ...(traces && { traces }), ...(metrics && { metrics }), ...(logs && { logs }) };
  const signals = SIGNALS.filter((signal) => endpoint !== undefined || signal in single);
  if (signals.length === 0) {
    throw new pulumi.RunError(
      "otlp.endpoint: not set, but backend otlp needs it, or one of otlp.traces, otlp.metrics, otlp.logs. Set it with: pulumi config set --path otlp.endpoint <address>",
    );
  }
  refusePlainCredentials({ endpoint, traces, metrics, logs, profiles }, headers);
  refuseOtherProtocols({ endpoint, traces, metrics, logs });
  const auth = secret("otlpAuth");
  const [ca, cert, key] = [secret(TLS.ca), secret(TLS.cert), secret(TLS.key)];
  refuseHalfCertificate(cert, key);
  const exporter: ExporterProfile = {
    signals,
    endpoint: Object.keys(single).length > 0 ? { ...allFrom(endpoint), ...single } : (endpoint ?? ""),
    ...(profiles !== undefined && { profiles }),
    headers: { ...headers, ...(auth && { [authHeader]: { secret: "otlp-auth" } }) },
    ...((ca || cert) && {
      tls: {
        ...(ca && { caSecret: "otlp-ca" }),
        ...(cert && { certSecret: "otlp-client-certificate", keySecret: "otlp-client-key" }),
      },
    }),
    temporality,
    compression,
    ...(maxRequestBytes !== undefined && { maxRequestBytes }),
  };
  return {
    profile: { name: "otlp", exporters: [exporter] },
    secrets: {
      ...(auth && { "otlp-auth": auth }),
      ...(ca && { "otlp-ca": ca }),
      ...(cert && { "otlp-client-certificate": cert }),
      ...(key && { "otlp-client-key": key }),
    },
    links: {},
  };
}

/** One address a signal from a base address, for those signals that have none of their own. */
const allFrom = (endpoint: string | undefined): Partial<Record<TelemetrySignal, string>> =>
  endpoint === undefined
    ? {}
    : Object.fromEntries(SIGNALS.map((signal) => [signal, `${endpoint.replace(/\/$/, "")}/v1/${signal}`]));

function refuseHalfCertificate(cert: unknown, key: unknown): void {
  if (Boolean(cert) === Boolean(key)) return;
  const missing = cert ? TLS.key : TLS.cert;
  throw new pulumi.RunError(
    `${missing}: not set, but a client certificate needs both its parts. Set it with: pulumi config set --secret ${missing}`,
  );
}
