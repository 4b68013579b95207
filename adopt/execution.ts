import { DOCKER_CAPABILITIES, STOP_GRACE } from "../config/services.ts";
import type { ComposeMount, ComposeService } from "./compose-project.ts";
import { RIGHTS } from "./notes.ts";

/** Tells of something of the service that is not taken over. */
export type Tell = (key: string, why: string) => void;

type Keys = Readonly<Record<string, unknown>>;

/** How the process of a service runs, in the keys of a stack file; only what differs from their defaults. Pure. */
export function executionOf(
  service: ComposeService,
  {
    once,
    takesFiles,
    numericUser,
  }: {
    readonly once: boolean;
    /** Files are put into its file system. */ readonly takesFiles: boolean;
    readonly numericUser: boolean;
  },
  note: Tell,
): Keys {
  const { init, read_only, deploy } = service;
  const cpus = Number(service.cpus ?? deploy?.resources?.limits?.cpus ?? 0);
  const sharedMemory = Math.ceil(Number(service.shm_size ?? 0) / 2 ** 20);
  if (read_only === true && takesFiles)
    note("read_only", "the files that telemetry needs are put into its file system, which stays writable");
  return {
    ...(once ? ofTask(service, note) : restartOf(service, note)),
    ...stopOf(service, note),
    ...(init === true && { init }),
    ...(read_only === true && !takesFiles && { readOnly: true }),
    ...tmpfsOf(service, note),
    ...(cpus > 0 && { cpus }),
    ...(sharedMemory > 0 && sharedMemory !== 64 && { sharedMemory }),
    ...ulimitsOf(service),
    ...capabilitiesOf(service, numericUser, note),
  };
}

/** Compose's own default is never to restart; a service of the stack is started again unless its file says otherwise. */
function restartOf({ restart, deploy }: ComposeService, note: Tell): Keys {
  const policy = restart ?? { none: "no", "on-failure": "on-failure" }[deploy?.restart_policy?.condition ?? ""];
  if (policy === "no") return { restart: "no" };
  if (!policy?.startsWith("on-failure")) return {};
  const attempts = deploy?.restart_policy?.max_attempts;
  const [, count = restart === undefined ? attempts : undefined] = policy.split(":");
  if (count !== undefined) note("restart", `on-failure:${count}: without a limit of attempts here`);
  return { restart: "on-failure" };
}

function ofTask(service: ComposeService, note: Tell): Keys {
  const { restart } = restartOf(service, () => {});
  if (restart === "on-failure") note("restart", "on-failure: a task that fails is not tried again");
  return {};
}

/** Seconds of a duration as Compose prints it: `1m30s`. */
export const secondsOf = (text: string): number =>
  [...text.matchAll(/([\d.]+)(h|ms|m|s)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * ({ h: 3600, m: 60, ms: 0.001 }[unit ?? ""] ?? 1),
    0,
  );

function stopOf({ stop_grace_period, stop_signal }: ComposeService, note: Tell): Keys {
  const seconds = Math.ceil(secondsOf(stop_grace_period ?? ""));
  const name = (stop_signal ?? "").toUpperCase().replace(/^(?!SIG)/, "SIG");
  const isName = /^SIG[A-Z0-9+]{2,9}$/.test(name) && !/^SIG\d/.test(name);
  if (stop_signal !== undefined && !isName) note("stop_signal", `${stop_signal}: give it by its name, as SIGQUIT`);
  if (seconds > 3600) note("stop_grace_period", `${stop_grace_period}: an hour is the most`);
  return {
    ...(seconds >= 1 && seconds !== STOP_GRACE && { stopGrace: `${Math.min(seconds, 3600)}s` }),
    ...(stop_signal !== undefined && isName && { stopSignal: name }),
  };
}

/** `tmpfs`, and volumes of that type. */
function tmpfsOf({ tmpfs = [], volumes = [] }: ComposeService, note: Tell): Keys {
  const mounted = volumes.flatMap((mount) => (mount.type === "tmpfs" ? [tmpfsMount(mount)] : []));
  const all = [...(typeof tmpfs === "string" ? [tmpfs] : tmpfs), ...mounted];
  const fits = (text: string) => /^\/[^:,\s]+(:[a-z0-9=,.%_-]+)?$/.test(text);
  for (const text of all.filter((each) => !fits(each)))
    note("tmpfs", `${text}: /folder:size=64m,mode=1777 is the form`);
  const found = all.filter(fits);
  return found.length > 0 ? { tmpfs: found } : {};
}

function tmpfsMount({ target, tmpfs: options }: ComposeMount): string {
  const { size, mode } = options ?? {};
  const said = [
    ...(Number(size) > 0 ? [`size=${size}`] : []),
    ...(mode === undefined ? [] : [`mode=${mode.toString(8)}`]),
  ];
  return said.length > 0 ? `${target}:${said.join(",")}` : target;
}

const ulimitsOf = ({ ulimits = {} }: ComposeService): Keys => (Object.keys(ulimits).length > 0 ? { ulimits } : {});

/** What is left of Docker's own capabilities; further ones are not given. */
function capabilitiesOf({ cap_add = [], cap_drop = [] }: ComposeService, numericUser: boolean, note: Tell): Keys {
  const [added, dropped] = [cap_add, cap_drop].map((names) =>
    names.map((name) => name.toUpperCase().replace(/^CAP_/, "")),
  ) as [string[], string[]];
  const own: readonly string[] = DOCKER_CAPABILITIES;
  const further = added.filter((name) => !own.includes(name));
  if (further.length > 0) note("cap_add", `${further.join(", ")}: ${RIGHTS}`);
  if (dropped.length === 0) return {};
  const all = dropped.includes("ALL");
  const kept = own.filter((name) => added.includes(name) || !(all || dropped.includes(name)));
  return numericUser && kept.length === 0 ? {} : { capabilities: kept };
}
