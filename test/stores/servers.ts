import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imageReference } from "../../images/catalogue.ts";

/** Real containers on a network of their own with IPv4 and IPv6, all removed together. */
export class Ground {
  readonly network = `real-stores-${randomBytes(4).toString("hex")}`;
  readonly folder = mkdtempSync(join(tmpdir(), "real-stores-"));
  /** Address under which the containers reach this machine. */
  readonly hostAddress: string;
  readonly #ids: string[] = [];

  constructor() {
    chmodSync(this.folder, 0o755);
    const prefix = `fd00:${randomBytes(2).toString("hex")}:${randomBytes(2).toString("hex")}::/64`;
    docker("network", "create", "--ipv6", "--subnet", prefix, this.network);
    this.hostAddress = docker("network", "inspect", this.network, "--format", "{{(index .IPAM.Config 0).Gateway}}");
  }

  /** Starts a container; `files` are mounted read-only, by their path in it. */
  run(spec: RunSpec): Running {
    const mounts = Object.entries(spec.files ?? {}).map(([path, content], i) => {
      const file = join(this.#folderFor(spec.name), String(i));
      writeFileSync(file, content, { mode: 0o644 });
      return `--volume=${file}:${path}:ro`;
    });
    const id = docker(
      "run",
      "--detach",
      "--pull=never",
      `--memory=${spec.memory ?? 256}m`,
      `--memory-swap=${spec.memory ?? 256}m`,
      "--cap-drop=ALL",
      "--security-opt=no-new-privileges",
      `--network=${this.network}`,
      `--network-alias=${spec.name}`,
      `--label=test=${this.network}`,
      ...(spec.user === undefined ? [] : [`--user=${spec.user}`]),
      ...Object.entries(spec.env ?? {}).map(([key, value]) => `--env=${key}=${value}`),
      ...mounts,
      ...(spec.options ?? []),
      spec.image,
      ...(spec.command ?? []),
    );
    this.#ids.push(id);
    return new Running(id);
  }

  /** Runs a program to its end and returns what it prints. @throws Error with its output when it fails. */
  once(spec: RunSpec): string {
    const running = this.run(spec);
    const code = docker("wait", running.id);
    if (code !== "0") throw new Error(`${spec.name} exited with ${code}: ${running.logs()}`);
    return running.logs();
  }

  remove(): void {
    if (this.#ids.length > 0) docker("rm", "--force", "--volumes", ...this.#ids);
    docker("network", "rm", this.network);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #folderFor(name: string): string {
    const folder = join(this.folder, `${name}-${randomBytes(4).toString("hex")}`);
    mkdirSync(folder, { mode: 0o755 });
    return folder;
  }
}

export interface RunSpec {
  readonly name: string;
  readonly image: string;
  readonly user?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  /** MiB. */
  readonly memory?: number;
  readonly options?: readonly string[];
}

export class Running {
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }

  logs = (): string => execFileSync("sh", ["-c", `docker logs ${this.id} 2>&1`], { encoding: "utf8" });

  /** Runs a command inside; standard input is `input`. */
  exec = (command: readonly string[], input = ""): string =>
    execFileSync("docker", ["exec", "--interactive", this.id, ...command], { encoding: "utf8", input }).trim();

  ipv6 = (): string =>
    docker("inspect", this.id, "--format", "{{range .NetworkSettings.Networks}}{{.GlobalIPv6Address}}{{end}}");
}

export function docker(...args: readonly string[]): string {
  return execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** A certificate authority of this test and what it signs. */
export class Authority {
  readonly certificate: string;
  readonly #folder: string;

  constructor(folder: string, name: string) {
    this.#folder = join(folder, name);
    mkdirSync(this.#folder);
    this.#openssl(
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "2",
      "-subj",
      `/CN=${name}`,
      "-addext",
      "keyUsage=critical,keyCertSign,cRLSign",
      "-keyout",
      "ca.key",
      "-out",
      "ca.pem",
    );
    this.certificate = readFileSync(join(this.#folder, "ca.pem"), "utf8");
  }

  /** Key and certificate of a server with this name. */
  server(name: string): { readonly key: string; readonly certificate: string } {
    const file = (end: string) => `${name}.${end}`;
    writeFileSync(join(this.#folder, file("ext")), `subjectAltName=DNS:${name}\n`);
    this.#openssl(
      "req",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-subj",
      `/CN=${name}`,
      "-keyout",
      file("key"),
      "-out",
      file("csr"),
    );
    this.#openssl(
      "x509",
      "-req",
      "-days",
      "2",
      "-in",
      file("csr"),
      "-CA",
      "ca.pem",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-extfile",
      file("ext"),
      "-out",
      file("pem"),
    );
    const read = (end: string) => readFileSync(join(this.#folder, file(end)), "utf8");
    return { key: read("key"), certificate: read("pem") };
  }

  #openssl(...args: readonly string[]): void {
    execFileSync("openssl", args, { cwd: this.#folder, stdio: ["ignore", "ignore", "pipe"] });
  }
}

/** A password with all that breaks URLs, shells, connection strings, YAML and the collector's own expansion. */
export const ODD_PASSWORD = `p@ss/w:rd#%$ "'\\ {a: b} é`;

interface Tls {
  readonly key: string;
  readonly certificate: string;
  readonly ca: string;
}

const tlsFiles = ({ key, certificate, ca }: Tls) => ({
  "/tls/server.key": key,
  "/tls/server.pem": certificate,
  "/tls/ca.pem": ca,
});

/** PostgreSQL whose first statements are `init`; it logs every statement. With `tls` it takes no other connection. */
export function startPostgres(
  ground: Ground,
  args: {
    readonly name: string;
    readonly init: string;
    readonly tls?: Tls;
  },
): Running {
  const ssl = args.tls
    ? "-c ssl=on -c ssl_cert_file=/tls/server.pem -c ssl_key_file=/tmp/server.key -c hba_file=/tls/hba"
    : "";
  return ground.run({
    name: args.name,
    image: imageReference("postgres", "local"),
    env: { POSTGRES_PASSWORD: "unused" },
    files: {
      "/docker-entrypoint-initdb.d/10.sql": args.init,
      "/tls/hba": "local all all trust\nhostssl all all all scram-sha-256\n",
      ...(args.tls && tlsFiles(args.tls)),
    },
    // The server refuses a key that others may read.
    command: [
      "sh",
      "-c",
      `${args.tls ? "install -m 600 /tls/server.key /tmp/server.key;" : ""} exec docker-entrypoint.sh postgres -c log_statement=all ${ssl}`,
    ],
    options: ["--entrypoint="],
  });
}

/** Redis with these ACL users; with `tls` on the same port and nothing else. */
export function startRedis(
  ground: Ground,
  args: { readonly name: string; readonly users: readonly string[]; readonly tls?: Tls },
): Running {
  const port = args.tls
    ? "port 0\ntls-port 6379\ntls-cert-file /tls/server.pem\ntls-key-file /tls/server.key\ntls-ca-cert-file /tls/ca.pem\ntls-auth-clients no\n"
    : "port 6379\n";
  return ground.run({
    name: args.name,
    image: imageReference("redis", "local"),
    files: {
      "/etc/redis.conf": `bind * -::*\nprotected-mode no\n${port}${args.users.map((user) => `user ${user}\n`).join("")}`,
      ...(args.tls && tlsFiles(args.tls)),
    },
    command: ["redis-server", "/etc/redis.conf"],
  });
}

/** RabbitMQ with one user on one virtual host; with `tls` AMQP and metrics both encrypted. */
export function startRabbitMq(
  ground: Ground,
  args: {
    readonly name: string;
    readonly user: string;
    readonly password: string;
    readonly vhost: string;
    readonly tls?: Tls;
  },
): Running {
  const ssl = (prefix: string) =>
    ["cacertfile = /tls/ca.pem", "certfile = /tls/server.pem", "keyfile = /tls/server.key"]
      .map((line) => `${prefix}${line}\n`)
      .join("");
  const ports = args.tls
    ? `listeners.tcp = none\nlisteners.ssl.default = 5671\n${ssl("ssl_options.")}ssl_options.verify = verify_none\nssl_options.fail_if_no_peer_cert = false\nprometheus.ssl.port = 15691\n${ssl("prometheus.ssl.")}`
    : // The plugin listens on IPv4 alone where nothing is said.
      "prometheus.tcp.port = 15692\nprometheus.tcp.ip = ::\n";
  return ground.run({
    name: args.name,
    image: imageReference("rabbitmq", "local"),
    env: {
      RABBITMQ_NODENAME: "rabbit@localhost",
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
    },
    files: {
      "/etc/rabbitmq/conf.d/90-test.conf": `${ports}load_definitions = /etc/rabbitmq/definitions.json\nlog.console.level = info\n`,
      "/etc/rabbitmq/definitions.json": JSON.stringify({
        users: [{ name: args.user, password: args.password, tags: "" }],
        vhosts: [{ name: args.vhost }],
        permissions: [{ user: args.user, vhost: args.vhost, configure: ".*", write: ".*", read: ".*" }],
      }),
      ...(args.tls && tlsFiles(args.tls)),
    },
    memory: 400,
  });
}
