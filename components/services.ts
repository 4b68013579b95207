import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config/load.ts";
import { sampled } from "../config/profile-rules.ts";
import {
  instrumentationOf,
  mountsInstrumentation,
  type ServiceConfig,
  STOP_GRACE,
  USER_OF_IMAGE,
} from "../config/services.ts";
import { createAgents } from "./agents.ts";
import type { Datastores } from "./datastores/index.ts";
import { publishedUrl, type Scope } from "./docker/scope.ts";
import { dataVolume, type Volume } from "./docker/volume.ts";
import { resolveImage, serviceVersion } from "./images.ts";
import { createInjection, PYTHON_START } from "./injection.ts";
import { References } from "./references.ts";
import { Service, type ServiceArgs } from "./service.ts";

/** The application's containers, each after the stores that its environment names. */
export function createServices(
  config: Pick<
    Config,
    | ("collector" | "deployment" | "expected" | "metrics" | "profiles" | "ownImages")
    | ("services" | "namespace" | "secrets" | "servicesAreSecret")
  >,
  at: { readonly scope: Scope; readonly network: pulumi.Input<string>; readonly stores: Datastores },
): readonly Service[] {
  const { services, namespace, secrets, servicesAreSecret } = config;
  const texts = services.flatMap((service) => Object.values(service.env));
  const references = new References("references", { stores: at.stores.byName, secrets, texts });
  const volumes = new Volumes("volumes", { scope: at.scope, services });
  const injection = createInjection(config, { scope: at.scope, network: at.network });
  const intakeOf = createAgents(config, at);
  const kept = <T extends pulumi.Input<string>>(text: T) => (servicesAreSecret ? pulumi.secret(text) : text);
  const profiled = new Set(sampled(config));
  const made = new Map<string, Service>();
  for (const service of inOrder(services)) made.set(service.name, serviceOf(service, services.indexOf(service)));
  return services.flatMap(({ name }) => made.get(name) ?? []);

  function serviceOf(service: ServiceConfig, i: number): Service {
    const { name, image, version, kind, traced, overhead, memory, env, command, health } = service;
    const instrumentation = instrumentationOf(service);
    const from = mountsInstrumentation(service) ? injection : undefined;
    const mounts = volumes.mountsOf(service);
    const intake = intakeOf(name);
    references.refuseIn(`services[${i}].command`, command ?? []);
    references.refuseIn(`services[${i}].health`, health ?? []);
    const filled = Object.entries(references.fill(name, env)).map(([key, text]) => [key, kept(text)] as const);
    const args: ServiceArgs = {
      path: `services[${i}]`,
      kind,
      instrumentation,
      traced,
      memory,
      startSeconds: service.startPeriod,
      details: detailsOf(service, kept),
      published: [...(service.publish ? [service.publish] : []), ...service.alsoPublish],
      scope: at.scope,
      network: at.network,
      image: resolveImage(config, image),
      version: serviceVersion(config, { version, image }),
      namespace,
      intake: intake.url,
      metricsInterval: config.metrics.interval,
      env: Object.fromEntries(filled),
      after: [
        ...intake.after,
        ...references.storesIn(env).flatMap((store) => store.ready),
        ...(from ? [from.ready] : []),
        ...service.after.flatMap((other) => made.get(other) ?? []),
      ],
      spread: { replicas: service.replicas, ...(service.placement.length > 0 && { constraints: service.placement }) },
      ...(from && service.kind === "python" && { awaits: `${PYTHON_START}/sitecustomize.py` }),
      ...mounts,
      ...(from && { volumes: [...(mounts.volumes ?? []), from.mount] }),
      ...(command && { command: command.map(kept) }),
      ...(overhead !== undefined && { overhead }),
      ...(profiled.has(service) && { profileRate: config.profiles.rate }),
      ...(service.browser && { browser: service.browser }),
      ...(health && { health: health.map(kept) }),
    };
    return new Service(name, args);
  }
}

/** Each after those that it waits for, else in the order of the configuration. */
function inOrder(services: readonly ServiceConfig[]): readonly ServiceConfig[] {
  const found = new Set<ServiceConfig>();
  const add = (service: ServiceConfig): void => {
    if (found.has(service)) return;
    for (const other of services) if (service.after.includes(other.name)) add(other);
    found.add(service);
  };
  services.forEach(add);
  return [...found];
}

function detailsOf(
  service: ServiceConfig,
  kept: <T extends pulumi.Input<string>>(text: T) => pulumi.Input<string>,
): ServiceArgs["details"] {
  const { user, entrypoint, workingDir, hostname, aliases, hosts, once } = service;
  const { restart, stopGrace, stopSignal, init, readOnly, tmpfs, cpus, sharedMemory, ulimits, capabilities } = service;
  return {
    ...(stopGrace !== STOP_GRACE && { stopSeconds: stopGrace }),
    ...(restart !== "unless-stopped" && { restart }),
    ...(stopSignal !== undefined && { stopSignal }),
    ...(init && { init }),
    ...(readOnly && { readOnly }),
    ...(tmpfs.length > 0 && { tmpfs }),
    ...(cpus !== undefined && { cpus }),
    ...(sharedMemory !== undefined && { sharedMemory }),
    ...(Object.keys(ulimits).length > 0 && { ulimits }),
    ...(capabilities && { capabilities }),
    ...(user !== USER_OF_IMAGE && { user }),
    ...(entrypoint && { entrypoint: entrypoint.map(kept) }),
    ...(workingDir !== undefined && { workingDir }),
    ...(hostname !== undefined && { hostname }),
    ...(aliases.length > 0 && { aliases }),
    ...(Object.keys(hosts).length > 0 && { hosts }),
    ...(once && { once }),
  };
}

type Mounts = Pick<ServiceArgs, "volumes" | "hostPaths">;

/** The named volumes of all services: who names the same one shares it, and none belongs to the first who does. */
class Volumes extends pulumi.ComponentResource {
  readonly #byName: Readonly<Record<string, Volume>>;

  constructor(
    name: string,
    { scope, services }: { readonly scope: Scope; readonly services: readonly ServiceConfig[] },
  ) {
    super("game-scheduler-otel:components:Volumes", name, {});
    const names = services.flatMap(({ volumes }) => volumes.flatMap((mount) => ("name" in mount ? [mount.name] : [])));
    this.#byName = Object.fromEntries(
      [...new Set(names)].sort().map((each) => [each, dataVolume(scope, `services-${each}`, this)]),
    );
    this.registerOutputs({});
  }

  mountsOf({ volumes }: Pick<ServiceConfig, "volumes">): Mounts {
    const named = volumes.flatMap((mount) => {
      if ("host" in mount) return [];
      const volume = "name" in mount ? this.#byName[mount.name]?.name : mount.external;
      return volume === undefined ? [] : [{ volume, path: mount.path, ...(mount.readOnly && { readOnly: true }) }];
    });
    const hostPaths = volumes.flatMap((mount) => ("host" in mount ? [mount] : []));
    return { ...(named.length > 0 && { volumes: named }), ...(hostPaths.length > 0 && { hostPaths }) };
  }
}

/** Where each published service is opened on this machine, by name. */
export const publishedServices = (services: readonly ServiceConfig[], scope: Scope): Readonly<Record<string, string>> =>
  Object.fromEntries(
    services.flatMap(({ name, publish }) => (publish ? [[name, publishedUrl(scope, publish.as)] as const] : [])),
  );
