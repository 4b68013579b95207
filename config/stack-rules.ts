import { posix } from "node:path";
import { ALLOY, isSupportedAlloy } from "../pipeline/alloy.ts";
import { atLeast, isSupported, OWN_DISTRIBUTION_VERSION } from "../pipeline/versions.ts";
import { type Capabilities, capabilities } from "../vendors/capabilities.ts";
import { BACKENDS, type BackendKind } from "../vendors/kinds.ts";
import { profileProblems } from "./profile-rules.ts";
import { requestProblems } from "./request-rules.ts";
import { OWN_COLLECTOR, type PlainConfig } from "./schema.ts";
import { DUMMY } from "./secret-values.ts";
import { INSTRUMENTATION_FOLDER, instrumentationOf, mountsInstrumentation, roleOf, sends } from "./services.ts";
import type { Settings } from "./settings.ts";
import { STORE_NAMES } from "./stores.ts";
import { swarmProblems } from "./swarm-rules.ts";
import { telemetryProblems } from "./telemetry-rules.ts";
import { referenceParts } from "./values.ts";

/** Rules between keys, which no single shape can hold. Pure. */
export function stackRuleProblems(plain: PlainConfig, { stack, values, secretKeys }: Settings): readonly string[] {
  return [
    ...twins(plain, stack),
    ...requestProblems(plain),
    ...telemetryProblems(plain),
    ...collectorProblem(plain),
    ...ceilingProblem(plain),
    ...limitsProblem(plain),
    ...profileProblems(plain),
    ...hashKeyProblem(plain, values),
    ...mountProblems(plain),
    ...orderProblems(plain),
    ...readOnlyProblems(plain),
    ...(secretKeys.has("services") ? [] : plainPasswords(plain)),
    ...instrumentationProblems(plain),
    ...roleProblems(plain),
    ...containerLogProblems(plain),
    ...contactProblem(plain),
    ...heartbeatProblem(plain, values),
    ...swarmProblems(plain),
  ];
}

function twins({ services }: PlainConfig, stack: string): readonly string[] {
  const names = services.map(({ name }) => name);
  return repeated(names).map(
    (name) =>
      `services: two are called ${name}. Each service needs a name of its own; rename one in Pulumi.${stack}.yaml`,
  );
}

/** Distributions of the project that lack most of what the pipeline is made of. */
const NOT_CONTRIB = /(^|\/)opentelemetry-collector(-k8s|-otlp|-ebpf-profiler)?$/;

/** The collector refuses to start over a name that its version does not know, so image and version must agree. */
function collectorProblem(plain: PlainConfig): readonly string[] {
  const { engine, image, version } = plain.collector;
  if (engine === "alloy") return [...alloyImageProblem(image), ...alloyProblem(plain)];
  const given = `collector.image: ${JSON.stringify(image)}`;
  const setImage = "Set it with: pulumi config set --path collector.image <value>";
  if (image.startsWith("build:")) {
    if (image !== OWN_COLLECTOR)
      return [`${given} is no collector. Allowed: build:collector, or the reference of an image. ${setImage}`];
    if (version === OWN_DISTRIBUTION_VERSION) return [];
    return [
      `collector.version: "${version}" does not fit build:collector, which is ${OWN_DISTRIBUTION_VERSION}. Set it with: pulumi config set --path collector.version ${OWN_DISTRIBUTION_VERSION}`,
    ];
  }
  const { repository = image, tag } = referenceParts(image) ?? {};
  if (NOT_CONTRIB.test(repository))
    return [
      `${given} is not the contrib distribution, whose receivers and processors are needed. Allowed: ${repository.replace(NOT_CONTRIB, "$1opentelemetry-collector-contrib")}:${version}. ${setImage}`,
    ];
  const tagged = /^v?(\d+\.\d+\.\d+)(?![.\d])/.exec(tag ?? "")?.[1];
  if (tagged === undefined || tagged === version) return [];
  const supported = isSupported(tagged) ? `pulumi config set --path collector.version ${tagged}` : "another image";
  return [
    `collector.version: "${version}" is not the version ${tagged} of collector.image. Mend it with: ${supported}`,
  ];
}

/** Names and keys are known of some versions; `build:collector`, the default of the key, stands for Alloy's own image. */
function alloyImageProblem(image: string): readonly string[] {
  if (image === OWN_COLLECTOR) return [];
  const tagged = /^v?(\d+\.\d+\.\d+)(?![.\d])/.exec(referenceParts(image)?.tag ?? "")?.[1];
  if (!image.startsWith("build:") && (tagged === undefined || isSupportedAlloy(tagged))) return [];
  return [
    `collector.image: ${JSON.stringify(image)} is no Grafana Alloy whose components are known. Allowed: ${ALLOY.image}, or another 1.19. Set it with: pulumi config set --path collector.image ${ALLOY.image}`,
  ];
}

