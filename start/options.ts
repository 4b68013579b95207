import { readArguments, stackName } from "../cli/arguments.ts";
import { Failure } from "../cli/failure.ts";
import type { ImageSource } from "../images/catalogue.ts";
import { type ProgramArguments, parseArguments, sharedHelp } from "../offline/arguments.ts";
import type { ConfigSetting } from "../offline/config-setting.ts";
import type { DeployerKind } from "./deploy/state.ts";

/** What a person typed after `npm start --`. */
export interface StartOptions {
  readonly stack: string;
  /** Config values for this run, `images` among them only when given by hand. */
  readonly settings: readonly ConfigSetting[];
  readonly images?: ImageSource;
  readonly deploy?: DeployerKind;
  readonly json: boolean;
  readonly verify: boolean;
}

export const startHelp = `npm start -- [options]

Runs the whole system on this machine: Docker Engine, images, containers; then uses the app and proves that its telemetry arrives.
${sharedHelp}
      --images SOURCE     official (a registry) or local (built here); default: official where a registry answers
      --deploy TOOL       pulumi or compose; default: pulumi where its CLI can be had
      --no-verify         stop when the containers are up
      --json              the result as JSON on standard output

Again with nothing changed, it changes nothing. npm stop removes what it made.

Exit code: 0 it runs and its telemetry has arrived (with --no-verify: it runs), 1 something is missing (named), or the command itself could not run.`;

/** Throws one sentence for what cannot be. */
export function startOptions(argv: readonly string[]): StartOptions {
  const args = parseArguments(argv, "start", { ...DEPLOYMENT, "no-verify": "flag" });
  return { ...deploymentOptions(args), verify: !args.flag("no-verify") };
}

/** Options of every command that deploys. */
export const DEPLOYMENT = { images: "text", deploy: "text", json: "flag" } as const;

/** Throws one sentence for what cannot be. */
export function deploymentOptions(args: ProgramArguments): Omit<StartOptions, "verify"> {
  const configured = args.set.findLast((setting) => setting.path === "images");
  const images = args.text("images") ?? configured?.value;
  const deploy = args.text("deploy");
  return {
    stack: stackName(args.stack),
    settings: args.set.filter((setting) => setting.path !== "images"),
    ...(images === undefined ? {} : { images: oneOf("--images", images, ["official", "local"]) }),
    ...(deploy === undefined ? {} : { deploy: oneOf("--deploy", deploy, ["pulumi", "compose", "stack"]) }),
    json: args.flag("json"),
  };
}

/** What a person typed after `npm stop --`. */
export interface StopOptions {
  readonly stack: string;
  readonly volumes: boolean;
  readonly engine: boolean;
}

export const stopHelp = `npm stop -- [options]

Removes the containers and networks that npm start made.

  -s, --stack NAME        stack (default: dev)
      --volumes           remove its volumes too: all data of its databases and backends
      --engine            also stop the Docker Engine, if npm start started it
  -h, --help              this text

Exit code: 0 removed, or there was nothing to remove, 1 the command itself could not run.`;

export function stopOptions(argv: readonly string[]): StopOptions {
  const args = readArguments(argv, "stop", { stack: "text", volumes: "flag", engine: "flag" });
  return { stack: stackName(args.text("stack")), volumes: args.flag("volumes"), engine: args.flag("engine") };
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new Failure(`${option} "${value}" is unknown: use ${alternatives(allowed)}.`);
  return found;
}

const alternatives = (all: readonly string[]): string => `${all.slice(0, -1).join(", ")} or ${all.at(-1)}`;
