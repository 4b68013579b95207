import type * as pulumi from "@pulumi/pulumi";
import { GRAFANA_CLOUD_DATA_SOURCES as DATA_SOURCES } from "../../../vendors/grafana-cloud.ts";
import type { Scope } from "../../docker/scope.ts";
import type { Observability } from "../../observability.ts";
import { makeBoards } from "./boards.ts";
import { makeRouting } from "./routing.ts";
import { makeRules } from "./rules.ts";
import { makeSlos } from "./slos.ts";
import type { TokenEnd } from "./token-expiry.ts";

/** The Grafana that shows, and what this stack has there. */
export interface Place {
  readonly scope: Scope;
  /** Its address, for links. */
  readonly url: string;
  /** Uid of this stack's folder. */
  readonly folder: pulumi.Input<string>;
  /** Expiring tokens to alert on. */
  readonly tokens: readonly TokenEnd[];
}

/** Boards, alert rules and objectives in a Grafana Cloud stack, which other stacks of this program may share. */
export function showInGrafana(
  name: string,
  { scope, url, folder, tokens }: Place,
  { rules, contact }: Observability,
  at: pulumi.CustomResourceOptions,
): void {
  const { prometheus, loki, tempo } = DATA_SOURCES;
  const here = {
    ...rules,
    grafanaUrl: url,
    boardPrefix: `game-scheduler-${scope.stack}`,
    identity: "job",
  } as const;
  const boards = {
    ...here,
    dataSources: { prometheus, loki, traces: { kind: "tempo", uid: tempo } },
    deployments: "annotations",
  } as const;
  makeBoards(name, { config: boards, folder }, at);

  const routing = makeRouting(name, { scope, contact, calibration: rules.calibration === true }, at);
  const judged = {
    ...here,
    dataSources: { prometheus, loki, tempo },
    rulePrefix: `gs-${scope.stack}`,
    routing: routing.settings,
  };
  makeRules(name, { config: judged, folder, tokens }, { ...at, dependsOn: [...routing.made] });
  makeSlos(name, { config: here, folder }, at);
}
