import { isOrdinaryWord } from "../config/ordinary-word.ts";
import { STORE_NAMES, type StoreName } from "../config/stores.ts";
import type { BuildContext } from "./build-context.ts";
import type { ComposeProject, ComposeService, ReadProject } from "./compose-project.ts";
import { rewritten, SHORTEST } from "./environment.ts";
import type { Machine } from "./machine.ts";
import { DEFAULT_MEMORY } from "./memory.ts";
import { hostFileAt, mountsOf } from "./mounts.ts";
import { isReplaced, isTaken, nameFor, reachedAs, serviceNames } from "./names.ts";
import type { Note } from "./notes.ts";
import { PortBook } from "./ports.ts";
import { SecretBook } from "./secrets.ts";
import { type Adopted, adoptService, type StackService } from "./service.ts";
import { asksAnother, type FoundStore, foundStore, storeOf } from "./stores.ts";

/** What is known of a Compose project and of the machine that it runs on. */
export interface AdoptArgs extends ReadProject {
  readonly stack: string;
  /** Undefined where no engine answers. */
  readonly machine: Machine | undefined;
  /** How a person calls Docker Compose for the same files, and adopts again. */
  readonly commands: { readonly compose: string; readonly adopt: string };
  readonly buildContexts: ReadonlyMap<string, BuildContext>;
  /** Text of a file of this machine; undefined where it cannot be read. */
  readonly readFile: (path: string) => string | undefined;
}

/** A Compose project as a stack. */
export interface AdoptedProject {
  /** Settings of the stack file by short key. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Secrets by path, such as `secrets.django-secret-key` and `postgresPassword`. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly notes: readonly Note[];
  /** What must be done before the stack can be deployed. */
  readonly todos: readonly string[];
  /** What a person should know, one sentence each. */
  readonly remarks: readonly string[];
  readonly tags: readonly { readonly from: string; readonly to: string }[];
}

/** Turns a Compose project into a stack. Pure but for `readFile`. */
export function adopt(args: AdoptArgs): AdoptedProject {
  const { project, machine } = args;
  const all = Object.keys(project.services);
  const replaced = all.filter((name) => isReplaced(name, project.services[name]?.image ?? ""));
  const none = all.filter((name) => runsNowhere(project.services[name]));
  const kept = all.filter((name) => !replaced.includes(name) && !none.includes(name));
  const names = serviceNames(kept);
  const found = findStores(args, kept);
  const secrets = new SecretBook();
  const ports = new PortBook();
  secrets.useWords([
    ...all,
    ...found.all.flatMap((store) => [
      ...store.hosts,
      ...(showsPassword(store) ? [] : [store.user, store.path].flatMap((word) => word ?? [])),
    ]),
  ]);
  for (const store of found.used) secrets.useStore(store);
  // A command may hold what only the variables of a later service show to be a secret.
  for (const name of kept)
    for (const [key, text] of Object.entries(project.services[name]?.environment ?? {}))
      if (text !== null) rewritten(key, text, { stores: found.used, secrets });

  const adopted = kept.map((name): Adopted => {
    const service = project.services[name] ?? {};
    return adoptService(name, service, {
      project,
      machine,
      names,
      stores: found.used,
      secrets,
      ports,
      built: args.buildContexts.get(name),
      isStore: found.all.some((store) => store.service === name),
    });
  });
  const services = adopted.map(({ service }) => service);
  return {
    settings: {
      environment: "dev",
      namespace: nameFor(project.name),
      backend: "jaeger",
      ...storeSettings(found.used, names),
      services,
    },
    secrets: secretsOf(found.used, secrets),
    notes: [...projectNotes(args, { replaced, none }, names), ...found.notes, ...adopted.flatMap(({ notes }) => notes)],
    todos: missingImages(adopted, args.commands),
    remarks: [
      ...args.warnings.map((warning) => `Docker Compose warns: ${warning}`),
      ...found.used.map(storeRemark),
      ...adopted.flatMap(({ remark }) => remark ?? []),
      ...renamed(names),
      ...publicPorts(project),
      ...ports.moved,
      ...withoutLimit(project, names, services),
    ],
    tags: adopted.flatMap(({ tag }) => tag ?? []),
  };
}

/** Services that Compose starts no container of before somebody asks for one. */
const runsNowhere = ({ scale, deploy }: ComposeService = {}): boolean => (scale ?? deploy?.replicas) === 0;

