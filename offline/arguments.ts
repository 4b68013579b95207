import { parseArgs } from "node:util";
import { type ConfigSetting, parseSetting } from "./config-setting.ts";

/** Options every command that runs the program shares. */
export interface ProgramOptions {
  readonly stack: string;
  readonly set: readonly ConfigSetting[];
  readonly dummySecrets: boolean;
}

const shared = {
  stack: { type: "string", short: "s", default: "dev" },
  config: { type: "string", short: "c", multiple: true, default: [] as string[] },
  secret: { type: "string", multiple: true, default: [] as string[] },
  "dummy-secrets": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

export const sharedHelp = `
  -s, --stack NAME        stack, from Pulumi.NAME.yaml (default: dev)
  -c, --config KEY=VALUE  set a config value for this run; paths (sampling.mode=tail) and JSON work; repeatable
      --secret KEY=VALUE  the same, and the value is a secret; repeatable
      --dummy-secrets     give every secret that has no value a recognisable dummy
  -h, --help              this text`;

/** Options of one command beyond the shared ones: name -> whether it takes a value. */
export type OwnOptions = Readonly<Record<string, "text" | "flag">>;

export interface ParsedArguments extends ProgramOptions {
  readonly help: boolean;
  readonly text: (name: string) => string | undefined;
  readonly flag: (name: string) => boolean;
}

/** Reads a command line. Throws one sentence for an unknown option, with the command that shows the known ones. */
export function parseArguments(argv: readonly string[], command: string, own: OwnOptions): ParsedArguments {
  const options = Object.fromEntries(
    Object.entries(own).map(([name, kind]) => [name, { type: kind === "text" ? "string" : "boolean" } as const]),
  );
  let values: Readonly<Record<string, unknown>>;
  try {
    values = parseArgs({ args: [...argv], options: { ...shared, ...options }, strict: true }).values;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error);
    throw new Error(`${command}: ${reason}. See: npm run ${command} -- --help`);
  }
  const list = (name: string) => (Array.isArray(values[name]) ? values[name].map(String) : []);
  return {
    stack: String(values.stack),
    set: [
      ...list("config").map((text) => parseSetting(text, "--config", false)),
      ...list("secret").map((text) => parseSetting(text, "--secret", true)),
    ],
    dummySecrets: values["dummy-secrets"] === true,
    help: values.help === true,
    text: (name) => (typeof values[name] === "string" ? values[name] : undefined),
    flag: (name) => values[name] === true,
  };
}
