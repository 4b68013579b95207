import { z } from "zod";
import { ROLES, type Role } from "../dashboards/facts.ts";
import { constraint } from "./swarm.ts";
import { duration, hostName, mebibytes, name, pinnedImage, port, text } from "./values.ts";

/** Shape of the application's containers in the stack's configuration. Pure. */

export const SERVICE_KINDS = ["python", "node", "nginx", "other"] as const;
export type ServiceKind = (typeof SERVICE_KINDS)[number];

/** `inject`: put into the container from outside; `image`: the image starts its own; `off`: sends nothing. */
export const INSTRUMENTATIONS = ["inject", "image", "off"] as const;
export type Instrumentation = (typeof INSTRUMENTATIONS)[number];

/** The user that the image names, root included, with the capabilities that Docker gives it. */
export const USER_OF_IMAGE = "image";

const containerPath = z.string().regex(/^\/[^:\p{Cc}\p{Zs}]+$/u, "an absolute path without colons and spaces");

/** `container`: what it writes is read through Docker; `none`: nothing is. */
export const LOG_SOURCES = ["container", "none"] as const;

/** A name on the network. Underscores are no part of a host name, and engines resolve them all the same. */
const networkName = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/, "a host name, at most 63 characters");

/** What is mounted into a container, and where. */
const mount = z.union(
  [
    z.strictObject({ name, path: containerPath, readOnly: z.boolean().default(false) }),
    z.strictObject({
      external: z.string().regex(/^[A-Za-z0-9][\w.-]{1,127}$/, "the name of a volume of the engine"),
      path: containerPath,
      readOnly: z.boolean().default(false),
    }),
    z.strictObject({ host: containerPath, path: containerPath, write: z.boolean().default(false) }),
  ],
  {
    error:
      "an object with name and path (a volume of the stack), external and path (a volume that exists), or host and path (a file or folder, read-only)",
  },
);

