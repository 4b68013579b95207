import { readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../cli/paths.ts";
import { basesOf, type ImageName } from "../images/catalogue.ts";
import { SPECS } from "../images/specs.ts";

/** A package in an image. */
export interface Package {
  /** Its type in a package URL. */
  readonly kind: "deb" | "golang" | "npm" | "pypi";
  readonly name: string;
  readonly version: string;
  /** An SPDX expression or a name, where the package says one. */
  readonly licence?: string | undefined;
  /** Debian's word for its processor. */
  readonly architecture?: string | undefined;
  /** Whether it is known from the lock of the build alone: what a bundler made of it cannot be seen in the image. */
  readonly bundled?: true | undefined;
}

const field = (text: string, name: string): string | undefined =>
  new RegExp(`^${name}: *(.+)$`, "m").exec(text)?.[1]?.trim();

/** Packages that are installed, by dpkg's own list. */
export function debianPackages(status: string): readonly Package[] {
  return status.split(/\n\n+/).flatMap((paragraph) => {
    const [name, version] = [field(paragraph, "Package"), field(paragraph, "Version")];
    if (name === undefined || version === undefined || field(paragraph, "Status") !== "install ok installed") return [];
    return [{ kind: "deb" as const, name, version, architecture: field(paragraph, "Architecture") }];
  });
}

/** The package of a `METADATA` file. */
export function pythonPackage(metadata: string): readonly Package[] {
  const [head = ""] = metadata.split(/\r?\n\r?\n/);
  const [name, version] = [field(head, "Name"), field(head, "Version")];
  if (name === undefined || version === undefined) return [];
  const licence = field(head, "License-Expression") ?? field(head, "License");
  return [{ kind: "pypi", name: name.toLowerCase().replaceAll(/[-_.]+/g, "-"), version, licence }];
}

/** The package of a `package.json`; none for one that is only a mark inside a package. */
export function npmPackage(text: string): readonly Package[] {
  try {
    const { name, version, license: licence } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (typeof name !== "string" || typeof version !== "string") return [];
    return [{ kind: "npm", name, version, licence: typeof licence === "string" ? licence : undefined }];
  } catch {
    return [];
  }
}

interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      { readonly version?: string; readonly license?: string; readonly dev?: boolean; readonly link?: boolean }
    >
  >;
}

/** What a bundler may have put into the image: the locked packages of its build and of the builds it starts from, without those for development. */
export function bundledPackages(name: ImageName): readonly Package[] {
  const local = SPECS[name].local;
  const own = local?.kind === "dockerfile" && local.installs === "npm" ? lockedPackages(local.folder) : [];
  return [...own, ...Object.values(basesOf(name)).flatMap(bundledPackages)];
}

function lockedPackages(folder: string): readonly Package[] {
  let lock: Lock;
  try {
    lock = JSON.parse(readFileSync(path.join(ROOT, folder, "package-lock.json"), "utf8")) as Lock;
  } catch {
    return [];
  }
  return Object.entries(lock.packages).flatMap(([place, { version, license: licence, dev, link }]) => {
    const name = place.split("node_modules/").at(-1) ?? "";
    if (name === "" || version === undefined || dev === true || link === true) return [];
    return [{ kind: "npm" as const, name, version, licence, bundled: true as const }];
  });
}
