import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { Failure } from "../cli/failure.ts";
import { localFolder, shown } from "../cli/paths.ts";
import { writeWhole } from "../cli/whole-file.ts";
import { lastingKey, readIfThere } from "../offline/compose/private-files.ts";
import type { DeployerKind } from "../start/deploy/state.ts";
import type { Deployment } from "./look/running.ts";
import { NOTHING, type Observation } from "./observation.ts";

/** What is stored of a stack's releases: below `.local/<stack>/release`, readable by their owner only. */

/** A release that was judged to be good: what was known of it then. */
export interface GoodRelease {
  /** Twelve hexadecimal digits: of what was deployed. */
  readonly id: string;
  /** When it was judged (ISO 8601). */
  readonly at: string;
  readonly deployer: DeployerKind;
  /** Where it runs; absent: in containers, as earlier versions of this program had it alone. */
  readonly deployment?: Deployment;
  /** Commit of the checkout, with `-dirty` where something was not committed; empty where git says none. */
  readonly commit: string;
  /** Id of each image by its reference: a tag may name another one by now. */
  readonly images: Readonly<Record<string, string>>;
  /** Its containers, numbers and proofs. */
  readonly observation: Observation;
}

/** What is needed to return to it. Holds secrets: it is only stored sealed. */
export type Deployable =
  | {
      readonly kind: "compose";
      readonly compose: string;
      readonly env: string;
      readonly services: readonly string[];
      readonly outputs: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: "pulumi";
      /** Commit of the program as it was, uncommitted changes included. */
      readonly program: string;
      /** The stack's configuration file; what is secret in it is encrypted by Pulumi. */
      readonly config: string;
    }
  | {
      readonly kind: "stack";
      /** The stack file. */
      readonly file: string;
      /** Contents of its configs and secrets, by name. */
      readonly contents: Readonly<Record<string, string>>;
      readonly outputs: Readonly<Record<string, unknown>>;
    };

/** A release that was begun and is not judged. */
export interface BegunRelease {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
}

const fileOf = (stack: string, name: string) => path.join(localFolder(stack, "release"), name);

/** The last good release; undefined where there is none. */
export function goodRelease(stack: string): GoodRelease | undefined {
  const text = readIfThere(fileOf(stack, "good.json"));
  if (text === undefined) return undefined;
  const release = JSON.parse(text) as GoodRelease;
  // an earlier version of this program observed less
  return { ...release, observation: { ...NOTHING, ...release.observation } };
}

/** Stores a release as the last good one: first what is needed to return to it. */
export function rememberGood(stack: string, release: GoodRelease, deployable: Deployable): void {
  writeWhole(fileOf(stack, `${release.id}.sealed`), seal(JSON.stringify(deployable), keyOf(stack)), 0o600);
  const before = goodRelease(stack);
  writeWhole(fileOf(stack, "good.json"), `${JSON.stringify(release, undefined, 2)}\n`, 0o600);
  if (before !== undefined && before.id !== release.id) rmSync(fileOf(stack, `${before.id}.sealed`), { force: true });
}

/** The last good release runs again, in containers of their own: those are known from now on. */
export function restoredGood(stack: string, release: GoodRelease, { containers, updates }: Observation): void {
  const restored = { ...release, observation: { ...release.observation, containers, updates } };
  writeWhole(fileOf(stack, "good.json"), `${JSON.stringify(restored, undefined, 2)}\n`, 0o600);
}

/** What is needed to return to a good release. @throws Failure, one sentence, when it cannot be read */
export function deployableOf(stack: string, { id }: Pick<GoodRelease, "id">): Deployable {
  const file = fileOf(stack, `${id}.sealed`);
  try {
    return JSON.parse(unseal(readFileSync(file, "utf8"), keyOf(stack))) as Deployable;
  } catch {
    throw new Failure(
      `${shown(file)} cannot be read, so there is no way back to release ${id}: deploy what is good by "npm run release".`,
    );
  }
}

/** Written before anything is changed, so that an interruption is known. */
export function rememberBegun(stack: string, begun: BegunRelease): void {
  writeWhole(fileOf(stack, "begun.json"), `${JSON.stringify(begun)}\n`, 0o600);
}

/** The release that was begun last and never judged; undefined where there is none. */
export function begunRelease(stack: string): BegunRelease | undefined {
  const text = readIfThere(fileOf(stack, "begun.json"));
  return text === undefined ? undefined : (JSON.parse(text) as BegunRelease);
}

/** It is judged. */
export function forgetBegun(stack: string): void {
  rmSync(fileOf(stack, "begun.json"), { force: true });
}

const keyOf = (stack: string): Buffer => lastingKey(fileOf(stack, "key"));

/** AES-256-GCM: nonce, tag and text, so that a change is noticed. */
export function seal(text: string, key: Buffer): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64");
}

/** @throws Error when the key is another one, or the text was changed */
export function unseal(text: string, key: Buffer): string {
  const all = Buffer.from(text, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, all.subarray(0, 12), { authTagLength: 16 });
  decipher.setAuthTag(all.subarray(12, 28));
  return Buffer.concat([decipher.update(all.subarray(28)), decipher.final()]).toString("utf8");
}