/** What Docker leaves to the root of a container; nothing beyond is given to any. */
export const DOCKER_CAPABILITIES = [
  ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW"],
  ...["SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
] as const;

export const RESTARTS = ["unless-stopped", "on-failure", "no"] as const;

/** Seconds between SIGTERM and SIGKILL where nothing is configured. */
export const STOP_GRACE = 20;

/** -1: none. */
const limit = z.int().min(-1).max(1_073_741_816);

/** How the container's process runs, as Docker calls it. */
const execution = {
  /** What happens when it ends by itself. A task (`once`) is never started again. */
  restart: z.enum(RESTARTS).default("unless-stopped"),
  /** Between the signal that asks it to end and the one that kills it. */
  stopGrace: duration
    .transform(Math.ceil)
    .refine((seconds) => seconds >= 1 && seconds <= 3600, "1s to 1h")
    .prefault(`${STOP_GRACE}s`),
  /** Default: the image's own, or SIGTERM. */
  stopSignal: z
    .string()
    .regex(/^SIG[A-Z0-9+]{2,9}$/, "a signal, such as SIGQUIT")
    .optional(),
  /** Whether an init process of Docker's stands before it, which takes care of orphans. */
  init: z.boolean().default(false),
  /** Whether the image's file system is read-only; volumes and `tmpfs` are not. */
  readOnly: z.boolean().default(false),
  /** Folders in memory, with options as `docker run --tmpfs` takes them: `/run:size=64m,mode=1777`. */
  tmpfs: z
    .array(z.string().regex(/^\/[^:,\p{Cc}\p{Zs}]+(:[a-z0-9=,.%_-]+)?$/u, "/folder or /folder:size=64m"))
    .default([]),
  /** Processors it may use at most; default: all. */
  cpus: z.number().min(0.01).max(512).optional(),
  /** MiB of /dev/shm; default: Docker's 64. */
  sharedMemory: z.int("a whole number of MiB, such as 64").min(1).max(65_536).optional(),
  /** Limits of the kernel by their names: one number, or soft and hard. */
  ulimits: z
    .record(
      z.string().regex(/^[a-z]{2,12}$/, "the name of a limit, such as nofile"),
      z.union([limit, z.strictObject({ soft: limit, hard: limit })], { error: "a number, or soft and hard" }),
    )
    .prefault({}),
  /** All that it keeps of Docker's default capabilities. Default: with a numeric `user` none, else all. */
  capabilities: z.array(z.enum(DOCKER_CAPABILITIES)).optional(),
} as const;

/** First words of a health check as Docker Compose writes it, which here would be taken for a program. */
const COMPOSE_TESTS: ReadonlySet<string> = new Set(["CMD", "CMD-SHELL", "NONE"]);
const COMPOSE_HEALTH =
  "the command alone, without Compose's first word: [curl, -f, http://127.0.0.1:8000/health], for a shell [sh, -c, 'a || b'], and no health at all for NONE";

/** An address alone is nothing that a container can run. */
const ADDRESS = /^(https?|tcp):\/\//i;
const ADDRESS_HEALTH =
  "a command that asks the address, from inside the container: [python, -I, -c, \"import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health')\"], or [curl, -f, http://127.0.0.1:8000/health] where the image has curl";

/** One container of the application. */
export const service = z.strictObject({
  name: hostName,
  /**
   * `python` and `node` get the environment of their OpenTelemetry SDK, `nginx` is started from a copy of its configuration that sends spans and
   * access records, `other` sends nothing, unless its image brings an SDK of its language (`instrumentation: image`).
   */
  kind: z.enum(SERVICE_KINDS).default("python"),
  /** How OpenTelemetry gets into it; default: see `instrumentationOf`. */
  instrumentation: z.enum(INSTRUMENTATIONS).optional(),
  /**
   * Injected Python only: functions of the application that get a span, `package.module:function` or `package.module:Class.method`; arguments
   * in parentheses become attributes, `!` in front makes each call the root of a trace of its own.
   */
  traced: z
    .array(
      z
        .string()
        .regex(
          /^!?[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*(\([\w., ]*\))?$/,
          "package.module:function, with arguments to record in parentheses",
        ),
    )
    .default([]),
  /**
   * Injected Python only: the CPU time that its instrumentation may take, as a share of the application's own; beyond it detail is shed. 1% to 50%.
   * Default: no limit.
   */
  overhead: z
    .string()
    .regex(/^([1-9]|[1-4]\d)(\.\d{1,2})?%$|^50(\.00?)?%$/, "a percentage from 1% to 50%, such as 5%")
    .optional(),
  /** Whether what its container writes is read; default: see `containerStreams`. */
  logs: z.enum(LOG_SOURCES).optional(),
  /** What it does, which decides its boards, alerts and objectives; default: see `roleOf`. */
  role: z.enum(ROLES).optional(),
  /** Role `daemon`: how often it runs, at most 40m; a rule then watches that it does. Default: no such rule. */
  every: duration
    .refine(
      (seconds) => seconds >= 1 && seconds <= 2400,
      "1s to 40m; leave it out for a slower schedule, which no rule can watch",
    )
    .optional(),
  /** A reference with a tag or digest, or `build:<name>` for an image built from this repository. */
  image: pinnedImage,
  /** Replaces the image's command. */
  command: z.array(text).optional(),
  /** Replaces the image's entrypoint. */
  entrypoint: z.array(text).min(1).optional(),
  workingDir: containerPath.optional(),
  /** What the container calls itself. Default: the service's name. */
  hostname: networkName.optional(),
  /** Further names by which others reach it. */
  aliases: z.array(networkName).default([]),
  /** Names that only this container knows, with their addresses; `host-gateway` is the engine's machine. */
  hosts: z
    .record(
      networkName,
      z.union([z.ipv4(), z.ipv6(), z.literal("host-gateway")], { error: "an IPv4 or IPv6 address, or host-gateway" }),
    )
    .prefault({}),
  /** Services that it starts after: when they are healthy, or have ended where they run `once`. */
  after: z.array(name).default([]),
  /** A task, such as a migration: it runs once a deployment, ends, and is not started again. */
  once: z.boolean().default(false),
  /** Port inside the container that is published on 127.0.0.1, and where. */
  publish: z.strictObject({ port, as: port }).optional(),
  /** Further ones, for people and tools; nothing of this program asks there. */
  alsoPublish: z.array(z.strictObject({ port, as: port })).default([]),
  /** nginx only: port in the container that serves `/stub_status` to the collector. */
  stubStatus: port.optional(),
  /** nginx only: its pages get a script that sends page loads, web vitals, errors and requests; `ask`: only once the page says that the visitor agreed. */
  browser: z.strictObject({ consent: z.enum(["ask", "given"]) }).optional(),
  /** Values may name stores and secrets: `{postgres.login}`, `{redis.login}`, `{random.<name>}`, `{secret.<name>}`. */
  env: z
    .record(
      z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, "a variable name: letters, digits, _, . and -, and no digit first"),
      text,
    )
    .prefault({}),
  /** Volumes of the stack, volumes that existed before (never made and never removed here), and files or folders of the engine's machine. */
  volumes: z.array(mount).default([]),
  /** Command that exits 0 while the service is well, run in the container. */
  health: z
    .array(text)
    .min(1)
    .refine(([first = ""]) => !COMPOSE_TESTS.has(first), COMPOSE_HEALTH)
    .refine(([first = "", ...rest]) => rest.length > 0 || !ADDRESS.test(first), ADDRESS_HEALTH)
    .optional(),
  /** How long it may fail its health command after a start. */
  startPeriod: duration.transform(Math.ceil).prefault("20s"),
  /** Limit of its memory in MiB. */
  memory: mebibytes.default(256),
  /** Deployment swarm: how many run, and on which nodes. */
  replicas: z.int().min(1).max(1000).default(1),
  placement: z.array(constraint).default([]),
  ...execution,
  user: z
    .string()
    .regex(/^(\d{1,9}:\d{1,9}|image)$/, {
      error: "numeric uid:gid, such as 1000:1000, or image (the image's own user)",
      abort: true,
    })
    .refine(
      (user) => user === USER_OF_IMAGE || Number.parseInt(user, 10) !== 0,
      "a user other than root, or image (the image's own user, root included)",
    )
    .default("10001:10001"),
  /** Version sent as service.version; default: the tag of the image. */
  version: z
    .string()
    .regex(/^[\w.+-]{1,128}$/, "a version: letters, digits, dots, dashes and plus signs, at most 128")
    .optional(),
});
export type ServiceConfig = z.infer<typeof service>;

/** The service's role; where none is configured, nginx is a frontend, a published port makes it `http`, the rest are workers. */
export function roleOf({ role, kind, publish }: Pick<ServiceConfig, "role" | "kind" | "publish">): Role {
  if (role !== undefined) return role;
  if (kind === "nginx") return "frontend";
  return publish === undefined ? "worker" : "http";
}

/** How OpenTelemetry gets into the service; where it is not configured, it is put into Python and nginx from outside, and other images bring their own. */
export function instrumentationOf({
  instrumentation,
  kind,
}: Pick<ServiceConfig, "instrumentation" | "kind">): Instrumentation {
  if (instrumentation !== undefined) return instrumentation;
  if (kind === "other") return "off";
  return kind === "node" ? "image" : "inject";
}

/** Where an injected service mounts the instrumentation; nothing else may be mounted there. */
export const INSTRUMENTATION_FOLDER = "/instrumentation";

/** Whether it mounts the volume of the image `instrumentation`: Python's packages, the script for browsers. */
export const mountsInstrumentation = (service: Pick<ServiceConfig, "instrumentation" | "kind" | "browser">): boolean =>
  instrumentationOf(service) === "inject" && (service.kind === "python" || service.browser !== undefined);

/** The streams of its container that are read: both where it sends no records itself, nginx' error log where nginx sends its requests. */
export function containerStreams(
  service: Pick<ServiceConfig, "instrumentation" | "kind" | "logs">,
): readonly ("stdout" | "stderr")[] {
  if (service.logs === "none") return [];
  // what another language's SDK sends besides spans is not known, and few send records
  if (service.logs === "container" || service.kind === "other" || !sends(service)) return ["stdout", "stderr"];
  return service.kind === "nginx" ? ["stderr"] : [];
}

/** Whether the service sends telemetry itself. */
export const sends = (service: Pick<ServiceConfig, "instrumentation" | "kind">): boolean =>
  instrumentationOf(service) !== "off";

/** Whether it must be heard of: a task ends, and then is silent because it is well. */
export const isWatched = (service: Pick<ServiceConfig, "instrumentation" | "kind" | "once">): boolean =>
  sends(service) && !service.once;

/** What is known of the telemetry that a service sends, beyond its role. */
export function knownOf({ kind, browser, traced, ...service }: ServiceConfig): Known {
  const inject = instrumentationOf({ kind, ...service }) === "inject";
  const injected = kind === "python" && inject;
  return { injected, traced: injected && traced.length > 0, browser: browser !== undefined && inject };
}

export interface Known {
  /** Python that this program instruments from outside, which says what its libraries do. */
  readonly injected: boolean;
  /** Functions of its own are traced. */
  readonly traced: boolean;
  /** nginx: visitors' browsers report of its pages. */
  readonly browser: boolean;
}
