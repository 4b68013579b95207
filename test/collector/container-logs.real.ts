import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { serverCommand } from "../../components/datastores/postgres.ts";
import {
  ENGINE_SOCKET,
  PROXY_SOCKET,
  proxyConf,
  proxyScript,
  SOCKET_FOLDER,
} from "../../components/docker-api-proxy.ts";
import { imageReference } from "../../images/catalogue.ts";
import type { LogFormat } from "../../pipeline/logged-container.ts";
import {
  createNetwork,
  docker,
  healthy,
  type Network,
  type RunningCollector,
  startCollector,
  until,
} from "./collector.ts";
import { inputFor, readableConfig, sinkBackend } from "./configs.ts";
import { type LogRecord, logRecords, points, type Sink, startSink } from "./sink.ts";

/** Real containers, read through the real proxy by the real collector, which is stopped, started and killed while they write. */
const run = `logs-real-${randomBytes(4).toString("hex")}`;
const labels = { "example.run": run };
const nameOf = (service: string) => `${run}-${service}`;
const SOCKET = "/var/run/docker.sock";

const FORMATS: Readonly<Record<string, LogFormat>> = {
  postgres: "postgresql",
  redis: "redis",
  rabbitmq: "rabbitmq",
  web: "nginx",
  counter: "text",
  terminal: "text",
  python: "text",
};

let network: Network;
let sink: Sink;
let collector: RunningCollector;

function start(service: string, image: string, options: readonly string[], command: readonly string[]): void {
  const labelled = Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`);
  const all = [
    "run",
    "--detach",
    "--pull=never",
    `--name=${nameOf(service)}`,
    ...labelled,
    "--memory=384m",
    ...options,
    image,
  ];
  docker(...all, ...command);
}

const local = (name: "postgres" | "redis" | "rabbitmq" | "nginx" | "python") => imageReference(name, "local");

/** The proxy as components/docker-api.ts makes it. */
function startProxy(): void {
  const folder = mkdtempSync(join(tmpdir(), "docker-api-"));
  execFileSync("chmod", ["755", folder]);
  const args = { labels, logsOf: Object.keys(FORMATS).map(nameOf) };
  writeFileSync(join(folder, "nginx.conf"), proxyConf(args));
  writeFileSync(join(folder, "api.js"), proxyScript(args));
  docker(
    "volume",
    "create",
    "--driver=local",
    "--opt=type=tmpfs",
    "--opt=device=tmpfs",
    "--opt=o=uid=101,gid=10001,mode=0750",
    run,
  );
  const group = statSync(SOCKET).gid;
  const mounts = [`${folder}:/etc/docker-api:ro`, `${run}:${SOCKET_FOLDER}`, `${SOCKET}:${ENGINE_SOCKET}:ro`];
  start(
    "proxy",
    local("nginx"),
    ["--network=none", "--user=101:101", `--group-add=${group}`, ...mounts.map((mount) => `--volume=${mount}`)],
    ["sh", "-c", `rm -f ${PROXY_SOCKET}; exec nginx -c /etc/docker-api/nginx.conf -g "daemon off;"`],
  );
}

/** Status and body of a request to the proxy, from a container that has its socket. */
function ask(path: string, method = "GET"): { readonly status: number; readonly body: string } {
  const request = `const http = require("node:http");
    http.request({ socketPath: "${PROXY_SOCKET}", path: ${JSON.stringify(path)}, method: "${method}" }, (answer) => {
      let body = ""; answer.on("data", (part) => (body += part)); answer.on("end", () => console.log(JSON.stringify({ status: answer.statusCode, body })));
    }).end();`;
  const mounts = ["--rm", "--network=none", "--user=10001:10001", `--volume=${run}:${SOCKET_FOLDER}`];
  return JSON.parse(docker("run", ...mounts, "--entrypoint=node", imageReference("node", "local"), "-e", request));
}

const of = (service: string): readonly LogRecord[] =>
  logRecords(sink).filter(({ resource }) => resource["service.name"] === service);
const bodiesOf = (service: string) => of(service).map(({ body }) => String(Object(body).stringValue));
const findIn = (service: string, part: string) =>
  of(service).find(({ body }) => String(Object(body).stringValue).includes(part));
const arrives = (service: string, part: string) =>
  until(() => findIn(service, part) !== undefined, `${service} said "${part}"`);

beforeAll(async () => {
  network = createNetwork();
  sink = await startSink(network.hostAddress);
  startProxy();
  start("postgres", local("postgres"), ["--env=POSTGRES_HOST_AUTH_METHOD=trust"], serverCommand(384));
  start("redis", local("redis"), [], ["redis-server"]);
  start("rabbitmq", local("rabbitmq"), [], []);
  start("web", local("nginx"), ["--publish=127.0.0.1::8080"], []);
  const input = inputFor([sinkBackend("sink", sink)], {
    containerLogs: {
      endpoint: `unix://${PROXY_SOCKET}`,
      labels,
      containers: Object.entries(FORMATS).map(([service, format]) => ({
        name: nameOf(service),
        service,
        version: "1",
        format,
      })),
    },
  });
  const config = parseDocument(readableConfig(input));
  // so that the counting writers are not held back
  config.setIn(["receivers", "dockerlogs", "records_per_second"], 5000);
  collector = await startCollector(config.toString({ lineWidth: 0 }), network, {
    volumes: [`${run}:${SOCKET_FOLDER}`],
  });
});

