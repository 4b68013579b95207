import { type CommandLine, type OptionKind, readArguments } from "../cli/arguments.ts";
import { type ConfigSetting, parseSetting } from "./config-setting.ts";
import { secretFromEnvironment, secretsIn, secretsOfStack, variableOf } from "./secret-settings.ts";

/** Options every command that runs the program shares. */
export interface ProgramOptions {
  readonly stack: string;
  readonly set: readonly ConfigSetting[];
  readonly dummySecrets: boolean;
}

const shared = {
  stack: "text",
  config: "list",
  secret: "list",
  "secrets-file": "text",
  "dummy-secrets": "flag",
} as const;

export const sharedHelp = `
  -s, --stack NAME        stack, from Pulumi.NAME.yaml (default: dev)
  -c, --config KEY=VALUE  set a config value for this run; paths (sampling.mode=tail) and JSON work; repeatable
      --secret KEY        a secret for this run, whose value is in the environment: grafanaCloudToken in
                          GRAFANA_CLOUD_TOKEN, secrets.discord-token in SECRETS_DISCORD_TOKEN; repeatable
      --secrets-file FILE secrets for this run, a YAML map of KEY: value that only you can read (mode 0600); - is standard
                          input. There is no KEY=VALUE: a command line is in every process list, and in npm's log.
                          .local/STACK/secrets.yaml is read without being named
      --dummy-secrets     give every secret that has no value a recognisable dummy
  -h, --help              this text`;

/** From then on no program that this one starts finds it there. */
function takeFromEnvironment(key: string): ConfigSetting {
  const setting = secretFromEnvironment(key, process.env);
  delete process.env[variableOf(setting.path)];
  return setting;
}

/** The options every command that runs the program shares, and its own. */
export type ProgramArguments = ProgramOptions & Pick<CommandLine, "text" | "flag">;

/** Reads a command line. Throws one sentence for an unknown option, with the command that shows the known ones. */
export function parseArguments(
  argv: readonly string[],
  command: string,
  own: Readonly<Record<string, OptionKind>>,
): ProgramArguments {
  const args = readArguments(argv, command, { ...shared, ...own });
  const file = args.text("secrets-file");
  const stack = args.text("stack") ?? "dev";
  return {
    stack,
    set: [
      ...secretsOfStack(stack),
      ...args.list("config").map(parseSetting),
      ...(file === undefined ? [] : secretsIn(file)),
      ...args.list("secret").map(takeFromEnvironment),
    ],
    dummySecrets: args.flag("dummy-secrets"),
    text: args.text,
    flag: args.flag,
  };
}
