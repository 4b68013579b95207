import { toYaml } from "../../../formats/yaml.ts";

/** Configuration of Loki as one process on one disk, taking OTLP with its attributes as structured metadata. */
export const lokiConfig = (latenessSeconds: number, alertmanager?: string): string =>
  toYaml({
    auth_enabled: false,
    analytics: { reporting_enabled: false },
    server: { http_listen_port: 3100, log_level: "warn" },
    common: {
      path_prefix: "/loki",
      replication_factor: 1,
      ring: { kvstore: { store: "inmemory" }, instance_addr: "127.0.0.1" },
      storage: { filesystem: { chunks_directory: "/loki/chunks", rules_directory: "/loki/rules" } },
    },
    // Its parts talk by gRPC, which listens on loopback; left alone, the front end gives out the container's own address and queries hang.
    frontend: { address: "127.0.0.1" },
    schema_config: {
      configs: [
        {
          from: "2025-01-01",
          store: "tsdb",
          object_store: "filesystem",
          schema: "v13",
          index: { prefix: "index_", period: "24h" },
        },
      ],
    },
    ingester: {
      // Loki takes entries as old as half a chunk's age behind the newest of their stream.
      max_chunk_age: `${2 * (latenessSeconds + 1800)}s`,
      // Alone in its ring, so there is nobody to wait for.
      lifecycler: { min_ready_duration: "0s", join_after: "0s" },
    },
    ruler: {
      storage: { type: "local", local: { directory: "/etc/loki/rules" } },
      rule_path: "/loki/rules-temporary",
      ring: { kvstore: { store: "inmemory" } },
      enable_api: true,
      ...(alertmanager !== undefined && { alertmanager_url: `http://${alertmanager}` }),
    },
    limits_config: {
      allow_structured_metadata: true,
      reject_old_samples: false,
      retention_period: "72h",
      volume_enabled: true,
    },
    compactor: { working_directory: "/loki/compactor", retention_enabled: true, delete_request_store: "filesystem" },
  });
