import { existsSync, readFileSync, realpathSync } from "node:fs";
import { run } from "../cli/process.ts";

/** What the machine's own clients know about its network. Read, never written down in the project. */
export interface MachineSettings {
  /** Certificates that its clients trust, in one PEM text; empty when none is configured. */
  readonly certificates: string;
  /** Debian mirrors of its apt; absent where apt has none (another distribution). */
  readonly mirror?: string;
  readonly securityMirror?: string;
  /** Environment for Go, pip, npm and proxies, by the names those programs use. */
  readonly go: Readonly<Record<string, string>>;
  readonly pip: Readonly<Record<string, string>>;
  readonly npm: Readonly<Record<string, string>>;
  readonly proxy: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const CERTIFICATE_VARIABLES = [
  "SSL_CERT_FILE",
  "NODE_EXTRA_CA_CERTS",
  "PIP_CERT",
  "REQUESTS_CA_BUNDLE",
  "CURL_CA_BUNDLE",
];
const SYSTEM_BUNDLES = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];
const GO_VARIABLES = ["GOPROXY", "GOSUMDB", "GOFLAGS", "GOPRIVATE", "GONOSUMDB", "GONOPROXY"];
const PIP_VARIABLES = ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST"];
const PROXY_VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

/** Reads the settings of apt, pip, npm, Go and the environment. Programs that are absent say nothing. */
export async function readMachine(env: Environment = process.env): Promise<MachineSettings> {
  const [targets, proxies, pip, npm, go] = await Promise.all([
    run("apt-get", ["indextargets", "--format", "$(REPO_URI)|$(LABEL)", "Created-By: Packages"]),
    run("apt-config", ["dump", "Acquire::http::Proxy"]),
    run("pip", ["config", "list"]),
    run("npm", ["config", "list"]),
    run("go", ["env", "-json", ...GO_VARIABLES]),
  ]);
  return {
    certificates: bundle([...CERTIFICATE_VARIABLES.map((name) => env[name]), npmSetting(npm.stdout, "cafile")]),
    ...mirrorsFrom(targets.code === 0 ? targets.stdout : ""),
    go: { ...(go.code === 0 ? textValues(JSON.parse(go.stdout)) : {}), ...pick(env, GO_VARIABLES) },
    pip: { ...pipSettings(pip.code === 0 ? pip.stdout : ""), ...pick(env, PIP_VARIABLES) },
    npm: npmSettings(npm.code === 0 ? npm.stdout : ""),
    proxy: { ...aptProxy(proxies.code === 0 ? proxies.stdout : ""), ...pick(env, PROXY_VARIABLES) },
  };
}

/** Debian's mirrors from `apt-get indextargets`, for any suite: a newer suite is on the same mirror. */
export function mirrorsFrom(targets: string): Pick<MachineSettings, "mirror" | "securityMirror"> {
  const rows = targets.split("\n").map((line) => line.split("|"));
  const first = (label: string) => rows.find((row) => row[1] === label)?.[0];
  const [mirror, securityMirror] = [first("Debian"), first("Debian-Security")];
  return { ...(mirror !== undefined && { mirror }), ...(securityMirror !== undefined && { securityMirror }) };
}

/** What `pip config list` says of indexes, as the environment variables that pip takes instead. */
export function pipSettings(list: string): Readonly<Record<string, string>> {
  const found = [...list.matchAll(/^(?:global|install|:env:)\.(index-url|extra-index-url|trusted-host)='(.*)'$/gm)];
  return Object.fromEntries(
    found.map(([, key = "", value = ""]) => [`PIP_${key.toUpperCase().replaceAll("-", "_")}`, value]),
  );
}

/**
 * The registry that `npm config list` names, as the environment variable that npm takes instead. It lists what differs from npm's defaults,
 * whether from a file or from the environment.
 */
export function npmSettings(list: string): Readonly<Record<string, string>> {
  const registry = npmSetting(list, "registry");
  return registry === undefined ? {} : { NPM_CONFIG_REGISTRY: registry };
}

function npmSetting(list: string, key: "registry" | "cafile"): string | undefined {
  return new RegExp(`^${key} = "(.+)"`, "m").exec(list)?.[1];
}

/** The proxy in apt's own configuration, as the variable that apt in a container reads. */
export function aptProxy(dump: string): Readonly<Record<string, string>> {
  const value = /^Acquire::http::Proxy "(.+)";$/m.exec(dump)?.[1];
  return value === undefined || value === "DIRECT" ? {} : { HTTP_PROXY: value };
}

/** Every bundle that some client of this machine trusts: one may hold the company's certificate alone, another the public ones. */
function bundle(configured: readonly (string | undefined)[]): string {
  const files = [...configured.map((file) => file ?? ""), ...SYSTEM_BUNDLES].filter(existsSync);
  return [...new Set(files.map((file) => realpathSync(file)))].map((file) => readFileSync(file, "utf8")).join("\n");
}

/** Variables of the environment; of those for proxies many programs read the name in small letters as well. */
function pick(env: Environment, names: readonly string[]): Readonly<Record<string, string>> {
  const value = (name: string) => env[name] ?? (names === PROXY_VARIABLES ? env[name.toLowerCase()] : undefined);
  return textValues(Object.fromEntries(names.map((name) => [name, value(name)])));
}

function textValues(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string" && entry[1] !== "",
    ),
  );
}
