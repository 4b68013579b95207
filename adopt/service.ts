import type { ServiceKind } from "../config/services.ts";
import type { BuildContext } from "./build-context.ts";
import type { ComposeProject, ComposeService } from "./compose-project.ts";
import { escapeBraces, type References, rewritten } from "./environment.ts";
import { executionOf, secondsOf, type Tell } from "./execution.ts";
import { pinned } from "./image.ts";
import { type Decision, decide } from "./kind.ts";
import type { Machine, MachineImage } from "./machine.ts";
import { memoryOf } from "./memory.ts";
import { mountsOf } from "./mounts.ts";
import { isTaken, reachedAs } from "./names.ts";
import { type Note, RIGHTS, TUNING, unreadKeys } from "./notes.ts";
import type { PortBook } from "./ports.ts";
import { runsOnce } from "./task.ts";
import { scriptWithoutSecrets, type Words, withoutSecrets } from "./words.ts";

/** One entry of `services` as a stack file has it. */
export interface StackService {
  readonly name: string;
  readonly kind: ServiceKind;
  readonly [key: string]: unknown;
}

/** What a service became. */
export interface Adopted {
  readonly service: StackService;
  readonly notes: readonly Note[];
  /** Its image, where it must be built or pulled before the stack can name it. */
  readonly missing?: { readonly image: string; readonly how: "build" | "pull" };
  readonly tag?: { readonly from: string; readonly to: string };
  /** What a person should know, besides what is not taken over. */
  readonly remark?: string;
}

export interface ServiceContext extends References {
  readonly project: ComposeProject;
  readonly machine: Machine | undefined;
  /** Name in the stack by name in the Compose project; those that are left out have none. */
  readonly names: ReadonlyMap<string, string>;
  readonly built: BuildContext | undefined;
  readonly ports: PortBook;
  /** Whether it is a PostgreSQL, Redis or RabbitMQ. */
  readonly isStore: boolean;
}

/** The reference that Compose gives to what it builds. */
export const imageOf = (project: string, name: string, { image }: Pick<ComposeService, "image">): string =>
  image ?? `${project}-${name}`;

/** One service of a Compose project as one of the stack. Pure but for the book of secrets in `context`, which learns. */
export function adoptService(name: string, service: ComposeService, context: ServiceContext): Adopted {
  const { project, machine, names, built } = context;
  const own = names.get(name) ?? name;
  const notes: Note[] = [...unreadKeys(name, service)];
  const note = (key: string, why: string) => notes.push({ service: name, key, why });
  const reference = imageOf(project.name, name, service);
  const found = machine?.images.get(reference);
  const { image, tag, missing } = pinned(reference, { built: service.build !== undefined, found });
  const once = runsOnce(name, service, context);
  const decision: Decision = context.isStore ? { kind: "other" } : decide(evidenceOf(service, found, built, once));
  const { mounts, notes: ofMounts } = mountsOf(name, service, project, machine);
  notes.push(...ofMounts);
  const words = wordsOf(name, service, found, context);
  const health = healthOf(name, service, found, context, note);
  const publish = publishOf(name, service, context.ports, note);
  const env = environmentOf(service, context, decision, note);
  const aliases = aliasesOf(name, own, project, note);
  const user = userOf(service, found, note);
  deployNotes(service, note);

  const result: StackService = {
    name: own,
    kind: decision.kind,
    ...(decision.role && { role: decision.role }),
    image,
    ...(decision.instrumentation && { instrumentation: decision.instrumentation }),
    ...words.keys,
    ...(service.working_dir && { workingDir: service.working_dir }),
    ...hostnameOf({ name, own }, service, context),
    ...(aliases.length > 0 && { aliases }),
    ...hostsOf(service, note),
    ...afterOf(service, names),
    ...(once && { once }),
    ...publish,
    ...envKey({ ...env, ...pythonPath(decision, service, found), ...words.env, ...health.env }),
    ...(mounts.length > 0 && { volumes: mounts }),
    ...(health.command && { health: health.command }),
    ...startPeriodOf(service),
    memory: memoryOf(service, [reference, ...(built?.from === undefined ? [] : [built.from])]),
    user,
    ...executionOf(service, { once, takesFiles: decision.kind === "nginx", numericUser: user !== "image" }, note),
  };
  return {
    service: result,
    notes,
    ...(missing && { missing: { image, how: missing } }),
    ...(tag && { tag }),
    ...(decision.remark !== undefined && { remark: `${name} ${decision.remark}` }),
  };
}

