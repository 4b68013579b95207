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
  return backends.flatMap((backend) => {
    const { panel, alert, slo } = FIDELITY[backend];
    const item = (kind: ParityItem["kind"], what: string, fidelity: Fidelity): ParityItem => ({
      kind,
      what,
      backend,
      fidelity,
    });
    return [
      ...content.boards.flatMap((board) =>
        panelsOf(board).map((one) => item("panel", `${board.title}: ${one.title}`, panel(one))),
      ),
      ...content.alerts.map((one) => item("alert", one.title, alert(one))),
      ...content.objectives.map((one) => item("slo", one.name, slo(one))),
    ];
  });
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

interface Judges {
  readonly panel: (panel: Panel) => Fidelity;
  readonly alert: (alert: Alert) => Fidelity;
  readonly slo: (objective: Objective) => Fidelity;
}

const FIDELITY: Readonly<Record<ParityBackend, Judges>> = {
  grafana: {
    panel: (panel) => worst(signalsOf(panel).map(({ value }) => logqlFidelity(value))),
    alert: ({ signal }) => logqlFidelity(signal.value),
    slo: ({ valid }) =>
      readsLogs(valid) ? approximated("burn-rate rules on the logs; the SLO app reads metrics only") : EXACT,
  },
  jaeger: { panel: jaegerPanelFidelity, alert: () => EXACT, slo: () => EXACT },
  "new-relic": {
    panel: (panel) => newRelicWidget(panel).fidelity,
    alert: newRelicAlertFidelity,
    slo: serviceLevelFidelity,
  },
  honeycomb: {
    panel: (panel) => honeycombPanel(panel, NOWHERE, { environment: "any", metricsDataset: "metrics" }).fidelity,
    alert: honeycombAlertFidelity,
    slo: honeycombSloFidelity,
  },
};

function jaegerPanelFidelity(panel: Panel): Fidelity {
  if (panel.kind === "map") return approximated("a table of calls; only Tempo draws the map");
  return panel.kind === "traces" && typeof panel.where["service.name"] !== "string"
    ? approximated("Jaeger searches one service at a time: the first of the stack")
    : EXACT;
}
