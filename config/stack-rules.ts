import { isSupported, OWN_DISTRIBUTION_VERSION } from "../pipeline/versions.ts";
import { type Capabilities, capabilities } from "../vendors/capabilities.ts";
import { BACKENDS, type BackendKind } from "../vendors/kinds.ts";
import type { PlainConfig } from "./schema.ts";
import { instrumentationOf, sends } from "./services.ts";
import type { Settings } from "./settings.ts";
import { referenceParts } from "./values.ts";

/** Rules between keys, which no single shape can hold. Pure. */
export function stackRuleProblems(plain: PlainConfig, { stack, values }: Settings): readonly string[] {
  return [
    ...twins(plain, stack),
    ...collectorProblem(plain),
    ...mountTwins(plain),
    ...instrumentationProblems(plain),
    ...roleProblems(plain),
    ...contactProblem(plain),
    ...heartbeatProblem(plain, values),
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
function collectorProblem({ collector: { image, version } }: PlainConfig): readonly string[] {
  const given = `collector.image: ${JSON.stringify(image)}`;
  const setImage = "Set it with: pulumi config set --path collector.image <value>";
  if (image.startsWith("build:")) {
    if (image !== "build:collector")
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

function mountTwins({ services }: PlainConfig): readonly string[] {
  return services.flatMap(({ name, volumes }, i) =>
    repeated(volumes.map(({ path }) => path)).map(
      (path) => `services[${i}].volumes: ${name} has two at ${path}. Each needs a path of its own; change one`,
    ),
  );
}

function instrumentationProblems({ services }: PlainConfig): readonly string[] {
  return services.flatMap((service, i) => {
    const { kind, instrumentation, traced } = service;
    const at = `services[${i}]`;
    if (instrumentation === "inject" && kind !== "python" && kind !== "nginx")
      return [
        `${at}.instrumentation: "inject" is for kinds python and nginx, and ${service.name} is ${kind}. Allowed: ${kind === "other" ? "off" : "image, off"}; change it or remove it`,
      ];
    if (instrumentation === "image" && kind === "other")
      return [
        `${at}.instrumentation: "image" needs a kind that sends telemetry, and ${service.name} is other. Allowed: off, or another kind; change it or remove it`,
      ];
    if (service.browser !== undefined && (kind !== "nginx" || instrumentationOf(service) !== "inject"))
      return [
        `${at}.browser: is put into pages by an injected nginx, and ${service.name} is ${kind} with instrumentation ${instrumentationOf(service)}. Set kind: nginx without instrumentation, or remove browser`,
      ];
    if (traced.length > 0 && instrumentationOf(service) !== "inject")
      return [
        `${at}.traced: needs instrumentation: inject, and ${service.name} has ${instrumentationOf(service)}. Change that or remove traced`,
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
        `services[${i}].${key}: needs telemetry, and ${name} sends none (${kind === "other" ? "kind: other" : "instrumentation: off"}). Change that, or remove ${key}`,
      ];
    if (kind === "nginx" && role !== undefined && role !== "http" && role !== "frontend")
      return [
        `services[${i}].role: "${role}" is nothing that an nginx does, which answers requests and consumes nothing. Allowed: http, frontend; change it or remove it`,
      ];
    return [];
  });
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
  if (!heartbeatWebhook || own.some((kind) => able.includes(kind))) return [];
  return [
    `heartbeatWebhook: is set, but ${own.join(" and ")} cannot post the dead-man's switch. Allowed: one of ${able.join(", ")} as backend or among extraBackends. Remove it with: pulumi config rm heartbeatWebhook`,
  ];
}

const repeated = (texts: readonly string[]): readonly string[] => [
  ...new Set(texts.filter((text, i) => texts.indexOf(text) !== i)),
];
