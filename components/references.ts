import * as pulumi from "@pulumi/pulumi";
import { isSecretName, SECRET_NAME } from "../config/secret-values.ts";
import { STORE_NAMES } from "../config/stores.ts";
import type { Datastore } from "./datastores/store.ts";
import { password } from "./password.ts";

/** What stands behind the first word of a reference such as `{postgres.login}`. */
export interface Provider {
  /** The references it knows, for the sentence that refuses another: `{postgres.login}`, `{random.<name>}`. */
  readonly known: readonly string[];
  /** The value of a name; undefined where there is none. */
  readonly value: (name: string) => pulumi.Input<string> | undefined;
  /** What is wrong where it has no value, if it can say more than what it knows. */
  readonly missing?: (name: string) => string;
}

export interface ReferencesArgs {
  readonly stores: Readonly<Partial<Record<string, Datastore>>>;
  /** The stack's own secrets, by name. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  /** Every text that will be filled. */
  readonly texts: readonly string[];
}

/** Fills references such as `{postgres.login}`, `{redis.host}`, `{random.<name>}` and `{secret.<name>}` in the environment of services. */
export class References extends pulumi.ComponentResource {
  readonly #stores: ReferencesArgs["stores"];
  readonly #providers: Readonly<Record<string, Provider>>;