/** One sentence a command. */
function missingImages(adopted: readonly Adopted[], commands: AdoptArgs["commands"]): readonly string[] {
  return (["build", "pull"] as const).flatMap((how) => {
    const images = [...new Set(adopted.flatMap(({ missing }) => (missing?.how === how ? [missing.image] : [])))];
    if (images.length === 0) return [];
    const which = how === "build" ? "are built by the project" : "have no tag of their own";
    return [
      `run "${commands.compose} ${how}", then "${commands.adopt}": ${images.join(", ")} ${which}, and only the image on this machine says which one is meant`,
    ];
  });
}

interface FoundStores {
  readonly used: readonly FoundStore[];
  readonly all: readonly FoundStore[];
  readonly notes: readonly Note[];
}

/** One of each store is measured: of several, the one that most services wait for. */
function findStores({ project, machine, readFile, buildContexts }: AdoptArgs, kept: readonly string[]): FoundStores {
  const notes: Note[] = [];
  const waiting = (name: string) =>
    Object.values(project.services).filter(({ depends_on = {} }) => name in depends_on).length;
  const all = kept.flatMap((name) => {
    const service = project.services[name] ?? {};
    // what the project builds is the store that it is built from, whatever the project calls it
    const store = storeOf(buildContexts.get(name)?.from ?? "") ?? storeOf(service.image ?? "");
    const hosts = reachedAs(name, project);
    if (store === undefined || asksAnother(service, hosts)) return [];
    const { mounts } = mountsOf(name, service, project, machine);
    const read = (path: string) => {
      const file = hostFileAt(mounts, path);
      return file && readFile(file);
    };
    return [foundStore(store, name, { service, hosts }, read)];
  });
  const used = STORE_NAMES.flatMap((store): readonly FoundStore[] => {
    const [first, ...others] = all
      .filter((each) => each.store === store)
      .sort((a, b) => waiting(b.service) - waiting(a.service));
    if (first === undefined) return [];
    for (const { service } of others)
      notes.push({
        service,
        key: "metrics",
        why: `a stack measures one ${store}, here ${first.service}; the container runs as before`,
      });
    const problem = notMeasurable(first, project.services[first.service]?.image ?? "");
    if (problem === undefined) return [first];
    notes.push({ service: first.service, key: "metrics", why: `${problem}; the container runs as before` });
    return [];
  });
  return { used, all, notes };
}

/** Whether who reads the names of its user and database has read its password, and no ordinary word. */
const showsPassword = ({ user = "", path = "", password = "" }: FoundStore): boolean =>
  password.length >= SHORTEST && !isOrdinaryWord(password) && [user, path].some((name) => name.includes(password));

