import { logqlFidelity } from "../compile/logql.ts";
import type { Content } from "../content.ts";
import type { Alert } from "../model/alert.ts";
import type { Panel } from "../model/board.ts";
import { panelsOf, signalsOf } from "../model/board.ts";
import { readsLogs } from "../model/expression.ts";
import { approximated, EXACT, type Fidelity, worst } from "../model/fidelity.ts";
import type { Objective } from "../model/objective.ts";
import { honeycombPanel } from "../render/honeycomb/boards.ts";
import { honeycombSloFidelity } from "../render/honeycomb/slos.ts";
import { honeycombAlertFidelity } from "../render/honeycomb/triggers.ts";
import { newRelicAlertFidelity } from "../render/new-relic/dashboard.ts";
import { serviceLevelFidelity } from "../render/new-relic/service-levels.ts";
import { newRelicWidget } from "../render/new-relic/widgets.ts";

/** Backends that show boards. `jaeger` is the local one without Tempo. */
export const PARITY_BACKENDS = ["grafana", "jaeger", "new-relic", "honeycomb"] as const;
export type ParityBackend = (typeof PARITY_BACKENDS)[number];

export interface ParityItem {
  readonly kind: "panel" | "alert" | "slo";
  /** Board and panel, alert or objective. */
  readonly what: string;
  readonly backend: ParityBackend;
  readonly fidelity: Fidelity;
}

export interface ParityScore {
  readonly backend: ParityBackend;
  readonly exact: number;
  readonly approximated: number;
  readonly unsupported: number;
  /** Exact or approximated, of all. */
  readonly share: number;
}

/** Every panel, alert and objective on every backend: exact, approximated (how) or unsupported (why). */
export function parity(content: Content, backends: readonly ParityBackend[] = PARITY_BACKENDS): readonly ParityItem[] {
  return backends.flatMap((backend) => [
    ...content.boards.flatMap((board) =>
      panelsOf(board).map((panel) => ({
        kind: "panel" as const,
        what: `${board.title}: ${panel.title}`,
        backend,
        fidelity: panelFidelity(panel, backend),
      })),
    ),
    ...content.alerts.map((alert) => ({
      kind: "alert" as const,
      what: alert.title,
      backend,
      fidelity: alertFidelity(alert, backend),
    })),
    ...content.objectives.map((slo) => ({
      kind: "slo" as const,
      what: slo.name,
      backend,
      fidelity: sloFidelity(slo, backend),
    })),
  ]);
}

export function parityScore(backend: ParityBackend, items: readonly ParityItem[]): ParityScore {
  const own = items.filter((item) => item.backend === backend);
  const count = (kind: Fidelity["kind"]): number => own.filter((item) => item.fidelity.kind === kind).length;
  const lost = count("unsupported");
  return {
    backend,
    exact: count("exact"),
    approximated: count("approximated"),
    unsupported: lost,
    share: (own.length - lost) / own.length,
  };
}

/** One line for a preview: `parity on new-relic: 98.2 % (150 exact, 18 approximated, 3 not)`. */
export function parityLine(content: Content, backend: ParityBackend): string {
  const score = parityScore(backend, parity(content, [backend]));
  const share = `${(score.share * 100).toFixed(1)} %`;
  return `parity on ${backend}: ${share} (${score.exact} exact, ${score.approximated} approximated, ${score.unsupported} not); see docs/parity.md`;
}

const NOWHERE = { x: 0, y: 0, w: 24, h: 1 };

function panelFidelity(panel: Panel, backend: ParityBackend): Fidelity {
  switch (backend) {
    case "grafana":
      return worst(signalsOf(panel).map(({ value }) => logqlFidelity(value)));
    case "jaeger":
      if (panel.kind === "map") return approximated("a table of calls; only Tempo draws the map");
      if (panel.kind === "traces" && typeof panel.where["service.name"] !== "string") {
        return approximated("Jaeger searches one service at a time: the first of the stack");
      }
      return EXACT;
    case "new-relic":
      return newRelicWidget(panel).fidelity;
    case "honeycomb":
      return honeycombPanel(panel, NOWHERE, { environment: "any", metricsDataset: "metrics" }).fidelity;
    default:
      return backend satisfies never;
  }
}

function alertFidelity(alert: Alert, backend: ParityBackend): Fidelity {
  switch (backend) {
    case "grafana":
      return logqlFidelity(alert.signal.value);
    case "jaeger":
      return EXACT;
    case "new-relic":
      return newRelicAlertFidelity(alert);
    case "honeycomb":
      return honeycombAlertFidelity(alert);
    default:
      return backend satisfies never;
  }
}

function sloFidelity(slo: Objective, backend: ParityBackend): Fidelity {
  switch (backend) {
    case "grafana":
      return readsLogs(slo.valid) ? approximated("burn-rate rules on the logs; the SLO app reads metrics only") : EXACT;
    case "jaeger":
      return EXACT;
    case "new-relic":
      return serviceLevelFidelity(slo);
    case "honeycomb":
      return honeycombSloFidelity(slo);
    default:
      return backend satisfies never;
  }
}