  /** Makes one password for each `{random.<name>}` that any of `texts` names; all that name it get the same. */
  constructor(name: string, args: ReferencesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("game-scheduler-otel:components:References", name, {}, opts);
    const names = args.texts
      .flatMap(referencesIn)
      .filter(({ provider }) => provider === "random")
      .map(({ name }) => name);
    const generated = [...new Set(names)].sort().map((name) => [name, password(`random-${name}`, this)] as const);
    const random = new Map(generated);
    this.#stores = args.stores;
    this.#providers = {
      ...Object.fromEntries(STORE_NAMES.map((store) => [store, storeProvider(store, args.stores[store])])),
      random: { known: ["{random.<name>}"], value: (name) => random.get(name) },
      secret: secretProvider(args.secrets),
    };
    this.registerOutputs({});
  }

  /** The environment with every reference replaced; a value with a secret in it is secret. */
  fill(service: string, env: Readonly<Record<string, string>>): Record<string, pulumi.Input<string>> {
    return Object.fromEntries(
      Object.entries(env).map(([key, text]) => [key, this.#filled(`services.${service}.env.${key}`, text)]),
    );
  }

  /** The stores an environment names: what the service waits for. */
  storesIn(env: Readonly<Record<string, string>>): readonly Datastore[] {
    const names = Object.values(env)
      .flatMap(referencesIn)
      .map(({ provider }) => provider);
    return [...new Set(names)].flatMap((name) => this.#stores[name] ?? []);
  }

  /** A command is no place for a secret, and every process list shows it: nothing is filled there. */
  refuseIn(at: string, texts: readonly string[]): void {
    texts.forEach((text, i) => {
      const [reference] = referencesIn(text).filter(({ provider }) => provider in this.#providers);
      if (reference === undefined) return;
      throw new pulumi.RunError(
        `${at}[${i}]: ${written(reference)} is filled in env only. Give it to a variable there, and let the command read that; for this text itself write it into a file`,
      );
    });
  }

  #filled(at: string, text: string): pulumi.Input<string> {
    const half = halfReferenceIn(text);
    if (half !== undefined)
      throw new pulumi.RunError(
        `${at}: ${half} is no reference. Write one as {postgres.login} or {secret.<name>}, without blanks; mend it in Pulumi.${pulumi.getStack()}.yaml`,
      );
    const parts = partsOf(text);
    const [dollar] = parts.filter((_, i) => typeof parts[i] !== "string" && String(parts[i - 1] ?? "").endsWith("$"));
    if (dollar !== undefined && typeof dollar !== "string")
      throw new pulumi.RunError(
        `${at}: $${written(dollar)} would keep its $. Write ${written(dollar)}; mend it in Pulumi.${pulumi.getStack()}.yaml`,
      );
    const values = parts.map((part) => (typeof part === "string" ? part : this.#value(at, part)));
    parts.forEach((part, i) => {
      const next = parts[i + 1];
      if (typeof part !== "string" && typeof next === "string" && next.startsWith("/"))
        this.#refusePath(at, part, next);
    });
    return values.every((value) => typeof value === "string") ? values.join("") : pulumi.concat(...values);
  }

  #value(at: string, reference: Reference): pulumi.Input<string> {
    const provider = this.#providers[reference.provider];
    const value = provider?.value(reference.name);
    if (value !== undefined) return value;
    const known = provider ? provider.known : Object.values(this.#providers).flatMap((each) => each.known.slice(0, 1));
    const literal = provider ? "" : `; for this text itself write {${written(reference)}}`;
    const why =
      provider?.missing?.(reference.name) ??
      `names nothing. Allowed: ${known.join(", ")}${literal}; mend it in Pulumi.${pulumi.getStack()}.yaml`;
    throw new pulumi.RunError(`${at}: ${written(reference)} ${why}`);
  }

  /** A login that ends with a path (database, virtual host) would be given a second one. */
  #refusePath(at: string, reference: Reference, next: string): void {
    const path = this.#stores[reference.provider]?.path;
    if (reference.name !== "login" || path === undefined) return;
    throw new pulumi.RunError(
      `${at}: ${written(reference)} ends with /${path} already, so ${next.slice(0, 20)} after it names another; remove it in Pulumi.${pulumi.getStack()}.yaml`,
    );
  }
}

const storeProvider = (name: string, store: Datastore | undefined): Provider =>
  store === undefined
    ? {
        known: [],
        value: () => undefined,
        missing: () =>
          `cannot be filled, since this stack has ${name}: none; mend it in Pulumi.${pulumi.getStack()}.yaml`,
      }
    : { known: Object.keys(store.parts).map((part) => `{${name}.${part}}`), value: (part) => store.parts[part] };

const secretProvider = (secrets: ReferencesArgs["secrets"]): Provider => ({
  known: ["{secret.<name>}"],
  value: (name) => (Object.hasOwn(secrets, name) ? secrets[name] : undefined),
  missing: (name) =>
    isSecretName(name)
      ? `is not set. Set it with: pulumi config set --secret --path 'secrets.${name}'`
      : `cannot be the name of a secret. Expected: ${SECRET_NAME}, such as {secret.discord-token}; mend it in Pulumi.${pulumi.getStack()}.yaml`,
});

/** `{provider.name}` in a text. */
export interface Reference {
  readonly provider: string;
  readonly name: string;
}

const written = ({ provider, name }: Reference): string => `{${provider}.${name}}`;

const WORD = "[A-Za-z][A-Za-z0-9_-]*";
const FIRST = [...STORE_NAMES, "random", "secret"].join("|");
const FORM = new RegExp(String.raw`\{(\{(?:${WORD}\.${WORD}|${FIRST})\})\}|\{(${WORD})\.(${WORD})\}`, "g");
const HALF = new RegExp(String.raw`(?<!\{)\{\s*(?:${FIRST})\s*(?:[.:][^{}]*)?\}(?!\})`, "i");

/** What begins like a reference and is none, such as `{postgres}` or `{ redis.host }`. Pure. */
export const halfReferenceIn = (text: string): string | undefined => HALF.exec(text.replaceAll(FORM, ""))?.[0];

/**
 * A text cut into references and what is between them. `{{word.word}}` stands for the text `{word.word}`; every other brace is left as it is,
 * since values are full of them (JSON, format strings). Pure.
 */
export function partsOf(text: string): readonly (string | Reference)[] {
  const parts: (string | Reference)[] = [];
  let end = 0;
  for (const match of text.matchAll(FORM)) {
    const [whole, literal, provider = "", name = ""] = match;
    parts.push(text.slice(end, match.index), literal ?? { provider, name });
    end = match.index + whole.length;
  }
  return [...parts, text.slice(end)].filter((part) => part !== "");
}

/** References in a text, in order. Pure. */
export const referencesIn = (text: string): readonly Reference[] =>
  partsOf(text).filter((part) => typeof part !== "string");
