/** What somebody else on the machine tries: another user, a neighbouring container. */
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { run, succeed } from "./run.ts";

/** Values that nobody else may see, from where root finds them: files of the stack, and what its containers were given. */
export async function secretsOf(
  localDir: string,
  environments: readonly Readonly<Record<string, string>>[],
): Promise<readonly string[]> {
  const generated = await readFile(join(localDir, "generated-secrets.json"), "utf8").catch(() => "{}");
  const given = environments.flatMap((env) =>
    Object.entries(env).flatMap(([name, value]) => {
      const [, password] = /:\/\/[^:/@]+:([^@]+)@/.exec(value) ?? [];
      return [...(/PASS|SECRET|TOKEN|_KEY$/.test(name) ? [value] : []), ...(password === undefined ? [] : [password])];
    }),
  );
  // Shorter ones are words such as the simulator's token, which logs may say; files are named, not repeated.
  return [...new Set([...textsIn(JSON.parse(generated)), ...given])].filter(
    (value) => value.length >= 12 && !value.startsWith("/"),
  );
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** A user that owns nothing. Undefined where this one may not become another. */
const NOBODY = ["--reuid", "65534", "--regid", "65534", "--clear-groups", "--no-new-privs"];
export const asNobody = (script: string) =>
  run("setpriv", [...NOBODY, "bash", "-c", script], { cwd: "/", timeoutSeconds: 120 });

/** Paths that tell much where they are answered. */
const READ = [
  ...["/", "/metrics", "/flags", "/config", "/stack.json", "/debug/pprof/cmdline", "/debug/vars", "/debug/configz"],
  ...["/api/v1/status/config", "/api/v1/status/flags", "/api/v1/targets", "/api/v2/status", "/api/status", "/api/vars"],
  ...["/prometheus/api/v1/status/config", "/prometheus/api/v1/status/flags", "/alertmanager/api/v2/status"],
  ...["/victorialogs/flags", "/victorialogs/metrics", "/jaeger/api/services"],
];

/** Everything that the server at an address tells who asks for it. */
export async function readEverything(address: string): Promise<string> {
  const answers = await Promise.all(READ.map((path) => ask("GET", `${address}${path}`)));
  return answers.map(({ body }) => body).join("\n");
}

/** What would write, delete or stop something; sent with no content, or with one that is valid. */
const WRITES: readonly (readonly [method: string, path: string, body?: string, type?: string])[] = [
  ["POST", "/api/v1/admin/tsdb/delete_series?match[]=up"],
  ["POST", "/api/v1/admin/tsdb/snapshot"],
  ["POST", "/api/v1/admin/tsdb/clean_tombstones"],
  ["POST", "/-/reload"],
  ["POST", "/-/quit"],
  ["POST", "/api/v1/write"],
  ["POST", "/api/v1/otlp/v1/metrics", "{}", "application/json"],
  ["POST", "/v1/metrics", "{}", "application/json"],
  ["POST", "/insert/jsonline", '{"_msg":"scan","_time":"0"}\n', "application/stream+json"],
  ["POST", "/insert/elasticsearch/_bulk", "\n", "application/json"],
  ["POST", "/insert/loki/api/v1/push", '{"streams":[]}', "application/json"],
  ["POST", "/insert/opentelemetry/v1/logs", ""],
  ["POST", "/delete/run_task?filter=*"],
  ["POST", "/internal/force_merge"],
  ["GET", "/internal/force_merge"],
  ["GET", "/internal/force_flush"],
  ["GET", "/delete/run_task?filter=*"],
  ["POST", "/select/../insert/jsonline", '{"_msg":"scan","_time":"0"}\n', "application/stream+json"],
  ["POST", "/internal/partition/detach?name=20260101"],
  ["POST", "/api/traces", "{}", "application/json"],
  ["POST", "/v1/traces", "{}", "application/json"],
  ["POST", "/v1/logs", "{}", "application/json"],
  ["POST", "/api/v2/silences", "{}", "application/json"],
  ["POST", "/api/v2/alerts", "[]", "application/json"],
  ["DELETE", "/api/v2/silence/00000000-0000-0000-0000-000000000000"],
  ["POST", "/api/archive/00000000000000000000000000000001"],
  ["PUT", "/stack.json", "{}"],
  ["DELETE", "/stack.json"],
];
const PREFIXES = ["", "/prometheus", "/victorialogs", "/jaeger", "/alertmanager"];

/**
 * Of everything that would change something at an address, what was accepted: `POST /api/v1/write`. A server that answers whatever it is asked in
 * the same way (a page for every path, an ingress that passes all of them to the application) has accepted nothing.
 */
export async function writesAccepted(address: string): Promise<readonly string[]> {
  const accepted: string[] = [];
  for (const prefix of PREFIXES) {
    for (const [method, path, body, type] of WRITES) {
      const answer = await ask(method, `${address}${prefix}${path}`, body, type);
      const nothing = await ask(method, `${address}${prefix}/no-such-path`, body, type);
      // A content that is refused was looked at: the way in is open.
      const open = answer.status >= 200 && (answer.status < 300 || answer.status === 400 || answer.status === 415);
      if (open && answer.status !== nothing.status) accepted.push(`${method} ${prefix}${path.split("?")[0]}`);
    }
  }
  return accepted;
}

async function ask(
  method: string,
  url: string,
  body?: string,
  type?: string,
): Promise<{ readonly status: number; readonly body: string }> {
  const headers: Record<string, string> = type === undefined ? {} : { "Content-Type": type };
  const options = { method, headers, redirect: "manual", signal: AbortSignal.timeout(10_000) } as const;
  try {
    const response = await fetch(url, { ...options, ...(body !== undefined && { body }) });
    return { status: response.status, body: await response.text() };
  } catch {
    return { status: 0, body: "" };
  }
}

/** Ports that a part of this stack, or of an image that it is made of, may listen on: of stores, collectors, their profiles and diagnostics. */
const TELEMETRY_PORTS = [
  ...[80, 1777, 2375, 3000, 3100, 3200, 4040, 4317, 4318, 4319, 5775, 5778, 8080, 8428, 8480, 8880, 8888, 8889],
  ...[9090, 9091, 9093, 9094, 9095, 9411, 9428, 9481, 12345, 13133, 13132, 14250, 14268, 14269, 16685, 16686, 55679],
];

/** What somebody finds at the addresses of containers. */
export interface Found {
  /** `172.18.0.2:5432` */
  readonly open: readonly string[];
  /** `172.18.0.2:5432 POST /v1/traces` */
  readonly accepted: readonly string[];
}

/** Looks at every telemetry port of these hosts from where it runs. */
export async function look(hosts: readonly string[]): Promise<Found> {
  const open: string[] = [];
  for (const host of hosts) {
    // A machine's gateway may answer for addresses that lead nowhere, at every port: then no container does.
    if (await connects(host, 1)) continue;
    const tried = await Promise.all(TELEMETRY_PORTS.map(async (port) => ((await connects(host, port)) ? [port] : [])));
    open.push(...tried.flat().map((port) => `${host}:${port}`));
  }
  const accepted: string[] = [];
  for (const address of open)
    accepted.push(...(await writesAccepted(`http://${address}`)).map((write) => `${address} ${write}`));
  return { open, accepted };
}

function connects(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host, port, timeout: 1500 });
  const end = (is: boolean) => () => {
    socket.destroy();
    resolve(is);
  };
  socket.once("connect", end(true)).once("timeout", end(false)).once("error", end(false));
  return promise;
}

