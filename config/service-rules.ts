import { posix } from "node:path";
import type { PlainConfig } from "./schema.ts";
import { INSTRUMENTATION_FOLDER, instrumentationOf, mountsInstrumentation, roleOf, sends } from "./services.ts";
import { STORE_NAMES } from "./stores.ts";

/** Rules between the keys of services, and between services. Pure. @param encrypted whether the stack file has `services` encrypted */
export function serviceProblems(plain: PlainConfig, encrypted: boolean): readonly string[] {
  return [
    ...mountProblems(plain),
    ...orderProblems(plain),
    ...readOnlyProblems(plain),
    ...(encrypted ? [] : plainPasswords(plain)),
    ...instrumentationProblems(plain),
    ...roleProblems(plain),
    ...containerLogProblems(plain),
  ];
}

/** Containers, boards and rules are called after their service. */
export function sameNames({ services }: PlainConfig, stack: string): readonly string[] {
  const names = services.map(({ name }) => name);
  return repeated(names).map(
    (name) =>
      `services: two are called ${name}. Each service needs a name of its own; rename one in Pulumi.${stack}.yaml`,
  );
}

const repeated = (texts: readonly string[]): readonly string[] => [
  ...new Set(texts.filter((text, i) => texts.indexOf(text) !== i)),
];

/** Of two mounts at one path only one would be seen. */
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

/** Keys about what is put into a service from outside, where nothing is, or nothing of that kind. */
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

/** What the service asks for and the stack leaves out. */
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
