/** A question to a registry by the distribution specification: which digest a tag has now. */

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

/** `redis:7` is `library/redis` of Docker Hub, whose API has a host of its own. */
export function referenceOf(text: string): Reference {
  const [, name = text, tag = "latest"] = /^(.*?)(?::([\w][\w.-]*))?$/.exec(text) ?? [];
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  if (/[.:]/.test(first) || first === "localhost") return { registry: first, repository: name.slice(slash + 1), tag };
  return { registry: "registry-1.docker.io", repository: slash < 0 ? `library/${name}` : name, tag };
}

/**
 * Digest of what the tag names now: of the index where there is one for several machines.
 * @throws Error, with what the registry says, where it is not reached, refuses, or has no such tag
 */
export async function digestOf({ registry, repository, tag }: Reference): Promise<string> {
  const scheme = /^(localhost|127\.0\.0\.1)(:|$)/.test(registry) ? "http" : "https";
  const url = `${scheme}://${registry}/v2/${repository}/manifests/${tag}`;
  const ask = (headers: Readonly<Record<string, string>>) =>
    fetch(url, { method: "HEAD", headers: { Accept: MANIFESTS, ...headers }, signal: AbortSignal.timeout(TIMEOUT_MS) });
  let answer = await ask({});
  if (answer.status === 401) answer = await ask({ Authorization: `Bearer ${await tokenFor(answer, repository)}` });
  if (!answer.ok) throw new Error(`the registry answers ${answer.status}`);
  const digest = answer.headers.get("docker-content-digest") ?? "";
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new Error("the registry names no digest");
  return digest;
}

/** A token for anonymous reading, from where the registry says that it is to be had. */
async function tokenFor(refusal: Response, repository: string): Promise<string> {
  const challenge = refusal.headers.get("www-authenticate") ?? "";
  const part = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1];
  const realm = part("realm");
  if (!/^bearer /i.test(challenge) || realm === undefined) throw new Error("the registry wants a password");
  const url = new URL(realm);
  const service = part("service");
  if (service !== undefined) url.searchParams.set("service", service);
  url.searchParams.set("scope", part("scope") ?? `repository:${repository}:pull`);
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`the registry gives no token (${answer.status})`);
  const { token, access_token: access } = (await answer.json()) as {
    readonly token?: string;
    readonly access_token?: string;
  };
  return token ?? access ?? "";
}
