import { isSecretText } from "../policy/rules/secrets.ts";
import { isSecret, type SecretBook } from "./secrets.ts";
import type { FoundStore } from "./stores.ts";

/** What environment variables become: references in place of stores and secrets. Pure. */

export interface References {
  readonly stores: readonly FoundStore[];
  readonly secrets: SecretBook;
}

/** Text that a stack file would take for a reference, written so that it stands for itself. */
export const escapeBraces = (text: string): string =>
  text.replace(/\{([A-Za-z][\w-]*\.[A-Za-z][\w-]*|postgres|redis|rabbitmq|random|secret)\}/g, "{{$1}}");

/** Shorter ones stand in other texts by chance. */
export const SHORTEST = 8;

/** A password with / ? # or @ as it is breaks the rules of addresses, and many drivers take it; a port and a path before an @ are none. */
const ADDRESS =
  /\b(?<scheme>[a-z][a-z0-9+.-]*):\/\/(?:(?<user>[^\s:/?#@]*)(?::(?<password>[^\s/?#@]*(?=@[^\s@]*(?:$|[\s,;]))|(?!\d{1,5}[/?#])[^\s"',;]*|[^\s/?#@]*))?@)?(?<host>\[[^\]\s]*\]|[\w.-]+|[^\s/?#@"',;:]+)(?::(?<port>\d+))?(?<path>\/[^\s?#;,"'}]*)?/gi;

interface Address {
  readonly scheme: string;
  readonly host: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly port: string | undefined;
  readonly path: string | undefined;
}

/** A variable's text as the stack file has it. */
export const rewritten = (key: string, text: string, references: References): string =>
  withoutKnown(written(key, text, references), key, references.secrets);

/** A text that another variable shows to be a secret is one under an innocent name, too. */
function withoutKnown(text: string, key: string, secrets: SecretBook): string {
  const known = secrets.texts.filter((secret) => secret.length >= SHORTEST && text.includes(secret));
  return known.reduce(
    (rest, secret) =>
      rest
        .split(REFERENCE)
        .map((part, i) => (i % 2 === 1 ? part : part.replaceAll(secret, () => secrets.known(secret, key))))
        .join(""),
    text,
  );
}

const REFERENCE = /(\{[A-Za-z][\w-]*\.[A-Za-z][\w-]*\})/;

function written(key: string, text: string, references: References): string {
  const { stores, secrets } = references;
  // an address that is a key itself, such as a webhook's
  if (isSecretText(text)) return secrets.reference(text, key);
  if (text.match(ADDRESS) !== null)
    return escapeBraces(text).replace(ADDRESS, (whole: string, ...parts: readonly unknown[]) =>
      rewrittenAddress(whole, parts.at(-1) as Address, key, references),
    );
  if (isSecret(key, text)) return secrets.reference(text, key);
  const signedIn = text.replace(/\b(password\s*=\s*')([^']+)|\b(password\s*=\s*)([^\s;,']+)/gi, (...parts) => {
    const [, quoted, inQuotes, before, word] = parts as readonly (string | undefined)[];
    return `${quoted ?? before}${secrets.reference(inQuotes ?? word ?? "", `${key}-password`)}`;
  });
  if (signedIn !== text) return signedIn;
  const [, host = "", port] = /^([\w.-]+)(:\d+)?$/.exec(text) ?? [];
  const store = stores.find(({ hosts }) => hosts.includes(host));
  const isHost = port !== undefined || /HOST|SERVER|ADDR|ENDPOINT|BROKER|NODE/i.test(key);
  return store && isHost ? `{${store.store}.host}${port ?? ""}` : escapeBraces(text);
}

/** One address inside a text: the whole login of a store where it is that, else its password by reference. */
function rewrittenAddress(whole: string, address: Address, key: string, { stores, secrets }: References): string {
  const { scheme, user, password, host, port, path = "" } = address;
  const isWeb = /^https?$/i.test(scheme);
  const store = isWeb ? undefined : stores.find(({ hosts }) => hosts.includes(host));
  const rest = store && restAfterLogin(store, address);
  if (store && rest !== undefined) return `${scheme}://{${store.store}.login}${rest}`;
  if (isWeb && user !== undefined && password === undefined && isSecret(key, whole))
    return secrets.reference(whole, key);
  const place = `${store === undefined ? host : `{${store.store}.host}`}${port === undefined ? "" : `:${port}`}${path}`;
  if (user === undefined) return `${scheme}://${place}`;
  if (password === undefined) return `${scheme}://${user}@${place}`;
  const said = password === "" ? "" : secrets.reference(password, `${key}-password`);
  return `${scheme}://${user}:${said}@${place}`;
}

/** What follows the store's login in an address; undefined where the address signs in otherwise or goes elsewhere. */
function restAfterLogin(store: FoundStore, { user, password, port, path }: Address): string | undefined {
  if (port !== undefined && Number(port) !== store.port) return undefined;
  if ((decoded(password) || undefined) !== store.password) return undefined;
  const named = decoded(user) || undefined;
  const isDefault = store.store === "redis" && named === "default";
  if (named !== store.user && !isDefault) return undefined;
  if (store.path !== undefined) return decoded(path?.slice(1)) === store.path ? "" : undefined;
  return store.store === "postgres" ? undefined : (path ?? "");
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return text;
  }
}
