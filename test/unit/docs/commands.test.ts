import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { alternatives } from "../../../config/problem.ts";
import { plainKeys, SECRET_KEYS } from "../../../config/schema.ts";
import { FILES, PAGES, ROOT } from "./pages.ts";

/** Commands, options, keys and test files that pages name: each exists. */

const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> };
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const bootstrap = read("start/bootstrap.mjs");

/** The scripts of the package that a page is of: the console's are its own. */
const scriptsFor = (page: string): Record<string, string> => {
  const own = join(ROOT, dirname(page), "package.json");
  return existsSync(own) ? { ...scripts, ...JSON.parse(readFileSync(own, "utf8")).scripts } : scripts;
};

/** Source of a command with its help: its file, and those of its room and of the options that commands share, which it imports. Undefined for vitest. */
function sourceOf(name: string): string | undefined {
  const [, byBootstrap] = new RegExp(`^ {2}"?${name}"?: "([^"]+)"`, "m").exec(bootstrap) ?? [];
  const [, byNode] = /^(?:node|bash) (\S+\.(?:ts|sh))$/.exec(scripts[name] ?? "") ?? [];
  const file = byBootstrap ?? byNode;
  return file === undefined ? undefined : [...imported(file)].map(read).join("\n");
}

function imported(file: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file) || !FILES.some((known) => known.startsWith(file))) return found;
  found.add(file);
  const room = dirname(file).split("/")[0];
  // a script hands its arguments on to the program that it names
  const next = file.endsWith(".sh") ? /[\w/]+\.py\b/g : /(?<=(?:from|import\() ?")\.[^"]+\.ts(?=")/g;
  for (const [to] of read(file).matchAll(next)) {
    const path = join(dirname(file), file.endsWith(".sh") ? basename(to) : to);
    if (path.split("/")[0] === room || path === "offline/arguments.ts") imported(path, found);
  }
  return found;
}

const uses = PAGES.flatMap(({ path, text }) =>
  [
    ...text.matchAll(
      /\bnpm (?:run (?:--silent )?([a-z][\w:-]*)|(start|stop|test)\b)(?: -- |\[ -- |(?= \[))?((?: ?\[?-- [^\n`|#&]*)|[^\n`|#&]*)/g,
    ),
  ].map(([whole, run, short, rest = ""]) => ({ path, whole, name: run ?? short ?? "", rest })),
);

test("every npm command that a page names exists", () => {
  expect(uses.length).toBeGreaterThan(250);
  expect(
    uses.filter(({ path, name }) => scriptsFor(path)[name] === undefined).map(({ path, whole }) => `${path}: ${whole}`),
  ).toEqual([]);
});

test("every option that a page gives to one is an option of it", () => {
  const unknown = uses.flatMap(({ path, name, rest }) => {
    const source = sourceOf(name);
    if (source === undefined) return [];
    return [...rest.matchAll(/(?<![\w-])--([a-z][a-z-]+)/g)]
      .map(([, option = ""]) => option)
      .filter((option) => option !== "help" && !new RegExp(`--${option}(?![\\w-])`).test(source))
      .map((option) => `${path}: npm run ${name} --${option}`);
  });
  expect(unknown).toEqual([]);
});

const shapes = new Map(
  Object.entries(plainKeys).map(([key, shape]) => [
    key,
    z.toJSONSchema(shape, { io: "input", unrepresentable: "any" }),
  ]),
);

/** Whether a path leads to something that a stack may set. */
function isSettable(path: string): boolean {
  const [key = "", ...rest] = path.split(/\.(?![^[]*\])|(?=\[)/);
  if (key === "secrets" || (SECRET_KEYS as readonly string[]).includes(key)) return true;
  const shape = shapes.get(key);
  return shape !== undefined && leadsOn([shape], rest);
}

type Json = z.core.JSONSchema.BaseSchema;

function leadsOn(shapes: readonly Json[], path: readonly string[]): boolean {
  const [first, ...rest] = path;
  const open = shapes.flatMap((shape) => [
    shape,
    ...alternatives(shape),
    ...alternatives(shape).flatMap((one) => alternatives(one)),
  ]);
  if (first === undefined) return open.length > 0;
  const next = open.flatMap((shape) => {
    if (first.startsWith("[")) return [shape.items, shape.additionalProperties];
    return [shape.properties?.[first], shape.additionalProperties];
  });
  return leadsOn(
    next.filter((one): one is Json => typeof one === "object" && !Array.isArray(one)),
    rest,
  );
}

test("a key of the configuration that a page sets can be set", () => {
  const set = PAGES.filter(({ path }) => path !== "CHANGELOG.md").flatMap(({ path, text }) => [
    ...[...text.matchAll(/pulumi config set (?:--secret |--path |-s \S+ )*'?([a-zA-Z][\w.[\]"]*)/g)].map(
      ([, key = ""]) => ({ path, key }),
    ),
    ...[...text.matchAll(/--config '?([a-zA-Z][\w.]*)=/g)].map(([, key = ""]) => ({ path, key })),
    ...[...text.matchAll(/game-scheduler-otel:([a-zA-Z]+):/g)].map(([, key = ""]) => ({ path, key })),
  ]);
  expect(set.length).toBeGreaterThan(80);
  expect(set.filter(({ key }) => key !== "key" && !isSettable(key))).toEqual([]);
});

test("the keys of README's table exist, and its pages say the others", () => {
  const [, table = ""] =
    /## Configuration([\s\S]*?)\n## /.exec(PAGES.find(({ path }) => path === "README.md")?.text ?? "") ?? [];
  const named = [...table.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, key = ""]) => key),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((key) => !isSettable(key))).toEqual([]);
  expect(table).toContain("(docs/configuration.md)");
});

test("a test file that a page tells to run exists", () => {
  const files = PAGES.flatMap(({ path, text }) =>
    [...text.matchAll(/npx vitest run ([^`\n#]*)/g)].flatMap(([, rest = ""]) =>
      rest
        .split(/[\s,;)]+/)
        .filter((word) => /^[\w.-]+\/[\w./-]+$/.test(word))
        .map((file) => ({ path, file: file.replace(/[.]$/, "") })),
    ),
  );
  expect(files.length).toBeGreaterThan(30);
  expect(files.filter(({ file }) => !FILES.some((known) => known.startsWith(file)))).toEqual([]);
});

test("docs/ai.md lists the tools that the server has", () => {
  const has = FILES.filter((path) => /^mcp\/[\w-]+\.ts$/.test(path)).flatMap((path) =>
    [...read(path).matchAll(/\btool\(\s*"([a-z-]+)"/g)].map(([, name]) => name),
  );
  const listed = [...read("docs/ai.md").matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );
  expect(listed.toSorted()).toEqual(has.toSorted());
});
