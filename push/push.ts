import { writeFileSync } from "node:fs";
import path from "node:path";
import { Failure, messageOf } from "../cli/failure.ts";
import { localFolder, shown } from "../cli/paths.ts";
import { lastLines, run } from "../cli/process.ts";
import { basesOf, contentName, type ImageName, imageReference } from "../images/catalogue.ts";
import { digestOf, type Repository, referenceOf, repositoryOf } from "../images/registry.ts";
import { withFolder } from "../images/steps/workshop.ts";
import { attach, type Document } from "./attach.ts";
import { distinct, inventoryOf } from "./inventory.ts";
import { dockerLogin } from "./login.ts";
import { bundledPackages } from "./packages.ts";
import { PROVENANCE_TYPE, provenanceOf, type Source } from "./provenance.ts";
import { type PushedImage, SBOM_TYPE, sbomOf } from "./sbom.ts";

/** What is known about an image beside its digest. */
export interface Papers {
  /** How many packages its bill of materials lists. */
  readonly packages: number;
  /** Files with the bill of materials and the provenance. */
  readonly files: readonly string[];
  /** Why they are not attached to the image in the registry; absent where they are. */
  readonly unattached?: string;
}

/** An image in the registry. */
export interface PushResult {
  readonly image: ImageName;
  /** By digest: `registry.example.org/team/collector:<hash>@sha256:…`. */
  readonly reference: string;
  readonly digest: string;
  /** `present`: the registry has it under the digest that the stack's file says, and nothing was pushed. */
  readonly outcome: "pushed" | "present";
  /** Of a pushed image. */
  readonly papers?: Papers;
}

/** An image at its place in a registry. */
export interface Place {
  readonly repository: Repository;
  /** With the hash as tag. */
  readonly tagged: string;
}

export async function placeOf(name: ImageName, registry: string): Promise<Place> {
  const tagged = `${registry}/${contentName(name)}`;
  const reference = referenceOf(tagged);
  return { tagged, repository: repositoryOf(reference, await dockerLogin(reference.registry)) };
}

/** Whether the registry has the image under this digest. @throws Failure where it cannot be asked */
export async function isThere({ repository, tagged }: Place, digest: string): Promise<boolean> {
  try {
    return (await digestOf(repository, digest)) === digest;
  } catch (error) {
    if (/answers 404/.test(messageOf(error))) return false;
    const { registry } = referenceOf(tagged);
    const why = messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
    throw new Failure(
      `The registry of ${tagged} cannot be asked (${why}): check its name, and log in with: docker login ${registry}`,
    );
  }
}

/**
 * Pushes an image that the engine has, by Docker and with its login, and attaches bill of materials and provenance to it.
 * @throws Failure where the registry does not take the image, or says no digest
 */
export async function pushImage(name: ImageName, registry: string, source: Source): Promise<PushResult> {
  const place = await placeOf(name, registry);
  const digest = await pushed(name, place.tagged);
  const [, hash = ""] = contentName(name).split(":");
  const image: PushedImage = { name, hash, repository: `${registry}/${name}`, digest };
  const reference = `${place.tagged}@${digest}`;
  return { image: name, reference, digest, outcome: "pushed", papers: await papersOf(name, image, place, source) };
}

async function pushed(name: ImageName, tagged: string): Promise<string> {
  const local = imageReference(name, "local");
  const docker = async (...args: readonly string[]) => {
    const outcome = await run("docker", args, { timeoutMs: 1_800_000 });
    if (outcome.code === 0) return outcome.stdout;
    const { registry } = referenceOf(tagged);
    throw new Failure(
      `${tagged} could not be pushed (${lastLines(outcome, 1).trim()}): check that you may write there, and log in with: docker login ${registry}`,
    );
  };
  await docker("tag", local, tagged);
  const digest = /digest: (sha256:[0-9a-f]{64})/.exec(await docker("push", tagged))?.[1];
  if (digest === undefined) throw new Failure(`${tagged} was pushed, and docker push named no digest.`);
  return digest;
}

/** Bill of materials and provenance, as files and, where the registry takes them, attached. */
async function papersOf(name: ImageName, image: PushedImage, place: Place, source: Source): Promise<Papers> {
  const found = await withFolder((folder) => inventoryOf(imageReference(name, "local"), folder));
  // What is in the image says more than the lock that it came from.
  const packages = distinct([...found, ...bundledPackages(name)]);
  const bases = Object.values(basesOf(name)).map(contentName);
  const documents: readonly Document[] = [
    { mediaType: SBOM_TYPE, file: `${name}-${image.hash}.cdx.json`, text: sbomOf(image, packages) },
    {
      mediaType: PROVENANCE_TYPE,
      file: `${name}-${image.hash}.provenance.json`,
      text: provenanceOf(image, bases, source),
    },
  ];
  const files = documents.map(({ file, text }) => {
    const at = path.join(localFolder("push"), file);
    writeFileSync(at, text);
    return shown(at);
  });
  try {
    for (const document of documents) await attach(place.repository, image.digest, document);
    return { packages: packages.length, files };
  } catch (error) {
    return { packages: packages.length, files, unattached: messageOf(error) };
  }
}
