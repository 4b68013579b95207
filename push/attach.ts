import { createHash } from "node:crypto";
import type { Repository } from "../images/registry.ts";

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";
const EMPTY = { mediaType: "application/vnd.oci.empty.v1+json", text: "{}" };

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
}

/** A document about an image. */
export interface Document {
  readonly mediaType: string;
  readonly file: string;
  readonly text: string;
}

/**
 * Attaches a document to an image in a registry, as an artifact that refers to it (OCI distribution 1.1): `oras discover` and `cosign tree` find it.
 * @throws Error, with what the registry says, where it does not take it
 */
export async function attach(repository: Repository, digest: string, document: Document): Promise<void> {
  const subject = await descriptorOf(repository, digest);
  const config = await putBlob(repository, EMPTY.mediaType, EMPTY.text);
  const layer = await putBlob(repository, document.mediaType, document.text);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType: document.mediaType,
    config,
    layers: [{ ...layer, annotations: { "org.opencontainers.image.title": document.file } }],
    subject,
  });
  const artifact = { ...described(MANIFEST, manifest), artifactType: document.mediaType };
  const put = await putManifest(repository, artifact.digest, MANIFEST, manifest);
  // A registry that knows referrers says so; for the others the specification has a tag that lists them.
  if (put.headers.get("oci-subject") === null) await listReferrer(repository, digest, artifact);
}

/** Documents of a type that are attached to an image, newest last. */
export async function attached(repository: Repository, digest: string, mediaType: string): Promise<readonly string[]> {
  const listed = await repository.ask("GET", `referrers/${digest}`, { headers: { Accept: INDEX } });
  const manifests = listed.ok ? manifestsOf(await listed.json()) : await tagged(repository, digest);
  const texts = manifests
    .filter(({ artifactType }) => artifactType === mediaType)
    .map(async (each) => {
      const manifest = await repository.ask("GET", `manifests/${each.digest}`, { headers: { Accept: MANIFEST } });
      const { layers = [] } = (await manifest.json()) as { readonly layers?: readonly Descriptor[] };
      return (await repository.ask("GET", `blobs/${layers[0]?.digest}`)).text();
    });
  return Promise.all(texts);
}

const sha256 = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

const described = (mediaType: string, text: string): Descriptor => ({
  mediaType,
  digest: sha256(text),
  size: Buffer.byteLength(text),
});

/** The image's own manifest, whose digest is what its bytes say. */
async function descriptorOf(repository: Repository, digest: string): Promise<Descriptor> {
  const accept = [MANIFEST, INDEX, "application/vnd.docker.distribution.manifest.v2+json"].join(", ");
  const answer = await repository.ask("GET", `manifests/${digest}`, { headers: { Accept: accept } });
  if (!answer.ok) throw new Error(`the registry answers ${answer.status} for the image`);
  const text = await answer.text();
  if (sha256(text) !== digest) throw new Error("the registry has another image under this digest");
  return described(answer.headers.get("content-type") ?? MANIFEST, text);
}

async function putBlob(repository: Repository, mediaType: string, text: string): Promise<Descriptor> {
  const blob = described(mediaType, text);
  if ((await repository.ask("HEAD", `blobs/${blob.digest}`)).ok) return blob;
  const begun = await repository.ask("POST", "blobs/uploads/");
  const location = begun.headers.get("location");
  if (!begun.ok || location === null) throw new Error(`the registry answers ${begun.status} to an upload`);
  const at = new URL(location, begun.url);
  at.searchParams.set("digest", blob.digest);
  const headers = { "Content-Type": "application/octet-stream" };
  const put = await repository.ask("PUT", at.href, { headers, body: text });
  if (!put.ok) throw new Error(`the registry answers ${put.status} to an upload`);
  return blob;
}

async function putManifest(repository: Repository, tag: string, mediaType: string, text: string): Promise<Response> {
  const put = await repository.ask("PUT", `manifests/${tag}`, { headers: { "Content-Type": mediaType }, body: text });
  if (!put.ok) throw new Error(`the registry answers ${put.status} to a document about an image`);
  return put;
}

const tagOf = (digest: string): string => digest.replace(":", "-");

const manifestsOf = (index: unknown): readonly Descriptor[] =>
  (index as { readonly manifests?: readonly Descriptor[] }).manifests ?? [];

async function tagged(repository: Repository, digest: string): Promise<readonly Descriptor[]> {
  const answer = await repository.ask("GET", `manifests/${tagOf(digest)}`, { headers: { Accept: INDEX } });
  return answer.ok ? manifestsOf(await answer.json()) : [];
}

async function listReferrer(repository: Repository, digest: string, artifact: Descriptor): Promise<void> {
  const others = (await tagged(repository, digest)).filter((each) => each.digest !== artifact.digest);
  const index = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [...others, artifact] });
  await putManifest(repository, tagOf(digest), INDEX, index);
}
