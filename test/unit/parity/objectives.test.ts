import { describe, expect, test } from "vitest";
import { renderHoneycombSlos } from "../../../dashboards/render/honeycomb/slos.ts";
import { renderNewRelicServiceLevels } from "../../../dashboards/render/new-relic/service-levels.ts";
import { storedByHoneycomb } from "../../parity/evaluate/honeycomb/events.ts";
import { readField } from "../../parity/evaluate/honeycomb/field.ts";
import { storedByNewRelic } from "../../parity/evaluate/new-relic/rows.ts";
import { eventsCounted } from "../../parity/evaluate/new-relic/service-level.ts";
import { fullContent } from "../../support/content.ts";
import { OBJECTIVE_CASES } from "../dashboards/alert-cases-objectives.ts";
import { counted } from "../dashboards/alert-recordings.ts";

const config = { environment: "test", content: fullContent };

/** Share of good events of a recording, in per cent. */
type Judge = (series: Readonly<Record<string, string>>, logs: Parameters<typeof counted>[1]) => number;

const newRelic = renderNewRelicServiceLevels(config).map(({ id, objective, validEvents, goodEvents }) => {
  const judge: Judge = (series, logs) => {
    const tables = storedByNewRelic(counted(series, logs, 100));
    return (100 * eventsCounted(goodEvents, tables)) / eventsCounted(validEvents, tables);
  };
  return { id: id as string, target: objective.target, judge };
});

const honeycomb = renderHoneycombSlos(config).map(({ id, targetPercentage, sli }) => {
  const field = readField(sli.expression);
  const judge: Judge = (series, logs) => {
    const judged = storedByHoneycomb(counted(series, logs, 100)).events.map(
      (event) => [field(event.columns), event.weight] as const,
    );
    const sum = (of: (answer: unknown) => boolean): number =>
      judged.reduce((total, [answer, weight]) => total + (of(answer) ? weight : 0), 0);
    return (100 * sum((answer) => answer === true)) / sum((answer) => answer !== undefined);
  };
  return { id, target: targetPercentage, judge };
});

describe.each([
  { backend: "New Relic's service levels", objectives: newRelic },
  { backend: "Honeycomb's SLOs", objectives: honeycomb },
])("$backend, judged over recorded events", ({ objectives }) => {
  test("have a case each", () => {
    expect(objectives.map(({ id }) => id)).toEqual(OBJECTIVE_CASES.map(({ objective }) => objective));
  });

  test.each(objectives)("$id is kept when all is well, and broken when it is not", ({ id, target, judge }) => {
    const one = OBJECTIVE_CASES.find(({ objective }) => objective === id);
    if (one === undefined) throw new Error(`${id} has no case.`);
    expect(judge(one.quiet, one.logs?.quiet ?? [])).toBeGreaterThanOrEqual(target);
    expect(judge(one.firing, one.logs?.firing ?? [])).toBeLessThan(target);
  });
});
