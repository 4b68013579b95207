import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { nameOf } from "./policy.ts";

export type Ecosystem = "npm" | "go" | "python";

/** One package at its locked version. */
export interface Locked {
  readonly ecosystem: Ecosystem;
  /** `name@version`: a licence may change with a version. */
  readonly id: string;
  /** The file that locks it, from the root. */
  readonly file: string;
  /** What the lock file itself says of its licence. */
  readonly licence?: string;
}

export const root = join(import.meta.dirname, "../..");

const filesNamed = (name: string): readonly string[] => {
  const git = ["ls-files", "--cached", "--others", "--exclude-standard", `*/${name}`, name];
  const listed = execFileSync("git", git, { cwd: root, encoding: "utf8" }).split("\n");
  return [...new Set(listed)].filter((file) => file !== "" && existsSync(join(root, file))).sort();
};

const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** Every npm package, Go module and Python package that a lock file of this repository names. */
export function lockedPackages(): readonly Locked[] {
  return [
    ...filesNamed("package-lock.json").flatMap(npmPackages),
    ...filesNamed("go.mod").flatMap(goModules),
    ...["requirements.txt", "requirements-test.txt"].flatMap(filesNamed).flatMap(pythonPackages),
  ];
}

function npmPackages(file: string): readonly Locked[] {
  const lock = JSON.parse(read(file)) as {
    packages: Record<string, { name?: string; version?: string; license?: string; link?: boolean }>;
  };
  return Object.entries(lock.packages)
    .filter(([path, { link }]) => path.includes("node_modules/") && link !== true)
    .map(([path, { name, version, license }]) => ({
      ecosystem: "npm",
      id: `${name ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length)}@${version}`,
      file,
      ...(license !== undefined && { licence: license }),
    }));
}

/**
 * go.mod after `go mod tidy` names every module that gives a package to the program. A module of this repository, reached by a path, is
 * ours; one that is replaced by another is the other.
 */
function goModules(file: string): readonly Locked[] {
  const text = read(file).replaceAll(/\/\/.*$/gm, "");
  const replaced = [...text.matchAll(/^(?:replace)?\s*(\S+)(?: v\S+)? => (\S+)(?: (v\S+))?\s*$/gm)];
  const other = new Map(replaced.map(([, from = "", to = "", version]) => [from, version && `${to}@${version}`]));
  return [...text.matchAll(/^(?:require)?\s+([\w.~-]+[./]\S*) (v\S+)\s*$/gm)].flatMap(([, path = "", version]) => {
    const id = other.has(path) ? other.get(path) : `${path}@${version}`;
    return id === undefined ? [] : [{ ecosystem: "go", id, file } as const];
  });
}

function pythonPackages(file: string): readonly Locked[] {
  const pinned = [...read(file).matchAll(/^([\w.-]+)(?:\[[^\]]*\])?==([^\s;]+)/gm)];
  return pinned.map(([, name = "", version]) => ({ ecosystem: "python", id: `${pythonName(name)}@${version}`, file }));
}

/** One spelling of a Python package's name: `SQLAlchemy`, `typing_extensions` and `typing-extensions` are written in many ways. */
export const pythonName = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, "-");

/** The folder that a lock file's packages are installed in. */
export const installedIn = ({ file, id }: Locked): string => join(root, dirname(file), "node_modules", nameOf(id));
