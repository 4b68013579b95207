import { MONITOR } from "./datastore.ts";

/** Shell scripts that keep the monitoring user in a store that exists. Pure; passwords are read from /run/secrets by the script itself. */

/** What the collector's Redis receiver calls, its client's greeting included. */
export const REDIS_MONITOR_COMMANDS = "+hello +ping +info +config|get +client|setinfo +client|setname";

/** The least a PostgreSQL monitoring role needs: the statistics views, five connections. `:'password'` is a variable of psql. */
export const POSTGRES_MONITOR_GRANTS = `ALTER ROLE ${MONITOR} LOGIN CONNECTION LIMIT 5 PASSWORD :'monitor_password';
GRANT pg_monitor TO ${MONITOR};`;

export const keepPostgresMonitor = (server: {
  host: string;
  port: number;
  adminUser: string;
  tls: boolean;
}): string => `set -eu
export PGPASSWORD="$(cat /run/secrets/admin)" PGSSLMODE=${server.tls ? "require" : "prefer"} PGCONNECT_TIMEOUT=5
psql -q -v ON_ERROR_STOP=1 -h ${quoted(server.host)} -p ${server.port} -U ${quoted(server.adminUser)} -d postgres <<'SQL'
\\set monitor_password \`cat /run/secrets/monitor\`
SELECT 'CREATE ROLE ${MONITOR}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${MONITOR}') \\gexec
${POSTGRES_MONITOR_GRANTS}
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
SQL
`;

export const keepRedisMonitor = (server: { host: string; port: number; user: string; tls: boolean }): string => `set -eu
export REDISCLI_AUTH="$(cat /run/secrets/admin)"
printf 'ACL SETUSER ${MONITOR} reset on >%s resetkeys resetchannels -@all ${REDIS_MONITOR_COMMANDS}\\n' "$(cat /run/secrets/monitor)" |
  redis-cli -e -h ${quoted(server.host)} -p ${server.port} --user ${quoted(server.user)}${server.tls ? " --tls" : ""} | grep -qx OK
`;

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
