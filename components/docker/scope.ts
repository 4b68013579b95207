import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { openConnection, sharedConnection } from "../../cli/ssh-connection.ts";
import type { Config } from "../../config/load.ts";
import { browsersRefuse, nextGoodOffset } from "../../config/refused-ports.ts";
import { containerState } from "./engine-api.ts";
import type { EngineAccess } from "./engine-connection.ts";
import { type After, Health, type Watched } from "./health.ts";

/** Who uses a name or a port. */
export interface Usage {
  /** As the end of "is taken by": `service api`. */
  readonly by: string;
  /** Config key that chose it, for the command that mends a collision; absent: the program itself did. */
  readonly key?: string;
}

type Kind = "name" | "volume" | "port" | "dataset" | "telemetry source";

export type ScopeArgs = Pick<
  Config,
  "project" | "stack" | "environment" | "namespace" | "portOffset" | "protect" | "engineIsLocal" | "engine" | "run"
> &
  Partial<Pick<Config, "deployment" | "swarm">>;

/** What every resource of one deployment shares: its names, its ports, its care for data. */
export class Scope {
  readonly project: string;
  readonly stack: string;
  readonly environment: string;
  /** Added to every published port. */
  readonly portOffset: number;
  /** Whether volumes that hold data refuse deletion. */
  readonly protect: boolean;
  /** Whether the engine runs on this machine, so that its published ports can be probed from here. */
  readonly engineIsLocal: boolean;
  /** Private as what follows, so that it is no input of the components that a scope is given to. */
  readonly #engine: EngineAccess | undefined;
  readonly #swarm: Config["swarm"] | undefined;
  readonly #namespace: string;
  readonly #asksEngine: boolean;
  /** Absent where this run makes no containers. */
  readonly #health: Health | undefined;
  readonly #taken = new Map<string, Usage>();
  /** Further names of containers, which several may share, but none may have that is another's own. */
  readonly #aliases = new Map<string, readonly Usage[]>();
  readonly #warned = new Set<string>();
  /** Ports taken so far, before the offset. */
  readonly #ports: number[] = [];

  constructor(args: ScopeArgs) {
    const { project, stack, environment, namespace, portOffset, protect } = args;
    const { engineIsLocal, engine, run } = args;
    this.project = project;
    this.stack = stack;
    this.environment = environment;
    this.portOffset = portOffset;
    this.protect = protect;
    this.engineIsLocal = engineIsLocal;
    this.#engine = engine;
    this.#swarm = args.deployment === "swarm" ? args.swarm : undefined;
    this.#namespace = namespace;
    this.#health = run === "up" ? new Health() : undefined;
    this.#asksEngine = run === "up" || run === "preview";
  }

  /** Name of the application, as in its telemetry: names what it has in accounts and stores. */
  get namespace(): string {
    return this.#namespace;
  }

  /** How a swarm runs it; undefined: the deployment is containers on one engine. */
  get swarm(): Config["swarm"] | undefined {
    return this.#swarm;
  }

  /** How the engine can be asked about containers; undefined where it cannot. */
  get engine(): EngineAccess | undefined {
    return this.#engine;
  }

  /** Asks on every `up` whether the container works. @param secrets what its log may repeat, to be masked in the sentence about it */
  watch(container: pulumi.CustomResource, watched: Watched, secrets: pulumi.Input<readonly string[]>): void {
    this.#health?.watch(container, watched, secrets);
  }

  /** Several containers may have the same to be warned of. */
  warnOnce(text: string): void {
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    void pulumi.log.warn(text);
  }

  /** For `dependsOn`: these resources, once all containers made so far work. */
  onceHealthy(resources: readonly pulumi.Resource[]): After {
    return this.#health?.after(resources) ?? [...resources];
  }

