import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../../..");

/** Paths of everything that git has or would take. */
export const FILES: readonly string[] = [
  ...new Set(
    execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: ROOT, encoding: "utf8" })
      .trim()
      .split("\n"),
  ),
];

export interface Page {
  readonly path: string;
  readonly text: string;
}

/** Every page of Markdown that people read here; the changelog also speaks of what was. */
export const PAGES: readonly Page[] = FILES.filter((path) => path.endsWith(".md")).map((path) => ({
  path,
  text: readFileSync(join(ROOT, path), "utf8"),
}));

/** The page without its blocks of code, in which brackets and signs are no links and headings. */
export const prose = ({ text }: Page): string => text.replace(/^(`{3,})[\s\S]*?^\1/gm, "");
