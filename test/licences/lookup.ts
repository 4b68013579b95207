import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installedIn, type Locked, pythonName, root } from "./locked.ts";
import { licenceOfText } from "./text.ts";

/** `name@version` -> SPDX expression; undefined: could not be told. */
export type Licences = ReadonlyMap<string, string | undefined>;

/** From the files LICENSE, COPYING and the like of an unpacked package. */
function licenceOfFolder(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const files = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isFile() && /^((UN)?LICEN[CS]E|COPYING)/i.test(entry.name),
  );
  const texts = files.map(({ name }) => readFileSync(join(folder, name), "utf8"));
  return licenceOfText(texts.join("\n"));
}

export const npmLicences = (packages: readonly Locked[]): Licences =>
  new Map(packages.map((one) => [one.id, licenceOfFolder(installedIn(one))]));

/** Modules come from Go's module cache, or from where `go` gets modules. */
export function goLicences(modules: readonly Locked[]): Licences {
  if (modules.length === 0) return new Map();
  const folder = mkdtempSync(join(tmpdir(), "licences-"));
  try {
    const downloaded = spawnSync("go", ["mod", "download", "-json", ...modules.map(({ id }) => id)], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, GOWORK: "off", GO111MODULE: "on" },
      maxBuffer: 2 ** 26,
    });
    if (downloaded.error !== undefined) throw new Error("Go is not on PATH: install it to look up Go modules.");
    const answers = JSON.parse(`[${downloaded.stdout.replaceAll(/\}\s*\{/g, "},{")}]`) as readonly {
      readonly Path: string;
      readonly Version: string;
      readonly Dir?: string;
      readonly Error?: string;
    }[];
    for (const { Path, Version, Error: error } of answers)
      if (error !== undefined) console.error(`${Path}@${Version}: ${error}`);
    return new Map(answers.map(({ Path, Version, Dir = "" }) => [`${Path}@${Version}`, licenceOfFolder(Dir)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface PipReport {
  readonly install: readonly {
    readonly metadata: {
      readonly name: string;
      readonly version: string;
      readonly license?: string;
      readonly license_expression?: string;
      readonly classifier?: readonly string[];
    };
  }[];
}

/** Metadata comes from where `pip` gets packages; nothing is installed. `pip` 25 or newer: older ones pass over `License-Expression`. */
export function pythonLicences(packages: readonly Locked[]): Licences {
  const files = [...new Set(packages.map(({ file }) => file))];
  return new Map(files.flatMap((file) => reportOf(file).install.map(({ metadata }) => licenceOfMetadata(metadata))));
}

function reportOf(file: string): PipReport {
  const folder = mkdtempSync(join(tmpdir(), "licences-"));
  const report = join(folder, "report.json");
  try {
    const flags = ["--dry-run", "--no-deps", "--ignore-installed", "--ignore-requires-python", "--quiet"];
    const platform = ["--python-version", "3.13", "--only-binary=:all:", "--target", folder];
    execFileSync("pip", ["install", ...flags, ...platform, "--report", report, "-r", join(root, file)], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    return JSON.parse(readFileSync(report, "utf8")) as PipReport;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Names that older packages write, in SPDX's words. */
const SPELLINGS: Readonly<Record<string, string>> = {
  "3-clause bsd license": "BSD-3-Clause",
  "apache software license": "Apache-2.0",
  "apache 2": "Apache-2.0",
  "apache 2.0": "Apache-2.0",
  "apache license 2.0": "Apache-2.0",
  "bsd license": "BSD-3-Clause",
  "isc license (iscl)": "ISC",
  "mit license": "MIT",
  "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
  "python software foundation license": "PSF-2.0",
};

function licenceOfMetadata(metadata: PipReport["install"][number]["metadata"]): readonly [string, string | undefined] {
  const { name, version, license, license_expression, classifier = [] } = metadata;
  const classified = classifier.filter((one) => one.startsWith("License :: ")).map((one) => one.split(" :: ").at(-1));
  const said = license_expression ?? classified[0] ?? license;
  const expression = said === undefined ? undefined : (SPELLINGS[said.toLowerCase()] ?? said.split("\n")[0]);
  return [`${pythonName(name)}@${version}`, expression];
}
