import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config/load.ts";
import { sends } from "../config/services.ts";
import type { Content } from "../dashboards/content.ts";
import { BURN_WINDOWS, reachableWindows } from "../dashboards/model/objective.ts";
import { type ParityBackend, parityLine } from "../dashboards/parity/fidelity.ts";
import type { RulesConfig } from "../dashboards/render/context.ts";
import type { BackendKind } from "../vendors/kinds.ts";
import { type Contact, contactOf, heartbeatOf } from "./contact.ts";
import { type Topology, topologyOf } from "./topology.ts";

/** What a backend shows of this stack: boards, alert rules and objectives, and who is notified. Known before anything is made. */
export interface Observability {
  /** Boards take environment and content from here as well. */
  readonly rules: RulesConfig;
  /** Undefined: rules run, nobody is notified. */
  readonly contact: Contact | undefined;
  /** Address that the dead-man's switch is posted to. Undefined: it is seen only. */
  readonly heartbeat: pulumi.Output<string> | undefined;
  /** Names of the services that send telemetry, in the order of the configuration. */
  readonly services: readonly string[];
  /** Which services send telemetry, whom they call, and what the collector measures. */
  readonly topology: Topology;
}

/** What every backend of this stack shows. */
export function observability(config: Config, content: Content): Observability {
  for (const kind of config.backends) sayParity(kind, content);
  for (const sentence of unreachable(content)) pulumi.log.warn(sentence);
  const contact = contactOf(config);
  return {
    rules: rulesConfig(config, content),
    contact,
    heartbeat: heartbeatOf(config, contact),
    services: sendersOf(config.services),
    topology: topologyOf(config),
  };
}

/** A sentence for each objective whose target is so low that some burn-rate rules could never fire. */
const unreachable = ({ objectives }: Content): readonly string[] =>
  objectives.flatMap((objective) => {
    const reachable = reachableWindows(objective);
    const longs = BURN_WINDOWS.filter((window) => !reachable.includes(window)).map(({ long }) => long);
    return longs.length === 0
      ? []
      : [
          `objectives.${objective.id}: with a target of ${objective.target} the burn-rate rules over ${longs.join(" and ")} could never fire and are left out; above 0.9306 all of them can.`,
        ];
  });

/** Services that send telemetry themselves. */
export const sendersOf = (services: Config["services"]): readonly string[] =>
  services.filter(sends).map(({ name }) => name);

/** What alert rules and objectives of this stack are made from. */
const rulesConfig = (
  { environment, alerts }: Pick<Config, "environment" | "alerts">,
  content: Content,
): RulesConfig => ({
  environment,
  content,
  calibration: alerts.calibration,
  ...(alerts.runbooks && { runbookBase: alerts.runbooks }),
});

/** How much of boards, alerts and objectives a backend can show. Which dialect it reads decides. */
const PARITY: Readonly<Partial<Record<BackendKind, ParityBackend>>> = {
  "grafana-cloud": "grafana",
  lgtm: "grafana",
  jaeger: "jaeger",
  "new-relic": "new-relic",
  honeycomb: "honeycomb",
};

function sayParity(kind: BackendKind, content: Content): void {
  const dialect = PARITY[kind];
  if (dialect !== undefined) pulumi.log.info(`${kind}: ${parityLine(content, dialect)}`);
}
