import * as pulumi from "@pulumi/pulumi";
import { isMeasured } from "../config/facts.ts";
import type { Config } from "../config/load.ts";
import { isInjected, sampled } from "../config/profile-rules.ts";
import { mountsInstrumentation, roleOf, type ServiceConfig, sends } from "../config/services.ts";
import { STORE_NAMES } from "../config/stores.ts";
import { billOf } from "../cost/bill.ts";
import { type Costs, findings } from "../cost/budget.ts";
import { type Estimate, estimate } from "../cost/estimate.ts";
import { expectedRates } from "../cost/expected.ts";
import { costLine } from "../cost/render.ts";
import type { Workload, WorkloadService } from "../cost/workload.ts";
import type { LoggedContainer } from "../pipeline/logged-container.ts";
import { type Capabilities, capabilities } from "../vendors/capabilities.ts";
import type { BackendKind } from "../vendors/kinds.ts";
import { PRICING } from "../vendors/pricing.ts";
import { profilesTaken } from "../vendors/profiles.ts";
import { agentsOf } from "./agents.ts";
import { countsByService } from "./pipeline.ts";
import { callsIn } from "./topology.ts";

const STORES = { postgres: "PostgreSQL", redis: "Redis", rabbitmq: "RabbitMQ" } as const;

/**
 * What a month of this stack's telemetry is estimated from; the estimate itself is printed for each backend.
 * @throws pulumi.RunError, a sentence for each limit of `budget` that it exceeds; a warning is printed where it comes near one, or near a free tier
 */
export function checkedWorkload(config: Config, logged: readonly LoggedContainer[]): Workload {
  const workload = workloadOf(config, logged);
  const estimated = estimate(workload);
  const costs = config.backends.map((kind) => costsOn(kind, config, estimated));
  for (const each of costs) pulumi.log.info(costLine(each));
  const found = costs.flatMap((each) => findings(each, config.budget));
  for (const { severity, message } of found) if (severity === "warning") pulumi.log.warn(message);
  const errors = found.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new pulumi.RunError(errors.map(({ message }) => message).join("\n"));
  return workload;
}

/** The configuration with the rates that are expected of what it deploys, where it does not say them. */
export const withExpected = (config: Config): Config => ({
  ...config,
  expected: expectedRates(workloadOf(config, []), config.expected),
});

const table: Readonly<Record<BackendKind, Capabilities>> = capabilities;

function costsOn(backend: BackendKind, config: Config, estimated: Estimate): Costs {
  const pricing = PRICING[backend];
  return {
    backend,
    estimate: estimated,
    priced: pricing && { pricing, bill: billOf(estimated.usage, pricing) },
    overQuota: table[backend].overQuota,
    takesProfiles: profilesTaken(backend, config.otlp.profiles) === true,
    paid: backend === "honeycomb" && config.honeycomb.plan !== "free",
  };
}

/** What decides how much a stack sends. Pure. */
export function workloadOf(config: Config, logged: readonly LoggedContainer[]): Workload {
  const { mode, baseline, ceiling } = config.sampling;
  return {
    services: config.services.flatMap((service) => workloadService(service, config.services)),
    stores: STORE_NAMES.filter((name) => isMeasured(config, name)).map((name) => STORES[name]),
    containers: config.containerMetrics ? containersOf(config) : 0,
    host: config.hostMetrics,
    logged: logged.length,
    sampling: { mode, baseline, ceiling },
    traffic: config.traffic,
    profiles: config.profiles.enabled ? { processes: sampled(config).length, rate: config.profiles.rate } : undefined,
    countedBackends: countsByService(config.collector) ? config.backends.length : undefined,
    metricsInterval: config.metrics.interval,
  };
}

function workloadService(service: ServiceConfig, all: Config["services"]): readonly WorkloadService[] {
  const { name, kind, env, every, traced, browser, stubStatus } = service;
  if (!sends(service)) return [];
  const calls = callsIn(
    env,
    all.map((one) => one.name).filter((other) => other !== name),
  );
  const is = { browser: browser !== undefined, stubStatus: stubStatus !== undefined };
  const injected = isInjected(service);
  return [{ name, kind, role: roleOf(service), every, calls, injected, traced: traced.length, ...is }];
}

/** Containers of each local backend, and those that every stack has: collector, proxy of the Docker API, deployment marker. */
const BACKEND_CONTAINERS: Readonly<Partial<Record<BackendKind, number>>> = { jaeger: 5, lgtm: 1 };
const OWN_CONTAINERS = 3;

function containersOf(config: Config): number {
  const stores = STORE_NAMES.filter((name) => config[name] !== "none" && config[name].managed);
  const services = config.services.filter(({ once }) => !once);
  const instrumentation = config.services.some(mountsInstrumentation) ? 1 : 0;
  const backends = config.backends.reduce((sum, kind) => sum + (BACKEND_CONTAINERS[kind] ?? 0), 0);
  return services.length + stores.length + instrumentation + backends + agentsOf(config).length + OWN_CONTAINERS;
}
