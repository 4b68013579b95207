import { isOrdinaryWord } from "../config/ordinary-word.ts";
import type { StoreName } from "../config/stores.ts";
import { isSecretVariable } from "../policy/rules/secrets.ts";
import type { FoundStore } from "./stores.ts";

/** Names of variables that hold a secret, whatever its text. */
const SECRET_KEY =
  /(^|_)(PASSWORDS?|PASSWD|PASS|PWD|PASSPHRASE|SECRETS?|TOKENS?|APIKEY|CREDENTIALS?|SALT|COOKIE)(_[A-Z]+)?$|(API|ACCESS|SECRET|PRIVATE|ENCRYPTION|SIGNING|FERNET|MASTER|LICENSE|AUTH|JWT|HASH)_?KEY(S|_BASE|_ID)?$|(^|_)(SENTRY_)?DSN$/;
/** Names in one word, such as PGPASSWORD and ADMINPASSWORD; `BYPASS` is none. */
const SECRET_WORD =
  /(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|HMAC|(API|ACCESS|SECRET|PRIVATE|ENCRYPTION)KEY)$|(PG|DB|SQL|MONGO|REDIS|MQ|ROOT|ADMIN|USER|SMTP|MAIL|FTP|LDAP)(PASS|PWD|PW)$/;
/** Names that only look so: of files, times, numbers, switches and addresses. */
const PLAIN_KEY =
  /_(FILE|PATH|DIR|URL|URI|HOST|PORT|TTL|AGE|EXPIRES?|EXPIRY|EXPIRATION|TIMEOUT|LIFETIME|MINUTES|SECONDS|DAYS|HOURS|LENGTH|MIN|MAX|ALGORITHM|TYPE|NAME|PREFIX|HEADER|METHOD|ENABLED|REQUIRED|VALIDATORS?|HASHERS?|ISSUER|AUDIENCE|DOMAIN|SECURE|SAMESITE|HTTPONLY)$/;
