import type { BackendKind } from "../vendors/kinds.ts";

/** One small request that tests whether a credential is accepted. Plain data and pure functions. */
export interface Probe {
  readonly backend: BackendKind;
  /** What is tried, as the end of "cannot ...": "read the stack games". */
  readonly what: string;
  readonly request: Request;
  /** Config key of the credential, for the command that mends it. */
  readonly secret: string;
  /** True: the key was made by a deployment, so a new one is not set but made. */
  readonly minted?: boolean;
  /** What a 403 means here: a key without the right, or one that is not known at all. Default: "key". */
  readonly forbidden?: "key" | "scope";
  /** The right that a refusal would be about, in the vendor's words. */
  readonly scope?: string;
  /** Setting that names the address, for the command that mends it. */
  readonly addressSetting: string;
  /** The same request at the vendor's other regions, asked only when the key is refused here. */
  readonly elsewhere?: readonly Elsewhere[];
  /** A second look at an accepted answer, since some vendors refuse with 200. */
  readonly inspect?: (body: unknown) => Trouble | undefined;
  /** Statuses besides 2xx that are good news, such as 404 for something that shall be made. */
  readonly alsoFine?: readonly number[];
  /** What a 404 means. Default: the address is wrong. */
  readonly notFound?: string;
}

/** The same request in another region of the vendor. */
export interface Elsewhere {
  /** Value of the setting that names the address. */
  readonly region: string;
  readonly request: Request;
}

/** Never logged: its headers carry the credential. */
export interface Request {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** What came back. `unreachable`: why there was no answer. */
export type Reply = { readonly status: number; readonly body: unknown } | { readonly unreachable: string };

export type TroubleKind =
  | "wrong-key"
  | "wrong-region"
  | "missing-scope"
  | "over-quota"
  | "unreachable"
  | "wrong-setting";

/** What is wrong with a credential. */
export interface Trouble {
  readonly kind: TroubleKind;
  /** One sentence: what, where, and what mends it. Never holds a credential. */
  readonly sentence: string;
}

/** What shall be asked of one backend, and what cannot be, with the reason. */
export interface Plan {
  readonly probes: readonly Probe[];
  readonly skipped: readonly string[];
}

/** What an answer holds below those keys; undefined where it has none of them. */
export function at(body: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce(
    (held, key) => (typeof held === "object" && held !== null ? Reflect.get(held, key) : undefined),
    body,
  );
}
