/**
 * The application's user in a store that is made here, and its database where none is configured: the namespace with underscores. Names that a
 * store keeps for itself get an ending: its first user, PostgreSQL's templates and `pg_` roles, RabbitMQ's guest, the monitoring role. Pure.
 */
export function applicationUser(namespace: string): string {
  const name = namespace.replaceAll("-", "_");
  return RESERVED.test(name) ? `${name}_app` : name;
}

const RESERVED = /^(postgres|template[01]|public|none|guest|otel_monitor|pg_.*)$/;

/** A role as SQL takes it: in quotes, unless it has an underscore and so is no keyword (those with one begin as the three here). */
export const sqlIdentifier = (name: string): string =>
  /^(?!current_|session_|system_)[a-z][a-z0-9]*(_[a-z0-9]+)+$/.test(name) ? name : `"${name}"`;
