import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parity } from "../../../dashboards/parity/fidelity.ts";
import { measure } from "../../parity/compare/measure.ts";
import { compareExample, reportExample } from "../../parity/measure-example.ts";
import { wholePage } from "../../parity/page.ts";
import { readRecording } from "../../parity/recording/fixture.ts";
import { pack, unpack } from "../../parity/recording/pack.ts";
import type { Question } from "../../parity/reference/questions.ts";
import { reportOf } from "../../parity/report.ts";
import { shownOfExample } from "../../parity/shown.ts";

const recording = readRecording("traffic");
const shown = await shownOfExample();
const comparisons = compareExample("traffic", shown);
const reports = reportOf(comparisons, parity(shown));

describe("numbers of the recorded example, against what Prometheus and Loki answered", () => {
  test.each(reports)("$backend: what is called exact differs by at most 1 %", ({ wrong }) => {
    expect(wrong).toEqual([]);
  });

  test("no backend would refuse a query of ours", () => {
    expect(comparisons.filter(({ finding }) => finding.kind === "refused")).toEqual([]);
  });

  test("docs/parity.md says what was found (npm run parity -- --write)", () => {
    expect(readFileSync(new URL("../../../docs/parity.md", import.meta.url), "utf8")).toBe(wholePage(shown));
  });
});

describe("numbers of the example under tail sampling, against what Prometheus and VictoriaLogs answered", () => {
  const sampled = readRecording("sampled");

  test.each(reportExample("sampled", shown))("$backend: what is called exact differs by at most 1 %", (report) => {
    expect(report.wrong).toEqual([]);
    // most numbers are in the recording
    expect(report.measured / (report.measured + report.unmeasured)).toBeGreaterThan(0.8);
  });

  test("spans of Honeycomb say for how many they stand, and there are fewer of them than were counted", () => {
    const { spans } = sampled.streams.honeycomb;
    const rates = spans.map(({ attributes }) => attributes.SampleRate ?? 1);
    expect(new Set(rates)).toEqual(new Set([1, 10]));
    expect(spans.length).toBeLessThan(recording.streams.honeycomb.spans.length);
  });
});

describe("the comparison", () => {
  const question: Question = {
    kind: "panel",
    what: "any",
    id: "0",
    name: "any",
    store: "metrics",
    text: "any",
    expression: { op: "constant", value: 1 },
  };
  const at = (value: number | undefined) => new Map([[60, new Map(value === undefined ? [] : [["", value]])]]);
  const largest = (expected: number | undefined, got: number | undefined) =>
    measure(question, at(expected), at(got), new Map(), { at: [60], seconds: 60 }).largest;

  test("sees a number that is twice as large, and one that is missing on either side", () => {
    expect([largest(1, 2), largest(1, undefined), largest(undefined, 1), largest(100, 101)]).toEqual([
      0.5,
      1,
      1,
      1 / 101,
    ]);
    expect(largest(3, 3)).toBe(0);
  });
});

describe("the recording", () => {
  const counted = (stream: keyof typeof recording.streams) =>
    recording.streams[stream].series.filter(({ kind, monotonic }) => kind !== "gauge" && monotonic !== false);

  test("is what each backend was sent: deltas to New Relic, cumulative metrics to the others", () => {
    expect(new Set(counted("new-relic").map(({ temporality }) => temporality))).toEqual(new Set(["delta"]));
    expect(new Set(counted("honeycomb").map(({ temporality }) => temporality))).toEqual(new Set(["cumulative"]));
    expect(new Set(counted("local").map(({ temporality }) => temporality))).toEqual(new Set(["cumulative"]));
  });

  test("has exponential histograms of at most 160 buckets, and none but for New Relic", () => {
    const exponential = Object.entries(recording.streams).map(([stream, { series }]) => [
      stream,
      Math.max(0, ...series.flatMap(({ points }) => points.map((point) => point.exponential?.counts.length ?? 0))),
    ]);
    expect(Object.fromEntries(exponential)).toEqual({ local: 0, "new-relic": expect.any(Number), honeycomb: 0 });
    expect(Math.max(...exponential.map(([, most]) => Number(most)))).toBeLessThanOrEqual(160);
  });

  test("is read back as it was packed", () => {
    const { local } = recording.streams;
    const some = { series: local.series.slice(0, 40), spans: local.spans.slice(0, 40), logs: local.logs.slice(0, 40) };
    const small = { begun: recording.begun, streams: { local: some, "new-relic": some, honeycomb: some } };
    expect(unpack(pack(small))).toEqual(small);
  });
});