const evidenceOf = (
  service: ComposeService,
  found: MachineImage | undefined,
  built: BuildContext | undefined,
  once: boolean,
) => ({
  image: service.build === undefined ? (service.image ?? "") : "",
  entrypoint: service.entrypoint ?? [],
  command: service.command ?? [],
  built,
  found,
  once,
});

interface Command {
  readonly keys: { readonly entrypoint?: readonly string[]; readonly command?: readonly string[] };
  readonly env: Words["env"];
}

/** Entrypoint and command; where they hold a secret, one shell takes the place of both. */
function wordsOf(
  name: string,
  service: ComposeService,
  found: MachineImage | undefined,
  { secrets, isStore }: ServiceContext,
): Command {
  const { entrypoint, command } = programOf(service, found);
  const given = [...(entrypoint ?? []), ...(command ?? [])];
  const { words, env, wrapped } = withoutSecrets(given, name, secrets);
  if (!wrapped) {
    const ofEntrypoint = entrypoint?.length ?? 0;
    return {
      keys: {
        ...(entrypoint && { entrypoint: words.slice(0, ofEntrypoint) }),
        ...(command && { command: words.slice(ofEntrypoint) }),
      },
      env,
    };
  }
  // The image's entrypoint is what makes root the database's user: it stays in front.
  const before = entrypoint ? [] : (found?.entrypoint ?? (isStore ? ["docker-entrypoint.sh"] : []));
  if (entrypoint || before.length > 0) {
    const whole = withoutSecrets([...before, ...given], name, secrets);
    return { keys: { entrypoint: whole.words }, env: whole.env };
  }
  return { keys: { command: words }, env };
}

/** An empty entrypoint takes the image's away: the command is what is run. */
function programOf(
  { entrypoint = null, command = null }: ComposeService,
  found: MachineImage | undefined,
): Pick<ComposeService, "entrypoint" | "command"> {
  if (entrypoint?.length !== 0) return { entrypoint, command };
  const program = command && command.length > 0 ? command : (found?.command ?? []);
  return program.length > 0 ? { entrypoint: program } : {};
}

/** How long the stack lets a health command run. */
const HEALTH_SECONDS = 10;

function healthOf(
  name: string,
  { healthcheck }: ComposeService,
  found: MachineImage | undefined,
  { secrets, project }: ServiceContext,
  note: Tell,
) {
  const isAwaited = Object.values(project.services).some(
    ({ depends_on = {} }) => depends_on[name]?.condition === "service_healthy",
  );
  // others start after a check that the stack knows
  const [form, ...rest] = healthcheck?.test ?? (isAwaited ? found?.check : undefined) ?? [];
  if (isAwaited && form === undefined && !healthcheck?.disable)
    note(
      "healthcheck",
      found === undefined
        ? "others wait until its image's own check is well, which is not known before the image is on this machine: pull it and adopt again; until then they only wait for its start"
        : "others wait until it is well, and neither it nor its image has a check: they only wait for its start",
    );
  if (healthcheck?.disable || form === "NONE") {
    if (found?.isChecked === false) return { env: {} };
    // the image's own check is for another program of it, and a container that it calls ill is none that others start after
    note("healthcheck", "is switched off there: a check that is always well takes the place of the image's own");
    return { command: ["true"], env: {} };
  }
  const timeout = secondsOf(healthcheck?.timeout ?? "");
  if (healthcheck?.test && timeout > HEALTH_SECONDS)
    note("healthcheck.timeout", `${timeout} s: the stack waits ${HEALTH_SECONDS} s for the command, six times`);
  if (form === undefined) return { env: {} };
  if (form === "CMD") {
    const { words, env } = withoutSecrets(rest, name, secrets);
    return { command: words, env };
  }
  const { script, env } = scriptWithoutSecrets(rest.join(" "), name, secrets);
  return { command: ["/bin/sh", "-c", script], env };
}

