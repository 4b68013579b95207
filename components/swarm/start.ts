import * as pulumi from "@pulumi/pulumi";
import { type ContainerFile, type ContainerSpec, secretFile } from "../docker/spec.ts";

/** Variables that hold secrets, where the start command reads them. */
const ENVIRONMENT = "/run/secrets/environment";

/** How a service starts: its entrypoint and what is handed to it, as Swarm calls them. */
export interface Start {
  readonly command?: readonly pulumi.Input<string>[];
  readonly args?: readonly pulumi.Input<string>[];
  /** Variables that everyone may read who may read the service. */
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly ContainerFile[];
}

/**
 * The specification of a Swarm service is read by everyone who may ask a manager, so variables with secrets are not in it: a file has them, which a shell
 * reads before it becomes the service. It also waits for `awaits`, since services of a swarm start in no order.
 * @throws pulumi.RunError where the command is the image's own, which a shell in front of it would replace
 */
export function startOf({ name, usage, env = {}, files = [], entrypoint, command, awaits }: ContainerSpec): Start {
  const [plain, hidden] = separated(env);
  const ownStart = {
    ...(entrypoint && { command: entrypoint }),
    ...(command && { args: command }),
  };
  const unknown = entrypoint === undefined && command === undefined;
  const waits = awaits !== undefined && !unknown;
  if (hidden.length === 0 && !waits) return { ...ownStart, env: plain, files };
  const [[variable] = [""]] = hidden;
  if (unknown) {
    throw new pulumi.RunError(
      `${usage?.by ?? name}: ${variable} holds a secret, which deployment swarm hands over in a file that the start command reads, and the command is the image's own. Write it out: services[].command`,
    );
  }
  refuseNames(usage?.by ?? name, hidden);
  return {
    command: ["sh", "-c", script(hidden.length > 0, waits ? awaits : undefined), name],
    args: [...(entrypoint ?? []), ...(command ?? [])],
    env: plain,
    files: hidden.length > 0 ? [...files, secretFile(ENVIRONMENT, exports(hidden))] : files,
  };
}

type Hidden = readonly (readonly [string, pulumi.Output<string>])[];

/** What is computed is secret, or may be: passwords, addresses with one in them. */
function separated(env: NonNullable<ContainerSpec["env"]>): readonly [Record<string, string>, Hidden] {
  const plain: Record<string, string> = {};
  const hidden: (readonly [string, pulumi.Output<string>])[] = [];
  for (const [key, value] of Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (typeof value === "string") plain[key] = value;
    else hidden.push([key, pulumi.output(value)]);
  }
  return [plain, hidden];
}

/** A shell knows fewer names of variables than Docker does. */
function refuseNames(who: string, hidden: Hidden): void {
  const [odd] = hidden.find(([key]) => !/^\w+$/.test(key)) ?? [];
  if (odd === undefined) return;
  throw new pulumi.RunError(
    `${who}: env.${odd} holds a secret, and a shell sets no variable of that name. Use letters, digits and underscores, or deployment containers`,
  );
}

const exports = (hidden: Hidden): pulumi.Output<string> =>
  pulumi
    .all(hidden.map(([, value]) => value))
    .apply((values) => hidden.map(([key], i) => `export ${key}=${quoted(values[i] ?? "")}\n`).join(""));

/** One word of a shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const WAIT_SECONDS = 60;

const script = (reads: boolean, awaits: string | undefined): string =>
  [
    ...(awaits === undefined
      ? []
      : [`i=0; until test -e ${awaits} || test $i -ge ${WAIT_SECONDS}; do sleep 1; i=$((i + 1)); done`]),
    ...(reads ? [`. ${ENVIRONMENT}`] : []),
    'exec "$@"',
  ].join("; ");
