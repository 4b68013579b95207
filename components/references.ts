import * as pulumi from "@pulumi/pulumi";
import type { Datastore } from "./datastores/datastore.ts";
import { password } from "./password.ts";

/** Fills `{postgres.login}`, `{random.<name>}`, `{secret.<name>}` and the like in the environment of services. */
export class References extends pulumi.ComponentResource {
  readonly #stores: Readonly<Partial<Record<string, Datastore>>>;
  readonly #secrets: Readonly<Record<string, pulumi.Output<string>>>;
  readonly #generated: Readonly<Record<string, pulumi.Output<string>>>;

  /** Makes one password for each `{random.<name>}` that any of `texts` names; whoever names it as well gets the same. */
  constructor(
    name: string,
    args: {
      readonly stores: Readonly<Partial<Record<string, Datastore>>>;
      /** The stack's own secrets. */
      readonly secrets: Readonly<Record<string, pulumi.Output<string>>>;
      readonly texts: readonly string[];
    },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("game-scheduler-otel:components:References", name, {}, opts);
    this.#stores = args.stores;
    this.#secrets = args.secrets;
    const names = new Set(
      args.texts.flatMap(referencesIn).flatMap(({ kind, name }) => (kind === "random" ? [name] : [])),
    );
    this.#generated = Object.fromEntries([...names].sort().map((name) => [name, password(`random-${name}`, this)]));
    this.registerOutputs({});
  }

  /** The environment with every reference replaced; a value with one is secret. */
  fill(service: string, env: Readonly<Record<string, string>>): Record<string, pulumi.Input<string>> {
    return Object.fromEntries(
      Object.entries(env).map(([key, text]) => [key, this.#fillText(`services.${service}.env.${key}`, text)]),
    );
  }

  /** The stores an environment names: what the service waits for. */
  storesIn(env: Readonly<Record<string, string>>): readonly Datastore[] {
    const names = new Set(
      Object.values(env)
        .flatMap(referencesIn)
        .map(({ kind }) => kind),
    );
    return [...names].flatMap((name) => this.#stores[name] ?? []);
  }

  #fillText(at: string, text: string): pulumi.Input<string> {
    const parts = text.split(REFERENCE_TEXT);
    if (parts.length === 1) return text;
    return pulumi.concat(...parts.map((part) => (isReference(part) ? this.#value(at, part) : part)));
  }

  #value(at: string, reference: string): pulumi.Output<string> {
    const [found] = referencesIn(reference);
    const { kind = "", name = "" } = found ?? {};
    const named = { random: this.#generated, secret: this.#secrets }[kind];
    const value = named === undefined ? this.#stores[kind]?.login : named[name];
    if (value) return value;
    if (kind === "secret")
      throw new pulumi.RunError(
        `${at}: ${reference} is not set. Set it with: pulumi config set --secret --path 'secrets.${name}'`,
      );
    throw new pulumi.RunError(
      `${at}: ${reference} names nothing. Allowed: ${Object.keys(this.#stores)
        .map((store) => `{${store}.login}`)
        .join(", ")}, {random.<name>}, {secret.<name>}; mend it in Pulumi.${pulumi.getStack()}.yaml`,
    );
  }
}

const REFERENCE_TEXT = /(\{[a-z]+\.[a-z0-9-]+\})/;
const isReference = (text: string): boolean => new RegExp(`^${REFERENCE_TEXT.source}$`).test(text);

/** References in a text, in order. Pure. */
export function referencesIn(text: string): { kind: string; name: string }[] {
  return [...text.matchAll(/\{([a-z]+)\.([a-z0-9-]+)\}/g)].map(([, kind = "", name = ""]) => ({ kind, name }));
}
