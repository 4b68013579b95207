import { createHash, createHmac } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { labelList, physicalName, type Scope } from "../docker/scope.ts";
import { type ContainerFile, SECRET_MODE } from "../docker/spec.ts";
import { password } from "../password.ts";

/** Bytes that Swarm takes as one config or secret. */
const MOST = 500 * 1024;

type ServiceFiles = Pick<docker.types.input.ServiceTaskSpecContainerSpec, "configs" | "secrets">;

/**
 * Files of a service as Swarm's configs and, where they are secret, its secrets. Both never change in a swarm, so each is named after its content: another
 * content is another one, the service is updated to use it, and the old one is deleted after that.
 */
export function filesOf(
  scope: Scope,
  service: string,
  files: readonly ContainerFile[],
  user: string | undefined,
  parent: pulumi.Resource,
): ServiceFiles {
  const [fileUid = "0", fileGid = "0"] = user?.split(":") ?? [];
  const made = files.map((file) => ({ file, secret: file.mode === SECRET_MODE, name: nameOf(service, file.path) }));
  const place = ({ path, mode = "0444" }: ContainerFile, secret: boolean) => ({
    fileName: path,
    fileUid,
    fileGid,
    // the user of an image is not known here; in the container the file is the service's alone
    fileMode: Number.parseInt(secret && user === undefined ? "0444" : mode, 8),
  });
  const configs = made.flatMap(({ file, secret, name }) => {
    if (secret) return [];
    const config = configOf(scope, name, file.content, parent);
    return [{ configId: config.id, configName: config.name, ...place(file, secret) }];
  });
  const secrets = made.flatMap(({ file, secret, name }) => {
    if (!secret) return [];
    const kept = secretOf(scope, name, file.content, parent);
    return [{ secretId: kept.id, secretName: kept.name, ...place(file, secret) }];
  });
  return { ...(configs.length > 0 && { configs }), ...(secrets.length > 0 && { secrets }) };
}

/** `collector`, `/etc/otelcol/config.yaml` -> `collector-config.yaml`. Pure. */
export function nameOf(service: string, path: string): string {
  const short = path.replace(/^\/(run\/secrets|etc)\//, "/").replace(/[^A-Za-z0-9.]+/g, "-");
  return `${service}${short}`.replace(/^(.{40}).+?(.{20})$/, "$1$2");
}

/** For a resource whose name is given the provider would delete the old one first, which a service still has: Swarm refuses that. */
const NEW_FIRST = false;

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12);

function configOf(
  scope: Scope,
  name: string,
  content: pulumi.Input<string>,
  parent: pulumi.Resource,
): docker.ServiceConfig {
  if (typeof content === "string") refuseLarge(name, content);
  const suffix = typeof content === "string" ? hashOf(content) : pulumi.output(content).apply(hashOf);
  return new docker.ServiceConfig(
    name,
    { name: named(scope, name, suffix), dataRaw: content, labels: labelList(scope) },
    { parent, deleteBeforeReplace: NEW_FIRST },
  );
}

function refuseLarge(name: string, content: string): void {
  const bytes = Buffer.byteLength(content);
  if (bytes <= MOST) return;
  throw new pulumi.RunError(
    `${name}: ${bytes} bytes are more than the ${MOST} that a Swarm config holds. Use deployment containers for this stack`,
  );
}

function secretOf(scope: Scope, name: string, content: pulumi.Input<string>, parent: pulumi.Resource): docker.Secret {
  // keyed, so that the name of a short secret does not give it away
  const hash = pulumi
    .all([content, namesKey(scope)])
    .apply(([text, key]) => createHmac("sha256", key).update(text).digest("hex").slice(0, 12));
  const data = pulumi.secret(pulumi.output(content).apply((text) => Buffer.from(text).toString("base64")));
  return new docker.Secret(
    name,
    { name: named(scope, name, pulumi.unsecret(hash)), data, labels: labelList(scope) },
    { parent, deleteBeforeReplace: NEW_FIRST },
  );
}

/** Characters of a name of a config or secret, of which Swarm takes 64, before the hash of the content. */
const ROOM = 51;

const named = (scope: Scope, name: string, suffix: pulumi.Input<string>): pulumi.Input<string> => {
  const whole = physicalName(scope, name);
  const start = whole.length <= ROOM ? whole : `${whole.slice(0, ROOM - 9)}-${hashOf(whole).slice(0, 8)}`;
  return typeof suffix === "string" ? `${start}-${suffix}` : pulumi.interpolate`${start}-${suffix}`;
};

const keys = new WeakMap<Scope, pulumi.Output<string>>();

/** One key for the names of all secrets of a stack. */
function namesKey(scope: Scope): pulumi.Output<string> {
  const key = keys.get(scope) ?? password("swarm-names", undefined);
  keys.set(scope, key);
  return key;
}