/** Seconds that a command may fail after the start period until the container counts as ill: six times, ten seconds apart. */
const PATIENCE = 60;
const HOUR = 3600;

/** As long as it has in Compose until it is called ill, whose checks may be fewer and farther apart; the stack's own 20 s are enough for most. */
function startPeriodOf({ healthcheck = {} }: ComposeService) {
  const { test, interval, retries, start_period } = healthcheck;
  const start = secondsOf(start_period ?? "");
  const chosen = interval !== undefined || retries !== undefined;
  const needed = chosen ? start + secondsOf(interval ?? "30s") * Number(retries ?? 3) - PATIENCE : start;
  const seconds = Math.ceil(Math.max(start, needed));
  return test && seconds > 20 ? { startPeriod: `${Math.min(seconds, HOUR)}s` } : {};
}

/** All fixed TCP ports: the first is where the service is opened, the others are published beside it. */
function publishOf(name: string, { ports = [] }: ComposeService, book: PortBook, note: Tell) {
  for (const { target, protocol = "tcp", published } of ports)
    if (protocol !== "tcp") note("ports", `${target}/${protocol}: the stack publishes TCP only`);
    else if (!published) note("ports", `${target}: no fixed port on this machine; add publish with one`);
  const fixed = ports.flatMap(({ target, protocol = "tcp", published }) =>
    published && protocol === "tcp" ? [{ port: target, as: Number.parseInt(published, 10) }] : [],
  );
  // one entry for IPv4 and one for IPv6, or for two addresses of the machine
  const [first, ...others] = [...new Map(fixed.map((each) => [each.as, each])).values()].map((each) => ({
    port: each.port,
    as: book.take(each.as, name),
  }));
  return { ...(first && { publish: first }), ...(others.length > 0 && { alsoPublish: others }) };
}

/** OpenTelemetry's variables that the stack sets: left alone they would send telemetry elsewhere. */
const TELEMETRY_KEY =
  /^OTEL_(EXPORTER_|SERVICE_NAME$|RESOURCE_ATTRIBUTES$|(TRACES|METRICS|LOGS)_EXPORTER$|SDK_DISABLED$|SEMCONV_STABILITY_OPT_IN$)/;

function environmentOf(
  { environment = {} }: ComposeService,
  references: ServiceContext,
  { kind }: Decision,
  note: Tell,
): Readonly<Record<string, string>> {
  const unset = Object.keys(environment).filter((key) => environment[key] === null);
  const odd = Object.keys(environment).filter((key) => !/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(key));
  const ofStack = kind === "other" ? [] : Object.keys(environment).filter((key) => TELEMETRY_KEY.test(key));
  if (unset.length > 0)
    note("environment", `${unset.join(", ")}: no value here; it comes from the shell that runs Compose`);
  if (odd.length > 0) note("environment", `${odd.join(", ")}: no name of a variable`);
  if (ofStack.length > 0)
    note("environment", `${ofStack.join(", ")}: set by the stack, so that telemetry goes to its collector`);
  const left = new Set([...odd, ...ofStack]);
  return Object.fromEntries(
    Object.entries(environment).flatMap(([key, text]) =>
      text === null || left.has(key)
        ? []
        : [[key, references.isStore ? ownText(key, text, references) : rewritten(key, text, references)] as const],
    ),
  );
}

/** A store's own variables name no other store; only what is secret becomes a reference. */
const ownText = (key: string, text: string, { secrets }: ServiceContext): string =>
  rewritten(key, text, { stores: [], secrets });

const envKey = (env: Readonly<Record<string, string>>) => (Object.keys(env).length > 0 ? { env } : {});

/** The instrumentation's PYTHONPATH takes the place of the image's, so that one is repeated. */
function pythonPath(
  { kind, instrumentation }: Decision,
  { environment = {} }: ComposeService,
  found: MachineImage | undefined,
) {
  const own = found?.env.find((text) => text.startsWith("PYTHONPATH="))?.slice("PYTHONPATH=".length);
  if (kind !== "python" || instrumentation !== undefined || own === undefined || "PYTHONPATH" in environment) return {};
  return { PYTHONPATH: escapeBraces(own) };
}

