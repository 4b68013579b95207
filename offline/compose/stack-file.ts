import { toYaml } from "../../formats/yaml.ts";
import { isMap, type PropertyMap, type PropertyValue } from "../properties.ts";
import type { Recording, Registration } from "../registration.ts";
import { containsSecret, unwrap } from "../secrets.ts";
import { NETWORK } from "./lookup.ts";
import { escapeDollars, itemsOf, openedText, present } from "./variables.ts";

export const SERVICE = "docker:index/service:Service";
const CONFIG = "docker:index/serviceConfig:ServiceConfig";
const SECRET = "docker:index/secret:Secret";

/** What a stack file for `docker stack deploy` consists of. */
export interface StackProject {
  /** Content of the stack file; no secret is in it. */
  readonly yaml: string;
  /** Files beside it, by name: contents of configs and secrets. */
  readonly files: ReadonlyMap<string, { readonly content: string; readonly secret: boolean }>;
  readonly services: readonly string[];
  /** Images the services use, sorted, each once: every node needs them. */
  readonly images: readonly string[];
}

/** Whether the program of a recording deploys to a swarm. */
export const isSwarm = ({ registrations }: Recording): boolean => registrations.some(({ type }) => type === SERVICE);

/**
 * The services of a recording as a stack file that makes the same. Docker's own client reads it; its format is Compose's version 3.
 * @param folder where the files beside it are, as the stack file sees it
 */
