import { Failure } from "./failure.ts";

/** `switch`: present or not. `value`: takes the next word. `pairs`: `key=value`, may be given several times. */
export type FlagKind = "switch" | "value" | "pairs";

export interface Flag {
  readonly kind: FlagKind;
  /** What `value` may be; default: anything. */
  readonly allowed?: readonly string[];
  /** Half a sentence for `--help`. */
  readonly help: string;
}

export interface ParsedArgs {
  readonly switches: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly pairs: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** Reads `--flag`, `--flag value`, `--flag=value`. Throws a Failure that names what is allowed. */
export function parseArgs(args: readonly string[], flags: Readonly<Record<string, Flag>>): ParsedArgs {
  const switches = new Set<string>();
  const values = new Map<string, string>();
  const pairs = new Map<string, Record<string, string>>();
  const words = [...args];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const [name, attached] = splitOnce(word.replace(/^--/, ""), "=");
    const flag = word.startsWith("--") && Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (flag === undefined) throw new Failure(`Unknown argument "${word}": use ${listOf(flags)}.`);
    if (flag.kind === "switch") {
      if (attached !== undefined) throw new Failure(`--${name} takes no value: write it alone.`);
      switches.add(name);
      continue;
    }
    const value = attached ?? words.shift();
    if (value === undefined || (attached === undefined && value.startsWith("--"))) {
      throw new Failure(`--${name} needs a value: ${flag.allowed?.join(" or ") ?? exampleOf(name, flag)}.`);
    }
    if (flag.kind === "pairs") {
      const [key, text] = splitOnce(value, "=");
      if (key === "" || text === undefined)
        throw new Failure(`--${name} "${value}" is not key=value: write for example --${name} portOffset=100.`);
      pairs.set(name, { ...pairs.get(name), [key]: text });
      continue;
    }
    if (flag.allowed !== undefined && !flag.allowed.includes(value)) {
      throw new Failure(`--${name} "${value}" is unknown: use ${flag.allowed.join(" or ")}.`);
    }
    values.set(name, value);
  }
  return { switches, values, pairs };
}

/** What `--help` prints. */
export function helpText(command: string, summary: string, flags: Readonly<Record<string, Flag>>): string {
  const rows = Object.entries(flags).map(([name, flag]) => [`--${name}${operand(flag)}`, flag.help] as const);
  const width = Math.max(...rows.map(([left]) => left.length));
  return [`${command}: ${summary}`, "", ...rows.map(([left, help]) => `  ${left.padEnd(width)}  ${help}`)].join("\n");
}

function operand(flag: Flag): string {
  switch (flag.kind) {
    case "switch":
      return "";
    case "value":
      return ` ${flag.allowed?.join("|") ?? "NAME"}`;
    case "pairs":
      return " KEY=VALUE";
    default:
      return flag.kind satisfies never;
  }
}

function listOf(flags: Readonly<Record<string, Flag>>): string {
  return Object.keys(flags)
    .map((name) => `--${name}`)
    .join(", ");
}

function exampleOf(name: string, flag: Flag): string {
  return flag.kind === "pairs" ? `key=value` : `write --${name} NAME`;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
