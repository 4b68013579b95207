import { compileTogether } from "../../../dashboards/compile/honeycomb.ts";
import { compileTriggers } from "../../../dashboards/compile/honeycomb-trigger.ts";
import { panelsOf, signalsOf } from "../../../dashboards/model/board.ts";
import type { Signal } from "../../../dashboards/model/signal.ts";
import { renderHoneycombSlos } from "../../../dashboards/render/honeycomb/slos.ts";
import type { Stored } from "../evaluate/honeycomb/events.ts";
import { readField } from "../evaluate/honeycomb/field.ts";
import { answerAt } from "../evaluate/honeycomb/query.ts";
import type { Shown } from "../shown.ts";
import type { Lines } from "./measure.ts";
import type { Answerer } from "./new-relic.ts";

type Query = Parameters<typeof answerAt>[0];

/** Asks what is compiled for Honeycomb, over a window of one step. */
export function honeycombAnswerer(shown: Shown, stored: Stored, environment: string): Answerer {
  const scope = { "deployment.environment.name": environment };
  const panels = new Map<string, readonly Signal[]>(
    shown.boards.flatMap((board) =>
      panelsOf(board).map((panel) => [`${board.title}: ${panel.title}`, signalsOf(panel)] as const),
    ),
  );
  const slis = new Map(
    renderHoneycombSlos({ environment, content: shown }).map(({ id, dataset, sli }) => [id, { dataset, sli }]),
  );
  return ({ kind, what, id, name }, end, seconds) => {
    if (kind === "slo") {
      const slo = slis.get(id);
      return slo && failures(slo.dataset, slo.sli.expression, stored, end, seconds);
    }
    const alert = kind === "alert" ? shown.alerts.find((one) => one.id === id) : undefined;
    const compiled =
      alert === undefined
        ? [
            compileTogether(
              (panels.get(what) ?? []).map((one) => ({ label: one.name, value: one.value })),
              scope,
              { seconds, step: seconds },
            ),
          ]
        : compileTriggers(alert, scope, seconds);
    const [first, ...others] = compiled;
    if (first === undefined || others.length > 0) return undefined;
    const answer = answerAt(first.query as Query, first.place === "metrics" ? "metrics" : "events", stored, end);
    return numbersOf(answer, first.query as Query, name);
  };
}

/** The number of one name; where a query has but one, that. */
function numbersOf(answer: ReturnType<typeof answerAt>, query: Query, name: string): Lines | undefined {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "");
  const single = (query.formulas ?? query.calculations).length === 1;
  if (!single && !(query.formulas ?? []).some((formula) => formula.name === slug)) return undefined;
  return new Map(
    [...answer].flatMap(([key, values]) => {
      const value = single ? Object.values(values)[0] : values[slug];
      // a group without the attribute has no name
      return value === undefined ? [] : [[key.replaceAll("undefined", ""), value] as const];
    }),
  );
}

/** Share of a service's events that are judged and not good, each as often as it stands for. */
function failures(dataset: string, sli: string, stored: Stored, end: number, seconds: number): Lines {
  const judge = readField(sli);
  const events = stored.events.filter(
    ({ at, columns }) => at > end - seconds && at <= end && columns["service.name"] === dataset,
  );
  const judged = events.flatMap(({ columns, weight }) => {
    const good = judge(columns);
    return typeof good === "boolean" ? [{ good, weight }] : [];
  });
  const weigh = (some: typeof judged): number => some.reduce((sum, { weight }) => sum + weight, 0);
  const valid = weigh(judged);
  return valid === 0 ? new Map() : new Map([["", weigh(judged.filter(({ good }) => !good)) / valid]]);
}
