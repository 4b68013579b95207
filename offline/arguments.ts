import { type CommandLine, type OptionKind, readArguments } from "../cli/arguments.ts";
import { type ConfigSetting, parseSetting } from "./config-setting.ts";

/** Options every command that runs the program shares. */
export interface ProgramOptions {
  readonly stack: string;
  readonly set: readonly ConfigSetting[];
  readonly dummySecrets: boolean;
}

const shared = { stack: "text", config: "list", secret: "list", "dummy-secrets": "flag" } as const;

export const sharedHelp = `
  -s, --stack NAME        stack, from Pulumi.NAME.yaml (default: dev)
  -c, --config KEY=VALUE  set a config value for this run; paths (sampling.mode=tail) and JSON work; repeatable
      --secret KEY=VALUE  the same, and the value is a secret; repeatable
      --dummy-secrets     give every secret that has no value a recognisable dummy
  -h, --help              this text`;

/** The options every command that runs the program shares, and its own. */
export type ProgramArguments = ProgramOptions & Pick<CommandLine, "text" | "flag">;

/** Reads a command line. Throws one sentence for an unknown option, with the command that shows the known ones. */
export function parseArguments(
  argv: readonly string[],
  command: string,
  own: Readonly<Record<string, OptionKind>>,
): ProgramArguments {
  const args = readArguments(argv, command, { ...shared, ...own });
  return {
    stack: args.text("stack") ?? "dev",
    set: [
      ...args.list("config").map((text) => parseSetting(text, "--config", false)),
      ...args.list("secret").map((text) => parseSetting(text, "--secret", true)),
    ],
    dummySecrets: args.flag("dummy-secrets"),
    text: args.text,
    flag: args.flag,
  };
}
