import type { Component, Duration } from "../component.ts";
import type { ComponentRef, SecretFileRef, SecretRef } from "../reference.ts";

/** A value that may be plain, or known only inside the container. */
export type TextOrSecret = string | SecretRef;

export type Compression = "gzip" | "zstd" | "snappy" | "none";

export interface SendingQueue {
  readonly enabled: boolean;
  readonly sizer: "items" | "bytes" | "requests";
  /** In the unit of `sizer`. */
  readonly queue_size: number;
  readonly num_consumers: number;
  readonly block_on_overflow: boolean;
  readonly storage?: ComponentRef;
  readonly batch?: {
    /** Always written: versions before 0.145 do not inherit the queue's. */
    readonly sizer: "items" | "bytes";
    readonly min_size: number;
    readonly max_size: number;
    readonly flush_timeout: Duration;
  };
}

export interface RetryOnFailure {
  readonly enabled: boolean;
  readonly initial_interval: Duration;
  readonly max_interval: Duration;
  /** `0s` never gives up; any other value drops data once it has passed. */
  readonly max_elapsed_time: Duration;
}

export type OtlpHttpExporter = Component<
  "otlphttp",
  {
    /** Base address; the exporter appends `/v1/traces`, `/v1/metrics`, `/v1/logs`. */
    readonly endpoint?: TextOrSecret;
    readonly traces_endpoint?: TextOrSecret;
    readonly metrics_endpoint?: TextOrSecret;
    readonly logs_endpoint?: TextOrSecret;
    readonly headers?: Readonly<Record<string, TextOrSecret>>;
    readonly auth?: { readonly authenticator: ComponentRef };
    /** Extensions its requests pass, the outermost first. */
    readonly middlewares?: readonly { readonly id: ComponentRef }[];
    readonly tls?: {
      readonly ca_file?: SecretFileRef;
      readonly cert_file?: SecretFileRef;
      readonly key_file?: SecretFileRef;
      readonly insecure_skip_verify?: boolean;
    };
    readonly compression: Compression;
    readonly timeout: Duration;
    readonly retry_on_failure: RetryOnFailure;
    readonly sending_queue: SendingQueue;
  }
>;

/** Writes to a file: golden tests of the pipeline only. */
export type FileExporter = Component<"file", { readonly path: string; readonly format: "json" }>;

export type Exporter = OtlpHttpExporter | FileExporter;
