import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { FILES, PAGES, prose, ROOT } from "./pages.ts";

/** The anchor that GitHub and GitLab give a heading. */
const anchorOf = (heading: string): string =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");

const anchors = new Map(
  PAGES.map((page) => [
    page.path,
    new Set([...prose(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading))),
  ]),
);

const links = PAGES.flatMap((page) =>
  [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, to = ""]) => to)
    .filter((to) => !/^[a-z]+:/.test(to))
    .map((to) => ({ from: page.path, to })),
);

const targetOf = ({
  from,
  to,
}: {
  readonly from: string;
  readonly to: string;
}): { readonly file: string; readonly anchor: string | undefined } => {
  const [file = "", anchor] = to.split("#");
  return { file: file === "" ? from : normalize(join(dirname(from), file)), anchor };
};

test("every link inside the repository leads to a file, and to a heading of it where it names one", () => {
  expect(links.length).toBeGreaterThan(200);
  const broken = links.filter((link) => {
    const { file, anchor } = targetOf(link);
    if (!existsSync(join(ROOT, file))) return true;
    return anchor !== undefined && file.endsWith(".md") && anchors.get(file)?.has(anchor) !== true;
  });
  expect(broken).toEqual([]);
});

test("a page that a sentence or a comment of the code names exists, with the heading where it names one", () => {
  const named = FILES.filter(
    (path) => /\.(ts|tsx|mjs|py|go|sh|ya?ml)$/.test(path) && !/^test\/|_test\.go$/.test(path),
  ).flatMap((path) =>
    [
      ...readFileSync(join(ROOT, path), "utf8").matchAll(/\bdocs\/[\w-]+(?:\/[\w-]+)*\.md(?:#[\w-]+)?(?![\w$<{-])/g),
    ].map(([to]) => ({ path, to })),
  );
  expect(named.length).toBeGreaterThan(40);
  const broken = named.filter(({ to }) => {
    const [file = "", anchor] = to.split("#");
    return anchors.get(file) === undefined || (anchor !== undefined && anchors.get(file)?.has(anchor) !== true);
  });
  expect(broken).toEqual([]);
});

test("every page of docs/ is linked from the README or from another page", () => {
  const linked = new Set(
    links.filter(({ from, to }) => targetOf({ from, to }).file !== from).map((link) => targetOf(link).file),
  );
  expect(FILES.filter((path) => /^docs\/[^/]+\.md$/.test(path) && !linked.has(path))).toEqual([]);
});

test("a runbook that another one names in italics exists", () => {
  const named = PAGES.filter(({ path }) => path.startsWith("docs/runbooks/")).flatMap(({ path, text }) =>
    [...text.matchAll(/\*([a-z]+(?:-[a-z]+)+)\*/g)].map(([, name]) => ({ path, runbook: `docs/runbooks/${name}.md` })),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ runbook }) => !FILES.includes(runbook))).toEqual([]);
});
