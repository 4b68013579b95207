import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { secretFile } from "../docker/container.ts";
import { physicalName, type Scope } from "../docker/scope.ts";
import { password } from "../password.ts";
import { applicationUser, sqlIdentifier } from "./application-user.ts";
import { Reconciler } from "./reconciler.ts";
import {
  commonParts,
  type Datastore,
  type Existing,
  hostPort,
  type Login,
  type Managed,
  MONITOR,
  required,
  Store,
  type StoreArgs,
  server,
  verification,
} from "./store.ts";

const PORT = 5432;
const USER = "70:70";

const DATABASE = "POSTGRES_DB";

/** Name of the database of a server of ours. */
const databaseOf = ({ database }: Managed<"postgres">, scope: Scope): string =>
  database ?? applicationUser(scope.namespace);

/**
 * A server makes its database once, on an empty volume. With another name it would start without it.
 * @throws pulumi.RunError when the server that exists was made with another name; where the engine cannot be asked nothing is known of that
 */
export async function refuseAnotherDatabase(config: Managed<"postgres">, scope: Scope): Promise<void> {
  const [before, now] = [await scope.deployedVariable("postgres", DATABASE), databaseOf(config, scope)];
  if (before === undefined || before === now) return;
  const server = physicalName(scope, "postgres");
  throw new pulumi.RunError(
    `postgres.database: ${JSON.stringify(now)}, but the data of ${server} is in the database ${JSON.stringify(before)}, and a server makes its database only once. Set it back with: pulumi config set --path postgres.database ${before}. To rename it, with the application stopped: docker exec ${server} psql -U postgres -c 'ALTER DATABASE "${before}" RENAME TO "${now}"', then docker rm -f ${server} (its data is on a volume) and pulumi up --refresh.`,
  );
}

/** A PostgreSQL of our own: the application's role owns its database, the monitoring role may read statistics and nothing else. */
export function managedPostgres(args: StoreArgs<Managed<"postgres">>): Datastore {
  const { scope } = args;
  const role = applicationUser(scope.namespace);
  const database = databaseOf(args.config, scope);
  const config = { ...args.config, database };
  return new Store("Postgres", "postgres", { config }, make);

  function make(parent: pulumi.Resource): Datastore {
    const admin = password("postgres-admin", parent, scope.protect);
    const app = password("postgres-app", parent, scope.protect);
    const monitor = password("postgres-monitor", parent, scope.protect);
    const container = server(
      "postgres",
      args,
      {
        user: USER,
        command: serverCommand(config.memory),
        env: { POSTGRES_USER: "postgres", [DATABASE]: database, POSTGRES_PASSWORD_FILE: "/run/secrets/admin" },
        files: [
          secretFile("/run/secrets/admin", admin),
          secretFile("/run/secrets/app", app),
          secretFile("/run/secrets/monitor", monitor),
          { path: "/docker-entrypoint-initdb.d/10-roles.sql", content: rolesSql(database, sqlIdentifier(role)) },
        ],
        dataPath: "/var/lib/postgresql/data",
        // Over TCP, since the server that runs the first-start scripts answers on the socket only.
        health: {
          command: ["pg_isready", "-h", "127.0.0.1", "-U", "postgres", "-d", database],
          everySeconds: 5,
        },
        stopSeconds: 60,
      },
      parent,
    );
    const at = { host: "postgres", port: PORT, user: role, password: app, path: database };
    return {
      ...known(at, database),
      secrets: { "postgres-monitor": monitor.apply(connectionValue) },
      ready: [container],
    };
  }
}

/** A PostgreSQL that exists. With `adminUser` a small container makes the monitoring role there, else the role exists. */
export function existingPostgres(args: StoreArgs<Existing<"postgres">>): Datastore {
  const { config, secret } = args;
  return new Store("ExistingPostgres", "postgres", { server: config }, make);

  function make(parent: pulumi.Resource): Datastore {
    const app = required(secret, "postgresPassword", "postgres.managed is false");
    const at = { ...config, port: config.port ?? PORT, password: app, path: config.database };
    const { secrets, ...tls } = verification("postgres", args);
    const monitor = monitorPassword(parent);
    return {
      ...known(at, config.database),
      source: { ...known(at, config.database).source, ...tls },
      secrets: { ...secrets, "postgres-monitor": monitor.apply(connectionValue) },
      ready: [],
    };
  }

  function monitorPassword(parent: pulumi.Resource): pulumi.Output<string> {
    const { adminUser } = config;
    // The administrator may be the application's own role, whose password is known.
    const adminSecret = adminUser === config.user ? "postgresPassword" : "postgresAdminPassword";
    if (adminUser === undefined) return required(secret, "postgresMonitorPassword", "postgres.adminUser is not set");
    const admin = required(secret, adminSecret, "postgres.adminUser is set");
    const monitor = password("postgres-monitor", parent);
    const ca = secret("postgresCaCertificate");
    new Reconciler(
      "postgres-monitor",
      {
        ...args,
        user: USER,
        script: RECONCILE_ROLE,
        env: {
          PGHOST: config.host,
          PGPORT: String(config.port ?? PORT),
          PGCONNECT_TIMEOUT: "5",
          PGSSLMODE: config.tls ? "verify-full" : "disable",
          ...(config.tls && { PGSSLROOTCERT: ca ? "/run/secrets/ca" : "system" }),
          ADMIN_USER: adminUser,
          OBSERVED_DATABASE: config.database,
        },
        secrets: { admin, monitor, verifier: monitor.apply(scramVerifier), ...(ca && { ca }) },
      },
      { parent },
    );
    return monitor;
  }
}

