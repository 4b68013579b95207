/**
 * `node test/licences/renew.ts`: looks up the licence of every locked Go module and Python package, and of npm packages whose lock file does
 * not name one, and writes test/licences/table.json. Asks `go` and `pip`, which need the network; `npm test` reads the table alone.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Ecosystem, type Locked, lockedPackages, root } from "./locked.ts";
import { goLicences, type Licences, npmLicences, pythonLicences } from "./lookup.ts";
import { licensed, saysNothing, TABLE_FILE, type Table } from "./table.ts";

const LOOKUPS: Readonly<Record<Ecosystem, (packages: readonly Locked[]) => Licences>> = {
  npm: npmLicences,
  go: goLicences,
  python: pythonLicences,
};

const packages = lockedPackages().filter(saysNothing);
const known = new Map(licensed().map(({ id, licence }) => [id, licence]));
const unknown: string[] = [];

function grouped(ecosystem: Ecosystem): Readonly<Record<string, readonly string[]>> {
  const own = packages.filter((one) => one.ecosystem === ecosystem);
  const found = LOOKUPS[ecosystem](own.filter(({ id }) => known.get(id) === undefined));
  const groups = new Map<string, Set<string>>();
  for (const { id, file } of own) {
    const licence = known.get(id) ?? found.get(id);
    if (licence === undefined) unknown.push(`${id} (${file})`);
    else groups.set(licence, (groups.get(licence) ?? new Set()).add(id));
  }
  return Object.fromEntries([...groups].sort().map(([licence, ids]) => [licence, [...ids].sort()]));
}

const table: Table = { npm: grouped("npm"), go: grouped("go"), python: grouped("python") };
writeFileSync(join(root, TABLE_FILE), `${JSON.stringify(table, null, 1)}\n`);
if (unknown.length > 0) {
  console.error(`No licence could be told of ${unknown.join(", ")}: read it and write it into ${TABLE_FILE} by hand.`);
  process.exitCode = 1;
}
