import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../../cli/paths.ts";
import { inputFiles } from "../../../images/inputs.ts";
import { type DockerfileBuild, SPECS } from "../../../images/specs.ts";
import { copied } from "./copied.ts";

const builds = Object.entries(SPECS).flatMap(([image, { local }]) =>
  local?.kind === "dockerfile" ? [[image, local] as const] : [],
);

function buildOf(image: string): DockerfileBuild {
  const build = builds.find(([name]) => name === image)?.[1];
  if (build === undefined) throw new Error(`There is no image ${image}.`);
  return build;
}

/** Text of a stage's files that come from the repository, by where they are there. */
function stageOf({ folder, beside }: DockerfileBuild, stage: string): ReadonlyMap<string, string> {
  const contents = new Map(inputFiles(folder, beside).map(({ name, content }) => [name, content]));
  return new Map(
    copied({ folder, ...(beside && { beside }) })
      .filter((source) => source.stage === stage)
      .flatMap(({ files }) => files)
      .map(({ name, to }) => [to, new TextDecoder().decode(contents.get(name))]),
  );
}

/** Everything that a module imports: types too, which the image's build checks. */
function importsOf(file: string, text: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const module = moduleOf(node);
    if (module !== undefined && ts.isStringLiteralLike(module)) found.push(module.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return found;
}

/** What names the module, where the node imports one. */
function moduleOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) return node.arguments[0];
  return undefined;
}

describe("what a Dockerfile copies", () => {
  // certificates of this machine, where it has any
  const optional = /^ca\.crt\*$/;

  test.each(builds)("is in the context of %s", (_, build) => {
    const empty = copied(build).filter(({ pattern, files }) => files.length === 0 && !optional.test(pattern));
    expect(empty.map(({ pattern }) => pattern)).toEqual([]);
  });

  test.each(builds.filter(([, { beside }]) => beside))("takes along all that is beside %s", (_, build) => {
    const taken = new Set(copied(build).flatMap(({ files }) => files.map(({ name }) => name)));
    const own = new Set(inputFiles(build.folder).map(({ name }) => name));
    const left = inputFiles(build.folder, build.beside).filter(({ name }) => !own.has(name) && !taken.has(name));
    expect(left.map(({ name }) => name)).toEqual([]);
  });
});

describe("the console's image", () => {
  const files = stageOf(buildOf("console"), "build");
  const home = "/build/console";
  const json = (name: string) => ts.parseConfigFileTextToJson(name, files.get(`${home}/${name}`) ?? "").config;
  const { dependencies, devDependencies } = json("package.json");
  const packages = new Set(Object.keys({ ...dependencies, ...devDependencies }));
  const aliases: readonly string[] = Object.keys(json("tsconfig.json").compilerOptions.paths);

  const isSource = (file: string) => /\.tsx?$/.test(file);
  const packageOf = (to: string) => to.split("/", to.startsWith("@") ? 2 : 1).join("/");
  const isKnown = (file: string, to: string) =>
    aliases.includes(to) || (file.startsWith(`${home}/`) && packages.has(packageOf(to)));

  /** What its sources cannot find, and all files that they reach. */
  function walk(): { readonly lost: readonly string[]; readonly reached: ReadonlySet<string> } {
    const found = new Set([...files.keys()].filter((file) => file.startsWith(`${home}/src/`)));
    const missing: string[] = [];
    // a loop over a set comes to what is added on the way
    for (const file of found) {
      for (const to of isSource(file) ? importsOf(file, files.get(file) ?? "") : []) {
        const target = to.startsWith(".") ? path.posix.resolve(path.posix.dirname(file), to) : undefined;
        if (target !== undefined && files.has(target)) found.add(target);
        else if (target !== undefined || !isKnown(file, to)) missing.push(`${file} -> ${to}`);
      }
    }
    return { lost: missing, reached: found };
  }
  const { lost, reached } = walk();

  test("holds every file and package that its sources import, and what these import", () => {
    expect(lost).toEqual([]);
    expect([...reached]).toEqual(expect.arrayContaining([`${home}/src/main.tsx`, "/build/verify/run.ts"]));
  });

  test("has nothing beside it that none of them imports", () => {
    const { beside = [] } = buildOf("console");
    const used = (entry: string) => [...reached].some((file) => `${file}/`.startsWith(`/build/${entry}/`));
    expect(beside.filter((entry) => !used(entry))).toEqual([]);
  });
});

describe("the image of the instrumentation", () => {
  const files = stageOf(buildOf("instrumentation"), "build");
  const own = "instrumentation/python";
  const projects = readdirSync(path.join(ROOT, own)).filter((name) =>
    existsSync(path.join(ROOT, own, name, "pyproject.toml")),
  );

  test("there are packages of our own", () => {
    expect(projects).toContain("inject");
  });

  test.each(projects)("holds what the package in %s is built from", (project) => {
    const toml = readFileSync(path.join(ROOT, own, project, "pyproject.toml"), "utf8");
    const named = [...toml.matchAll(/^(?:readme = "(.+)"|packages = \["(.+)"\])$/gm)].map(
      ([, readme, folder]) => readme ?? `${folder}/__init__.py`,
    );
    expect(named.length).toBeGreaterThan(0);
    const wanted = ["pyproject.toml", ...named].map((name) => `/tmp/build/own/${project}/${name}`);
    expect(wanted.filter((file) => !files.has(file))).toEqual([]);
  });
});