export function stackFile(recording: Recording, folder: string): StackProject {
  const ofType = (type: string) => recording.registrations.filter((r) => r.type === type);
  const prefix = `${recording.project}-${recording.stack}-`;
  const networks = new Map(
    ofType(NETWORK).map((r) => [r.id, openedText(r.outputs.name ?? r.name).replace(prefix, "")] as const),
  );
  const services = ofType(SERVICE)
    .map((r) => [r.name, serviceOf(r, networks)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const files = new Map([
    ...ofType(CONFIG).map((r) => [openedText(r.inputs.name ?? ""), contentOf(r)] as const),
    ...ofType(SECRET).map((r) => [openedText(r.inputs.name ?? ""), contentOf(r)] as const),
  ]);
  const sources = (type: string) =>
    Object.fromEntries(
      ofType(type).map(({ inputs }) => {
        const name = openedText(inputs.name ?? "");
        return [name, { name, file: `${folder}/${name}`, ...labelsOf(inputs.labels) }];
      }),
    );
  const document = {
    version: "3.9",
    services: Object.fromEntries(services.map(([name, { service }]) => [name, service])),
    networks: Object.fromEntries(ofType(NETWORK).map((r) => [networks.get(r.id), networkOf(r)])),
    volumes: Object.assign({}, ...services.map(([, { volumes }]) => volumes)),
    configs: sources(CONFIG),
    secrets: sources(SECRET),
  };
  const head = `# Written by \`npm run compose -- --stack ${recording.stack}\`; change the program, not this file. Secrets are in files beside it.\n`;
  return {
    yaml:
      head + toYaml(Object.fromEntries(Object.entries(document).filter(([, part]) => Object.keys(part).length > 0))),
    files,
    services: services.map(([name]) => name),
    images: [...new Set(services.map(([, { service }]) => String(service.image)))].sort(),
  };
}

function contentOf({ inputs }: Registration): { readonly content: string; readonly secret: boolean } {
  if (inputs.dataRaw !== undefined)
    return { content: openedText(inputs.dataRaw), secret: containsSecret(inputs.dataRaw) };
  return { content: Buffer.from(openedText(inputs.data ?? ""), "base64").toString(), secret: true };
}

function networkOf({ inputs, outputs, name }: Registration): object {
  const { driver, attachable, internal, labels } = inputs;
  return { name: outputs.name ?? name, ...present({ driver, attachable, internal }), ...labelsOf(labels) };
}

const plainOf = (value: PropertyValue | undefined): PropertyMap => {
  const plain = value === undefined ? {} : unwrap(value);
  return isMap(plain) ? plain : {};
};

const text = (value: PropertyValue): string => escapeDollars(openedText(value));
const texts = (value: PropertyValue): string[] => itemsOf(value).map(text);

function labelsOf(labels: PropertyValue | undefined): { readonly labels?: object } {
  const pairs = itemsOf(labels).map((item) => {
    const { label = "", value = "" } = plainOf(item);
    return [openedText(label), text(value)];
  });
  return pairs.length > 0 ? { labels: Object.fromEntries(pairs) } : {};
}

/** How a property of the provider is written in a stack file; `undefined`: it steers the provider only. */
type Table = Readonly<Record<string, ((value: PropertyValue) => object) | undefined>>;

/** Every property this program sets; another is refused, never dropped. */
function written(where: string, properties: PropertyMap, table: Table): object {
  const parts = Object.entries(properties).map(([key, value]) => {
    if (!(key in table)) {
      throw new Error(`service "${where}": "${key}" has no translation to a stack file. Deploy with pulumi up.`);
    }
    return table[key]?.(value) ?? {};
  });
  return Object.assign({}, ...parts);
}

interface Written {
  readonly service: Readonly<Record<string, unknown>>;
  /** Volumes that it names, for the top level. */
  readonly volumes: Readonly<Record<string, object>>;
}

function serviceOf({ name, inputs }: Registration, networks: ReadonlyMap<string, string>): Written {
  if (containsSecret(inputs))
    throw new Error(
      `service "${name}" holds a secret that is not one of Swarm's, so everyone who may inspect it reads it.`,
    );
  const task = plainOf(inputs.taskSpec);
  const container = plainOf(task.containerSpec);
  const mounts = itemsOf(container.mounts).map(plainOf);
  const service = {
    ...written(`${name}.taskSpec.containerSpec`, container, CONTAINER_TABLE),
    ...written(`${name}.taskSpec`, task, taskTable(networks)),
    ...written(name, inputs, SERVICE_TABLE),
    deploy: {
      ...written(`${name}.taskSpec`, task, DEPLOY_OF_TASK),
      ...written(name, inputs, DEPLOY_TABLE),
    },
  };
  const named = mounts.filter(({ type }) => type === "volume");
  const volumes = Object.fromEntries(named.map((mount) => [volumeKey(mount), volumeOf(mount)]));
  return { service, volumes };
}

/** A key of the stack file has no templates in it. */
const volumeKey = ({ source = "" }: PropertyMap): string => openedText(source).replace(/[^A-Za-z0-9._-]+/g, "_");

const volumeOf = ({ source = "", volumeOptions }: PropertyMap): object => ({
  name: text(source),
  ...labelsOf(plainOf(volumeOptions).labels),
});

const fileOf =
  (kind: "config" | "secret") =>
  (value: PropertyValue): object => {
    const { fileName = "", fileUid, fileGid, fileMode, ...rest } = plainOf(value);
    return {
      source: rest[`${kind}Name`],
      target: fileName,
      ...present({ uid: fileUid, gid: fileGid, mode: fileMode }),
    };
  };

function mountOf(value: PropertyValue): object {
  const mount = plainOf(value);
  const { type, source, target, readOnly } = mount;
  return {
    type,
    ...(type === "volume" ? { source: volumeKey(mount) } : present({ source })),
    target,
    ...(readOnly === true && { read_only: true }),
  };
}

const CONTAINER_TABLE: Table = {
  image: (value) => ({ image: text(value) }),
  commands: (value) => ({ entrypoint: texts(value) }),
  args: (value) => ({ command: texts(value) }),
  env: (value) => ({
    environment: Object.fromEntries(Object.entries(plainOf(value)).map(([key, item]) => [key, text(item)])),
  }),
  hostname: (value) => ({ hostname: text(value) }),
  labels: (value) => labelsOf(value),
  configs: (value) => ({ configs: itemsOf(value).map(fileOf("config")) }),
  secrets: (value) => ({ secrets: itemsOf(value).map(fileOf("secret")) }),
  mounts: (value) => (itemsOf(value).length > 0 ? { volumes: itemsOf(value).map(mountOf) } : {}),
  user: (value) => ({ user: text(value) }),
  dir: (value) => ({ working_dir: text(value) }),
  hosts: (value) => ({
    extra_hosts: itemsOf(value).map((item) => {
      const { host = "", ip = "" } = plainOf(item);
      return `${openedText(host)}:${openedText(ip)}`;
    }),
  }),
  init: (value) => ({ init: unwrap(value) }),
  readOnly: (value) => ({ read_only: unwrap(value) }),
  stopSignal: (value) => ({ stop_signal: text(value) }),
  stopGracePeriod: (value) => ({ stop_grace_period: text(value) }),
  capAdds: (value) => ({ cap_add: texts(value) }),
  capDrops: (value) => ({ cap_drop: texts(value) }),
  healthcheck: (value) => {
    const { tests, interval, timeout, retries, startPeriod } = plainOf(value);
    return {
      healthcheck: present({ test: tests && texts(tests), interval, timeout, retries, start_period: startPeriod }),
    };
  },
};

const taskTable = (networks: ReadonlyMap<string, string>): Table => ({
  containerSpec: undefined,
  networksAdvanceds: (value) => ({
    networks: Object.fromEntries(
      itemsOf(value).map((item) => {
        const { id = "", aliases } = plainOf(item);
        return [networks.get(openedText(id)) ?? openedText(id), present({ aliases: aliases && texts(aliases) })];
      }),
    ),
  }),
  logDriver: (value) => {
    const { name, options } = plainOf(value);
    return { logging: present({ driver: name, options }) };
  },
  placement: undefined,
  resources: undefined,
  restartPolicy: undefined,
});

const DEPLOY_OF_TASK: Table = {
  containerSpec: undefined,
  networksAdvanceds: undefined,
  logDriver: undefined,
  placement: (value) => {
    const { constraints } = plainOf(value);
    return constraints === undefined ? {} : { placement: { constraints: texts(constraints) } };
  },
  resources: (value) => {
    const { memoryBytes, nanoCpus } = plainOf(plainOf(value).limits);
    const cpus = nanoCpus === undefined ? undefined : String(Number(nanoCpus) / 1e9);
    return { resources: { limits: present({ memory: memoryBytes && openedText(memoryBytes), cpus }) } };
  },
  restartPolicy: (value) => ({ restart_policy: present(plainOf(value)) }),
};

const rollout = (value: PropertyValue): object => {
  const { parallelism, delay, order, failureAction, monitor, maxFailureRatio } = plainOf(value);
  return present({
    parallelism,
    delay,
    order,
    failure_action: failureAction,
    monitor,
    max_failure_ratio: maxFailureRatio === undefined ? undefined : Number(maxFailureRatio),
  });
};

const ON_SERVICE = ["mode", "updateConfig", "rollbackConfig", "labels"] as const;
const PROVIDER_ONLY: Table = { name: undefined, taskSpec: undefined, convergeConfig: undefined };

const SERVICE_TABLE: Table = {
  ...PROVIDER_ONLY,
  ...Object.fromEntries(ON_SERVICE.map((key) => [key, undefined])),
  endpointSpec: (value) => {
    const ports = itemsOf(plainOf(value).ports).map((item) => {
      const { targetPort, publishedPort, publishMode, protocol } = plainOf(item);
      return present({ target: targetPort, published: publishedPort, mode: publishMode, protocol });
    });
    return ports.length > 0 ? { ports } : {};
  },
};

const DEPLOY_TABLE: Table = {
  ...PROVIDER_ONLY,
  labels: labelsOf,
  mode: (value) => {
    const { global, replicated } = plainOf(value);
    return global === true ? { mode: "global" } : { replicas: plainOf(replicated).replicas ?? 1 };
  },
  updateConfig: (value) => ({ update_config: rollout(value) }),
  rollbackConfig: (value) => ({ rollback_config: rollout(value) }),
  endpointSpec: (value) => ({ endpoint_mode: plainOf(value).mode }),
};
