import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Ecosystem, type Locked, lockedPackages, root } from "./locked.ts";

export const TABLE_FILE = "test/licences/table.json";

/** Ecosystem -> SPDX expression -> `name@version`, sorted: what the lock files themselves do not say. */
export type Table = Readonly<Partial<Record<Ecosystem, Readonly<Record<string, readonly string[]>>>>>;

export interface Licensed extends Locked {
  /** SPDX expression; undefined: neither the lock file nor the table names one. */
  readonly licence?: string;
}

export function readTable(): Table {
  const file = join(root, TABLE_FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Table) : {};
}

/** A lock file's own word is taken unless it only points to a file. */
export const saysNothing = ({ licence }: Locked): boolean => licence === undefined || /^SEE LICEN/i.test(licence);

/** Every locked package with its licence. */
export function licensed(table: Table = readTable(), packages = lockedPackages()): readonly Licensed[] {
  const known = new Map(
    Object.entries(table).flatMap(([ecosystem, licences]) =>
      Object.entries(licences).flatMap(([licence, ids]) => ids.map((id) => [`${ecosystem} ${id}`, licence] as const)),
    ),
  );
  return packages.map((one) => {
    const { licence: own, ...rest } = one;
    const licence = saysNothing(one) ? known.get(`${one.ecosystem} ${one.id}`) : own;
    return licence === undefined ? rest : { ...rest, licence };
  });
}
