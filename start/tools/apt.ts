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
