import type { Component } from "../model.ts";
import type { SecretRef } from "../reference.ts";
import type { Duration } from "./receivers.ts";

export type HealthCheckExtension = Component<"health_check", { readonly endpoint: string }>;

export type FileStorageExtension = Component<
  "file_storage",
  {
    readonly directory: string;
    readonly create_directory: boolean;
    readonly timeout: Duration;
    readonly fsync: boolean;
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

export type Extension = HealthCheckExtension | FileStorageExtension | BasicAuthExtension;
