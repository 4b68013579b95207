import * as pulumi from "@pulumi/pulumi";
import { container } from "../docker/container.ts";
import type { Scope } from "../docker/scope.ts";
import { dataVolume } from "../docker/volume.ts";
import { password } from "../password.ts";
import { type Datastore, MONITOR } from "./datastore.ts";
import { POSTGRES_MONITOR_GRANTS } from "./monitor-scripts.ts";

const PORT = 5432;
const APP_ROLE = "game_scheduler";
const USER = "70:70";

export interface PostgresArgs {
  readonly scope: Scope;
  readonly network: pulumi.Input<string>;
  readonly image: string;
  /** Name of the application's database. */
  readonly database: string;
  /** Memory limit in MiB; a quarter of it becomes shared buffers. */
  readonly memory: number;
}

/** A PostgreSQL of our own: the application's role owns its database, the monitoring role may read statistics and nothing else. */
export class Postgres extends pulumi.ComponentResource implements Datastore {
  readonly login: Datastore["login"];
  readonly source: Datastore["source"];
  readonly secrets: Datastore["secrets"];
  readonly ready: Datastore["ready"];

  constructor(name: string, args: PostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("game-scheduler-otel:datastores:Postgres", name, args, opts);
    const admin = password(`${name}-admin`, this, args.scope.protect);
    const app = password(`${name}-app`, this, args.scope.protect);
    const monitor = password(`${name}-monitor`, this, args.scope.protect);
    const data = dataVolume(args.scope, name, this);
    const made = container(
      args.scope,
      {
        name,
        image: args.image,
        user: USER,
        networks: [args.network],
        command: serverCommand(args.memory),
        env: { POSTGRES_USER: "postgres", POSTGRES_DB: args.database, POSTGRES_PASSWORD_FILE: "/run/secrets/admin" },
        files: [
          { path: "/run/secrets/admin", content: admin, mode: "0400" },
          { path: "/run/secrets/app", content: app, mode: "0400" },
          { path: "/run/secrets/monitor", content: monitor, mode: "0400" },
          { path: "/docker-entrypoint-initdb.d/10-roles.sql", content: rolesSql(args.database) },
        ],
        volumes: [{ volume: data.name, path: "/var/lib/postgresql/data" }],
        memory: args.memory,
        // Over TCP, since the server that runs the first-start scripts answers on the socket only.
        health: { command: ["pg_isready", "-h", "127.0.0.1", "-U", "postgres", "-d", args.database], everySeconds: 5 },
        stopSeconds: 60,
      },
      this,
    );
    this.login = pulumi.interpolate`${APP_ROLE}:${app}@${name}:${PORT}/${args.database}`;
    this.source = {
      kind: "postgres",
      endpoint: `${name}:${PORT}`,
      user: MONITOR,
      passwordSecret: "postgres-monitor",
      databases: [args.database],
      tls: false,
    };
    this.secrets = { "postgres-monitor": monitor };
    this.ready = [made];
    this.registerOutputs({ containerId: made.id });
  }
}

/** `pg_stat_statements` must be loaded at start, or the collector's top queries stay empty. */
const serverCommand = (memory: number): string[] => [
  "postgres",
  "-c",
  "shared_preload_libraries=pg_stat_statements",
  "-c",
  `shared_buffers=${Math.floor(memory / 4)}MB`,
  "-c",
  "track_io_timing=on",
];

/**
 * Runs once, on an empty data directory. psql reads the passwords from files, so that none stands in the script, the log or the state in plain text.
 * The collector asks `pg_stat_statements` in database `postgres`, whichever database it observes (measured).
 */
const rolesSql = (database: string): string => `\\set app_password \`cat /run/secrets/app\`
\\set monitor_password \`cat /run/secrets/monitor\`
CREATE ROLE ${APP_ROLE} LOGIN PASSWORD :'app_password';
ALTER DATABASE "${database}" OWNER TO ${APP_ROLE};
ALTER SCHEMA public OWNER TO ${APP_ROLE};
CREATE ROLE ${MONITOR};
${POSTGRES_MONITOR_GRANTS}
\\connect postgres
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
`;
