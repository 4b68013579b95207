import type { Component, Duration } from "../component.ts";
import type { SecretRef } from "../reference.ts";

export type HealthCheckExtension = Component<"health_check", { readonly endpoint: string }>;

export type FileStorageExtension = Component<
  "file_storage",
  {
    readonly directory: string;
    readonly create_directory: boolean;
    readonly timeout: Duration;
    readonly fsync: boolean;
    /** Renames a file that cannot be opened, and begins a new one. */
    readonly recreate: boolean;
    readonly compaction: {
      /** The queue's own directory: the compacted file is moved into place, which fails across file systems. */
      readonly directory: string;
      readonly on_start: boolean;
      readonly on_rebound: boolean;
      readonly cleanup_on_start: boolean;
    };
  }
>;

export type BasicAuthExtension = Component<
  "basicauth",
  { readonly client_auth: { readonly username: string | SecretRef; readonly password: SecretRef } }
>;

/** Of our distribution only: images/collector/retryablestatus. */
export type RetryableStatusExtension = Component<
  "retryable_status",
  {
    /** HTTP status codes that are tried again although OTLP calls them final. */
    readonly codes: readonly number[];
    /** Refusals of one request, each with others accepted in between, after which it is its own fault. */
    readonly lone_refusals: number;
    /** How long one request is tried at most. */
    readonly max_age: Duration;
  }
>;

export type Extension = HealthCheckExtension | FileStorageExtension | BasicAuthExtension | RetryableStatusExtension;
