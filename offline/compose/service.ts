import { isMap, isSecret, type PropertyMap, type PropertyValue } from "../properties.ts";
import type { Registration } from "../registration.ts";
import { containsSecret, unwrap } from "../secrets.ts";
import { dependenciesOf } from "./dependencies.ts";
import { filesHash, filesOf, type ServiceFiles } from "./files.ts";
import type { Lookup } from "./lookup.ts";
import { mountsOf } from "./mounts.ts";
import { healthcheckOf, listOf, portOf } from "./parts.ts";
import { escapeDollars, textOf, type Variables } from "./variables.ts";

/** What the translation of one container needs besides the container. */
export interface Context {
  readonly lookup: Lookup;
  readonly variables: Variables;
  /** Key of the label that shows whether a container's files changed. */
  readonly hashKey: Buffer;
  /** Labels besides the program's own, for everything. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface TranslatedService {
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
  const uploads = listOf(inputs.uploads);
  const files = filesOf(name, uploads, context.variables);
  const labels = Object.assign({}, ...parts.map((part) => part.labels ?? {}), context.labels);
  if (uploads.length > 0) labels[FILES_LABEL] = filesHash(name, uploads, context.hashKey);
  const volumes = mountsOf(name, inputs, context.lookup, (value) => context.variables.text(value, name));
  const dependsOn = dependenciesOf(container, context.lookup);
  const service: Record<string, unknown> = Object.assign({}, ...parts, {
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(volumes.length > 0 && { volumes }),
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
    [target]: listOf(value).map((item, index) => at.variables.text(item, `${at.service}_${at.property}_${index}`)),
  });
const asValue =
  (target: string): Translate =>
  (value) => ({ [target]: unwrap(value) });
const asMebibytes =
  (target: string): Translate =>
  (value) => ({ [target]: unwrap(value) === -1 ? -1 : `${unwrap(value)}m` });
const asTextMap =
  (target: string): Translate =>
  (value, at) => ({ [target]: textMap(value, at) });
/** Steers only how the provider creates, waits or deletes. */
const providerOnly: Translate = () => ({});
const handledElsewhere = providerOnly;

/** Every property of `docker.ContainerArgs` that has an equivalent. What is missing here is refused, never dropped. */
const translations: Readonly<Record<string, Translate>> = {
  name: asText("container_name"),
  image: (value, { lookup }) => ({ image: escapeDollars(lookup.image(textOf(value))) }),
  command: asTexts("command"),
  entrypoints: asTexts("entrypoint"),
  workingDir: asText("working_dir"),
  user: asText("user"),
  groupAdds: asTexts("group_add"),
  hostname: asText("hostname"),
  domainname: asText("domainname"),
  envs: (value, at) => ({ environment: environmentOf(value, at) }),
  labels: (value, at) => ({
    labels: Object.fromEntries(
      listOf(value).map((item) => {
        const { label = "", value: text = "" } = isMap(item) ? item : {};
        return [textOf(label), at.variables.text(text, `${at.service}_label_${textOf(label)}`)];
      }),
    ),
  }),
  uploads: handledElsewhere,
  volumes: handledElsewhere,
  mounts: handledElsewhere,
  networksAdvanced: (value, at) => ({ networks: networksOf(value, at) }),
  networkMode: asText("network_mode"),
  ports: (value) => ({ ports: listOf(value).map(portOf) }),
  hosts: (value) => ({
    extra_hosts: listOf(value).map((item) =>
      isMap(item) ? `${textOf(item.host ?? "")}:${textOf(item.ip ?? "")}` : "",
    ),
  }),
  dns: asTexts("dns"),
  dnsOpts: asTexts("dns_opt"),
  dnsSearches: asTexts("dns_search"),
  memory: asMebibytes("mem_limit"),
  memorySwap: asMebibytes("memswap_limit"),
  memoryReservation: asMebibytes("mem_reservation"),
  shmSize: asMebibytes("shm_size"),
  cpus: (value) => ({ cpus: Number(unwrap(value)) }),
  cpuShares: asValue("cpu_shares"),
  cpuSet: asText("cpuset"),
  cpuPeriod: asValue("cpu_period"),
  cpuQuota: asValue("cpu_quota"),
  restart: (value, { inputs }) => {
    const policy = textOf(value);
    const retries = inputs.maxRetryCount === undefined ? "" : `:${textOf(inputs.maxRetryCount)}`;
    return { restart: policy === "on-failure" ? `${policy}${retries}` : policy };
  },
  maxRetryCount: handledElsewhere,
  healthcheck: (value, at) => ({
    healthcheck: healthcheckOf(value, (item) => at.variables.text(item, `${at.service}_healthcheck`)),
  }),
  capabilities: (value) => {
    const { adds, drops } = isMap(value) ? value : {};
    return {
      ...(adds !== undefined && { cap_add: listOf(adds).map(textOf) }),
      ...(drops !== undefined && { cap_drop: listOf(drops).map(textOf) }),
    };
  },
  securityOpts: asTexts("security_opt"),
  privileged: asValue("privileged"),
  readOnly: (value, at) => {
    if (unwrap(value) === true && at.inputs.uploads !== undefined) {
      throw new Error(
        `container "${at.service}": "readOnly" and "uploads" exclude each other: files are copied into its file system.`,
      );
    }
    return { read_only: unwrap(value) };
  },
  init: asValue("init"),
  tty: asValue("tty"),
  stdinOpen: asValue("stdin_open"),
  tmpfs: (value) => ({
    tmpfs: Object.entries(isMap(value) ? value : {}).map(([path, options]) =>
      textOf(options) === "" ? path : `${path}:${textOf(options)}`,
    ),
  }),
  sysctls: asTextMap("sysctls"),
  storageOpts: asTextMap("storage_opt"),
  ulimits: (value) => ({
    ulimits: Object.fromEntries(
      listOf(value).map((item) => {
        const { name = "", soft = 0, hard = 0 } = isMap(item) ? item : {};
        return [textOf(name), { soft: unwrap(soft), hard: unwrap(hard) }];
      }),
    ),
  }),
  devices: (value) => ({
    devices: listOf(value).map((item) => {
      const { hostPath = "", containerPath = hostPath, permissions = "rwm" } = isMap(item) ? item : {};
      return [hostPath, containerPath, permissions].map(textOf).join(":");
    }),
  }),
  pidMode: asText("pid"),
  ipcMode: asText("ipc"),
  usernsMode: asText("userns_mode"),
  cgroupParent: asText("cgroup_parent"),
  cgroupnsMode: asText("cgroup"),
  platform: asText("platform"),
  runtime: asText("runtime"),
  stopSignal: asText("stop_signal"),
  // The provider's grace counts when it replaces or destroys, the container's own when the engine stops it: Compose has one for both.
  destroyGraceSeconds: (value) => ({ stop_grace_period: `${unwrap(value)}s` }),
  stopTimeout: (value, { inputs }) =>
    inputs.destroyGraceSeconds === undefined ? { stop_grace_period: `${unwrap(value)}s` } : {},
  logDriver: (value, at) => ({
    logging: {
      driver: textOf(value),
      ...(at.inputs.logOpts !== undefined && { options: textMap(at.inputs.logOpts, at) }),
    },
  }),
  logOpts: (value, at) => (at.inputs.logDriver === undefined ? { logging: { options: textMap(value, at) } } : {}),
  wait: providerOnly,
  waitTimeout: providerOnly,
  mustRun: providerOnly,
  attach: providerOnly,
  logs: providerOnly,
  removeVolumes: providerOnly,
  containerReadRefreshTimeoutMilliseconds: providerOnly,
};

/** `["A=1", secret("B=2")]` -> `{ A: "1", B: "${SECRET_API_B:?}" }` */
function environmentOf(value: PropertyValue, at: Place): Record<string, string> {
  const wholeListSecret = isSecret(value);
  return Object.fromEntries(
    listOf(value).map((item) => {
      const assignment = textOf(item);
      const equals = assignment.indexOf("=");
      const name = equals < 0 ? assignment : assignment.slice(0, equals);
      const text = equals < 0 ? "" : assignment.slice(equals + 1);
      const secret = wholeListSecret || containsSecret(item);
      return [name, secret ? `\${${at.variables.keep(text, `${at.service}_${name}`)}:?}` : escapeDollars(text)];
    }),
  );
}

function networksOf(value: PropertyValue, at: Place): Record<string, object> {
  return Object.fromEntries(
    listOf(value).map((item) => {
      const {
        name = "",
        aliases,
        ipv4Address,
        ipv6Address,
        linkLocalIps,
        macAddress,
        ...rest
      } = isMap(item) ? item : {};
      const foreign = Object.keys(rest)[0];
      const key = at.lookup.network(textOf(name));
      if (foreign !== undefined || key === undefined) {
        const what =
          foreign === undefined ? `network "${textOf(name)}" is not made by this program` : `"${foreign}" of a network`;
        throw new Error(`container "${at.service}": ${what}, which Compose cannot express. Deploy with pulumi up.`);
      }
      return [
        key,
        {
          ...(aliases !== undefined && { aliases: listOf(aliases).map(textOf) }),
          ...(ipv4Address !== undefined && { ipv4_address: textOf(ipv4Address) }),
          ...(ipv6Address !== undefined && { ipv6_address: textOf(ipv6Address) }),
          ...(linkLocalIps !== undefined && { link_local_ips: listOf(linkLocalIps).map(textOf) }),
          ...(macAddress !== undefined && { mac_address: textOf(macAddress) }),
        },
      ];
    }),
  );
}

function textMap(value: PropertyValue, at: Place): Record<string, string> {
  return Object.fromEntries(
    Object.entries(isMap(value) ? value : {}).map(([key, item]) => [
      key,
      at.variables.text(item, `${at.service}_${at.property}_${key}`),
    ]),
  );
}
