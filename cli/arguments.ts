import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { Failure, messageOf } from "./failure.ts";
import { ROOT } from "./paths.ts";

/** What an option takes: one value, no value, or a value each time it is given. */
export type OptionKind = "text" | "flag" | "list";

/** A command line, read. */
export interface CommandLine {
  readonly text: (name: string) => string | undefined;
  readonly flag: (name: string) => boolean;
  readonly list: (name: string) => readonly string[];
  readonly positionals: readonly string[];
}

const SHORT: Readonly<Record<string, string>> = { stack: "s", config: "c" };

/** `--help` is not among the options: `runCommand` answers it. Throws a Failure for an option that is unknown or lacks its value. */
export function readArguments(
  argv: readonly string[],
  command: string,
  options: Readonly<Record<string, OptionKind>>,
  allowPositionals = false,
): CommandLine {
  const { values, positionals } = parsed();
  return {
    text: (name) => (typeof values[name] === "string" ? values[name] : undefined),
    flag: (name) => values[name] === true,
    list: (name) => (Array.isArray(values[name]) ? values[name].map(String) : []),
    positionals,
  };

  function parsed() {
    const known = Object.entries(options).map(([name, kind]) => {
      const type = kind === "flag" ? ("boolean" as const) : ("string" as const);
      return [name, { type, multiple: kind === "list", ...(SHORT[name] && { short: SHORT[name] }) }] as const;
    });
    try {
      return parseArgs({ args: [...argv], options: Object.fromEntries(known), allowPositionals });
    } catch (error) {
      const reason = saidByUs(messageOf(error), argv);
      throw new Failure(`${command}: ${reason}${stackMeant(reason)}. See: npm run ${command} -- --help`);
    }
  }

  /** A stack's name is typed where its option is forgotten. */
  function stackMeant(reason: string): string {
    const [, word = ""] = /^Unexpected argument '([a-z0-9-]+)'/.exec(reason) ?? [];
    const isStack = "stack" in options && word !== "" && existsSync(path.join(ROOT, `Pulumi.${word}.yaml`));
    return isStack ? `; a stack is named by its option: --stack ${word}` : "";
  }
}

/** What Node's parser says, as this program says it: an option as it is typed, and how it is typed right. */
function saidByUs(said: string, argv: readonly string[]): string {
  const [, typed = "", problem = ""] =
    /^Option '(?:-\w, )?(-[\w-]+)[^']*' (argument missing|argument is ambiguous|does not take an argument)/.exec(
      said,
    ) ?? [];
  const option = typed.startsWith("--") ? typed : (longOf(typed) ?? typed);
  if (problem === "argument missing") return `${option} needs a value: write ${option}=VALUE`;
  if (problem === "does not take an argument") return `${option} takes no value: write ${option}`;
  if (problem !== "") {
    const value = argv[argv.indexOf(typed) + 1] ?? "-VALUE";
    return `${option} needs a value, and ${value} looks like an option: a value that begins with a dash is written ${option}=${value}`;
  }
  return said.split(". ")[0] ?? "";
}

const longOf = (short: string): string | undefined => {
  const [name] = Object.entries(SHORT).find(([, letter]) => `-${letter}` === short) ?? [];
  return name === undefined ? undefined : `--${name}`;
};

/** The value of `--stack`. Stack names become part of Docker names and of paths. Throws a Failure for one that cannot be. */
export function stackName(name = "dev"): string {
  if (/^[a-z0-9][a-z0-9-]{0,39}$/.test(name)) return name;
  throw new Failure(
    `--stack "${name}" cannot be part of a container's name: use up to 40 lower-case letters, digits and dashes.`,
  );
}

/** The value of an option that is a number. Throws a Failure for one outside the range. */
export function numberOption(
  args: CommandLine,
  name: string,
  { from, to, otherwise, whole = false }: { from: number; to: number; otherwise: number; whole?: boolean },
): number {
  const text = args.text(name);
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() !== "" && value >= from && value <= to && (!whole || Number.isInteger(value))) return value;
  const kind = whole ? "whole number" : "number";
  throw new Failure(
    `--${name} "${text}" is no ${kind} from ${from} to ${to}: write for example --${name} ${otherwise}.`,
  );
}
