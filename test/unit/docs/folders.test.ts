import { readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { COLD_LOCAL_BUILD_GB, PULL_GB } from "../../../start/preflight/ground.ts";
import { FILES, PAGES, ROOT } from "./pages.ts";

const textOf = (path: string): string => PAGES.find((page) => page.path === path)?.text ?? "";
const topFolders = [
  ...new Set(
    FILES.filter((path) => path.includes("/") && !path.startsWith(".")).map((path) => path.split("/")[0] ?? ""),
  ),
];

describe("folders", () => {
  test("each at the top has a README", () => {
    expect(topFolders.length).toBeGreaterThan(25);
    expect(topFolders.filter((folder) => textOf(`${folder}/README.md`) === "")).toEqual([]);
  });

  test("the README of the project names each of them", () => {
    const [, table = ""] = /## Where is what([\s\S]*)$/.exec(textOf("README.md")) ?? [];
    expect(topFolders.filter((folder) => !table.includes(`\`${folder}/\``))).toEqual([]);
  });

  test("one with more than twenty files of code has a README, or that above it names it", () => {
    const sizes = Map.groupBy(
      FILES.filter((path) => /\.(ts|go|py)$/.test(path) && !/^test\/|(^|\/)tests?\/|_test\.go$/.test(path)),
      (path) => dirname(path),
    );
    const large = [...sizes].filter(([, files]) => files.length > 20).map(([folder]) => folder);
    expect(large.length).toBeGreaterThan(2);
    const described = (folder: string): boolean =>
      textOf(`${folder}/README.md`) !== "" ||
      (folder.includes("/") && textOf(`${dirname(folder)}/README.md`).includes(`${basename(folder)}/`)) ||
      (folder.includes("/src/") && described(folder.slice(0, folder.indexOf("/src/"))));
    expect(large.filter((folder) => !described(folder))).toEqual([]);
  });
});

test("docs/README.md lists every page", () => {
  const pages = FILES.filter((path) => /^docs\/[^/]+\.md$/.test(path) && path !== "docs/README.md").map((path) =>
    path.slice("docs/".length),
  );
  expect(pages.filter((page) => !textOf("docs/README.md").includes(`(${page})`))).toEqual([]);
});

test("README.md says how much disk npm start asks for", () => {
  expect(textOf("README.md")).toContain(
    `${COLD_LOCAL_BUILD_GB} GB of free disk where images have to be built (${PULL_GB} GB where they can be pulled)`,
  );
});

/** What a page tells its reader to write. */
const YOURS: ReadonlySet<string> = new Set(["components/backends/acme.ts", "content/drive.ts", "content/shop.ts"]);

test("a file of code that a page names exists: by its path from there or from the top, or by its name alone", () => {
  const known = new Set(FILES);
  const names = new Set(FILES.map((path) => basename(path)));
  const named = PAGES.filter(({ path }) => path !== "CHANGELOG.md").flatMap(({ path, text }) =>
    [...text.matchAll(/`([\w@][\w@./-]*\.(?:ts|tsx|mjs|cjs|go|py|sed))`/g)].map(([, file = ""]) => ({
      page: path,
      file,
    })),
  );
  const exists = ({ page, file }: { readonly page: string; readonly file: string }): boolean => {
    if (!file.includes("/")) return names.has(file);
    return known.has(file) || known.has(normalize(join(dirname(page), file))) || YOURS.has(file);
  };
  expect(named.length).toBeGreaterThan(300);
  expect(named.filter((one) => !exists(one))).toEqual([]);
});

test("images/programs/privacy/README.md names every file of Go that is no test", () => {
  const folder = "images/programs/privacy/";
  const files = FILES.filter(
    (path) => path.startsWith(folder) && path.endsWith(".go") && !path.endsWith("_test.go"),
  ).map((path) => path.slice(folder.length));
  const named = new Set([...textOf(`${folder}README.md`).matchAll(/`([\w-]+\.go)`/g)].map(([, name = ""]) => name));
  expect(files.length).toBeGreaterThan(50);
  expect([...named].toSorted()).toEqual(files.toSorted());
});

test("README.md says which versions of Pulumi and Node pulumi up needs", () => {
  const [, pulumi] = /requiredPulumiVersion: ">=([\d.]+)"/.exec(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8")) ?? [];
  const [, node] = /"node": ">=([\d.]+)"/.exec(readFileSync(join(ROOT, "package.json"), "utf8")) ?? [];
  expect(textOf("README.md")).toContain(`needs the Pulumi CLI ${pulumi} or newer, Node ${node} or newer`);
});
