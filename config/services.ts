import { z } from "zod";

/** Shape of the application's containers in the stack's configuration. Pure. */

export const mebibytes = z.int().min(16).max(65_536);
export const port = z.int().min(1).max(65_535);
export const name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, "lower-case letters, digits and dashes, at most 40");

export const SERVICE_KINDS = ["python", "node", "nginx", "other"] as const;
export type ServiceKind = (typeof SERVICE_KINDS)[number];

/** What a service does: answers requests, consumes a queue, talks to a chat gateway, runs on a schedule, serves pages. */
export const ROLES = ["http", "worker", "bot", "daemon", "frontend"] as const;
export type Role = (typeof ROLES)[number];

/** One container of the application. */
export const service = z.strictObject({
  name,
  /** `python` and `node` are started with the environment of their OpenTelemetry SDK, `nginx` with its name only, `other` sends no telemetry. */
  kind: z.enum(SERVICE_KINDS).default("python"),
  /** What it does, which decides its boards, alerts and objectives; default: see `roleOf`. */
  role: z.enum(ROLES).optional(),
  /** A reference with a tag or digest, or `build:<name>` for an image built from this repository. */
  image: z
    .string()
    .min(1)
    .refine(
      (image) => image.startsWith("build:") || !/(:latest|^[^:@]+)$/.test(image),
      "a tag or a digest, and not latest",
    ),
  command: z.array(z.string()).optional(),
  /** Port inside the container that is published on 127.0.0.1, and where. */
  publish: z.strictObject({ port, as: port }).optional(),
  /** nginx only: port in the container that serves `/stub_status` to the collector. */
  stubStatus: port.optional(),
  /** Values may name stores and secrets: `{postgres.login}`, `{redis.login}`, `{rabbitmq.login}`, `{random.<name>}`. */
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a variable name"), z.string()).default({}),
  /** Command that exits 0 while the service is well, run in the container. */
  health: z.array(z.string()).min(1).optional(),
  memory: mebibytes.default(256),
  user: z
    .string()
    .regex(/^\d+:\d+$/, "numeric uid:gid")
    .refine((user) => !user.startsWith("0:"), "a user other than root")
    .default("10001:10001"),
  /** Version sent as service.version; default: the tag of the image. */
  version: z.string().optional(),
});
export type ServiceConfig = z.infer<typeof service>;

/** The service's role; where none is configured, nginx is a frontend, a published port makes it `http`, the rest are workers. */
export function roleOf({ role, kind, publish }: Pick<ServiceConfig, "role" | "kind" | "publish">): Role {
  if (role !== undefined) return role;
  if (kind === "nginx") return "frontend";
  return publish === undefined ? "worker" : "http";
}
