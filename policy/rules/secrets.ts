/** Secrets: encrypted in the state, and in no text beside that. */
import { isList, isMap, isSecret, isUnknown, type PropertyMap, type PropertyValue } from "../../offline/properties.ts";
import { VALUE_PATTERNS } from "../../pipeline/privacy.ts";
import type { Finding, Resource, Rule } from "../rule.ts";

const SHORTEST = 8;

/** What `npm run adopt` takes for the name of a secret as well. */
const SECRET_NAME =
  /(^|[_.-])(pass(word|wd|phrase)?|pwd|secret|token|credentials?|(api|access|private|secret|signing|encryption|license|auth)[_.-]?key)$|^OTEL_EXPORTER_OTLP(_\w+)?_HEADERS$/i;

/** What a text of that form is, whatever it is called. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, "a private key"],
  [new RegExp(VALUE_PATTERNS.vendorKey), "a vendor's key"],
  [new RegExp(VALUE_PATTERNS.newRelicLicense), "a licence key"],
  [new RegExp(VALUE_PATTERNS.jwt), "a signed token"],
  [new RegExp(VALUE_PATTERNS.discordToken), "a bot's token"],
  [/\/webhooks\/\d+\/[\w.-]{16,}|hooks\.slack\.com\/services\/T\w+\/B\w+\/\w+/, "a webhook's address, which is a key"],
  [/:\/\/[^/\s:@"'`]*:(?![${<[%*])[^\s@/"'`]{3,}@[\w.[-]/, "an address with a password"],
];

/** Whether a variable of that name and text is a secret for this rule; of an address with a password the password alone is one. `npm run adopt` asks. */
export const isSecretVariable = (name: string, text: string): boolean =>
  isSecretText(text) || (SECRET_NAME.test(name) && !NO_VALUE.test(text));

/** Whether a text of any name is a secret, but for an address with a password. */
export const isSecretText = (text: string): boolean => FORMS.slice(0, -1).some(([pattern]) => pattern.test(text));

/** Compressed data, such as the boards of the console: no key is as long, and in thousands of letters every beginning of one stands by chance. */
const PACKED = /[A-Za-z0-9+/]{1024,}={0,2}/g;

/** References and switches, which are no secret whatever their name. */
const NO_VALUE = /^$|^[${<[]|^\/|^file:|^unix:|^https?:\/\/[^@]*$|^(true|false|yes|no|on|off|none|null|\d{1,6})$/i;

/** Files of assignments, where a name says what its value is; a script's names say less. */
const ASSIGNMENTS = /\.(ya?ml|json|ini|conf|env|toml|properties|cfg)$/;
const ASSIGNMENT = /^[\s"'-]*([\w.-]+)["']?\s*[:=]\s*["']?([^\s"',;#]+)/gm;

export const plainSecret: Rule = {
  id: "plain-secret",
  severity: "error",
  explain:
    "A secret in plain text can be read in the state, in previews, in `docker inspect` and in every copy of a Compose file. Allowed: a value that Pulumi knows as secret.",
  needs: "resource",
  *find({ judged, secrets }) {
    const known = secrets.filter((text) => text.length >= SHORTEST);
    for (const resource of judged) {
      for (const leaf of leavesOf(resource.inputs)) {
        const what = problemOf(resource, leaf, known);
        if (what !== undefined) yield { resource, ...finding(resource, leaf, what) };
      }
    }
  },
};

function finding(resource: Resource, { path, text }: Leaf, what: string): Omit<Finding, "resource"> {
  const variable = path.startsWith("envs[") ? nameIn(text) : undefined;
  const service = resource.type.startsWith("docker:");
  return {
    at: variable === undefined ? path : `envs[${variable}]`,
    message: `${what} is plain text`,
    fix: service
      ? "name a secret, {secret.<name>}, and give it with: pulumi config set --secret --path 'secrets.<name>'"
      : "give the input a secret of the configuration, or wrap it with pulumi.secret()",
  };
}

interface Leaf {
  /** `uploads[0].content` */
  readonly path: string;
  readonly text: string;
  /** Siblings, by which a label's value is known by the label. */
  readonly beside: PropertyMap;
}

function problemOf(resource: Resource, leaf: Leaf, known: readonly string[]): string | undefined {
  const { text } = leaf;
  if (known.some((secret) => text.includes(secret))) return "the value of a secret";
  // of a variable its value: a long name may begin like a vendor's key
  const variable = leaf.path.startsWith("envs[") ? nameIn(text) : undefined;
  const readable = (variable === undefined ? text : text.slice(variable.length + 1)).replace(PACKED, "");
  const form = FORMS.find(([pattern]) => pattern.test(readable));
  if (form !== undefined) return form[1];
  const own = resource.type.startsWith("docker:") ? assignments(resource, leaf) : [];
  const given = [...own, ...variablesOf(leaf)];
  const name = given.find(([key, value]) => SECRET_NAME.test(key) && !NO_VALUE.test(value))?.[0];
  return name === undefined ? undefined : `the value of ${name}, which is called a secret,`;
}

/** A variable as a component is given it, which the state holds as well. */
function variablesOf({ path, text }: Leaf): readonly (readonly [string, string])[] {
  const name = /(?:^|\.)env\.([\w-]+)$/.exec(path)?.[1];
  return name === undefined ? [] : [[name, text]];
}

/** Names and values that a text of a container assigns. */
function assignments(resource: Resource, { path, text, beside }: Leaf): readonly (readonly [string, string])[] {
  const name = nameIn(text);
  if (path.startsWith("envs[")) return name === undefined ? [] : [[name, text.slice(name.length + 1)]];
  if (/(^|\.)labels\[\d+\]\.value$/.test(path)) return [[String(beside.label), text]];
  if (/(^|\.)(commands?|args|entrypoints|healthcheck\.tests)\[/.test(path)) return flags(text);
  const file = path === "dataRaw" ? resource.name : /^uploads\[\d+\]\.content$/.test(path) ? String(beside.file) : "";
  if (!ASSIGNMENTS.test(file)) return [];
  return [...text.matchAll(ASSIGNMENT)].map(([, key = "", value = ""]) => [key, value] as const).filter(isLiteral);
}

/** Of a file: a value with digits and letters in it; `token: token` and `password: required` are words of a format. */
const isLiteral = ([, value]: readonly [string, string]): boolean =>
  value.length >= SHORTEST && /\d/.test(value) && /[a-z]/i.test(value) && !/[${}()*/\\|]/.test(value);

const flags = (text: string): readonly (readonly [string, string])[] =>
  [...text.matchAll(/(?:^|\s)-{0,2}([A-Za-z][\w.-]*)[= ]([^\s"']+)/g)].map(([, key = "", value = ""]) => [key, value]);

function nameIn(assignment: string): string | undefined {
  return /^([A-Za-z_][\w.-]*)=/.exec(assignment)?.[1];
}

/** Every text outside secrets. */
function* leavesOf(value: PropertyValue, path = "", beside: PropertyMap = {}): Generator<Leaf> {
  if (isSecret(value) || isUnknown(value)) return;
  if (typeof value === "string") yield { path, text: value, beside };
  else if (isList(value)) for (const [index, item] of value.entries()) yield* leavesOf(item, `${path}[${index}]`);
  else if (isMap(value))
    for (const [key, item] of Object.entries(value)) yield* leavesOf(item, path === "" ? key : `${path}.${key}`, value);
}
