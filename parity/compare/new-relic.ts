import { compileNrql } from "../../dashboards/compile/nrql.ts";
import { panelsOf, signalsOf } from "../../dashboards/model/board.ts";
import { renderNewRelicConditions } from "../../dashboards/render/new-relic/dashboard.ts";
import { newRelicWidget } from "../../dashboards/render/new-relic/widgets.ts";
import { answersOf, readPanelQuery } from "../evaluate/new-relic/panel.ts";
import type { Stored } from "../evaluate/new-relic/stored.ts";
import type { Shown } from "../shown.ts";
import type { Lines } from "./measure.ts";

/** Answers a question's number at a moment; undefined where the backend has no query for it. */
export type Answerer = (id: QuestionId, end: number, seconds: number) => Lines | undefined;

export interface QuestionId {
  readonly kind: "panel" | "alert" | "slo";
  readonly what: string;
  readonly id: string;
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
  const conditions = new Map(
    renderNewRelicConditions({ environment, content: shown }).map((one) => [one.id, one.nrql.query]),
  );
  return ({ kind, what, id }, end, seconds) => {
    const text = kind === "panel" ? panels.get(what)?.[Number(id)] : kind === "alert" ? conditions.get(id) : undefined;
    if (text === undefined) return undefined;
    const answers = answersOf(readPanelQuery(text, environment), stored, end * 1000, seconds);
    return answers.length > 1 ? answers[Number(id)] : answers[0];
  };
}