/** Why the collector cannot read a store, if so. */
function notMeasurable(found: FoundStore, image: string): string | undefined {
  const { store, isAdmin, path = "", password, passwordUnknown } = found;
  if (passwordUnknown !== undefined)
    return `its password cannot be read here (${passwordUnknown}); set ${store} as docs/existing-stores.md says, and ${store}Password`;
  if (showsPassword(found))
    return `its password stands in the name of its user or database, which the stack would show; choose another, then set ${store} as docs/existing-stores.md says`;
  if (store === "postgres" && !isAdmin)
    return "its user may not make the role otel_monitor; make that role as docs/existing-stores.md says, and set postgres in the stack file";
  if (store === "postgres" && /[\s'\\]/.test(path)) return "the collector cannot connect to a database of that name";
  if (store === "redis" && password && /redis(-stack(-server)?)?:[345](\D|$)/.test(image))
    return "Redis before 6 has no users";
  return undefined;
}

/** The stack reads the store as one that exists, at the name of its service. */
function storeSettings(
  used: readonly FoundStore[],
  names: ReadonlyMap<string, string>,
): Readonly<Record<StoreName, unknown>> {
  const setting = (name: StoreName): unknown => {
    const store = used.find((each) => each.store === name);
    if (store === undefined) return "none";
    const at = { managed: false, host: names.get(store.service) ?? store.service };
    const { user, path, password, evicts } = store;
    switch (name) {
      case "postgres":
        return { ...at, user, database: path, adminUser: user };
      case "redis":
        return { ...at, ...(password ? {} : { password: "none" }), ...(evicts && { evicts }) };
      case "rabbitmq":
        return { ...at, user, ...(path !== undefined && { vhost: path }) };
      default:
        return name satisfies never;
    }
  };
  return { postgres: setting("postgres"), redis: setting("redis"), rabbitmq: setting("rabbitmq") };
}

/** A PostgreSQL that trusts everybody is given a password all the same, which it does not look at. */
const ANY_PASSWORD = "trust";

function secretsOf(used: readonly FoundStore[], book: SecretBook): Readonly<Record<string, string>> {
  const ofStores = used.flatMap(({ store, password = store === "postgres" ? ANY_PASSWORD : undefined }) =>
    password ? [[`${store}Password`, password] as const] : [],
  );
  return {
    ...Object.fromEntries(ofStores),
    ...Object.fromEntries(Object.entries(book.values).map(([name, text]) => [`secrets.${name}`, text])),
  };
}

const NAMES: Readonly<Record<StoreName, string>> = { postgres: "PostgreSQL", redis: "Redis", rabbitmq: "RabbitMQ" };

const storeRemark = ({ store, service }: FoundStore): string =>
  `${service} is the stack's ${NAMES[store]}: the same image, user and data, run by the stack as a service, read by its collector as one that exists`;

function projectNotes(
  { project, inactive }: AdoptArgs,
  { replaced, none }: { readonly replaced: readonly string[]; readonly none: readonly string[] },
  names: ReadonlyMap<string, string>,
): readonly Note[] {
  const networks = Object.keys(project.networks ?? {});
  const which = (key: "external" | "internal") => networks.filter((name) => project.networks?.[name]?.[key] === true);
  const about = (key: string, of: readonly string[], why: string) =>
    of.length > 0 ? [{ service: "", key, why: `${of.join(", ")}: ${why}` }] : [];
  return [
    ...Object.entries(inactive).map(([service, profiles]) => ({
      service,
      key: "profiles",
      why: `${profiles.join(", ")} is not active; take it over with --profile ${profiles[0] ?? "*"}`,
    })),
    ...replaced.map((service) => ({
      service,
      key: "image",
      why: "the stack brings its own under this name; what it stored stays in its volume",
    })),
    ...none.map((service) => ({ service, key: "deploy.replicas", why: "it has no container: none is wanted of it" })),
    ...about(
      "networks",
      which("external"),
      "is other projects' too, whose containers are not reached from the stack's own network",
    ),
    ...about("networks", which("internal"), "its services were cut off from the outside, and are not here"),
    ...(networks.length > 1
      ? [{ service: "", key: "networks", why: `${networks.join(", ")}: all services of the stack share one network` }]
      : []),
    ...Object.entries(project.services).flatMap(([service, { depends_on = {} }]) =>
      Object.keys(depends_on)
        .filter((other) => names.has(service) && !names.has(other))
        .map((other) => ({ service, key: "depends_on", why: `${other} is not part of the stack` })),
    ),
  ];
}

const renamed = (names: ReadonlyMap<string, string>): readonly string[] =>
  [...names].flatMap(([before, now]) => {
    if (before === now) return [];
    return isTaken(before) || isTaken(nameFor(before))
      ? [
          `${before} is called ${now} here, since the stack has a container ${nameFor(before)}: change the addresses of those who call it`,
        ]
      : [`${before} is called ${now} here, and still reached as ${before}`];
  });

function publicPorts({ services }: ComposeProject): readonly string[] {
  const open = Object.entries(services).filter(([, { ports = [] }]) =>
    ports.some(({ host_ip, published }) => published && host_ip !== "127.0.0.1"),
  );
  if (open.length === 0) return [];
  return [
    `ports of ${open.map(([name]) => name).join(", ")} are published on 127.0.0.1, no longer to the network: put a proxy in front where others must reach them`,
  ];
}

function withoutLimit(
  { services }: ComposeProject,
  names: ReadonlyMap<string, string>,
  adopted: readonly StackService[],
): readonly string[] {
  const isLimited = ({ mem_limit, deploy }: ComposeService = {}) =>
    mem_limit !== undefined || deploy?.resources?.limits?.memory !== undefined;
  const given = new Set([...names].flatMap(([before, now]) => (isLimited(services[before]) ? [] : [now])));
  if (given.size === 0) return [];
  const larger = adopted.filter(({ name, memory }) => given.has(name) && Number(memory) > DEFAULT_MEMORY);
  const those = larger.length === 0 ? "" : ` (${larger.map(({ name, memory }) => `${name} ${memory}`).join(", ")})`;
  return [
    `services without a limit of memory in Compose get ${DEFAULT_MEMORY} MiB each${those}: change memory where one needs more`,
  ];
}
