import { createHmac } from "node:crypto";
import { isMap, type PropertyValue } from "../properties.ts";
import { containsSecret } from "../secrets.ts";
import { escapeDollars, openedText, type Variables } from "./variables.ts";

/** A file put into a container before it starts. */
interface Upload {
  readonly target: string;
  readonly content: string;
  readonly secret: boolean;
  readonly mode: number;
}

export interface ServiceFiles {
  /** What the service mounts. */
  readonly configs: readonly object[];
  readonly secrets: readonly object[];
  /** What the top level of compose.yaml declares. */
  readonly configSources: Readonly<Record<string, object>>;
  readonly secretSources: Readonly<Record<string, object>>;
}

/**
 * Uploads become inline configs or, when secret, secrets that Compose takes from the env file. Both are copied into the container before
 * it starts, as the Docker provider copies uploads; nothing is bind-mounted.
 */
export function filesOf(service: string, uploads: readonly PropertyValue[], variables: Variables): ServiceFiles {
  const configs: object[] = [];
  const secrets: object[] = [];
  const configSources: Record<string, object> = {};
  const secretSources: Record<string, object> = {};
  for (const upload of uploads.map((value) => readUpload(service, value))) {
    const source = `${service}-${upload.target.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^-/, "")}`;
    const mount = { source, target: upload.target, ...(upload.mode !== COMPOSE_MODE && { mode: upload.mode }) };
    if (upload.secret) {
      secrets.push(mount);
      secretSources[source] = { environment: variables.keep(upload.content, `${service}_FILE_${upload.target}`) };
    } else {
      configs.push(mount);
      configSources[source] = { content: escapeDollars(upload.content) };
    }
  }
  return { configs, secrets, configSources, secretSources };
}

/**
 * A label that changes when any file of the container does: Compose itself does not look at the content of configs and secrets, so a
 * changed one would never reach a running container. Keyed, so that the label does not reveal a short secret.
 */
export function filesHash(service: string, uploads: readonly PropertyValue[], key: Buffer): string {
  const hmac = createHmac("sha256", key);
  for (const { target, content, mode } of uploads.map((value) => readUpload(service, value))) {
    hmac.update(JSON.stringify([target, content, mode]));
  }
  return hmac.digest("hex").slice(0, 32);
}

function readUpload(service: string, value: PropertyValue): Upload {
  const { file = "", content = "", permissions = "0644", owner = "0", group: _, ...rest } = isMap(value) ? value : {};
  const target = openedText(file);
  const where = `container "${service}": upload ${target}`;
  const foreign = Object.keys(rest)[0];
  if (foreign !== undefined) {
    throw new Error(`${where}: "${foreign}" has no equivalent in Compose. Give the text itself as "content".`);
  }
  const text = openedText(content);
  if (text === "") throw new Error(`${where} is empty, which the Docker provider refuses. Give it content.`);
  return {
    target,
    content: text,
    secret: containsSecret(content),
    mode: modeOf(Number.parseInt(openedText(permissions), 8), openedText(owner)),
  };
}

/** What Compose gives a file without a mode. */
const COMPOSE_MODE = 0o444;

/**
 * The file's mode in a container made by Compose. Its owner is always root: asked for a `uid`, Compose has the engine look the container's
 * user up in the *host's* passwd, which fails for a numeric `10001:10001` (`copyUIDGID`, seen with Engine 20.10). So what the owner may
 * do, everyone in the container may; with one user in it that is the same.
 */
function modeOf(mode: number, owner: string): number {
  if (owner === "0") return mode;
  const ownerBits = (mode >> 6) & 0o5;
  return mode | (ownerBits << 3) | ownerBits;
}
