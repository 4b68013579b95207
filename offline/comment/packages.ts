import { spawnSync } from "node:child_process";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";

/**
 * Gives a checkout of another commit its packages: those installed here where both lock the same ones, else its own by `npm ci`.
 * Install scripts do not run: none of its packages needs one to be previewed.
 * @throws Error, one clause, when npm cannot
 */
export function providePackages(checkout: string, installed: string): void {
  if (lockOf(checkout) === lockOf(installed)) {
    symlinkSync(join(installed, "node_modules"), join(checkout, "node_modules"), "dir");
    return;
  }
  const args = ["ci", "--omit=dev", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
  const { status, stderr } = spawnSync("npm", [...args, "--loglevel=error"], { cwd: checkout, encoding: "utf8" });
  if (status === 0) return;
  const said = (stderr ?? "").trim().split("\n")[0] ?? "";
  throw new Error(`its packages, which differ from those here, could not be installed by "npm ci" (${said}).`);
}

/** The packages that are locked; the project's own version installs nothing. A lock that npm cannot read is compared as a text. */
function lockOf(folder: string): string {
  let text: string;
  try {
    text = readFileSync(join(folder, "package-lock.json"), "utf8");
  } catch {
    throw new Error("it has no package-lock.json.");
  }
  try {
    const { "": _own, ...locked } = JSON.parse(text).packages;
    return JSON.stringify(locked);
  } catch {
    return text;
  }
}
