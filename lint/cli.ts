import { readArguments } from "../cli/arguments.ts";
import { runCommand } from "../cli/command.ts";
import { Failure } from "../cli/failure.ts";
import { SUPPORTED_VERSIONS } from "../pipeline/versions.ts";
import { BACKENDS } from "../vendors/kinds.ts";
import { readInputs } from "./input.ts";
import { lint, RULE_COUNT } from "./lint.ts";
import { sarif, textLines } from "./render.ts";

/** What --help prints. */
export const help = `npm run lint:collector -- FILE [FILE ...] [options]

Checks an OpenTelemetry Collector's configuration, whoever wrote it: ${RULE_COUNT} rules, each with a page. Several files are merged as the collector merges them; Helm
values and an operator's resource are read where they hold the configuration. Exit code: 0 no error, 1 errors,
2 the command itself could not run, as where a file cannot be read.

      --version X         collector version, such as 0.145.0 (default: the one that the file names in its first comment or as an
                          image, else the newest known)
      --backend NAME      backend it sends to: ${BACKENDS.join(", ")}
      --profile NAME      general (default): what is wrong for everybody; ours: what this repository asks of its own collector as well
      --format NAME       text (default), json or sarif
  -h, --help              this text`;

const NEWEST = SUPPORTED_VERSIONS.to;

/** Runs the command and gives its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const args = readArguments(
    argv,
    "lint:collector",
    { version: "text", backend: "text", profile: "text", format: "text" },
    true,
  );
  if (args.positionals.length === 0)
    throw new Failure("lint:collector: name a file, for example: npm run lint:collector -- otel-collector.yaml");
  const given = args.text("version");
  const version = given ?? NEWEST;
  if (!/^\d+\.\d+\.\d+$/.test(version))
    throw new Failure(`--version "${version}" is no version: write for example --version 0.145.0.`);
  const backend = oneOf("--backend", args.text("backend"), BACKENDS);
  const profile = oneOf("--profile", args.text("profile"), ["general", "ours"] as const) ?? "general";
  const format = oneOf("--format", args.text("format"), ["text", "json", "sarif"] as const) ?? "text";
  // npm runs the command in the project's folder; the person typed the names in another one.
  const files = readInputs(args.positionals, process.env.INIT_CWD ?? process.cwd());
  const found = lint(
    files,
    { version, isFixed: given !== undefined, ...(backend !== undefined && { backend }) },
    profile,
  );
  const errors = found.filter(({ severity }) => severity === "error").length;
  if (format === "json") console.log(JSON.stringify(found, undefined, 2));
  else if (format === "sarif") console.log(JSON.stringify(sarif(found), undefined, 2));
  else {
    for (const line of textLines(found)) console.log(line);
    console.log(found.length === 0 ? "No findings." : `${errors} errors, ${found.length - errors} warnings.`);
  }
  return errors > 0 ? 1 : 0;
}

function oneOf<T extends string>(option: string, value: string | undefined, allowed: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new Failure(`${option} "${value}" is unknown: use ${allowed.join(", ")}.`);
  return found;
}

if (import.meta.main) await runCommand({ name: "lint:collector", help, failureCode: 2 }, main);
