/**
 * Attributes whose values an inventory names: the semantic conventions enumerate them, or they are names in the code. Everything else may be
 * somebody's data, and is counted only.
 */
const KNOWN: ReadonlySet<string> = new Set([
  "code.function.name",
  "db.operation.name",
  "db.system.name",
  "direction",
  "error.type",
  "http.request.method",
  "http.response.status_code",
  "messaging.operation.name",
  "messaging.operation.type",
  "messaging.system",
  "network.transport",
  "otel.signal",
  "rpc.system",
  "span.kind",
  "state",
  "status.code",
  "url.scheme",
]);

/** The value, where an inventory may name it. */
export const knownValue = (key: string, value: string): string | undefined =>
  KNOWN.has(key) && /^[\w.:<>/ -]{1,60}$/.test(value) ? value : undefined;

/** Attributes that tell processes, connections and machines apart: they differ from run to run, and how many there are says nothing of the code. */
const VOLATILE: ReadonlySet<string> = new Set([
  "client.address",
  "client.port",
  "container.hostname",
  "container.id",
  "cpu",
  "device",
  "host.id",
  "host.name",
  "interface",
  "mountpoint",
  "network.peer.address",
  "network.peer.port",
  "process.pid",
  "service.instance.id",
  "thread.id",
  "thread.name",
]);

export const isVolatile = (key: string): boolean => VOLATILE.has(key);
