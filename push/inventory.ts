import path from "node:path";
import { list, type ReadEntry } from "tar";
import { Failure } from "../cli/failure.ts";
import { lastLines, run, UNINTERRUPTED } from "../cli/process.ts";
import { goProgram } from "./go-modules.ts";
import { debianPackages, npmPackage, type Package, pythonPackage } from "./packages.ts";

const DPKG = "var/lib/dpkg/status";
/** Smaller than any Go program. */
const PROGRAM_BYTES = 1_000_000;

/** Every package that the image's files name: Debian's, Python's, npm's, and the modules of its Go programs. Nothing of it is run. */
export async function inventoryOf(reference: string, folder: string): Promise<readonly Package[]> {
  const docker = async (...args: readonly string[]) => {
    const outcome = await run("docker", args, { timeoutMs: 600_000 });
    if (outcome.code !== 0) throw new Failure(`${reference} could not be read: ${lastLines(outcome, 1)}`);
    return outcome.stdout.trim();
  };
  // An image without a command needs one to make a container of it, which is never started.
  const container = await docker("create", "--network", "none", reference, "nothing");
  const archive = path.join(folder, `${container.slice(0, 12)}.tar`);
  try {
    await docker("export", "--output", archive, container);
  } finally {
    await run("docker", ["rm", container], { signal: UNINTERRUPTED });
  }
  const packages: Package[] = [];
  const reading: Promise<void>[] = [];
  await list({
    file: archive,
    onReadEntry: (entry) => {
      const read = readerOf(entry);
      if (read !== undefined) reading.push(contentOf(entry).then((content) => void packages.push(...read(content))));
    },
  });
  await Promise.all(reading);
  return distinct(packages);
}

type Reader = (content: Buffer) => readonly Package[];

function readerOf({ path: name, type, size = 0, mode = 0 }: ReadEntry): Reader | undefined {
  if (type !== "File") return undefined;
  if (name === DPKG) return (content) => debianPackages(content.toString("utf8"));
  if (name.endsWith(".dist-info/METADATA")) return (content) => pythonPackage(content.toString("utf8"));
  if (/(^|\/)node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(name))
    return (content) => npmPackage(content.toString("utf8"));
  if ((mode & 0o111) === 0 || size < PROGRAM_BYTES) return undefined;
  return (content) => {
    const program = goProgram(content);
    if (program === undefined) return [];
    const compiler = { kind: "golang", name: "stdlib", version: program.compiler.replace(/^go/, "") } as const;
    return [
      compiler,
      ...program.modules.map(({ path: module, version }) => ({ kind: "golang" as const, name: module, version })),
    ];
  };
}

async function contentOf(entry: ReadEntry): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of entry) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** Each once, sorted. */
export function distinct(packages: readonly Package[]): readonly Package[] {
  const key = ({ kind, name, version }: Package) => `${kind} ${name} ${version}`;
  const byKey = new Map(packages.toReversed().map((each) => [key(each), each]));
  return [...byKey.keys()].toSorted((a, b) => (a < b ? -1 : 1)).flatMap((each) => byKey.get(each) ?? []);
}
