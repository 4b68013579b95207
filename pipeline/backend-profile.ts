import type { Compression, Processor, TextOrSecret } from "./components.ts";
import type { SecretRef } from "./reference.ts";
import type { TelemetrySignal } from "./signal.ts";

/** What the pipeline must know about a backend: plain data, given by the backend's adapter. */
export interface BackendProfile {
  /** Letters, digits, `-` and `_`; becomes part of component ids. Unique among the backends of a pipeline. */
  readonly name: string;
  /** One for most; several where signals differ in headers or limits. */
  readonly exporters: readonly ExporterProfile[];
}

export type Histograms = "explicit" | "exponential";

/** One OTLP/HTTP exporter of a backend. */
export interface ExporterProfile {
  /** Distinguishes exporters of one backend. Default: none. */
  readonly suffix?: string;
  readonly signals: readonly TelemetrySignal[];
  /** Base address (`/v1/traces` is appended), or one complete address per signal. */
  readonly endpoint: TextOrSecret | SignalEndpoints;
  /** Complete address for profiles, where the backend takes them over OTLP/HTTP. Default: it takes none. */
  readonly profiles?: TextOrSecret;
  /** Header values; a secret one travels as a file. */
  readonly headers?: Readonly<Record<string, TextOrSecret>>;
  readonly basicAuth?: { readonly user: TextOrSecret; readonly password: SecretRef };
  readonly tls?: TlsProfile;
  /** Default: gzip. */
  readonly compression?: Compression;
  /** What the backend wants for sums and histograms. Default: cumulative. */
  readonly temporality?: "cumulative" | "delta";
  /**
   * Buckets of the durations counted from spans: `explicit` ones are everybody's, `exponential` ones give exact percentiles where the backend
   * understands them. What applications send stays as it is. Default: explicit.
   */
  readonly histograms?: Histograms;
  /**
   * Span attribute in which the backend reads for how many spans one stands, a whole number; set where tail sampling leaves spans out.
   * Default: none, so what is counted from the backend's spans is wrong under sampling.
   */
  readonly sampleRateAttribute?: string;
  /** Largest request the backend takes, in bytes before compression. Default: no limit. */
  readonly maxRequestBytes?: number;
  /** Longest attribute value the backend keeps, in bytes; longer ones are cut. Default: no limit. */
  readonly maxAttributeLength?: number;
  /** Processors only this backend needs, run last before its exporter. */
  readonly steps?: readonly { readonly signals: readonly TelemetrySignal[]; readonly processor: Processor }[];
}

export interface SignalEndpoints {
  readonly traces?: TextOrSecret;
  readonly metrics?: TextOrSecret;
  readonly logs?: TextOrSecret;
}

/** Names of secret files holding PEM; a client certificate needs its key. */
export interface TlsProfile {
  readonly caSecret?: string;
  readonly certSecret?: string;
  readonly keySecret?: string;
}

/** Name shared by everything that belongs to one exporter of one backend. */
export function exporterName(backend: BackendProfile, exporter: ExporterProfile): string {
  return exporter.suffix === undefined ? backend.name : `${backend.name}-${exporter.suffix}`;
}

/** One of the exporters of a backend, with the backend. */
export interface BackendExporter {
  readonly backend: BackendProfile;
  readonly exporter: ExporterProfile;
}
