import { isMap, isSecret, type PropertyMap, type PropertyValue } from "../properties.ts";
import type { Registration } from "../registration.ts";
import { containsSecret, unwrap } from "../secrets.ts";
import { filesHash, filesOf, type ServiceFiles } from "./files.ts";
import type { Lookup } from "./lookup.ts";
import { escapeDollars, itemsOf, openedText, present, type Variables } from "./variables.ts";

/** What the translation of one container needs besides the container. */
interface Context {
  readonly lookup: Lookup;
  readonly variables: Variables;
  /** Key of the label that shows whether a container's files changed. */
  readonly hashKey: Buffer;
  /** Labels besides the program's own, for everything. */
  readonly labels: Readonly<Record<string, string>>;
}

interface TranslatedService {
  readonly name: string;
  readonly service: Readonly<Record<string, unknown>>;
  readonly files: ServiceFiles;
}

/** Label that changes with the content of a container's files. */
export const FILES_LABEL = "com.github.game-scheduler-otel.config-hash";

type Fragment = Readonly<Record<string, unknown>>;
type Translate = (value: PropertyValue, at: Place) => Fragment;

/** The property being translated. */
interface Place extends Context {
  readonly service: string;
  readonly property: string;
  readonly inputs: PropertyMap;
}

/** Turns a recorded container into a Compose service. Throws one sentence for a property Compose cannot express. */
export function serviceOf(container: Registration, context: Context): TranslatedService {
  const name = context.lookup.service(container.urn) ?? container.name;
  const inputs: PropertyMap = { ...container.inputs, name: container.outputs.name ?? container.name };
  const place = { ...context, service: name, inputs };
  const parts = Object.entries(inputs).map(([property, value]) => {
    const translate = translations[property];
    if (translate === undefined) {
      throw new Error(
        `container "${name}": "${property}" has no translation to Compose. Deploy with pulumi up, or remove the property.`,
      );
    }
    return translate(value, { ...place, property });
  });
  const uploads = itemsOf(inputs.uploads);
  const files = filesOf(name, uploads, context.variables);
  const labels = Object.assign({}, ...parts.map((part) => part.labels ?? {}), context.labels);
  if (uploads.length > 0) labels[FILES_LABEL] = filesHash(name, uploads, context.hashKey);
  const dependsOn = dependenciesOf(container, context.lookup);
  const service: Record<string, unknown> = Object.assign({}, ...parts, {
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(files.configs.length > 0 && { configs: files.configs }),
    ...(files.secrets.length > 0 && { secrets: files.secrets }),
    ...(Object.keys(dependsOn).length > 0 && { depends_on: dependsOn }),
    // Without a network of its own the Docker provider uses the engine's default bridge; Compose would make a network.
    ...(inputs.networksAdvanced === undefined && inputs.networkMode === undefined && { network_mode: "bridge" }),
  });
  return { name, service, files };
}

const asText =
  (target: string): Translate =>
  (value, at) => ({ [target]: at.variables.text(value, `${at.service}_${at.property}`) });
const asTexts =
  (target: string): Translate =>
  (value, at) => ({
    [target]: itemsOf(value).map((item, index) => at.variables.text(item, `${at.service}_${at.property}_${index}`)),
  });
const asValue =
  (target: string): Translate =>
  (value) => ({ [target]: unwrap(value) });
const asMebibytes =
  (target: string): Translate =>
  (value) => ({ [target]: unwrap(value) === -1 ? -1 : `${unwrap(value)}m` });
/** Steers only how the provider creates, waits or deletes. */
const providerOnly: Translate = () => ({});
const handledElsewhere = providerOnly;

/** Every property of `docker.ContainerArgs` that this program sets. What is missing here is refused, never dropped. */
const translations: Readonly<Record<string, Translate>> = {
  name: asText("container_name"),
  image: (value, { lookup }) => ({ image: escapeDollars(lookup.image(openedText(value))) }),
  command: asTexts("command"),
  entrypoints: asTexts("entrypoint"),
  workingDir: asText("working_dir"),
  hosts: (value, at) => ({
    extra_hosts: itemsOf(value).map((item) => {
      const { host = "", ip = "" } = isMap(item) ? item : {};
      return at.variables.text(`${openedText(host)}=${openedText(ip)}`, `${at.service}_host`);
    }),
  }),
  user: asText("user"),
  groupAdds: asTexts("group_add"),
  hostname: asText("hostname"),
  envs: (value, at) => ({ environment: environmentOf(value, at) }),
  labels: (value, at) => ({
    labels: Object.fromEntries(
      itemsOf(value).map((item) => {
        const { label = "", value: text = "" } = isMap(item) ? item : {};
        return [openedText(label), at.variables.text(text, `${at.service}_label_${openedText(label)}`)];
      }),
    ),
  }),
  uploads: handledElsewhere,
  volumes: (value, at) => ({ volumes: itemsOf(value).map((item) => mountOf(item, at)) }),
  networksAdvanced: (value, at) => ({
    networks: Object.fromEntries(itemsOf(value).map((item) => networkOf(item, at))),
  }),
  networkMode: asText("network_mode"),
  ports: (value) => ({ ports: itemsOf(value).map(portOf) }),
  memory: asMebibytes("mem_limit"),
  memorySwap: asMebibytes("memswap_limit"),
  restart: asText("restart"),
  healthcheck: healthcheckOf,
  capabilities: (value) => {
    const { adds, drops } = isMap(value) ? value : {};
    return present({
      cap_add: adds && itemsOf(adds).map(openedText),
      cap_drop: drops && itemsOf(drops).map(openedText),
    });
  },
  securityOpts: asTexts("security_opt"),
  readOnly: (value, at) => {
    if (unwrap(value) === true && at.inputs.uploads !== undefined) {
      throw new Error(
        `container "${at.service}": "readOnly" and "uploads" exclude each other: files are copied into its file system.`,
      );
    }
    return { read_only: unwrap(value) };
  },
  init: asValue("init"),
  cpus: asText("cpus"),
  shmSize: asMebibytes("shm_size"),
  stopSignal: asText("stop_signal"),
  ulimits: (value) => ({
    ulimits: Object.fromEntries(
      itemsOf(value).map((item) => {
        const { name = "", soft = 0, hard = 0 } = isMap(item) ? item : {};
        return [openedText(name), { soft: unwrap(soft), hard: unwrap(hard) }];
      }),
    ),
  }),
  tmpfs: (value) => ({
    tmpfs: Object.entries(isMap(value) ? value : {}).map(([path, options]) =>
      openedText(options) === "" ? path : `${path}:${openedText(options)}`,
    ),
  }),
  // The provider's grace counts when it replaces or destroys, the container's own when the engine stops it: Compose has one for both.
  destroyGraceSeconds: (value) => ({ stop_grace_period: `${unwrap(value)}s` }),
  logDriver: (value, { inputs: { logOpts } }) => ({
    logging: { driver: openedText(value), ...(logOpts !== undefined && { options: unwrap(logOpts) }) },
  }),
  logOpts: handledElsewhere,
  wait: providerOnly,
  waitTimeout: providerOnly,
  mustRun: providerOnly,
  attach: providerOnly,
  logs: providerOnly,
};

