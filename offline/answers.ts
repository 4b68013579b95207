import { createHash } from "node:crypto";
import { asSecret, type PropertyMap, type PropertyValue } from "./properties.ts";
import { unwrap } from "./secrets.ts";

/** What a provider is asked: the resource as registered. */
export interface Question {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: PropertyMap;
}

/** What a provider would have computed. */
export interface Answer {
  readonly id: string;
  readonly outputs: PropertyMap;
}

/** Answers for the types it knows, `undefined` for the others. */
export type Answers = (question: Question) => Answer | undefined;

/** The text of a generated secret (a random password). The default is a recognisable placeholder. */
export type GenerateSecret = (question: Question) => string;

/** `generated-postgres-password`: shows where a value in a recording comes from. */
export const placeholderSecret: GenerateSecret = ({ name }) => `generated-${name}`;

/**
 * What the providers of this program answer for a created resource, as far as other resources read it. Ids are derived from the URN, so
 * that two runs agree. An unknown type gets an id and its inputs back.
 */
export function standardAnswers(generate: GenerateSecret): Answers {
  const table: Readonly<Record<string, (q: Question) => Answer>> = { ...dockerAnswers, ...cloudAnswers };
  return (question) => table[question.type]?.(question) ?? randomAnswer(question, generate);
}

/** The answer for unknown types: an id, and a placeholder for every output declared secret (keys and tokens are). */
export function plainAnswer(question: Question, secretOutputs: readonly string[]): Answer {
  const placeholders = secretOutputs.map((property) => [property, asSecret(placeholderSecret(question))] as const);
  return { id: hexId(question.urn, 20), outputs: Object.fromEntries(placeholders) };
}

const autoNamed: ReadonlySet<string> = new Set([
  "docker:index/container:Container",
  "docker:index/network:Network",
  "docker:index/volume:Volume",
]);

/** The inputs after the provider's check: Docker resources without a name get one, with a suffix, already in the preview. */
export function checkedInputs({ urn, type, name, inputs }: Question): PropertyMap {
  if (!autoNamed.has(type) || inputs.name !== undefined) return inputs;
  return { ...inputs, name: `${name}-${hexId(urn, 7)}` };
}

/** Hexadecimal digits that follow from a text: the same in every run. */
export function hexId(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}

/** The id Docker would give an image, here derived from its name, so that it can be traced back. */
export function imageIdOf(imageName: string): string {
  return `sha256:${hexId(imageName, 64)}`;
}

const dockerAnswers: Readonly<Record<string, (q: Question) => Answer>> = {
  "docker:index/network:Network": ({ urn, inputs }) => ({
    id: hexId(urn, 64),
    outputs: { driver: inputs.driver ?? "bridge" },
  }),
  "docker:index/volume:Volume": ({ inputs }) => ({
    id: text(inputs.name),
    outputs: {
      driver: inputs.driver ?? "local",
      mountpoint: `/var/lib/docker/volumes/${text(inputs.name)}/_data`,
    },
  }),
  "docker:index/remoteImage:RemoteImage": ({ inputs }) => {
    const name = text(inputs.name);
    const imageId = imageIdOf(name);
    return { id: `${imageId}${name}`, outputs: { imageId, repoDigest: `${name}@${imageId}` } };
  },
  "docker:index/container:Container": ({ urn, inputs }) => ({
    id: hexId(urn, 64),
    outputs: { hostname: inputs.hostname ?? hexId(urn, 12), bridge: "", networkDatas: [] },
  }),
};

/** A Grafana Cloud stack as its API describes it; the hosts are under `.invalid`, so nothing built from them can be reached. */
export function grafanaStack(slug: string) {
  const service = (name: string) => `https://${name}.grafana.invalid`;
  return {
    id: numberId(`grafana-stack-${slug}`),
    slug,
    name: slug,
    regionSlug: "eu",
    url: `https://${slug}.grafana.net`,
    status: "active",
    otlpUrl: `${service("otlp-gateway")}/otlp`,
    prometheusUrl: service("prometheus"),
    prometheusUserId: 1001,
    logsUrl: service("logs"),
    logsUserId: 1002,
    tracesUrl: service("traces"),
    tracesUserId: 1003,
  };
}

const cloudAnswers: Readonly<Record<string, (q: Question) => Answer>> = {
  "grafana:cloud/stack:Stack": ({ inputs }) => {
    const { id, ...outputs } = grafanaStack(text(inputs.slug));
    return { id, outputs };
  },
  "grafana:cloud/accessPolicy:AccessPolicy": ({ urn }) => ({
    id: `region:${hexId(urn, 12)}`,
    outputs: { policyId: hexId(urn, 12) },
  }),
  "grafana:cloud/accessPolicyToken:AccessPolicyToken": secretOutput("token"),
  "grafana:cloud/accessPolicyRotatingToken:AccessPolicyRotatingToken": (question) => {
    const { id, outputs } = secretOutput("token")(question);
    return { id, outputs: { ...outputs, expiresAt: "2027-02-22T00:00:00Z" } };
  },
  "grafana:cloud/stackServiceAccount:StackServiceAccount": ({ urn }) => ({ id: numberId(urn), outputs: {} }),
  "grafana:cloud/stackServiceAccountToken:StackServiceAccountToken": secretOutput("key"),
  "grafana:oss/folder:Folder": uidOutput,
  "grafana:oss/dataSource:DataSource": uidOutput,
  "newrelic:index/apiAccessKey:ApiAccessKey": secretOutput("key"),
};

function secretOutput(property: string): (q: Question) => Answer {
  return ({ urn, name }) => ({ id: hexId(urn, 20), outputs: { [property]: asSecret(`generated-${name}`) } });
}

function uidOutput({ urn, inputs }: Question): Answer {
  const uid = inputs.uid ?? hexId(urn, 14);
  return { id: text(uid), outputs: { uid } };
}

/** `@pulumi/random`: a password is a secret, an id is a plain identifier. */
function randomAnswer(question: Question, generate: GenerateSecret): Answer | undefined {
  switch (question.type) {
    case "random:index/randomPassword:RandomPassword":
      return { id: "none", outputs: { result: asSecret(generate(question)) } };
    case "random:index/randomId:RandomId": {
      const length = Number(unwrap(question.inputs.byteLength ?? 8));
      const bytes = createHash("sha256").update(generate(question)).digest().subarray(0, length);
      const prefix = text(question.inputs.prefix);
      return {
        id: bytes.toString("base64url"),
        outputs: {
          hex: prefix + bytes.toString("hex"),
          b64Std: prefix + bytes.toString("base64"),
          b64Url: prefix + bytes.toString("base64url"),
          dec: prefix + BigInt(`0x${bytes.toString("hex")}`).toString(),
        },
      };
    }
    default:
      return undefined;
  }
}

function text(value: PropertyValue | undefined): string {
  const plain = value === undefined ? "" : unwrap(value);
  return typeof plain === "string" ? plain : JSON.stringify(plain);
}

function numberId(urn: string): string {
  return String(100_000 + (Number.parseInt(hexId(urn, 6), 16) % 900_000));
}