/** The same as a user that owns nothing; with `pid` from the network of that process. */
export async function lookAsNobody(hosts: readonly string[], pid?: number): Promise<Found> {
  const script = `import(${JSON.stringify(import.meta.filename)}).then(async (scan) => console.log(JSON.stringify(await scan.look(${JSON.stringify(hosts)}))))`;
  const inNetwork = pid === undefined ? [] : ["nsenter", `--net=/proc/${pid}/ns/net`];
  const [command = "", ...args] = [
    ...inNetwork,
    "setpriv",
    ...NOBODY,
    process.execPath,
    "--input-type=module",
    "--eval",
    script,
  ];
  return JSON.parse((await succeed(command, args, { cwd: "/", timeoutSeconds: 240 })).stdout) as Found;
}

/** Of these addresses (`172.18.0.2:5432`), those that a container on that network can open a connection to. */
export async function reachableFrom(
  network: string,
  image: string,
  addresses: readonly string[],
): Promise<readonly string[]> {
  const tries = addresses.map((address) => {
    const [host, port] = address.split(":");
    const opens = (at: string | undefined) => `timeout 2 bash -c 'exec 3<>/dev/tcp/${host}/${at}' 2>/dev/null`;
    // see `look`
    return `${opens("1")} || { ${opens(port)} && echo ${address}; }`;
  });
  const locked = ["--user", "65534:65534", "--cap-drop", "ALL", "--memory", "64m", "--cpus", "1"];
  const script = `${tries.map((each) => `(${each}) &`).join("\n")}\nwait`;
  const ran = await run("docker", [
    "run",
    "--rm",
    "--network",
    network,
    ...locked,
    "--entrypoint",
    "bash",
    image,
    "-c",
    script,
  ]);
  return ran.stdout
    .split("\n")
    .filter((line) => line !== "")
    .sort();
}
