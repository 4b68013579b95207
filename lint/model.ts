import { type Role, SECTIONS, type Section } from "../pipeline/component.ts";
import { type Comments, NO_COMMENTS } from "./comments.ts";
import { isRecord, type Path } from "./read.ts";
import type { Deployed } from "./wrapped.ts";

/** A component as a file configures it. */
export interface Component {
  readonly role: Role;
  readonly section: Section;
  readonly id: string;
  /** What stands before the slash. */
  readonly kind: string;
  /** The same in one spelling, whatever the version: `otlphttp` for `otlp_http`. */
  readonly type: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly path: Path;
}

export const MEMBERS = ["receivers", "processors", "exporters"] as const;
export type Member = (typeof MEMBERS)[number];

/** A pipeline of `service.pipelines`. */
export interface Pipeline {
  readonly id: string;
  readonly signal: string;
  readonly path: Path;
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}

export const ROLE_OF: Readonly<Record<Member, "receiver" | "processor" | "exporter">> = {
  receivers: "receiver",
  processors: "processor",
  exporters: "exporter",
};

/** A scalar of the configuration. */
export interface Scalar {
  readonly path: Path;
  readonly value: unknown;
}

/** A configuration, as rules ask about it. Every question has an answer, whatever the file holds. */
export class Config {
  readonly root: Readonly<Record<string, unknown>>;
  readonly components: readonly Component[];
  readonly pipelines: readonly Pipeline[];
  readonly extensions: readonly string[];
  readonly scalars: readonly Scalar[];
  /** `daemonset`, `deployment`, `statefulset` or `sidecar`, where the file says how the collector runs. */
  readonly mode: string | undefined;
  /** What Helm values or a resource say of the container and its copies. */
  readonly deployed: Deployed;
  readonly comments: Comments;

  constructor(
    root: Readonly<Record<string, unknown>>,
    mode?: string,
    deployed: Deployed = {},
    comments: Comments = NO_COMMENTS,
  ) {
    this.root = root;
    this.mode = mode;
    this.deployed = deployed;
    this.comments = comments;
    this.components = SECTIONS.flatMap(([section, role]) =>
      Object.entries(recordOf(root[section])).map(([id, settings]) => {
        const kind = id.split("/", 1)[0]?.trim() ?? "";
        return { role, section, id, kind, type: typeOf(kind), settings: recordOf(settings), path: [section, id] };
      }),
    );
    const service = recordOf(root.service);
    this.pipelines = Object.entries(recordOf(service.pipelines)).map(([id, members]) => ({
      id,
      signal: id.split("/", 1)[0] ?? "",
      path: ["service", "pipelines", id],
      ...(Object.fromEntries(MEMBERS.map((member) => [member, textsOf(recordOf(members)[member])])) as Record<
        Member,
        readonly string[]
      >),
    }));
    this.extensions = textsOf(service.extensions);
    this.scalars = [...scalarsOf(root, [])];
  }

  /** Components of a role, of some types where these are named. Tables ask for hundreds of types, of which a file has a few. */
  of(role: Role, ...types: readonly string[]): readonly Component[] {
    this.#byRole ??= Map.groupBy(this.components, (each) => each.role);
    const all = this.#byRole.get(role) ?? [];
    if (types.length === 0) return all;
    this.#types ??= new Set(this.components.map((each) => `${each.role} ${each.type}`));
    if (!types.some((type) => this.#types?.has(`${role} ${type}`))) return [];
    return all.filter(({ type }) => types.includes(type));
  }
  #byRole: ReadonlyMap<Role, readonly Component[]> | undefined;
  #types: ReadonlySet<string> | undefined;

  find(role: Role, id: string): Component | undefined {
    // rules ask for each name of each list: searched one by one, a file of many names would take the square of their number
    this.#byId ??= new Map(this.components.map((each) => [`${each.role} ${each.id}`, each]));
    return this.#byId.get(`${role} ${id}`);
  }
  #byId: ReadonlyMap<string, Component> | undefined;

  /** Scalars of one component; rules ask for them often, so they are gathered once. */
  within({ section, id }: Pick<Component, "section" | "id">): readonly Scalar[] {
    this.#bySection ??= Map.groupBy(this.scalars, ({ path }) => `${path[0]}\n${path[1]}`);
    return this.#bySection.get(`${section}\n${id}`) ?? [];
  }
  #bySection: ReadonlyMap<string, readonly Scalar[]> | undefined;

  /** Type of what a pipeline's list names. */
  typeIn(id: string): string {
    return typeOf(id.split("/", 1)[0] ?? "");
  }

  /** Pipelines that name an id on that side. */
  using(member: Member, id: string): readonly Pipeline[] {
    this.#users ??= usersOf(this.pipelines);
    return this.#users.get(`${member} ${id}`) ?? [];
  }
  #users: ReadonlyMap<string, readonly Pipeline[]> | undefined;
}

/** Pipelines by what they name, and on which side. */
function usersOf(pipelines: readonly Pipeline[]): ReadonlyMap<string, readonly Pipeline[]> {
  const users = new Map<string, Pipeline[]>();
  for (const pipeline of pipelines)
    for (const member of MEMBERS)
      for (const id of new Set(pipeline[member])) {
        const known = users.get(`${member} ${id}`);
        if (known === undefined) users.set(`${member} ${id}`, [pipeline]);
        else known.push(pipeline);
      }
  return users;
}

/** Whether the file says that the collector runs in a pod: by its mode, or by variables that are set from the pod. */
export const isInPod = ({ mode, scalars }: Config): boolean =>
  mode !== undefined || scalars.some(({ value }) => /\$\{(env:)?\w*(K8S|KUBE|POD)_\w*\}/.test(textOf(value)));

/** Places of a pipeline's processors of some types. */
export const placesOf = (config: Config, { processors }: Pipeline, ...types: readonly string[]): readonly number[] =>
  processors.flatMap((id, i) => (types.includes(config.typeIn(id)) ? [i] : []));

/** `otlp_http` and `otlphttp` are one component under two names. */
export const typeOf = (kind: string): string => ALIASES[kind] ?? kind.replaceAll("_", "");
const ALIASES: Readonly<Record<string, string>> = { otlp_grpc: "otlp", otlpgrpc: "otlp" };

export const recordOf = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const textsOf = (value: unknown): readonly string[] =>
  listOf(value).filter((item): item is string => typeof item === "string");
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** A scalar as a text; empty for all else, whose own `toString` may be anything. */
export const wordOf = (value: unknown): string =>
  typeof value === "object" || typeof value === "function" ? "" : String(value);

/** What is at a path below a value. */
export function at(value: unknown, ...path: Path): unknown {
  return path.reduce<unknown>((found, part) => {
    if (typeof part === "number") return listOf(found)[part];
    return isRecord(found) && Object.hasOwn(found, part) ? found[part] : undefined;
  }, value);
}

function* scalarsOf(value: unknown, path: Path): Generator<Scalar> {
  if (path.length > 60) return;
  if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* scalarsOf(item, [...path, i]);
  else if (isRecord(value)) for (const [name, item] of Object.entries(value)) yield* scalarsOf(item, [...path, name]);
  else yield { path, value };
}