afterAll(async () => {
  collector?.remove();
  for (const service of ["proxy", ...Object.keys(FORMATS)]) {
    try {
      docker("rm", "--force", "--volumes", nameOf(service));
    } catch {
      // it was never started
    }
  }
  docker("volume", "rm", "--force", run);
  network?.remove();
  await sink?.close();
});

describe("a store's log arrives in its own format", () => {
  const psql = (sql: string) => {
    try {
      docker("exec", nameOf("postgres"), "psql", "-h", "127.0.0.1", "-U", "postgres", "-c", sql);
    } catch {
      // an error of the server is what some of them are for
    }
  };

  test("PostgreSQL: a slow statement with its duration, without its values", async () => {
    await arrives("postgres", "database system is ready to accept connections");
    await until(
      () => docker("exec", nameOf("postgres"), "pg_isready", "-h", "127.0.0.1") !== "",
      "it accepts connections",
    );
    psql("SELECT pg_sleep(0.7), 'canary-slow'");
    await arrives("postgres", "pg_sleep");
    const slow = findIn("postgres", "pg_sleep");
    expect(slow?.attributes).toMatchObject({
      "db.system.name": "postgresql",
      "db.namespace": "postgres",
      "db.query.text": "SELECT pg_sleep(?), ?",
    });
    expect(Number(slow?.attributes["db.query.duration_ms"])).toBeGreaterThan(690);
    expect(slow?.severity).toBe(13);
  });

  test("PostgreSQL: an error with DETAIL and STATEMENT is one record", async () => {
    psql("CREATE TABLE users (email text PRIMARY KEY); INSERT INTO users VALUES ('canary-detail@example.com')");
    psql("INSERT INTO users\nVALUES ('canary-detail@example.com')");
    await arrives("postgres", "duplicate key");
    const failed = findIn("postgres", "duplicate key");
    expect(failed?.severity).toBe(17);
    expect(failed?.attributes["db.response.status_code"]).toBe("23505");
    expect(
      String(Object(failed?.body).stringValue)
        .split("\n")
        .map((line) => line.split(" ")[0]),
    ).toEqual(["duplicate", "DETAIL:", "STATEMENT:", "VALUES"]);
  });

  test("Redis and RabbitMQ: severities", async () => {
    await arrives("redis", "Ready to accept connections");
    expect(findIn("redis", "Ready to accept connections")?.severity).toBe(10);
    await arrives("rabbitmq", "Server startup complete");
    expect(findIn("rabbitmq", "Server startup complete")).toMatchObject({ severity: 9 });
    expect(findIn("rabbitmq", "Server startup complete")?.attributes["erlang.process.id"]).toMatch(/^<[\d.]+>$/);
  });

  test("nginx: an error without the visitor's address and the query", async () => {
    const address = `http://${docker("port", nameOf("web"), "8080/tcp")}`;
    await until(async () => (await fetch(`${address}/absent?key=canary-query`)).status === 404, "nginx answers");
    await arrives("web", "open()");
    const failed = findIn("web", "open()");
    expect(failed?.attributes).toMatchObject({
      "http.request.method": "GET",
      "url.path": "/absent",
      "log.iostream": "stderr",
    });
    expect(failed?.severity).toBe(17);
  });
});

test("how many containers are read is a metric of the collector, which verify asks for", async () => {
  const followed = () => points(sink).filter(({ metric }) => metric === "otelcol_dockerlogs_followed_containers");
  await until(() => followed().at(-1)?.value === 4, "the four that run are counted");
});

const PROGRAM = `
import logging, sys
logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
logging.info("before")
try:
    try:
        {}["game"]
    except KeyError:
        raise ValueError("no such game")
except ValueError:
    logging.exception("cannot deliver")
logging.info("after")
raise RuntimeError("ends here")
`;

