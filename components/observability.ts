import * as pulumi from "@pulumi/pulumi";
import type { BackendKind } from "../config/backends.ts";
import type { Config } from "../config/load.ts";
import type { BoardDiagnostic } from "../dashboards/model/availability.ts";
import { BASE_SOURCES, type Source } from "../dashboards/model/source.ts";
import { type ParityBackend, parityLine } from "../dashboards/parity/fidelity.ts";
import { type RulesConfig, ruleDiagnostics } from "../dashboards/render/context.ts";
import { boardDiagnostics } from "../dashboards/render/grafana/boards.ts";
import { type Contact, contactOf } from "./contact.ts";

/** What a backend shows of this stack: boards, alert rules and objectives, and who is notified. Known before anything is made. */
export interface Observability {
  /** Boards take environment and sources from here as well. */
  readonly rules: RulesConfig;
  /** Undefined: rules run, nobody is notified. */
  readonly contact: Contact | undefined;
  /** Names of the services that send telemetry, in the order of the configuration. */
  readonly services: readonly string[];
}

type Deployed = Pick<
  Config,
  "environment" | "containerMetrics" | "hostMetrics" | "sampling" | "services" | "alerts" | "objectives"
>;

/**
 * What every backend of this stack shows.
 * @throws pulumi.RunError naming every panel and rule whose source is not deployed and that is not optional
 */
export function observability(config: Config): Observability {
  const rules = rulesConfig(config);
  report([...boardDiagnostics(rules), ...ruleDiagnostics(rules)]);
  for (const kind of config.backends) sayParity(kind);
  return { rules, contact: contactOf(config), services: sendersOf(config.services) };
}

/** Services that send telemetry themselves. */
export const sendersOf = (services: Config["services"]): readonly string[] =>
  services.filter(({ kind }) => kind !== "other").map(({ name }) => name);

/** Which sources of numbers this stack has: boards and rules show nothing that cannot arrive. */
function deployedSources(config: Deployed): readonly Source[] {
  const absent = new Set<Source>([
    ...(config.containerMetrics ? [] : (["receiver:docker_stats"] as const)),
    ...(config.hostMetrics ? [] : (["receiver:hostmetrics"] as const)),
    ...(config.services.some(({ stubStatus }) => stubStatus !== undefined) ? [] : (["receiver:nginx"] as const)),
  ]);
  const present = BASE_SOURCES.filter((source) => !absent.has(source));
  return config.sampling.mode === "tail" ? [...present, "collector:sampling"] : present;
}

/** What alert rules and objectives of this stack are made from. */
const rulesConfig = (config: Deployed): RulesConfig => ({
  environment: config.environment,
  sources: deployedSources(config),
  targets: config.objectives,
  calibration: config.alerts.calibration,
  ...(config.alerts.runbooks && { runbookBase: config.alerts.runbooks }),
});

/** Errors stop the preview, all at once. What is optional was left out by choice, so it is not worth a line. */
function report(diagnostics: readonly BoardDiagnostic[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0)
    throw new pulumi.RunError(errors.map(({ at, message, fix }) => `${at}: ${message}; ${fix}`).join("\n"));
}

/** How much of boards, alerts and objectives a backend can show. Which dialect it reads decides. */
const PARITY: Readonly<Partial<Record<BackendKind, ParityBackend>>> = {
  "grafana-cloud": "grafana",
  lgtm: "grafana",
  jaeger: "jaeger",
  "new-relic": "new-relic",
  honeycomb: "honeycomb",
};

function sayParity(kind: BackendKind): void {
  const dialect = PARITY[kind];
  if (dialect !== undefined) pulumi.log.info(`${kind}: ${parityLine(dialect)}`);
}