/** What the pipeline needs and Alloy has no component for. */
function alloyProblem(plain: PlainConfig): readonly string[] {
  const { storeMetrics, hostMetrics, containerMetrics, containerLogs, postgres, redis, collector } = plain;
  const stores = [...(postgres === "none" ? [] : ["PostgreSQL"]), ...(redis === "none" ? [] : ["Redis"])];
  const missing = [
    ...(storeMetrics && stores.length > 0 ? [["storeMetrics", `metrics of ${stores.join(" and ")}`]] : []),
    ...(hostMetrics ? [["hostMetrics", "metrics of the host"]] : []),
    ...(containerMetrics ? [["containerMetrics", "metrics of containers"]] : []),
    ...(containerLogs ? [["containerLogs", "logs of containers"]] : []),
  ];
  const way = missing.map(([key]) => `pulumi config set ${key} false`).join("; ");
  const small = collector.memory < ALLOY.memoryMiB;
  return [
    ...(missing.length > 0
      ? [
          `collector.engine: alloy has no component for ${missing.map(([, what]) => what).join(", ")}. Leave them out with: ${way}; or set it to otelcol`,
        ]
      : []),
    ...(small
      ? [
          `collector.memory: ${collector.memory} is not enough for collector.engine alloy. Allowed: at least ${ALLOY.memoryMiB}. Set it with: pulumi config set --path collector.memory ${ALLOY.memoryMiB}`,
        ]
      : []),
  ];
}

function ceilingProblem({ collector: { engine, image }, sampling: { ceiling } }: PlainConfig): readonly string[] {
  if (ceiling === undefined || (engine === "otelcol" && image === OWN_COLLECTOR)) return [];
  const own = engine === "otelcol" ? `collector.image to ${OWN_COLLECTOR}` : "collector.engine to otelcol";
  return [
    `sampling.ceiling: ${ceiling} needs the collector that this repository builds. Set ${own}, or remove it with: pulumi config rm --path sampling.ceiling`,
  ];
}

/** Only the collector of this repository bounds series and repeated records. */
function limitsProblem({ collector: { engine, image }, limits }: PlainConfig): readonly string[] {
  if (engine === "otelcol" && image === OWN_COLLECTOR) return [];
  const set = Object.entries(limits).find(
    ([, value]) => typeof value === "number" || Object.keys(value ?? {}).length > 0,
  );
  if (set === undefined) return [];
  const own = engine === "otelcol" ? `collector.image to ${OWN_COLLECTOR}` : "collector.engine to otelcol";
  return [
    `limits.${set[0]}: it needs the collector that this repository builds. Set ${own}, or remove it with: pulumi config rm --path limits.${set[0]}`,
  ];
}

/** A service can wait for others only, and in the end for none that waits for it. */
function orderProblems({ services }: PlainConfig): readonly string[] {
  const names = services.map(({ name }) => name);
  const unknown = services.flatMap(({ name, after }, i) =>
    after
      .filter((other) => !names.includes(other) || other === name)
      .map(
        (other) =>
          `services[${i}].after: "${other}" is ${whyNotAfter(name, other)}. Allowed: ${names.filter((each) => each !== name).join(", ") || "none, it is the only one"}; change it or remove it`,
      ),
  );
  if (unknown.length > 0) return unknown;
  const waiting = services.filter(({ name }) => waitsFor(services, name, name));
  if (waiting.length === 0) return [];
  return [
    `services: ${waiting.map(({ name }) => name).join(", ")} wait for each other, so none can start. Remove one of them from after`,
  ];
}

function whyNotAfter(name: string, other: string): string {
  if (other === name) return "the service itself";
  return STORE_NAMES.some((store) => store === other)
    ? `a store, which a service waits for when its env names it ({${other}.host} and the like)`
    : "no service of this stack";
}

function waitsFor(services: PlainConfig["services"], name: string, other: string, seen = new Set<string>()): boolean {
  if (seen.has(name)) return false;
  seen.add(name);
  const { after = [] } = services.find((service) => service.name === name) ?? {};
  return after.some((next) => next === other || waitsFor(services, next, other, seen));
}

/** What is put into an nginx are files of its file system. */
const readOnlyProblems = ({ services }: PlainConfig): readonly string[] =>
  services.flatMap((service, i) =>
    service.readOnly && service.kind === "nginx" && instrumentationOf(service) === "inject"
      ? [
          `services[${i}].readOnly: ${service.name} is an nginx that telemetry is put into, which takes files in its file system. Remove readOnly, or set services[${i}].instrumentation to off`,
        ]
      : [],
  );

