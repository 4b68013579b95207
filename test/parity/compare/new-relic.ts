import { compileNrql } from "../../../dashboards/compile/nrql.ts";
import { panelsOf, signalsOf } from "../../../dashboards/model/board.ts";
import { renderNewRelicConditions } from "../../../dashboards/render/new-relic/dashboard.ts";
import { renderNewRelicServiceLevels } from "../../../dashboards/render/new-relic/service-levels.ts";
import { newRelicWidget } from "../../../dashboards/render/new-relic/widgets.ts";
import { answersOf, readPanelQuery } from "../evaluate/new-relic/panel.ts";
import type { Row } from "../evaluate/new-relic/rows.ts";
import { eventsCounted } from "../evaluate/new-relic/service-level.ts";
import type { Stored } from "../evaluate/new-relic/stored.ts";
import type { Shown } from "../shown.ts";
import type { Lines } from "./measure.ts";

/** Answers a question's number at a moment; undefined where the backend has no query for it. */
export type Answerer = (id: QuestionId, end: number, seconds: number) => Lines | undefined;

export interface QuestionId {
  readonly kind: "panel" | "alert" | "slo";
  readonly what: string;
  readonly id: string;
  readonly name: string;
}

/** Asks the queries that are rendered for New Relic. */
export function newRelicAnswerer(shown: Shown, stored: Stored, environment: string): Answerer {
  const panels = new Map<string, readonly (string | undefined)[]>();
  for (const board of shown.boards) {
    for (const panel of panelsOf(board)) {
      const rendered = [...newRelicWidget(panel).queries];
      const texts =
        panel.kind === "map"
          ? signalsOf(panel).map(() => rendered[0])
          : signalsOf(panel).map(({ value }) =>
              compileNrql(value, {}).fidelity.kind === "unsupported" ? undefined : rendered.shift(),
            );
      panels.set(`${board.title}: ${panel.title}`, texts);
    }
  }
  const levels = new Map(renderNewRelicServiceLevels({ environment, content: shown }).map((one) => [one.id, one]));
  const conditions = new Map(
    renderNewRelicConditions({ environment, content: shown }).map((one) => [one.id, one.nrql.query]),
  );
  return ({ kind, what, id }, end, seconds) => {
    const level = kind === "slo" ? levels.get(id) : undefined;
    if (level !== undefined) {
      const inside = (rows: readonly Row[]) =>
        rows.filter(({ timestamp: at }) => at > (end - seconds) * 1000 && at <= end * 1000);
      const tables = { Metric: inside(stored.Metric), Log: inside(stored.Log) };
      const valid = eventsCounted(level.validEvents, tables);
      return valid === 0 ? new Map() : new Map([["", 1 - eventsCounted(level.goodEvents, tables) / valid]]);
    }
    const text = kind === "panel" ? panels.get(what)?.[Number(id)] : kind === "alert" ? conditions.get(id) : undefined;
    if (text === undefined) return undefined;
    const answers = answersOf(readPanelQuery(text, environment), stored, end * 1000, seconds);
    return answers.length > 1 ? answers[Number(id)] : answers[0];
  };
}
