import { existsSync } from "node:fs";
import { Failure } from "../../cli/failure.ts";
import { checkoutId, LABEL, ofStack, PROJECT } from "../../cli/paths.ts";
import { lastLines, linesOf, run } from "../../cli/process.ts";
import { readMade, rememberedDeployer } from "./state.ts";

const KINDS = ["container", "network", "volume"] as const;
export type Kind = (typeof KINDS)[number];

/** Something on the engine, with what its labels say of its owner; an empty text where it has no such label. */
export interface Resource {
  readonly kind: Kind;
  /** Full Docker name. */
  readonly name: string;
  readonly project: string;
  readonly stack: string;
  readonly checkout: string;
  /** Checkout from which Docker Compose made it. */
  readonly folder: string;
}

/** Who asks: a stack of this checkout. */
export interface Asker {
  readonly stack: string;
  readonly checkout: string;
  /** Networks and volumes that `npm start` of this checkout has made, by full name. */
  readonly made: ReadonlySet<string>;
  /** Whether `npm start` of this checkout deployed the stack and `npm stop` has not removed it. */
  readonly deployed: boolean;
}

/** `elsewhere`: of this stack, but made by another checkout, or by a `pulumi up` that this checkout does not know. `foreign`: anything else. */
export type Owner = "ours" | "elsewhere" | "foreign";

export function ownerOf({ kind, name, project, stack, checkout }: Resource, asker: Asker): Owner {
  // Networks and volumes of earlier versions have no labels.
  if (project === "" && stack === "") return asker.made.has(name) ? "ours" : "foreign";
  if (project !== PROJECT || stack !== asker.stack) return "foreign";
  if (checkout !== "") return checkout === asker.checkout ? "ours" : "elsewhere";
  // Pulumi's name no checkout; volumes outlive the deployment.
  const ours = kind === "volume" ? asker.made.has(name) : asker.deployed;
  return ours ? "ours" : "elsewhere";
}

export function askerOf(stack: string): Asker {
  const made = readMade(stack);
  return {
    stack,
    checkout: checkoutId(),
    made: new Set([...made.networks, ...made.volumes]),
    deployed: rememberedDeployer(stack) !== undefined,
  };
}

const LIST: Readonly<Record<Kind, { readonly args: readonly string[]; readonly name: string }>> = {
  container: { args: ["ps", "-a"], name: "{{.Names}}" },
  network: { args: ["network", "ls"], name: "{{.Name}}" },
  volume: { args: ["volume", "ls"], name: "{{.Name}}" },
};
const LABELS = [`${LABEL}.project`, `${LABEL}.stack`, `${LABEL}.checkout`, "com.docker.compose.project.working_dir"];

/** Of a container that a swarm started: it is its service's, and whoever removes it gets another one. */
export const TASK = "com.docker.swarm.task.id";

/** An engine that builds or removes much has needed half a minute. */
const LIST_TIMEOUT_MS = 120_000;

/** Every container, network and volume of the engine, or those of some kinds. Throws a Failure when it does not list them. */
export async function resourcesOnEngine(kinds: readonly Kind[] = KINDS): Promise<readonly Resource[]> {
  return (await Promise.all(kinds.map(list))).flat();
}

async function list(kind: Kind): Promise<readonly Resource[]> {
  const { args, name } = LIST[kind];
  const format = [name, ...[...LABELS, TASK].map((label) => `{{.Label "${label}"}}`)].join("\t");
  const outcome = await run("docker", [...args, "--format", format], { timeoutMs: LIST_TIMEOUT_MS });
  if (outcome.timedOut) throw new Failure(`Docker did not list its ${kind}s within two minutes: try again.`);
  if (outcome.code !== 0) throw new Failure(`Docker did not list its ${kind}s: ${lastLines(outcome, 1)}.`);
  return outcome.stdout.split("\n").flatMap((line) => {
    const [names = "", project = "", stack = "", checkout = "", folder = "", task = ""] = line.split("\t");
    if (names === "" || task !== "") return [];
    // `npm start` writes the project's file below the checkout, `npm run compose` into it.
    return [{ kind, name: names, project, stack, checkout, folder: folder.replace(/\/\.local\/[^/]+$/, "") }];
  });
}

/** Throws a Failure when anything that is to be made is among what exists and is not this stack's of this checkout. */
export function requireOwn(
  stack: string,
  wanted: Readonly<Record<Kind, readonly string[]>>,
  existing: readonly Resource[],
): void {
  const sentence = foreignSentence(existing, wanted, askerOf(stack), existsSync);
  if (sentence !== "") throw new Failure(sentence);
}

/** One sentence about what is wanted and belongs to somebody else, with the way out; "" where nothing does. */
export function foreignSentence(
  existing: readonly Resource[],
  wanted: Readonly<Record<Kind, readonly string[]>>,
  asker: Asker,
  isFolder: (path: string) => boolean,
): string {
  const taken = existing.filter(
    (resource) => wanted[resource.kind].includes(resource.name) && ownerOf(resource, asker) !== "ours",
  );
  const [first] = taken;
  if (first === undefined) return "";
  const others = taken.length > 1 ? ` (and ${taken.length - 1} more)` : "";
  const what = `The ${first.kind} ${first.name}${others}`;
  if (ownerOf(first, asker) === "elsewhere") {
    const same = taken.filter((other) => ownerOf(other, asker) === "elsewhere");
    const onStack = asker.stack === "dev" ? "" : ` -- --stack ${asker.stack}`;
    const other = `start another stack here with "npm start -- --stack <name>"`;
    if (first.checkout === "") {
      return `${what} of stack ${asker.stack} was made by a "pulumi up" that this checkout knows nothing of: ${other}, or remove it there with "pulumi destroy", here with "${removal(same)}".`;
    }
    return isFolder(first.folder)
      ? `${what} of stack ${asker.stack} belongs to the checkout in ${first.folder}: ${other}, or run "npm stop${onStack}${volumesOption(same, onStack)}" there.`
      : `${what} of stack ${asker.stack} belongs to another checkout${first.folder === "" ? "" : `, in ${first.folder}, which does not exist here`}: ${other}, or remove what it left with "${removal(same)}".`;
  }
  const owner = first.stack === "" ? "was not made by this project" : `belongs to stack ${first.stack}`;
  return `${what} ${owner} and has a name that stack ${asker.stack} needs: rename this stack, or the service that makes the name.`;
}

function volumesOption(taken: readonly Resource[], before: string): string {
  if (!taken.some(({ kind }) => kind === "volume")) return "";
  return `${before === "" ? " --" : ""} --volumes`;
}

/** Commands that remove them, data included. */
function removal(taken: readonly Resource[]): string {
  const names = (wanted: Kind) => taken.filter(({ kind }) => kind === wanted).map(({ name }) => name);
  const commands = { container: "docker rm -f", network: "docker network rm", volume: "docker volume rm" };
  return KINDS.flatMap((kind) => (names(kind).length === 0 ? [] : [`${commands[kind]} ${names(kind).join(" ")}`])).join(
    " && ",
  );
}

/** Names of what the swarm has of a stack; none where the engine manages no swarm. */
export async function namesInSwarm(kind: "service" | "config" | "secret", stack: string): Promise<readonly string[]> {
  const args = [kind, "ls", ...ofStack(stack), "--format", "{{.Name}}"];
  return linesOf((await run("docker", args, { timeoutMs: 60_000 })).stdout);
}