const SHORTEST_HASH_KEY = 16;

/** A hash without a key of its own can be computed by anybody for every id there is. */
function hashKeyProblem(
  { privacy, collector }: PlainConfig,
  { privacyHashKey: key }: Settings["values"],
): readonly string[] {
  const setKey = "Set it with: pulumi config set --secret privacyHashKey <at least 16 characters>";
  if (privacy.action !== "hash") {
    if (!key || key.startsWith(DUMMY)) return [];
    return [
      `privacyHashKey: is set, but privacy.action is "${privacy.action}". Use it with: pulumi config set --path privacy.action hash, or remove it with: pulumi config rm privacyHashKey`,
    ];
  }
  if (!key) return [`privacyHashKey: not set, but privacy.action is "hash". ${setKey}`];
  if (key.length < SHORTEST_HASH_KEY) return [`privacyHashKey: is shorter than 16 characters. ${setKey}`];
  const { engine, image, version } = collector;
  if (engine === "alloy" || image === OWN_COLLECTOR || atLeast(version, "0.147.0")) return [];
  return [
    `privacy.action: "hash" needs build:collector or collector 0.147.0, and collector.version is ${version}. Set it with: pulumi config set --path privacy.action mask`,
  ];
}

function mountProblems({ services }: PlainConfig): readonly string[] {
  return services.flatMap((service, i) => {
    const mounts = [
      ...service.volumes.map(({ path }) => ({ key: "volumes", path: posix.resolve(path) })),
      ...service.tmpfs.map((text) => ({ key: "tmpfs", path: posix.resolve(text.replace(/:.*$/, "")) })),
    ];
    const at = ({ key }: { readonly key: string }) => `services[${i}].${key}: ${service.name}`;
    const twice = mounts.filter(({ path }, at) => mounts.findIndex((other) => other.path === path) < at);
    const taken = mountsInstrumentation(service)
      ? mounts.filter(({ path }) => `${path}/`.startsWith(`${INSTRUMENTATION_FOLDER}/`))
      : [];
    return [
      ...twice.map((mount) => `${at(mount)} has two at ${mount.path}. Each needs a path of its own; change one`),
      ...taken.map(
        (mount) =>
          `${at(mount)} has one at ${mount.path}, where its instrumentation is mounted. Change the path, or set instrumentation to image or off`,
      ),
    ];
  });
}

