import { isIP } from "node:net";
import { z } from "zod";
import { LOOPBACK, line, mebibytes, name, plainLine, port } from "./values.ts";

/** Shapes of PostgreSQL, Redis and RabbitMQ in the stack's configuration: made here, existing, or none. Pure. */

export const STORE_NAMES = ["postgres", "redis", "rabbitmq"] as const;
export type StoreName = (typeof STORE_NAMES)[number];

/** Name or address of an existing store; an IPv6 address with or without brackets, without them in the result. */
const host = z
  .string()
  .transform((text) => text.replace(/^\[([^\]]*)\]$/, "$1"))
  .refine(
    (text) => (isIP(text) !== 0 && !text.includes("%")) || /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(text),
    {
      error: "a host name or an address alone; the port has a key of its own (port), user and password too",
      abort: true,
    },
  )
  .refine((text) => !LOOPBACK.test(text), {
    error:
      "an address that containers reach, and a loopback address is each container itself; give this machine's name or address in its network (under Docker Desktop: host.docker.internal)",
  });

const text = line.min(1);

/** The collector's PostgreSQL receiver writes the name unquoted into its connection string and into its queries. */
const observedDatabase = plainLine.regex(
  /^[^\s'\\]+$/u,
  "a name without white space, quotes and backslashes, which the collector's PostgreSQL receiver cannot connect to",
);

/** What one made here has in every store; `memory` in MiB. */
const managed = (memory: number) => ({ managed: z.literal(true), memory: mebibytes.default(memory) });
const existing = {
  managed: z.literal(false),
  host,
  /** Default: the store's own port for this `tls`. */
  port: port.optional(),
  /** Encrypted, with the server's certificate and name verified: against `<store>CaCertificate`, else against public authorities. */
  tls: z.boolean().default(false),
};

const CHOICE = "an object with managed: true, or with managed: false and an address";
const MANAGED = "true (made here), or false (one that exists), with its host beside it";

/** One of the two shapes, or `none`: a store the stack does not have, so no container, no telemetry of it, no board. */
const store = <M extends z.core.$ZodTypeDiscriminable, E extends z.core.$ZodTypeDiscriminable>(made: M, found: E) =>
  z.union(
    [
      z.literal("none"),
      z.discriminatedUnion("managed", [made, found], {
        error: ({ code }) => (code === "invalid_union" ? MANAGED : CHOICE),
      }),
    ],
    {
      error: `none, or ${CHOICE}`,
    },
  );

export const postgres = store(
  z.strictObject({
    ...managed(256),
    /** Default: the namespace with underscores. */
    database: z
      .union([name, z.string().regex(/^[a-z_][a-z0-9_]*$/)], {
        error: "lower-case letters, digits and underscores, or dashes in their place, and no digit first",
      })
      .optional(),
  }),
  z.strictObject({
    ...existing,
    user: text,
    database: observedDatabase,
    /** Who makes the monitoring role; without it the role `otel_monitor` must exist already. */
    adminUser: text.optional(),
  }),
);

export const redis = store(
  z.strictObject(managed(128)),
  z.strictObject({
    ...existing,
    user: text.optional(),
    /** Its `maxmemory-policy` is not `noeviction`: a full one is a cache at work, so its fullness alerts nobody. */
    evicts: z.boolean().default(false),
    /** `none`: this Redis asks for no password. */
    password: z.literal("none").optional(),
    /** Who makes the monitoring user; without it the application's user does, unless `redisMonitorPassword` says that it exists. */
    adminUser: text.optional(),
  }),
);

export const rabbitmq = store(
  z.strictObject(managed(320)),
  z.strictObject({
    ...existing,
    user: text,
    vhost: text.default("/"),
    /** Port of its Prometheus plugin. Default: 15692, or 15691 with TLS. */
    metricsPort: port.optional(),
    /** Whether the Prometheus plugin is asked by https. Default: as `tls`. */
    metricsTls: z.boolean().optional(),
  }),
);

/** Keys that are about a store that exists, and about none that is made here. */
const OF_EXISTING: ReadonlySet<string> = new Set([
  ...["host", "port", "tls", "user", "adminUser", "vhost", "metricsPort", "metricsTls", "evicts", "password"],
]);

/** A store as it was meant: one without `managed` is made here, unless another key is about one that exists. What is no object stays as it is. */
export function storeAsMeant(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value) || "managed" in value) return value;
  return { managed: !Object.keys(value).some((key) => OF_EXISTING.has(key)), ...value };
}

export const storeKeys = {
  postgres: postgres
    .prefault({ managed: true, memory: 256 })
    .describe("PostgreSQL - made here (managed), the address of one that exists, or none"),
  redis: redis
    .prefault({ managed: true, memory: 128 })
    .describe("Redis - made here (managed), the address of one that exists, or none"),
  rabbitmq: rabbitmq
    .prefault({ managed: true, memory: 320 })
    .describe("RabbitMQ - made here (managed), the address of one that exists, or none"),
} as const;

/** Secrets that only existing stores need, with the sentence `Pulumi.yaml` says of them. */
export const STORE_SECRETS = {
  postgresPassword: "Existing PostgreSQL - password of the application's role",
  postgresAdminPassword:
    "Existing PostgreSQL with adminUser other than user - password of the role that makes otel_monitor",
  postgresMonitorPassword: "Existing PostgreSQL without adminUser - password of the role otel_monitor, which exists",
  postgresCaCertificate: "Existing PostgreSQL with tls - PEM of the private authority that signed its certificate",
  redisPassword: "Existing Redis - password of the application's user; not needed with password: none",
  redisAdminPassword: "Existing Redis with adminUser - password of the user that makes otel_monitor",
  redisMonitorPassword: "Existing Redis - password of the user otel_monitor, which exists; nothing is made then",
  redisCaCertificate: "Existing Redis with tls - PEM of the private authority that signed its certificate",
  rabbitmqPassword: "Existing RabbitMQ - password of the application's user",
  rabbitmqCaCertificate: "Existing RabbitMQ with tls - PEM of the private authority that signed its certificate",
} as const;

/** Why a secret that is set would not be used, if so, from the stores as they were typed. */
export function unusedSecret(key: string, values: Readonly<Record<string, string>>): string | undefined {
  const store = STORE_NAMES.find((name) => key.startsWith(name));
  const { managed, tls, metricsTls, password } = objectOf(store && values[store]);
  if (managed !== false) return undefined;
  if (key === `${store}CaCertificate` && tls !== true && metricsTls !== true)
    return `${key}: set, but ${store}.tls is false, so nothing would be verified. Set it with: pulumi config set --path ${store}.tls true`;
  if (key === "redisPassword" && password === "none")
    return "redisPassword: set, but redis.password says none. Remove one of them with: pulumi config rm redisPassword";
  return undefined;
}

/** An object from the text Pulumi hands over; empty for anything else, which is refused elsewhere. */
function objectOf(text = ""): Readonly<Record<string, unknown>> {
  try {
    return Object(storeAsMeant(JSON.parse(text)));
  } catch {
    return {};
  }
}
