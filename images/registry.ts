/** Questions to a registry by the distribution specification, and what is written to it. */

const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");
const TIMEOUT_MS = 15_000;

/** A reference's parts, as Docker reads them. */
export interface Reference {
  /** Host, with its port where it has one. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
}

/** A user of a registry and the password. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** `redis:7` is `library/redis` of Docker Hub, whose API has a host of its own. */
export function referenceOf(text: string): Reference {
  const [, name = text, tag = "latest"] = /^(.*?)(?::([\w][\w.-]*))?$/.exec(text) ?? [];
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  if (/[.:]/.test(first) || first === "localhost") return { registry: first, repository: name.slice(slash + 1), tag };
  return { registry: "registry-1.docker.io", repository: slash < 0 ? `library/${name}` : name, tag };
}

/**
 * Digest of what the tag, or a digest, names now: of the index where there is one for several machines.
 * @throws Error, with what the registry says, where it is not reached, refuses, or has no such tag
 */
export async function digestOf(repository: Repository, tag: string): Promise<string> {
  const answer = await repository.ask("HEAD", `manifests/${tag}`, { headers: { Accept: MANIFESTS } });
  if (!answer.ok) throw new Error(`the registry answers ${answer.status}`);
  const digest = answer.headers.get("docker-content-digest") ?? "";
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new Error("the registry names no digest");
  return digest;
}

/** A request below a repository, or to an address that the registry named. */
export interface Asking {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Repository {
  readonly ask: (method: "GET" | "HEAD" | "POST" | "PUT", path: string, asking?: Asking) => Promise<Response>;
}

/** A repository, asked with a token where the registry wants one, and with the login where there is one. Loopback is asked without TLS, as Docker does. */
export function repositoryOf({ registry, repository }: Omit<Reference, "tag">, login?: Login): Repository {
  const scheme = /^(localhost|127\.0\.0\.1)(:|$)/.test(registry) ? "http" : "https";
  const base = `${scheme}://${registry}/v2/${repository}/`;
  let authorization: string | undefined;
  return {
    ask: async (method, path, { headers = {}, body } = {}) => {
      const url = new URL(path, base);
      const send = () =>
        fetch(url, {
          method,
          headers: { ...headers, ...(authorization !== undefined && { Authorization: authorization }) },
          ...(body !== undefined && { body }),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
      const answer = await send();
      if (answer.status !== 401) return answer;
      authorization = await authorizationFor(answer, repository, login);
      return send();
    },
  };
}

const basic = ({ user, password }: Login): string =>
  `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;

/** What the registry wants to see: the login itself, or a token from where it says that one is to be had. */
async function authorizationFor(refusal: Response, repository: string, login: Login | undefined): Promise<string> {
  const challenge = refusal.headers.get("www-authenticate") ?? "";
  const part = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1];
  const realm = part("realm");
  if (/^basic/i.test(challenge) && login !== undefined) return basic(login);
  if (!/^bearer /i.test(challenge) || realm === undefined) throw new Error("the registry wants a password");
  const url = new URL(realm);
  const service = part("service");
  if (service !== undefined) url.searchParams.set("service", service);
  url.searchParams.set("scope", part("scope") ?? `repository:${repository}:pull`);
  const answer = await fetch(url, {
    ...(login !== undefined && { headers: { Authorization: basic(login) } }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!answer.ok) throw new Error(`the registry gives no token (${answer.status})`);
  const { token, access_token: access } = (await answer.json()) as {
    readonly token?: string;
    readonly access_token?: string;
  };
  return `Bearer ${token ?? access ?? ""}`;
}
