/** Something of the Compose project that the stack does not have, and why. */
export interface Note {
  /** Name in the Compose project; empty: of the project as a whole. */
  readonly service: string;
  /** Key as Compose calls it. */
  readonly key: string;
  readonly why: string;
}

/** The notes with those of several services that say the same in one line. */
export function noteLines(notes: readonly Note[]): readonly string[] {
  const same = Map.groupBy(notes, ({ key, why }) => `${key}: ${why}`);
  return [...same].map(([text, group]) => {
    const services = [...new Set(group.map(({ service }) => service))].filter((name) => name !== "");
    if (services.length === 0) return text;
    return `${services.length === 1 ? "service" : "services"} ${services.join(", ")}: ${text}`;
  });
}

/** Why a container gets no more than Docker gives to all. */
export const RIGHTS = "containers of the stack get no further rights; if it cannot work without, leave it in Compose";
const NETWORK = "all services of the stack share one network, where each is reached by its name";
/** Why a key that only tunes is left out. */
export const TUNING = "the stack has no such key; the engine's default holds";

/** Why a key of a service is not taken over; a key that is not here is one that adopt reads. */
export const REASONS: Readonly<Record<string, string>> = {
  annotations: "nothing here reads them",
  attach: "says only what a terminal shows",
  blkio_config: TUNING,
  cgroup: RIGHTS,
  cgroup_parent: TUNING,
  cpu_count: TUNING,
  cpu_percent: TUNING,
  cpu_period: TUNING,
  cpu_quota: TUNING,
  cpu_rt_period: TUNING,
  cpu_rt_runtime: TUNING,
  cpu_shares: TUNING,
  cpuset: TUNING,
  credential_spec: RIGHTS,
  develop: "is for work on the sources; go on using Compose for that",
  device_cgroup_rules: RIGHTS,
  devices: RIGHTS,
  dns: TUNING,
  dns_opt: TUNING,
  dns_search: TUNING,
  domainname: TUNING,
  external_links: "names a container outside the project; give its address to a variable",
  gpus: RIGHTS,
  group_add: "set user to a uid and gid that may read what it needs",
  ipc: RIGHTS,
  isolation: TUNING,
  labels:
    "are read by other programs (Traefik, Watchtower) from Compose's containers; publish its port instead of a route",
  logging: "every container of the stack keeps three log files of 10 MB",
  mac_address: TUNING,
  mem_reservation: "the stack has a limit of memory only",
  mem_swappiness: TUNING,
  memswap_limit: "swap is not added to the limit of memory",
  network_mode: NETWORK,
  oom_kill_disable: TUNING,
  oom_score_adj: TUNING,
  pid: RIGHTS,
  pids_limit: TUNING,
  platform: "the image that is on the engine is taken",
  privileged: RIGHTS,
  runtime: RIGHTS,
  security_opt: "every container of the stack has no-new-privileges",
  stdin_open: "nobody types into a service",
  storage_opt: TUNING,
  sysctls: RIGHTS,
  tty: "nobody types into a service",
  userns_mode: RIGHTS,
  uts: RIGHTS,
  volumes_from: "name the volumes themselves",
};

/** Keys of a service that adopt takes over or that say nothing about how it runs. */
export const READ_KEYS: ReadonlySet<string> = new Set([
  ...[
    "image",
    "build",
    "command",
    "entrypoint",
    "environment",
    "env_file",
    "pull_policy",
    "depends_on",
    "ports",
    "expose",
    "volumes",
  ],
  ...[
    "secrets",
    "configs",
    "healthcheck",
    "user",
    "working_dir",
    "hostname",
    "container_name",
    "extra_hosts",
    "networks",
  ],
  ...["restart", "mem_limit", "deploy", "profiles", "extends", "name", "links", "scale", "cpus", "shm_size", "ulimits"],
  ...["cap_add", "cap_drop", "init", "read_only", "tmpfs", "stop_grace_period", "stop_signal"],
]);

/** Notes about the keys of a service that nothing reads. */
export function unreadKeys(name: string, service: Readonly<Record<string, unknown>>): readonly Note[] {
  return Object.keys(service)
    .filter(
      (key) => !READ_KEYS.has(key) && !key.startsWith("x-") && !isNothing(service[key]) && !isSame(key, service[key]),
    )
    .map((key) => ({
      service: name,
      key,
      why: otherNetwork(key, service[key]) ?? REASONS[key] ?? "the stack has no such key",
    }));
}

/** A container in the network of another one calls it by localhost, and one without a network is often a sandbox. */
function otherNetwork(key: string, value: unknown): string | undefined {
  if (key !== "network_mode") return undefined;
  const [, other] = /^(?:service|container):(.+)$/.exec(String(value)) ?? [];
  if (value === "none")
    return "it had no network there and has that of the stack here: leave it in Compose where that matters";
  return other && `its localhost is no longer that of ${other}: in both, give the other's name in place of localhost`;
}

/** What every container of the stack has anyway. */
const isSame = (key: string, value: unknown): boolean =>
  key === "security_opt" && Array.isArray(value) && value.every((text) => /^no-new-privileges([:=]true)?$/.test(text));

const isNothing = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === false ||
  value === 0 ||
  (typeof value === "object" && Object.keys(value).length === 0);