function aliasesOf(name: string, own: string, project: ComposeProject, note: Tell): readonly string[] {
  const names = reachedAs(name, project).filter(
    (alias) => alias !== own && /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/.test(alias),
  );
  for (const alias of names.filter((each) => isTaken(each) && each !== name))
    note("networks", `${alias}: the stack has a container of that name; others reach the service as ${own}`);
  return names.filter((alias) => !isTaken(alias));
}

/** RabbitMQ's data is named after its host: of a container without a name of its own it is the one that Docker made up. */
function hostnameOf(
  { name, own }: { readonly name: string /** In the stack. */; readonly own: string },
  service: ComposeService,
  { isStore, machine }: ServiceContext,
) {
  const [container] = machine?.containers.filter((each) => each.service === name) ?? [];
  const hostname =
    service.hostname ?? (isStore && /rabbitmq/.test(service.image ?? "") ? container?.hostname : undefined);
  return hostname === undefined || hostname === own ? {} : { hostname };
}

function hostsOf({ extra_hosts = [] }: ComposeService, note: Tell) {
  const entries = extra_hosts.map((text) => /^([^=:]+)[=:](.+)$/.exec(text)?.slice(1) ?? [text, ""]);
  const hosts = Object.fromEntries(entries.map(([host = "", ip = ""]) => [host, ip.replace(/^\[|\]$/g, "")]));
  const wrong = Object.entries(hosts).filter(([, ip]) => !/^([\d.]+|[\da-f:.]+|host-gateway)$/i.test(ip));
  for (const [host, ip] of wrong) {
    note("extra_hosts", `${host}=${ip}: an address is needed`);
    delete hosts[host];
  }
  return Object.keys(hosts).length > 0 ? { hosts } : {};
}

function afterOf({ depends_on = {} }: ComposeService, names: ReadonlyMap<string, string>) {
  const after = Object.keys(depends_on).flatMap((other) => names.get(other) ?? []);
  return after.length > 0 ? { after } : {};
}

function userOf({ user }: ComposeService, found: MachineImage | undefined, note: Tell): string {
  if (user === undefined || user === "" || user === found?.user) return "image";
  if (/^\d+:\d+$/.test(user) && !user.startsWith("0")) return user;
  const isRoot = /^(0|root)(:(0|root))?$/.test(user);
  if (isRoot && (found === undefined || /^(|0|root)(:(0|root))?$/.test(found.user))) {
    if (found === undefined)
      note("user", `${user}: runs as the image's own user; whether that is root shows once the image is here`);
    return "image";
  }
  if (/^\d+$/.test(user) && !isRoot) {
    // which group Docker takes stands in the image's /etc/passwd, and is 0 where the uid is not in it
    note("user", `${user}: runs as ${user}:${user}; where its files need another group, give it as uid:gid`);
    return `${user}:${user}`;
  }
  note("user", `${user}: give it as numbers, uid:gid; until then it runs as the image's own user`);
  return "image";
}

/** Keys of `deploy` that are read, or that mean something to Docker Swarm alone without harm here. */
const OF_DEPLOY = ["replicas", "resources", "placement", "mode", "restart_policy"];

function deployNotes({ deploy = {}, scale, networks = {} }: ComposeService, note: Tell): void {
  if ((scale ?? deploy.replicas ?? 1) > 1)
    note("deploy.replicas", "a service of the stack is one container; give it more workers in its command");
  const { limits = {}, reservations = {} } = deploy.resources ?? {};
  if (limits.pids !== undefined) note("deploy.resources.limits.pids", TUNING);
  if (Array.isArray(reservations.devices) && reservations.devices.length > 0)
    note("deploy.resources.reservations.devices", RIGHTS);
  if (reservations.memory !== undefined || reservations.cpus !== undefined)
    note("deploy.resources.reservations", "the stack sets limits only");
  const others = Object.keys(deploy).filter((key) => !OF_DEPLOY.includes(key));
  if (others.length > 0) note("deploy", `${others.join(", ")}: are for Docker Swarm, or have no counterpart here`);
  for (const [network, options] of Object.entries(networks)) {
    const fixed = Object.keys(options ?? {}).filter((key) => key !== "aliases");
    if (fixed.length > 0) note("networks", `${network}: ${fixed.join(", ")}: the stack's network gives the addresses`);
  }
}
