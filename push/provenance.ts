import { run } from "../cli/process.ts";
import type { PushedImage } from "./sbom.ts";

export const PROVENANCE_TYPE = "application/vnd.in-toto+json";
const BUILD_TYPE = "urn:game-scheduler-otel:image:1";

/** Where a build comes from. */
export interface Source {
  /** Empty outside a repository. */
  readonly commit: string;
  /** Whether files differ from the commit. */
  readonly modified: boolean;
  /** Who pushed: the workflow that runs, or a person's machine. */
  readonly builder: string;
}

/**
 * What an image was made from, as an in-toto statement with SLSA's predicate. It is not signed: it says so much as whoever may write to the registry.
 * Pure.
 */
export function provenanceOf(
  image: PushedImage,
  bases: readonly string[],
  { commit, modified, builder }: Source,
): string {
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: image.repository, digest: { sha256: image.digest.replace("sha256:", "") } }],
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: { image: image.name, inputs: image.hash },
        internalParameters: { modified },
        resolvedDependencies: [
          ...(commit === "" ? [] : [{ name: "source", digest: { gitCommit: commit } }]),
          ...bases.map((base) => ({ name: base })),
        ],
      },
      runDetails: { builder: { id: builder } },
    },
  };
  return `${JSON.stringify(statement, undefined, 2)}\n`;
}

/** The checkout and the machine around this process. */
export async function sourceHere(
  cwd: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Source> {
  const commit = await run("git", ["rev-parse", "HEAD"], { cwd });
  const status = await run("git", ["status", "--porcelain"], { cwd });
  return {
    commit: commit.code === 0 ? commit.stdout.trim() : "",
    modified: status.code !== 0 || status.stdout.trim() !== "",
    builder: builderOf(env),
  };
}

/** GitHub's and GitLab's own names of what runs; a person's machine is not named. */
function builderOf(env: Readonly<Record<string, string | undefined>>): string {
  if (env.GITHUB_WORKFLOW_REF) return `${env.GITHUB_SERVER_URL ?? ""}/${env.GITHUB_WORKFLOW_REF}`;
  return env.CI_JOB_URL ?? "urn:game-scheduler-otel:builder:local";
}
