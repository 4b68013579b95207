import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { lastLines, run } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";

/** Ubuntu calls version 2 `docker-compose-v2`; Debian's `docker-compose` is version 2 from trixie on. */
const PACKAGES = ["docker-compose-v2", "docker-compose"] as const;

/** Holds the keys of all current suites, newer ones included. */
const KEY_RING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * Downloads Docker Compose from the machine's own suites, else from a newer Debian suite on the machine's own mirror, and unpacks it to `target`.
 *
 * Nothing is installed and no list of the system's apt is touched: apt works in a folder of its own, checks the signatures as always, and root is not
 * needed. Returns why it did not work, or "".
 */
export async function downloadComposePackage(target: string, progress: Progress): Promise<string> {
  if ((await run("apt-get", ["--version"])).code !== 0) return "this machine has no apt";
  const work = mkdtempSync(path.join(os.tmpdir(), "compose-package-"));
  try {
    const own = await fetchFrom(work, [], target, progress);
    if (own === "") return "";
    const listed = await run("apt-get", ["indextargets", "--format", SOURCE_FORMAT, "Created-By: Packages"]);
    const mirror = debianMirror(parseSources(listed.stdout));
    if (mirror === undefined) return own;
    progress.doing("reading the package list of a newer Debian suite");
    return await fetchFrom(
      work,
      privateApt(work, newerSuiteList(mirror, existsSync(KEY_RING) ? KEY_RING : undefined)),
      target,
      progress,
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Options that make apt use lists and caches of its own. */
function privateApt(work: string, list: string): readonly string[] {
  const file = path.join(work, "sources.list");
  writeFileSync(file, list);
  for (const folder of ["state/lists/partial", "cache/archives/partial"])
    mkdirSync(path.join(work, folder), { recursive: true });
  return [
    `Dir::Etc::SourceList=${file}`,
    "Dir::Etc::SourceParts=-",
    `Dir::State=${path.join(work, "state")}`,
    `Dir::Cache=${path.join(work, "cache")}`,
    "Acquire::Languages=none",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
    // As root, apt downloads as user _apt, who may not enter our folder.
    "APT::Sandbox::User=root",
  ].flatMap((option) => ["-o", option]);
}

async function fetchFrom(
  work: string,
  options: readonly string[],
  target: string,
  progress: Progress,
): Promise<string> {
  if (options.length > 0) {
    const update = await run("apt-get", [...options, "update", "-q"], {
      timeoutMs: 180_000,
      onLine: (l) => progress.doing(l),
    });
    if (update.code !== 0) return lastLines(update, 1);
  }
  for (const name of PACKAGES) {
    const policy = await run("apt-cache", [...options, "policy", name]);
    const candidate = /Candidate: (\S+)/.exec(policy.stdout)?.[1] ?? "(none)";
    if (!isNewEnough(candidate)) continue;
    progress.doing(`downloading ${name} ${candidate}`);
    const download = await run("apt-get", [...options, "-o", "APT::Sandbox::User=root", "download", name], {
      cwd: work,
      timeoutMs: 180_000,
    });
    if (download.code !== 0) return lastLines(download, 1);
    return await unpack(work, target);
  }
  return "no suite of this machine's mirror has version 2";
}

async function unpack(work: string, target: string): Promise<string> {
  const archive = readdirSync(work).find((file) => file.endsWith(".deb"));
  if (archive === undefined) return "apt downloaded nothing";
  const tree = path.join(work, "tree");
  const unpacked = await run("dpkg-deb", ["-x", path.join(work, archive), tree]);
  if (unpacked.code !== 0) return lastLines(unpacked, 1);
  const places = [
    "usr/libexec/docker/cli-plugins/docker-compose",
    "usr/lib/docker/cli-plugins/docker-compose",
    "usr/bin/docker-compose",
  ];
  const binary = places.map((place) => path.join(tree, place)).find((file) => existsSync(file));
  if (binary === undefined) return "the package has no docker-compose in it";
  copyFileSync(binary, `${target}.new`);
  chmodSync(`${target}.new`, 0o755);
  renameSync(`${target}.new`, target);
  return "";
}

/** Older ones know neither inline configs nor `--wait-timeout`. */
const OLDEST = { major: 2, minor: 20 } as const;

/** Whether `2.26.1-4` or the like is version 2.20 or newer. */
export function isNewEnough(version: string): boolean {
  const [major, minor] = (/^(\d+)\.(\d+)/.exec(version)?.slice(1) ?? []).map(Number);
  if (major === undefined || minor === undefined) return false;
  return major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor);
}

/** One package list that the machine's apt is set up to use. Known without ever having been downloaded. */
export interface AptSource {
  /** Base address of the archive. */
  readonly uri: string;
  /** As written in sources.list: `bookworm`, `stable`, `bookworm-security`. */
  readonly release: string;
}

/** `apt-get indextargets --format` for `parseSources`. */
export const SOURCE_FORMAT = "$(REPO_URI)\t$(RELEASE)";

export function parseSources(text: string): readonly AptSource[] {
  return text
    .split("\n")
    .map((line) => line.split("\t"))
    .flatMap(([uri, release]) => (uri && release ? [{ uri, release }] : []));
}

const DEBIAN_RELEASES = /^(bullseye|bookworm|trixie|forky|sid|oldoldstable|oldstable|stable|testing|unstable)$/;

/** Suite whose Docker Compose is version 2 and runs on the libraries of Debian 12 and later. */
const NEWER_SUITE = "trixie";

/** Debian's main archive on the mirror this machine uses already; undefined on other distributions. */
export function debianMirror(sources: readonly AptSource[]): string | undefined {
  return sources.find((source) => DEBIAN_RELEASES.test(source.release))?.uri;
}

/** An apt source for the newer suite on the same mirror, checked with Debian's keys. */
export function newerSuiteList(mirror: string, keyRing: string | undefined): string {
  return `deb ${keyRing === undefined ? "" : `[signed-by=${keyRing}] `}${mirror} ${NEWER_SUITE} main\n`;
}
