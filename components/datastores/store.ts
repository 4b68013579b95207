import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config/load.ts";
import type { SecretKey } from "../../config/schema.ts";
import type { StoreName } from "../../config/stores.ts";
import type { Source } from "../../pipeline/input.ts";
import { type ContainerSpec, container } from "../docker/container.ts";
import type { Scope } from "../docker/scope.ts";
import { dataVolume } from "../docker/volume.ts";

/** Name of the least-privilege user or role that the collector reads with. */
export const MONITOR = "otel_monitor";

/** What the rest of the program knows of a PostgreSQL, Redis or RabbitMQ, made here or existing. */
export interface Datastore {
  /** What `{postgres.<part>}` stands for in the environment of services, by part. */
  readonly parts: Readonly<Record<string, pulumi.Input<string>>>;
  /** What `{<store>.login}` ends with: the database, or a virtual host other than the default one. */
  readonly path: string | undefined;
  /** What the collector scrapes; plain data, secrets by name. */
  readonly source: Source;
  /** Secrets that `source` names; the collector gets them as files. */
  readonly secrets: Readonly<Record<string, pulumi.Output<string>>>;
  /** What an application container waits for. */
  readonly ready: readonly pulumi.Resource[];
}

/** The configuration of a store that is made here. */
export type Managed<K extends StoreName> = Extract<Config[K], { readonly managed: true }>;
/** The configuration of a store that exists. */
export type Existing<K extends StoreName> = Extract<Config[K], { readonly managed: false }>;

/** What every store is made with. */
export interface StoreArgs<C> {
  readonly config: C;
  readonly scope: Scope;
  readonly network: pulumi.Input<string>;
  /** An image of the server and its own client. */
  readonly image: string;
  readonly secret: Config["secret"];
}

/** The component of one store: `make` creates what belongs to it, as its children. */
export class Store extends pulumi.ComponentResource implements Datastore {
  readonly parts: Datastore["parts"];
  readonly path: string | undefined;
  readonly source: Datastore["source"];
  readonly secrets: Datastore["secrets"];
  readonly ready: Datastore["ready"];

  constructor(kind: string, name: StoreName, inputs: object, make: (parent: pulumi.Resource) => Datastore) {
    super(`game-scheduler-otel:datastores:${kind}`, name, { ...inputs });
    const { parts, path, source, secrets, ready } = make(this);
    this.parts = parts;
    this.path = path;
    this.source = source;
    this.secrets = secrets;
    this.ready = ready;
    this.registerOutputs({});
  }
}

/** The server of a store that is made here: its container, its data on a volume at `dataPath`. */
export function server(
  name: StoreName,
  args: StoreArgs<{ readonly memory: number }>,
  spec: Omit<ContainerSpec, "name" | "image" | "networks" | "memory" | "volumes"> & { readonly dataPath: string },
  parent: pulumi.Resource,
): pulumi.Resource {
  const { dataPath, ...rest } = spec;
  const data = dataVolume(args.scope, name, parent);
  const complete: ContainerSpec = {
    ...rest,
    name,
    image: args.image,
    networks: [args.network],
    volumes: [{ volume: data.name, path: dataPath }],
    memory: args.config.memory,
  };
  return container(args.scope, complete, parent);
}

/** How an existing store's certificate is verified: nothing without `tls`. The secret `<store>-ca` is the private authority, if any. */
export function verification(
  name: StoreName,
  { config, secret }: { readonly config: { readonly tls: boolean }; readonly secret: Config["secret"] },
): { readonly tls: boolean; readonly caSecret?: string; readonly secrets: Datastore["secrets"] } {
  const key: SecretKey = `${name}CaCertificate`;
  const ca = config.tls ? secret(key) : undefined;
  return ca
    ? { tls: config.tls, caSecret: `${name}-ca`, secrets: { [`${name}-ca`]: ca } }
    : { tls: config.tls, secrets: {} };
}

/** A secret that this store needs. @throws pulumi.RunError saying why it is needed and how it is set. */
export function required(secret: Config["secret"], key: SecretKey, because: string): pulumi.Output<string> {
  const value = secret(key);
  if (value) return value;
  throw new pulumi.RunError(
    `${key}: not set, but needed because ${because}. Set it with: pulumi config set --secret ${key}`,
  );
}

/** `host:port`, an IPv6 address in brackets. */
export const hostPort = (host: string, port: number): string => `${host.includes(":") ? `[${host}]` : host}:${port}`;

/** Who signs in where. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly password?: pulumi.Input<string>;
  /** What follows the port: the database, or the virtual host. */
  readonly path?: string;
}

/** What follows `scheme://` in a URL, each of its parts percent-encoded: `user:password@host:port/path`, as far as there is one. */
export function login({ host, port, user = "", password, path }: Login): pulumi.Input<string> {
  const place = hostPort(host, port) + (path === undefined ? "" : `/${encodeURIComponent(path)}`);
  const who = encodeURIComponent(user);
  if (password === undefined) return who === "" ? place : `${who}@${place}`;
  return pulumi.interpolate`${who}:${pulumi.output(password).apply(encodeURIComponent)}@${place}`;
}

/** The parts that every store has; `login` percent-encoded, the others as they are. */
export const commonParts = (at: Login): Record<"login" | "host" | "port" | "password", pulumi.Input<string>> => ({
  login: login(at),
  host: at.host,
  port: String(at.port),
  password: at.password ?? "",
});
