import { describe, expect, test } from "vitest";
import { compileHoneycomb } from "../../../dashboards/compile/honeycomb.ts";
import { rate, ratio } from "../../../dashboards/model/build.ts";
import { renderHoneycombSlos } from "../../../dashboards/render/honeycomb/slos.ts";
import { renderNewRelicServiceLevels } from "../../../dashboards/render/new-relic/service-levels.ts";
import { FAILED, spanCalls } from "../../../dashboards/signals/spans.ts";
import { type Sampled, storedByHoneycomb } from "../../parity/evaluate/honeycomb/events.ts";
import { readField } from "../../parity/evaluate/honeycomb/field.ts";
import { answerAt } from "../../parity/evaluate/honeycomb/query.ts";
import { storedByNewRelic } from "../../parity/evaluate/new-relic/rows.ts";
import { eventsCounted } from "../../parity/evaluate/new-relic/service-level.ts";
import { fullContent } from "../../support/content.ts";
import { counted } from "../dashboards/alert-recordings.ts";

const config = { environment: "test", content: fullContent };
const TEN_PERCENT = { baselinePercent: 10 };

/** Of each thousand events of the bot, five fail: half of what its objective allows. */
const labels =
  'deployment_environment_name="test", service_name="bot", span_kind="SPAN_KIND_CONSUMER", span_name="games"';
const calls = (status: string): string =>
  `traces_span_metrics_calls_total{${labels}, status_code="STATUS_CODE_${status}"}`;
const recording = counted({ [calls("UNSET")]: "0+995x100", [calls("ERROR")]: "0+5x100" }, [], 50);

/** Share of good events in per cent, as Honeycomb's objective counts them. */
function honeycomb(sampled: Sampled): number {
  const slo = renderHoneycombSlos(config).find(({ id }) => id === "bot-success");
  const field = readField(slo?.sli.expression ?? "");
  const judged = storedByHoneycomb(recording, sampled).events.map(
    (event) => [field(event.columns), event.weight] as const,
  );
  const sum = (of: (answer: unknown) => boolean): number =>
    judged.reduce((total, [answer, weight]) => total + (of(answer) ? weight : 0), 0);
  return (100 * sum((answer) => answer === true)) / sum((answer) => answer !== undefined);
}

describe("under tail sampling, which keeps failures whole and a tenth of the rest", () => {
  test("Honeycomb's objective is right because spans carry their sample rate, and would be ten times off without", () => {
    expect(honeycomb({ ...TEN_PERCENT, weighted: true })).toBeCloseTo(99.5, 2);
    expect(honeycomb({ ...TEN_PERCENT, weighted: false })).toBeCloseTo(95.215, 2);
  });

  test("New Relic's is right because it is counted from metrics", () => {
    const level = renderNewRelicServiceLevels(config).find(({ id }) => id === "bot-success");
    if (level === undefined) throw new Error("There is no such objective.");
    const tables = storedByNewRelic(recording);
    expect([level.validEvents.from, level.goodEvents.from]).toEqual(["Metric", "Metric"]);
    const share = (100 * eventsCounted(level.goodEvents, tables)) / eventsCounted(level.validEvents, tables);
    expect(share).toBeCloseTo(99.5, 2);
  });

  test("Honeycomb's shares and rates on boards and in triggers are counted from metrics too", () => {
    const failing = ratio(rate(spanCalls, { where: FAILED }), rate(spanCalls));
    const { query, place } = compileHoneycomb(failing, {}, { seconds: 600, step: 600 });
    expect(place).toBe("metrics");
    const stored = storedByHoneycomb(recording, { ...TEN_PERCENT, weighted: false });
    expect(answerAt(query, "metrics", stored, 1800).get("")?.value).toBeCloseTo(0.005, 6);
  });
});

describe("series that end, expire and begin anew", () => {
  const total = rate(spanCalls);
  const { query } = compileHoneycomb(total, {}, { seconds: 600, step: 600 });
  const at = (notation: string, seconds: number): number | undefined => {
    const stored = storedByHoneycomb(counted({ [calls("UNSET")]: notation }, [], 60));
    return Object.values(answerAt(query, "metrics", stored, seconds).get("") ?? {})[0];
  };

  test("a counter that begins anew is not a fall", () => {
    // 2 a second; of the half minute in which it began anew nothing is known
    expect(at("0+60x20 0+60x20", 1200)).toBeCloseTo(1.9, 6);
  });

  test("an expired series is no number, and so is one that ended: neither breaks a threshold", () => {
    expect(at("0+60x20 _x80", 1200)).toBe(0);
    expect(at("0+60x20 _x80", 2400)).toBeUndefined();
  });
});