/** Texts that are a secret under any name. */
const SECRET_TEXT =
  /^(gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|sk-[\w-]{16,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|AIza[\w-]{30,}|eyJ[\w-]{10,}\.[\w-]{10,}\.?[\w-]*|SG\.[\w-]{16,}\.[\w-]{16,}|[MNO][\w-]{22,27}\.[\w-]{6}\.[\w-]{25,}|\d{8,10}:[\w-]{35})$|-----BEGIN [A-Z ]*PRIVATE KEY-----/;
/** A text that nobody would type by hand: long, letters of both cases and digits, or hexadecimal. */
const RANDOM_TEXT = /^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w+/=.!@#$%^&*-]{32,}$|^[0-9a-f]{32,}$/;
const NAMED_RANDOM = /(SHA|COMMIT|DIGEST|CHECKSUM|REVISION|VERSION|HASH|UUID|_ID|IMAGE|PUBLIC)/;

/** Whether a variable's text must not be in a file that people commit. Pure; in doubt it is a secret. */
export function isSecret(key: string, text: string): boolean {
  const name = key.toUpperCase();
  if (text === "" || /^(true|false|yes|no|on|off|null|none|\d{1,5})$/i.test(text)) {
    return /(PASSWORD|PASSWD|PASS|SECRET|TOKEN)$/.test(name) && /^(\d{1,5}|null|none)$/i.test(text);
  }
  if (SECRET_TEXT.test(text) || isSecretVariable(key, text)) return true;
  if (/^(\/|\.\/)[\w./-]*$/.test(text) && !text.includes("==")) return false;
  if ((SECRET_KEY.test(name) || SECRET_WORD.test(name)) && !PLAIN_KEY.test(name)) return true;
  return RANDOM_TEXT.test(text) && !NAMED_RANDOM.test(name);
}

/** Variables that hold the password of a database, a cache or a broker, and not just a text that happens to be the same. */
const STORE_PASSWORD =
  /^(?=.*(PASS|PWD|PW$))(.*(POSTGRES|PG|SQL|DB|DATABASE|REDIS|CACHE|VALKEY|RABBIT|AMQP|MQ|BROKER)|PASSWORD$)/i;
/** Ordinary ones of people and programs. */
const OTHERS_PASSWORD =
  /ADMIN|SUPERUSER|ROOT|SMTP|MAIL|USER_PASS|LDAP|MYSQL|MARIADB|MSSQL|MONGO|CLICKHOUSE|NEO4J|ELASTIC|OPENSEARCH|MINIO|INFLUX|KAFKA/i;
/** Which store a name says, in this order; `BROKER` may be two of them. */
const SAYS_STORE: readonly (readonly [StoreName, RegExp])[] = [
  ["redis", /REDIS|CACHE|VALKEY|KEYDB/i],
  ["rabbitmq", /RABBIT|AMQP|MQ/i],
  ["postgres", /POSTGRES|PG|SQL|DB|DATABASE/i],
];

/** The stack's own secrets, by name. */
export class SecretBook {
  readonly #values = new Map<string, string>();
  /** Stores by their password, which some projects give to several. */
  readonly #stores = new Map<string, readonly StoreName[]>();
  readonly #ordinary = new Set<string>();

  /** Words that are no secret wherever they stand by themselves, though somebody chose one of them as a password. */
  useWords(words: readonly string[]): void {
    for (const word of words) this.#ordinary.add(word);
  }

  /** The password of a store is the stack's already, as `{postgres.password}`. */
  useStore({ store, password }: FoundStore): void {
    if (password) this.#stores.set(password, [...(this.#stores.get(password) ?? []), store]);
  }

  /** The store whose password a text is under this name. */
  #storeOf(text: string, name: string): string | undefined {
    const stores = this.#stores.get(text) ?? [];
    const said = SAYS_STORE.find(([, pattern]) => pattern.test(name))?.[0];
    const store = said === undefined ? stores[0] : stores.find((each) => each === said);
    return store && `{${store}.password}`;
  }

  /**
   * The reference to the text of a variable. One text under two names is two secrets, since whoever changes one of them need not mean the other;
   * a store's password is the stack's already.
   */
  reference(text: string, key: string): string {
    const ofStore = STORE_PASSWORD.test(key) && !OTHERS_PASSWORD.test(key) ? this.#storeOf(text, key) : undefined;
    return ofStore ?? `{secret.${this.#nameFor(text, nameOf(key))}}`;
  }

  /** The reference to a text that is known already, else as `reference`. */
  known(text: string, hint: string): string {
    const [name] = [...this.#values].find(([, value]) => value === text) ?? [];
    const [first] = OTHERS_PASSWORD.test(hint) ? [] : (this.#stores.get(text) ?? []);
    const ofStore = this.#storeOf(text, hint) ?? (first && `{${first}.password}`);
    return ofStore ?? (name === undefined ? this.reference(text, hint) : `{secret.${name}}`);
  }

  #nameFor(text: string, base: string): string {
    let name = base;
    for (let count = 2; this.#values.has(name) && this.#values.get(name) !== text; count += 1)
      name = `${base.slice(0, 60)}-${count}`;
    this.#values.set(name, text);
    return name;
  }

  /** Secret texts that can be looked for inside of others, the longest first. */
  get texts(): readonly string[] {
    const all = new Set([...this.#values.values(), ...this.#stores.keys()]);
    return [...all]
      .filter((text) => !this.#ordinary.has(text) && !isOrdinaryWord(text))
      .sort((a, b) => b.length - a.length);
  }

  /** Text by name, in the order of the alphabet. */
  get values(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#values].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** `DJANGO_SECRET_KEY` -> `django-secret-key` */
const nameOf = (hint: string): string => {
  const name = hint
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[-0-9]+|-+$/g, "")
    .slice(0, 60);
  return name === "" ? "secret" : name;
};
