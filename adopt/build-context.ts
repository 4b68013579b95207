import { readFileSync } from "node:fs";
import path from "node:path";
import type { ComposeService } from "./compose-project.ts";

/** What the sources of an image say of what runs in it. */
export interface BuildContext {
  /** What its last stage, or the named one, is made from. */
  readonly from: string | undefined;
  /** The text of its lists of Python packages. */
  readonly pythonPackages: string;
  readonly isPython: boolean;
  /** The text of package.json; empty where there is none. */
  readonly nodePackages: string;
}

const PYTHON_FILES = ["requirements.txt", "requirements/base.txt", "requirements/production.txt", "pyproject.toml"];
const PYTHON_SIGNS = ["Pipfile", "setup.py", "manage.py", "uv.lock", "poetry.lock"];
/** Words of a Dockerfile that puts a language into its image: many images of a project are built from one folder, a proxy's too. */
const PYTHON_WORD =
  /(^|[\s/"'=])(python[\d.]*|pypy[\d.]*|pip[\d.]*|uv|poetry|pipenv|pdm|conda|gunicorn|uvicorn|celery)\b|\.py\b|\brequirements\b|\bvenv\b/im;
const NODE_WORD = /(^|[\s/"'=])(node|nodejs|npm|npx|yarn|pnpm|bun|deno)\b|\bpackage\.json\b/im;

/** Reads a build context; undefined where the service is not built from one on this machine. */
export function readBuildContext({ build }: Pick<ComposeService, "build">): BuildContext | undefined {
  const { context, dockerfile = "Dockerfile", dockerfile_inline: inline, target } = build ?? {};
  if (context === undefined || /^[a-z]+:\/\//.test(context)) return undefined;
  const read = (file: string): string | undefined => {
    try {
      return readFileSync(path.resolve(context, file), "utf8");
    } catch {
      return undefined;
    }
  };
  const lists = PYTHON_FILES.flatMap((file) => read(file) ?? []);
  const recipe = inline ?? read(dockerfile);
  const speaksOf = (word: RegExp) => recipe === undefined || word.test(withoutComments(recipe));
  return {
    from: lastImage(recipe ?? "", target),
    pythonPackages: lists.join("\n"),
    isPython: speaksOf(PYTHON_WORD) && (lists.length > 0 || PYTHON_SIGNS.some((file) => read(file) !== undefined)),
    nodePackages: speaksOf(NODE_WORD) ? (read("package.json") ?? "") : "",
  };
}

const withoutComments = (recipe: string): string => recipe.replace(/^\s*#.*$/gm, "");

/** The image that a stage of a Dockerfile starts from in the end: stages made from stages are followed. Pure. */
export function lastImage(dockerfile: string, target?: string): string | undefined {
  const stages = [...dockerfile.matchAll(/^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/gim)].map(
    ([, image = "", name]) => ({ image, name: name?.toLowerCase() }),
  );
  const named = (name: string | undefined) => stages.find((stage) => stage.name === name?.toLowerCase());
  let stage = target === undefined ? stages.at(-1) : named(target);
  for (let steps = 0; stage !== undefined && steps < stages.length; steps += 1) {
    const before = named(stage.image);
    if (before === undefined || before === stage) break;
    stage = before;
  }
  return stage && filledIn(stage.image, dockerfile);
}

/** `python:${VERSION}` with the default that `ARG VERSION=…` gives. */
const filledIn = (image: string, dockerfile: string): string =>
  image.replace(
    /\$\{?(\w+)(?::-([^}]*))?\}?/g,
    (_, name: string, fallback = "") =>
      new RegExp(String.raw`^\s*ARG\s+${name}=["']?([^\s"']+)`, "im").exec(dockerfile)?.[1] ?? fallback,
  );