const known = (at: Login, database: string): Pick<Datastore, "parts" | "path" | "source"> => ({
  path: database,
  parts: { ...commonParts(at), user: at.user ?? "", database },
  source: {
    kind: "postgres",
    endpoint: hostPort(at.host, at.port),
    user: MONITOR,
    passwordSecret: "postgres-monitor",
    databases: [database],
  },
});

/** A value of a libpq connection string, in quotes: the collector's receiver puts the password there as it is. */
export const connectionValue = (text: string): string => `'${text.replace(/['\\]/g, "\\$&")}'`;

/**
 * What PostgreSQL stores of a password (RFC 5803), so that the password itself is in no statement: servers log statements and keep them in
 * pg_stat_statements. The salt follows from the password, so that the same password gives the same text.
 */
export function scramVerifier(text: string): string {
  const iterations = 4096;
  const hmac = (key: Buffer, data: string) => createHmac("sha256", key).update(data).digest();
  const salt = hmac(Buffer.from(text), MONITOR).subarray(0, 16);
  const salted = pbkdf2Sync(text, salt, iterations, 32, "sha256");
  const stored = createHash("sha256").update(hmac(salted, "Client Key")).digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${stored}:${hmac(salted, "Server Key").toString("base64")}`;
}

/** A statement that takes longer is logged; its values are not, neither as parameters nor, since the collector masks them, as literals. */
const SLOW_STATEMENT_MS = 500;

/** How a server of ours is started. @param memory of its container, MiB */
export const serverCommand = (memory: number): string[] => {
  const settings = {
    shared_buffers: `${Math.floor(memory / 4)}MB`,
    track_io_timing: "on",
    log_min_duration_statement: `${SLOW_STATEMENT_MS}`,
    log_parameter_max_length: "0",
    // time, process, and of sessions user, database and SQLSTATE: what the collector reads
    log_line_prefix: "%m [%p] %q%u@%d %e ",
    log_timezone: "UTC",
  };
  return ["postgres", ...Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`])];
};

/** Runs once, on an empty data directory. psql reads the passwords from files, so that none is in the script, the log or the state in plain text. */
const rolesSql = (database: string, role: string): string => `\\set app_password \`cat /run/secrets/app\`
\\set monitor_password \`cat /run/secrets/monitor\`
CREATE ROLE ${role} LOGIN PASSWORD :'app_password';
ALTER DATABASE "${database}" OWNER TO ${role};
ALTER SCHEMA public OWNER TO ${role};
CREATE ROLE ${MONITOR} LOGIN CONNECTION LIMIT 5 PASSWORD :'monitor_password';
GRANT pg_read_all_stats TO ${MONITOR};
`;

/**
 * Nothing is written where the monitoring role can sign in and read already, so a server's log and its statistics see the role's statements once.
 * The receiver signs in to the observed database and to \`postgres\`.
 */
export const RECONCILE_ROLE = `set -euf
sql() { psql --no-psqlrc --quiet --tuples-only --no-align -v ON_ERROR_STOP=1 "$@" 2>&1; }
fits() {
  PGPASSWORD="$(cat /run/secrets/monitor)" PGUSER=${MONITOR} PGDATABASE="$1" \\
    sql -c "SELECT 'fits' WHERE pg_has_role('pg_read_all_stats', 'MEMBER')" | grep -qx fits
}
fits postgres && fits "$OBSERVED_DATABASE" && exit 0
export PGUSER="$ADMIN_USER" PGPASSWORD="$(cat /run/secrets/admin)" PGDATABASE=postgres
said=$(sql -v database="$OBSERVED_DATABASE" <<'SQL'
\\set verifier \`cat /run/secrets/verifier\`
SELECT 'CREATE ROLE ${MONITOR}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${MONITOR}') \\gexec
ALTER ROLE ${MONITOR} LOGIN CONNECTION LIMIT 5 PASSWORD :'verifier';
GRANT pg_read_all_stats TO ${MONITOR};
SELECT format('GRANT CONNECT ON DATABASE %I TO ${MONITOR}', datname) FROM pg_database
  WHERE datname IN ('postgres', :'database') AND NOT has_database_privilege('${MONITOR}', oid, 'CONNECT') \\gexec
SQL
) || {
  echo "postgres.adminUser: $ADMIN_USER cannot make the role ${MONITOR} in PostgreSQL at $PGHOST, port $PGPORT:" $said
  exit 1
}
fits postgres && fits "$OBSERVED_DATABASE" || {
  echo "postgres: the role ${MONITOR} was made but cannot sign in to $OBSERVED_DATABASE at $PGHOST, port $PGPORT; allow it in pg_hba.conf"
  exit 1
}
`;
