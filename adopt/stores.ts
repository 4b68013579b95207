import type { StoreName } from "../config/stores.ts";
import type { ComposeService } from "./compose-project.ts";
import { optionOf } from "./program-words.ts";

/** A service that is one of the three stores, and who signs in to it. */
export interface FoundStore {
  readonly store: StoreName;
  /** Name in the Compose project. */
  readonly service: string;
  /** Names that others reach it by. */
  readonly hosts: readonly string[];
  readonly port: number;
  readonly user: string | undefined;
  /** Absent: it asks for none. */
  readonly password: string | undefined;
  /** Where the container finds its password, which cannot be read here: `$(cat …)` of its command, or a variable that names a file. */
  readonly passwordUnknown?: string;
  /** Database or virtual host. */
  readonly path: string | undefined;
  /** Redis: whether it forgets keys when it is full. */
  readonly evicts: boolean;
  /** Whether its user may make the monitoring user. */
  readonly isAdmin: boolean;
}

/** Names of repositories, by their last part. */
const REPOSITORIES: Readonly<Record<StoreName, RegExp>> = {
  postgres:
    /^([a-z0-9]+[-_])?(postgres|postgresql)$|^(postgis|timescaledb(-ha)?|pgvector|citus|pgvecto-rs|pgautoupgrade)$/,
  redis: /^(redis|redis-stack|redis-stack-server|valkey|keydb)$/,
  rabbitmq: /^(rabbitmq)$/,
};

const PORTS: Readonly<Record<StoreName, number>> = { postgres: 5432, redis: 6379, rabbitmq: 5672 };

/** A text that a shell or an image would still fill in. */
const unknown = (password: string | undefined) => (password?.startsWith("$") ? { passwordUnknown: password } : {});

/** Which store an image is, if any. Pure. */
export function storeOf(image: string): StoreName | undefined {
  const repository = image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  const last = repository.split("/").at(-1) ?? "";
  return (["postgres", "redis", "rabbitmq"] as const).find((store) => REPOSITORIES[store].test(last));
}

/** Programs that ask a store, as backups and waiting scripts run them from its image. */
const CLIENT =
  /(^|[\s/;&|("'])(pg_dump|pg_dumpall|pg_restore|psql|createdb|redis-cli|valkey-cli|rabbitmqadmin|rabbitmqctl)(\s|$)/;
/** The word of an option, such as `-U postgres`, starts none. */
const SERVER =
  /(^|[\s/;&|("'])(?<!\s--?[\w-]+\s)(postgres|redis-server|valkey-server|keydb-server|rabbitmq-server|docker-entrypoint(\.sh)?|run\.sh)(\s|$)/;

/** Whether a container of a store's image only asks another one: its command is a client's, or its variables name a server elsewhere. Pure. */
export function asksAnother(
  { entrypoint, command, environment = {} }: ComposeService,
  hosts: readonly string[],
): boolean {
  const words = [...(entrypoint ?? []), ...(command ?? [])].join(" ");
  const host = environment.PGHOST ?? undefined;
  if (host !== undefined && !host.startsWith("/") && ![...hosts, "localhost", "127.0.0.1"].includes(host)) return true;
  return CLIENT.test(words) && !SERVER.test(words);
}

/** Who signs in to a store, from what its container is started with. Pure. `read`: the text of a file that a variable names, such as POSTGRES_PASSWORD_FILE. */
export function foundStore(
  store: StoreName,
  name: string,
  {
    service,
    hosts,
  }: { readonly service: ComposeService /** Names that others reach it by. */; readonly hosts: readonly string[] },
  read: (path: string) => string | undefined,
): FoundStore {
  const { environment = {} } = service;
  const fileOf = (...keys: readonly string[]) =>
    keys.flatMap((key) => (environment[`${key}_FILE`] ? [`$${key}_FILE`] : []))[0];
  const value = (...keys: readonly string[]): string | undefined => {
    for (const key of keys) {
      const text = environment[key] ?? undefined;
      if (text) return text;
      const file = environment[`${key}_FILE`] ?? undefined;
      const content = file && read(file);
      if (content) return content.replace(/\r?\n$/, "");
    }
    return undefined;
  };
  const common = {
    store,
    service: name,
    hosts,
    port: PORTS[store],
    evicts: false,
  };
  switch (store) {
    case "postgres": {
      const bitnami = "POSTGRESQL_PASSWORD" in environment || "POSTGRESQL_USERNAME" in environment;
      const user = value("POSTGRES_USER", "POSTGRESQL_USERNAME") ?? "postgres";
      const password = value("POSTGRES_PASSWORD", "POSTGRESQL_PASSWORD");
      return {
        ...common,
        user,
        password,
        ...unknown(password ?? fileOf("POSTGRES_PASSWORD", "POSTGRESQL_PASSWORD")),
        path: value("POSTGRES_DB", "POSTGRESQL_DATABASE") ?? (bitnami ? "postgres" : user),
        // Bitnami's image makes a user of its own without rights beside the superuser.
        isAdmin: !bitnami || user === "postgres",
      };
    }
    case "redis": {
      const words = [...(service.entrypoint ?? []), ...(service.command ?? [])];
      const option = (flag: string) =>
        optionOf(words, flag, { variable: (key) => environment[key] ?? undefined, read });
      const policy = option("--maxmemory-policy");
      const given = option("--requirepass");
      return {
        ...common,
        user: undefined,
        password: given ?? value("REDIS_PASSWORD", "VALKEY_PASSWORD"),
        ...unknown(given),
        path: undefined,
        evicts: policy !== undefined && policy !== "noeviction",
        isAdmin: true,
      };
    }
    case "rabbitmq": {
      const password = value("RABBITMQ_DEFAULT_PASS", "RABBITMQ_PASSWORD");
      const file = fileOf("RABBITMQ_DEFAULT_PASS", "RABBITMQ_PASSWORD");
      const vhost = value("RABBITMQ_DEFAULT_VHOST", "RABBITMQ_VHOST") ?? "/";
      return {
        ...common,
        user: value("RABBITMQ_DEFAULT_USER", "RABBITMQ_USERNAME") ?? "guest",
        password: password ?? (file === undefined ? "guest" : undefined),
        ...unknown(password ?? file),
        path: vhost === "/" ? undefined : vhost,
        isAdmin: true,
      };
    }
    default:
      return store satisfies never;
  }
}
