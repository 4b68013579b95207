import type { Duration } from "./component.ts";
import type { Processor, Receiver } from "./components.ts";
import { observedResource, pointLabels } from "./enrich.ts";
import {
  type DockerSource,
  type NginxSource,
  type PostgresSource,
  type RabbitmqSource,
  type RedisSource,
  type Source,
  sourceName,
} from "./input.ts";
import { containerFilter } from "./noise.ts";

/** A receiver that scrapes a source, and the processors its metrics need before they join the others. */
export interface Scraper {
  /** `service.name` of the thing observed. */
  readonly name: string;
  readonly receiver: Receiver;
  readonly processors: readonly Processor[];
}

/** How a source is scraped, each `seconds`. */
export function scraper(source: Source, seconds: number): Scraper {
  const every: Duration = `${seconds}s`;
  const name = sourceName(source);
  const named = observedResource(name);
  switch (source.kind) {
    case "postgres": {
      const labels = ["database", "schema", "table", "index"].map((part) => `postgresql.${part}.name`);
      return { name, receiver: postgresql(name, source, every), processors: [named, pointLabels(name, labels)] };
    }
    case "redis":
      return { name, receiver: redis(name, source, every), processors: [named] };
    case "rabbitmq":
      return { name, receiver: rabbitmq(name, source, every), processors: [named] };
    case "nginx":
      return { name, receiver: nginx(name, source, every), processors: [named] };
    case "docker": {
      const { labels = {} } = source;
      const owned = source.labels === undefined ? [] : [containerFilter(name, labels)];
      const resource = observedResource(name, {}, Object.keys(labels));
      const processors = [...owned, resource, pointLabels(name, ["container.name"])];
      return { name, receiver: dockerStats(name, source, every), processors };
    }
    case "host": {
      const processors = [observedResource(name, { "host.name": source.hostName })];
      return { name, receiver: hostmetrics(name, every), processors };
    }
    default:
      return source satisfies never;
  }
}

function enabled(names: readonly string[]): Readonly<Record<string, { readonly enabled: boolean }>> {
  return Object.fromEntries(names.map((name) => [name, { enabled: true }]));
}

const clientTls = ({ tls, caSecret }: PostgresSource | RedisSource) => ({
  insecure: tls !== true,
  ...(caSecret !== undefined && { ca_file: { secretFile: caSecret } }),
});

function postgresql(name: string, source: PostgresSource, every: Duration): Receiver<"postgresql"> {
  return {
    kind: "postgresql",
    name,
    settings: {
      endpoint: source.endpoint,
      username: source.user,
      password: { secret: source.passwordSecret },
      databases: [...source.databases].sort(),
      collection_interval: every,
      tls: clientTls(source),
      metrics: enabled([
        "postgresql.blks_hit",
        "postgresql.blks_read",
        "postgresql.deadlocks",
        "postgresql.sequential_scans",
        "postgresql.temp_files",
        "postgresql.tup_deleted",
        "postgresql.tup_fetched",
        "postgresql.tup_inserted",
        "postgresql.tup_updated",
      ]),
    },
  };
}

function redis(name: string, source: RedisSource, every: Duration): Receiver<"redis"> {
  return {
    kind: "redis",
    name,
    settings: {
      endpoint: source.endpoint,
      ...(source.user === undefined ? {} : { username: source.user }),
      ...(source.passwordSecret === undefined ? {} : { password: { secret: source.passwordSecret } }),
      collection_interval: every,
      tls: clientTls(source),
      metrics: enabled(["redis.cmd.calls", "redis.cmd.usec", "redis.maxmemory", "redis.role"]),
    },
  };
}

/** RabbitMQ's own Prometheus plugin: totals, and the coarse numbers of each queue (the full ones take minutes on a large broker). */
function rabbitmq(name: string, source: RabbitmqSource, every: Duration): Receiver<"prometheus"> {
  const target = {
    ...(source.tls === true && { scheme: "https" as const }),
    ...(source.caSecret !== undefined && { tls_config: { ca_file: { secretFile: source.caSecret } } }),
    static_configs: [{ targets: [source.endpoint] }],
  };
  return {
    kind: "prometheus",
    name,
    settings: {
      config: {
        scrape_configs: [
          {
            job_name: name,
            scrape_interval: every,
            ...target,
            // allocator and scheduler internals of the Erlang machine: two thirds of the series, on no board
            metric_relabel_configs: [
              { source_labels: ["__name__"], regex: "erlang_vm_(allocators|msacc_.*)|telemetry_.*", action: "drop" },
            ],
          },
          {
            job_name: `${name}-queues`,
            scrape_interval: every,
            metrics_path: "/metrics/detailed",
            // the last one exists since RabbitMQ 4; older ones leave it out
            params: { family: ["queue_coarse_metrics", "queue_consumer_count", "queue_delivery_metrics"] },
            ...target,
          },
        ],
      },
    },
  };
}

function nginx(name: string, source: NginxSource, every: Duration): Receiver<"nginx"> {
  return { kind: "nginx", name, settings: { endpoint: source.endpoint, collection_interval: every } };
}

function dockerStats(name: string, source: DockerSource, every: Duration): Receiver<"docker_stats"> {
  return {
    kind: "docker_stats",
    name,
    why: "Through a proxy that only reads: whoever holds the Docker socket owns the machine.",
    settings: {
      // the receiver's client says tcp where it means http
      endpoint: source.endpoint.replace(/^http:/, "tcp:"),
      api_version: "1.44",
      collection_interval: every,
      timeout: "5s",
      ...(source.labels && {
        container_labels_to_metric_labels: Object.fromEntries(Object.keys(source.labels).map((key) => [key, key])),
      }),
      metrics: enabled(["container.restarts", "container.uptime"]),
    },
  };
}

const pseudoFileSystems = [
  "autofs",
  "binfmt_misc",
  "bpf",
  "cgroup2",
  "configfs",
  "debugfs",
  "devpts",
  "devtmpfs",
  "fusectl",
  "hugetlbfs",
  "mqueue",
  "nsfs",
  "overlay",
  "proc",
  "procfs",
  "pstore",
  "securityfs",
  "squashfs",
  "sysfs",
  "tmpfs",
  "tracefs",
];

/** Where the host's root file system is mounted in the collector's container. */
export const hostRoot = "/hostfs";
const partOfDisk =
  "^((loop|ram|zram|dm-|md|sr|fd|nbd)[0-9]+|(sd|vd|xvd|hd)[a-z]+[0-9]+|(nvme[0-9]+n[0-9]+|mmcblk[0-9]+)p[0-9]+)$";

function hostmetrics(name: string, every: Duration): Receiver<"hostmetrics"> {
  return {
    kind: "hostmetrics",
    name,
    settings: {
      root_path: hostRoot,
      collection_interval: every,
      scrapers: {
        cpu: { metrics: enabled(["system.cpu.utilization"]) },
        load: {},
        memory: { metrics: enabled(["system.memory.utilization"]) },
        // partitions, volumes and arrays lie on disks that are counted already
        disk: { exclude: { match_type: "regexp", devices: [partOfDisk] } },
        filesystem: {
          metrics: enabled(["system.filesystem.utilization"]),
          exclude_mount_points: {
            match_type: "regexp",
            mount_points: ["/dev/.*", "/proc/.*", "/sys/.*", "/run/.*", "/snap/.*", "/var/lib/docker/.*"],
          },
          exclude_fs_types: { match_type: "strict", fs_types: pseudoFileSystems },
        },
        network: {},
        paging: {},
        processes: {},
      },
    },
  };
}