  /** A variable of a container that exists by now; undefined where there is none, where it has no such variable, or the engine cannot be asked. */
  async deployedVariable(name: string, variable: string): Promise<string | undefined> {
    if (this.#engine === undefined || !this.#asksEngine) return undefined;
    const state = await containerState(this.#engine, physicalName(this, name)).catch(() => undefined);
    return state?.env.find((entry) => entry.startsWith(`${variable}=`))?.slice(variable.length + 1);
  }

  /**
   * Takes a name for one user. Whatever creates a container, a volume, a dataset or a telemetry source takes its name here first, since
   * each is created as one of two resources with one name, and only `up` would find out.
   * @throws pulumi.RunError naming both users, when it is taken
   */
  take(kind: Kind, value: string | number, usage: Usage): void {
    const id = `${kind} ${kind === "name" ? onNetwork(String(value)) : value}`;
    const shared = kind === "name" ? this.#aliases.get(onNetwork(String(value))) : undefined;
    const alias = shared?.find(({ by }) => by !== usage.by);
    const other = this.#taken.get(id) ?? alias;
    if (other !== undefined) throw new pulumi.RunError(collision(kind, value, [other, usage]));
    this.#taken.set(id, usage);
  }

  /**
   * Takes a further name by which a container is reached, or by which it reaches an address: who asks for it would find now one, now the other.
   * @throws pulumi.RunError naming both users, when another's own name is the same
   */
  takeAlias(alias: string, usage: Usage): void {
    const owner = this.#taken.get(`name ${onNetwork(alias)}`);
    if (owner !== undefined && owner.by !== usage.by)
      throw new pulumi.RunError(collision("name", alias, [owner, usage]));
    this.#aliases.set(onNetwork(alias), [...(this.#aliases.get(onNetwork(alias)) ?? []), usage]);
  }

  /**
   * Takes the port on 127.0.0.1 that `port` is published at.
   * @throws pulumi.RunError as `take` does, above 65535, and for one that no browser opens
   */
  takePort(port: number, usage: Usage): void {
    const published = publishedPort(this, port);
    this.#ports.push(port);
    if (published > MAX_PORT) {
      throw new pulumi.RunError(
        `portOffset: ${this.portOffset} moves port ${port} of ${usage.by} to ${published}. Allowed: at most ${MAX_PORT - port} here. Set it with: pulumi config set portOffset <value>`,
      );
    }
    if (browsersRefuse(published)) throw new pulumi.RunError(this.#refused(port, published, usage));
    this.take("port", published, usage);
  }

  #refused(port: number, published: number, { by, key = by }: Usage): string {
    const refused = `${published}, to which browsers open no connection`;
    if (this.portOffset === 0) {
      return `${key}: ${by} publishes port ${refused}. Choose another in Pulumi.${pulumi.getStack()}.yaml`;
    }
    const next = nextGoodOffset(this.portOffset, this.#ports);
    return `portOffset: ${this.portOffset} moves port ${port} of ${by} to ${refused}. Set it with: pulumi config set portOffset ${next}`;
  }
}

const MAX_PORT = 65_535;

/** Whoever asks for `Collector` finds `collector`. */
const onNetwork = (name: string): string => name.toLowerCase();

/** Blames the user whose config key can be changed; the later one, where both can. */
function collision(kind: Kind, value: string | number, users: readonly [Usage, Usage]): string {
  const [first, second] = users;
  const [blamed, other] = second.key === undefined && first.key !== undefined ? [first, second] : [second, first];
  const what = kind === "name" ? `the name "${value}"` : `${kind} ${kind === "port" ? value : `"${value}"`}`;
  const place = blamed.key === undefined ? blamed.by : blamed.key;
  return `${place}: ${what} is taken by ${other.by}, and ${blamed.by} would use it too. Choose another in Pulumi.${pulumi.getStack()}.yaml`;
}

/** Name of a container, network or volume: stable, so that nothing is replaced for a new random suffix. */
export const physicalName = (scope: Scope, name: string): string => `${scope.project}-${scope.stack}-${name}`;

/**
 * Labels of everything on the engine, by which its owner is known: a name cannot say it, since `dev` and `dev-2` share a prefix. The same on
 * every machine, so that a preview in CI shows no change; who deploys with Compose adds the checkout (offline/compose).
 */
export const ownerLabels = ({
  project,
  stack,
}: Pick<Scope, "project" | "stack">): Readonly<Record<string, string>> => ({
  "com.github.game-scheduler-otel.project": project,
  "com.github.game-scheduler-otel.stack": stack,
});

/** The same as the provider takes them. */
export const labelList = (scope: Pick<Scope, "project" | "stack">) =>
  Object.entries(ownerLabels(scope)).map(([label, value]) => ({ label, value }));

/** Port on 127.0.0.1 that `port` is published at. */
export const publishedPort = (scope: Scope, port: number): number => port + scope.portOffset;

/** Address a person, `verify` or a health probe on the engine's machine uses. */
export const publishedUrl = (scope: Scope, port: number): string => `http://127.0.0.1:${publishedPort(scope, port)}`;

/** The provider makes an ssh session for each of many questions at once: they share a connection, which is open before the first of them. */
function sshOptions(address: string, run: Config["run"]): pulumi.Input<string[]> {
  const shared = [...sharedConnection(address)];
  return run === "recording" ? shared : openConnection(address).then(() => shared);
}

/**
 * Makes the Docker provider, on the engine that the stack names, and gives it to every resource of Docker. Not to the components: one that has a
 * provider is registered only when the provider's plugin has started, and what else is in it, such as a password, waits with it.
 */
export function onEngine({
  dockerHost,
  dockerCertificates,
  registryLogins,
  engine,
  run,
}: Pick<Config, "dockerHost" | "dockerCertificates" | "registryLogins" | "engine" | "run">): void {
  const provider = new docker.Provider("docker", {
    ...(dockerHost && { host: dockerHost }),
    ...(engine?.address.startsWith("ssh://") && { sshOpts: sshOptions(engine.address, run) }),
    ...(dockerCertificates && { certPath: dockerCertificates }),
    // without user and password the provider takes those of docker login
    ...(registryLogins.length > 0 && { registryAuth: registryLogins.map((address) => ({ address })) }),
  });
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    type.startsWith("docker:") ? { props, opts: { ...opts, provider } } : undefined,
  );
}