test("a traceback of Python is one record with its message, its cause and its exception", async () => {
  start("python", local("python"), ["--entrypoint=python3"], ["-c", PROGRAM]);
  await arrives("python", "ends here");
  const [before, caught, after, last, ...more] = bodiesOf("python");
  expect(more).toEqual([]);
  expect([before?.split(" ").at(-1), after?.split(" ").at(-1)]).toEqual(["before", "after"]);
  expect(caught).toMatch(
    /ERROR cannot deliver\nTraceback .*KeyError: 'game'\n\nDuring handling .*\nValueError: no such game$/s,
  );
  expect(last).toMatch(/^Traceback .*\nRuntimeError: ends here$/s);
  expect(of("python").map(({ attributes }) => attributes["exception.type"])).toEqual([
    undefined,
    "ValueError",
    undefined,
    "RuntimeError",
  ]);
  expect(of("python").map(({ severity }) => severity)).toEqual([9, 17, 9, 17]);
});

/** Writes numbered lines on both streams: to stdout JSON with a trace id, to stderr text; then stays. */
const counting = (lines: number) => [
  "sh",
  "-c",
  `i=0; while [ $i -lt ${lines} ]; do i=$((i+1)); echo "{\\"level\\":\\"warn\\",\\"msg\\":\\"count $i\\",\\"trace_id\\":\\"0af7651916cd43dd8448eb211c80319c\\",\\"n\\":$i}"; echo "ERROR error $i" >&2; [ $((i%20)) = 0 ] && sleep 0.1; done; sleep 600`,
];

/** Looks again and again: a call that blocks would keep the sink from answering, and the collector would rightly send once more. */
async function ended(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  collector.kill(signal);
  const running = () => docker("inspect", "--format={{.State.Running}}", collector.id);
  await until(() => running() === "false", "the collector has ended");
}

describe("a collector that is stopped and started under writing", () => {
  const LINES = 3000;

  test("loses no line and sends none twice", async () => {
    start("counter", local("redis"), ["--entrypoint="], counting(LINES));
    for (let restarts = 0; restarts < 3; restarts++) {
      const already = of("counter").length;
      await until(() => of("counter").length > already + 300, "some lines arrived");
      await ended("SIGTERM");
      await new Promise((resolve) => setTimeout(resolve, 1000));
      collector.start();
      await healthy(collector);
    }
    const numbers = (word: string) =>
      bodiesOf("counter")
        .flatMap((body) => (body.includes(word) ? [Number(body.split(" ").at(-1))] : []))
        .sort((a, b) => a - b);
    await until(() => of("counter").length >= 2 * LINES, "all lines arrived");
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const all = Array.from({ length: LINES }, (_, i) => i + 1);
    expect(numbers("count")).toEqual(all);
    expect(numbers("error")).toEqual(all);
    const json = findIn("counter", "count 7");
    expect([
      json?.severity,
      json?.traceId,
      json?.resource["container.name"],
      json?.resource["service.version"],
    ]).toEqual([...[13, "0af7651916cd43dd8448eb211c80319c", nameOf("counter"), "1"]]);
  });

  test("killed, it loses none; a container with a terminal is read too", async () => {
    start("terminal", local("redis"), ["--entrypoint=", "--tty"], counting(LINES));
    await until(() => of("terminal").length > 500, "some lines arrived");
    await ended("SIGKILL");
    collector.start();
    await until(() => new Set(bodiesOf("terminal")).size >= 2 * LINES, "all lines arrived");
    expect(of("terminal").length - 2 * LINES).toBeLessThanOrEqual(256);
  });
});

describe("the proxy", () => {
  test("passes what the collector asks for", () => {
    const listed = JSON.parse(ask("/containers/json?all=1").body) as { readonly Names: readonly string[] }[];
    expect(listed.map(({ Names }) => Names[0]).sort()).toEqual(
      ["proxy", ...Object.keys(FORMATS)].map((each) => `/${nameOf(each)}`).sort(),
    );
    expect(ask(`/v1.44/containers/${nameOf("redis")}/logs?stdout=1`).status).toBe(200);
    const id = docker("inspect", "--format={{.Id}}", nameOf("postgres"));
    const described = ask(`/v1.44/containers/${id}/json`);
    expect(described.status).toBe(200);
    expect(described.body).not.toContain("POSTGRES_HOST_AUTH_METHOD");
  });

  test("refuses everything else, and every other container", () => {
    const foreign = docker("inspect", "--format={{.Id}}", collector.id);
    const paths = [
      `/containers/${foreign}/json`,
      `/containers/${foreign}/logs?stdout=1`,
      `/containers/${nameOf("proxy")}/logs`,
    ];
    const more = [
      "/info",
      "/version",
      "/images/json",
      "/secrets",
      `/containers/${nameOf("postgres")}/json`,
      `/containers/${nameOf("postgres")}/top`,
    ];
    for (const path of [...paths, ...more]) expect([path, ask(path).status]).toEqual([path, 403]);
    expect(ask(`/containers/${nameOf("postgres")}/stop`, "POST").status).toBe(403);
    expect(ask("/containers/json", "POST").status).toBe(403);
  });
});

test("nothing that was a value arrived", () => {
  expect(sink.text()).not.toContain("canary-");
});