/** The login of an address with a password that is neither a reference nor masked. */
const PLAIN_LOGIN = /:\/\/[^\s/?#@:]*:(?:[^\s/?#@{}*]+|(?!\d{1,5}[/?#])[^\s{}*"',;]+)@/;

/** A password in a text is read by everyone who reads the stack file; where `services` is encrypted, nobody does. */
function plainPasswords({ services }: PlainConfig): readonly string[] {
  return services.flatMap(({ env, command = [], entrypoint = [], health = [] }, i) => {
    const holds = `holds a password in plain text. Write {secret.<name>} in its place, and set it with: pulumi config set --secret --path 'secrets.<name>'`;
    const variables = Object.keys(env).filter((key) => PLAIN_LOGIN.test(env[key] ?? ""));
    const words = Object.entries({ command, entrypoint, health }).flatMap(([key, texts]) =>
      texts.flatMap((text, at) => (PLAIN_LOGIN.test(text) ? [`services[${i}].${key}[${at}]`] : [])),
    );
    return [
      ...variables.map((key) => `services[${i}].env.${key}: ${holds}`),
      ...words.map(
        (place) =>
          `${place}: holds a password in plain text, which every process list shows. Give it to a variable in env as {secret.<name>}, and let a shell fill it in: [sh, -c, 'exec … "$NAME"']`,
      ),
    ];
  });
}

function instrumentationProblems({ services }: PlainConfig): readonly string[] {
  return services.flatMap((service, i) => {
    const { kind, instrumentation, traced, overhead } = service;
    const at = `services[${i}]`;
    if (instrumentation === "inject" && kind !== "python" && kind !== "nginx")
      return [
        `${at}.instrumentation: "inject" is for kinds python and nginx, and ${service.name} is ${kind}. Allowed: image, off; change it or remove it`,
      ];
    if (service.stubStatus !== undefined && kind !== "nginx")
      return [
        `${at}.stubStatus: is asked of an nginx, and ${service.name} is ${kind}. Set kind: nginx, or remove stubStatus`,
      ];
    if (service.browser !== undefined && (kind !== "nginx" || instrumentationOf(service) !== "inject"))
      return [
        `${at}.browser: is put into pages by an injected nginx, and ${service.name} is ${kind} with instrumentation ${instrumentationOf(service)}. Set kind: nginx without instrumentation, or remove browser`,
      ];
    if (traced.length > 0 && instrumentationOf(service) !== "inject")
      return [
        `${at}.traced: needs instrumentation: inject, and ${service.name} has ${instrumentationOf(service)}. Change that or remove traced`,
      ];
    if (overhead !== undefined && (kind !== "python" || instrumentationOf(service) !== "inject"))
      return [
        `${at}.overhead: ${overhead} limits what is put into Python from outside, and ${service.name} is ${kind} with instrumentation ${instrumentationOf(service)}. Allowed: kind python with instrumentation inject; change that or remove overhead`,
      ];
    return [];
  });
}

/** Boards, alerts and objectives of a role are about what the service sends: one that sends nothing, or something else, would get empty ones. */
function roleProblems({ services }: PlainConfig): readonly string[] {
  return services.flatMap((service, i) => {
    const { name, kind, role, every } = service;
    const key = role === undefined ? "every" : "role";
    if (!sends(service) && (role !== undefined || every !== undefined))
      return [
        `services[${i}].${key}: needs telemetry, and ${name} sends none (${kind === "other" ? "kind: other without instrumentation: image" : "instrumentation: off"}). Change that, or remove ${key}`,
      ];
    if (service.once && (role !== undefined || every !== undefined))
      return [
        `services[${i}].${key}: is about a service that goes on running, and ${name} runs once and ends. Remove ${key}, or remove once`,
      ];
    if (every !== undefined && role !== "daemon")
      return [
        `services[${i}].every: is of role daemon, and ${name} is a ${roleOf(service)}, of which nothing runs by a schedule. Set role: daemon, or remove every`,
      ];
    if (kind === "nginx" && role !== undefined && role !== "http" && role !== "frontend")
      return [
        `services[${i}].role: "${role}" is nothing that an nginx does, which answers requests and consumes nothing. Allowed: http, frontend; change it or remove it`,
      ];
    return [];
  });
}

/** What one key asks for and another leaves out. */
function containerLogProblems({ services, containerLogs }: PlainConfig): readonly string[] {
  if (containerLogs) return [];
  return services.flatMap(({ name, logs }, i) =>
    logs === "container"
      ? [
          `services[${i}].logs: "container" needs containerLogs, which is false, so nothing of ${name} would be read. Set it with: pulumi config set containerLogs true`,
        ]
      : [],
  );
}

const table: Readonly<Record<BackendKind, Capabilities>> = capabilities;

const ownBackends = ({ backend, extraBackends }: PlainConfig): readonly BackendKind[] => [
  ...new Set([backend, ...extraBackends]),
];

/** A contact that no backend of the stack notifies would wait for alerts that never come. */
function contactProblem(plain: PlainConfig): readonly string[] {
  const { contact, smtp } = plain.alerts;
  if (contact === "none") return [];
  const own = ownBackends(plain);
  const able = BACKENDS.filter((kind) => table[kind].contacts.includes(contact));
  if (contact === "email" && smtp === undefined && own.includes("jaeger"))
    return [
      "alerts.smtp: not set, but backend jaeger sends the e-mails of alerts.contact email by a mail server of yours. Set it with: pulumi config set --path alerts.smtp.server <host>:587, and alerts.smtp.from likewise",
    ];
  if (own.some((kind) => able.includes(kind))) return [];
  return [
    `alerts.contact: "${contact}" cannot be notified by ${own.join(" or ")}. Allowed: none, or one of ${able.join(", ")} as backend or among extraBackends. Notify nobody with: pulumi config set --path alerts.contact none`,
  ];
}

/** The same for the service that waits for the dead-man's switch. */
function heartbeatProblem(plain: PlainConfig, { heartbeatWebhook }: Settings["values"]): readonly string[] {
  const own = ownBackends(plain);
  const able = BACKENDS.filter((kind) => table[kind].heartbeat);
  if (!heartbeatWebhook || heartbeatWebhook.startsWith(DUMMY) || own.some((kind) => able.includes(kind))) return [];
  return [
    `heartbeatWebhook: is set, but ${own.join(" and ")} cannot post the dead-man's switch. Allowed: one of ${able.join(", ")} as backend or among extraBackends. Remove it with: pulumi config rm heartbeatWebhook`,
  ];
}

const repeated = (texts: readonly string[]): readonly string[] => [
  ...new Set(texts.filter((text, i) => texts.indexOf(text) !== i)),
];