/** `["A=1", secret("B=2")]` -> `{ A: "1", B: "${SECRET_API_B:?}" }` */
function environmentOf(value: PropertyValue, at: Place): Record<string, string> {
  const wholeListSecret = isSecret(value);
  return Object.fromEntries(
    itemsOf(value).map((item) => {
      const assignment = openedText(item);
      const equals = assignment.indexOf("=");
      const name = equals < 0 ? assignment : assignment.slice(0, equals);
      const text = equals < 0 ? "" : assignment.slice(equals + 1);
      const secret = wholeListSecret || containsSecret(item);
      return [name, secret ? `\${${at.variables.keep(text, `${at.service}_${name}`)}:?}` : escapeDollars(text)];
    }),
  );
}

function networkOf(value: PropertyValue, at: Place): readonly [string, object] {
  const { name = "", aliases, ...rest } = isMap(value) ? value : {};
  const foreign = Object.keys(rest)[0];
  if (foreign !== undefined) return refuse(at, `"${foreign}" of a network`);
  const key = at.lookup.network(openedText(name));
  if (key === undefined) return refuse(at, `network "${openedText(name)}", which this program does not make,`);
  return [key, present({ aliases: aliases && itemsOf(aliases).map(openedText) })];
}

function mountOf(value: PropertyValue, at: Place): object {
  const { containerPath = "", hostPath, volumeName = "", readOnly, ...rest } = isMap(value) ? value : {};
  const foreign = Object.keys(rest)[0];
  if (foreign !== undefined) return refuse(at, `"${foreign}" of a volume`);
  const common = {
    target: at.variables.text(containerPath, at.service),
    ...(readOnly === true && { read_only: true }),
  };
  if (hostPath !== undefined) {
    const source = at.variables.text(hostPath, at.service);
    return { type: "bind", source, ...common, bind: { create_host_path: true } };
  }
  const name = openedText(volumeName);
  const source = at.lookup.volume(name) ?? refuse(at, `volume "${name}", which this program should make and does not,`);
  return { type: "volume", source, ...common };
}

function portOf(value: PropertyValue): object {
  const { internal = 0, external, ip, protocol = "tcp" } = isMap(value) ? value : {};
  return present({
    target: unwrap(internal),
    published: external && openedText(external),
    host_ip: ip,
    protocol,
  });
}

function healthcheckOf(value: PropertyValue, at: Place): Fragment {
  const { tests, interval, timeout, retries, startPeriod, startInterval } = isMap(value) ? value : {};
  const test = tests && itemsOf(tests).map((item) => at.variables.text(item, `${at.service}_healthcheck`));
  const times = { interval, timeout, retries, start_period: startPeriod, start_interval: startInterval };
  return { healthcheck: present({ test, ...times }) };
}

/**
 * `depends_on` of a service: the containers it waits for under Pulumi. Pulumi continues when a container is created, or healthy where it has
 * `wait`, or has ended where it is a task (`attach` without `mustRun`).
 */
function dependenciesOf(container: Registration, lookup: Lookup): Record<string, object> {
  const awaited = new Set(container.options.dependsOn ?? []);
  const found = lookup.containers.filter((other) => awaited.has(other.urn) && other.urn !== container.urn);
  return Object.fromEntries(
    found.map((other) => [lookup.service(other.urn) ?? other.name, { condition: conditionOf(other) }]),
  );
}

function conditionOf({ inputs }: Registration): string {
  if (inputs.mustRun === false && inputs.attach === true) return "service_completed_successfully";
  return inputs.healthcheck === undefined ? "service_started" : "service_healthy";
}

function refuse(at: Place, what: string): never {
  throw new Error(`container "${at.service}": ${what} has no translation to Compose. Deploy with pulumi up.`);
}
