import { describe, expect, test } from "vitest";
import { balance, bestBalance, bestBalances, type Ledger } from "../../../../verify/ledger/balance.ts";
import { closes } from "../../../../verify/ledger/read.ts";
import { parseMetrics } from "../../../support/collector-metrics.ts";
import { EMPTY, reading, type State } from "./state.ts";

function ledgerOf(...states: readonly State[]): Ledger {
  const ledger = balance([EMPTY, ...states.map((state, i) => reading(state, i + 1))]);
  if (ledger === undefined) throw new Error("no ledger");
  return ledger;
}

const nothing = { exporter: "one", signal: "traces", made: 0, again: 0, byRule: 0, sampled: 0, held: 0 } as const;
const nowhere = { queued: 0, rejected: 0, lost: 0, difference: 0 } as const;

describe("a ledger closes", () => {
  test("over rules, sampling, what waits, what was refused by the backend and what did not fit", () => {
    const all = { received: 100, noise: 10, sampledOut: 20, held: 5, failed: 2, given: 63, sent: 40, rejected: 4 };
    const { rows, problems, refused } = ledgerOf({ ...all, full: 3, queued: 16 });
    expect(rows).toEqual([
      {
        ...nothing,
        ...nowhere,
        received: 100,
        byRule: 10,
        sampled: 20,
        held: 5,
        queued: 16,
        sent: 40,
        rejected: 4,
        lost: 5,
      },
    ]);
    expect([problems, refused]).toEqual([[], { traces: 0, metrics: 0, logs: 0 }]);
  });

  test("where a full disk hands back, and another exporter had taken it already", () => {
    const back = { received: 100, handedBack: 50, given: 100, sent: 100, full: 50 };
    expect(ledgerOf(back).rows).toEqual([{ ...nothing, ...nowhere, received: 100, sent: 100 }]);
    const twice = { received: 100, handedBack: 50, given: 150, sent: 150 };
    expect(ledgerOf(twice).rows).toEqual([{ ...nothing, ...nowhere, received: 100, again: 50, sent: 150 }]);
    expect(ledgerOf(twice).refused).toEqual({ traces: 50, metrics: 0, logs: 0 });
  });

  test("over a restart, with the queue that outlives it", () => {
    const before = { uptime: 60, received: 100, given: 100, sent: 40, queued: 60 };
    const after = { uptime: 5, received: 10, given: 10, sent: 70 };
    const ledger = ledgerOf(before, after);
    expect(ledger.rows).toEqual([{ ...nothing, ...nowhere, received: 110, sent: 110 }]);
    expect([ledger.restarts, ledger.problems]).toEqual([1, []]);
  });

  test("over a restart soon after the first one, seen by counters that fell: by then the process may be the older one", () => {
    const before = { uptime: 3, received: 100, given: 100, sent: 40, queued: 60 };
    const ledger = ledgerOf(before, { uptime: 5, received: 10, given: 10, sent: 70 });
    expect(ledger.rows).toEqual([{ ...nothing, ...nowhere, received: 110, sent: 110 }]);
    expect(ledger.restarts).toBe(1);
  });

  test("for what was counted between two readings only", () => {
    const first = { uptime: 60, received: 100, given: 100, sent: 90, queued: 10 };
    const ledger = balance([reading(first, 1), reading({ uptime: 75, received: 130, given: 130, sent: 130 }, 16)]);
    expect(ledger?.rows).toEqual([{ ...nothing, ...nowhere, received: 30, queued: -10, sent: 40 }]);
  });
});

describe("several collectors", () => {
  const of = (collector: string, state: State, second: number) => ({ ...reading(state, second), collector });
  const both = (lost: number) => [
    of("collector-1", { uptime: 60, received: 100, given: 100, sent: 100 }, 1),
    of("collector-2", { uptime: 30, received: 40, given: 40, sent: 40 }, 2),
    of("collector-1", { uptime: 75, received: 130, given: 130, sent: 130 }, 16),
    of("collector-2", { uptime: 45, received: 50, given: 50, sent: 50 - lost }, 17),
  ];

  test("are balanced each by its own readings, and added up", () => {
    const ledger = bestBalances(both(0), new Date(0));
    expect(ledger?.rows).toEqual([{ ...nothing, ...nowhere, received: 40, sent: 40 }]);
    expect([ledger?.restarts, ledger?.problems]).toEqual([0, []]);
  });

  test("are named where one does not balance", () => {
    expect(bestBalances(both(3), new Date(0))?.problems).toEqual([
      "collector-2: one, traces: 3 came in and are nowhere.",
    ]);
  });
});

describe("a command fails", () => {
  const fails = (ledger: Ledger) => !closes({ backend: "jaeger", ledger });

  test("for what is nowhere, not for what came twice", () => {
    expect(fails(ledgerOf({ received: 100, given: 100, sent: 93 }))).toBe(true);
    expect(fails(ledgerOf({ received: 100, given: 100, sent: 107 }))).toBe(false);
  });

  test("not after a kill: what waited in the queue at the first reading was sent, and the process that counted it is gone", () => {
    const before = reading({ uptime: 60, received: 100, given: 100, sent: 60, queued: 40 }, 1);
    const ledger = balance([before, reading({ uptime: 5, received: 10, given: 10, sent: 10 }, 16)]) as Ledger;
    expect(ledger.rows.map(({ difference }) => difference)).toEqual([40]);
    expect([ledger.restarts, ledger.problems.length, fails(ledger)]).toEqual([1, 1, false]);
  });
});

describe("what does not balance is said in a sentence", () => {
  test("what nobody has counted", () => {
    expect(ledgerOf({ received: 100, given: 100, sent: 93 }).problems).toEqual([
      "one, traces: 7 came in and are nowhere.",
    ]);
  });

  test("a queue that was damaged, to the item", () => {
    const ledger = ledgerOf({ uptime: 60, received: 200, given: 200, queued: 200 }, { uptime: 5 });
    expect(ledger.rows[0]?.difference).toBe(200);
    expect(ledger.problems).toEqual([
      "one, traces: 200 came in and are nowhere. The collector began anew meanwhile: what it counted just before is unknown, and so is what it held.",
    ]);
  });

  test("what left more than once", () => {
    expect(ledgerOf({ received: 100, given: 100, sent: 104 }).problems).toEqual([
      "one, traces: 4 more left than came in.",
    ]);
  });

  test("but not samples of profiles, which upstream's receiver counts as spans", () => {
    const sent = reading({ received: 100, given: 100, sent: 100 });
    const of = (name: string, labels: Record<string, string>, value: number) => ({ name, labels, value });
    const samples = [
      ...sent.samples,
      of("otelcol_receiver_accepted_spans", { receiver: "otlp/browser", transport: "http" }, 7),
      of("otelcol_ledger_items", { place: "received", signal: "profiles", outcome: "taken" }, 7),
    ];
    expect(balance([EMPTY, { ...sent, samples }])?.problems).toEqual([]);
  });

  test("what receivers took and never went in", () => {
    const broken = { ...reading({ received: 100, given: 100, sent: 100 }) };
    const samples = broken.samples.map((one) =>
      one.name === "otelcol_receiver_accepted_spans" ? { ...one, value: 103 } : one,
    );
    expect(balance([EMPTY, { ...broken, samples }])?.problems).toEqual([
      "traces: receivers took 3 more than went into the pipeline.",
    ]);
  });
});

describe("metrics", () => {
  const text = `otelcol_process_uptime 30
otelcol_receiver_accepted_metric_points{receiver="otlp",transport="http"} 20
otelcol_receiver_accepted_metric_points{receiver="docker_stats/docker",transport=""} 50
otelcol_processor_incoming_items{otel_signal="metrics",processor="filter/app-host-metrics"} 20
otelcol_processor_outgoing_items{otel_signal="metrics",processor="filter/app-host-metrics"} 15
otelcol_processor_incoming_items{otel_signal="metrics",processor="filter/from-docker"} 50
otelcol_processor_outgoing_items{otel_signal="metrics",processor="filter/from-docker"} 40
otelcol_ledger_items{outcome="taken",place="received",signal="metrics"} 67
otelcol_processor_clock_guard_items{service="api",signal="metrics"} 2
otelcol_processor_incoming_items{otel_signal="metrics",processor="cumulativetodelta/to-two"} 65
otelcol_processor_outgoing_items{otel_signal="metrics",processor="cumulativetodelta/to-two"} 25
otelcol_exporter_sent_metric_points{exporter="otlp_http/one"} 65
otelcol_exporter_sent_metric_points{exporter="otlp_http/two"} 25
otelcol_exporter_queue_size{data_type="metrics",exporter="otlp_http/one"} 0
otelcol_exporter_queue_size{data_type="metrics",exporter="otlp_http/two"} 0`;

  test("are those of receivers and those made from spans, and a rule of one exporter is not another's", () => {
    const ledger = balance([EMPTY, { at: new Date(1), samples: parseMetrics(text) }]);
    const row = { ...nothing, ...nowhere, signal: "metrics", received: 55, made: 12 };
    expect(ledger?.rows).toEqual([
      { ...row, exporter: "one", byRule: 2, sent: 65 },
      { ...row, exporter: "two", byRule: 42, sent: 25 },
    ]);
    expect(ledger?.problems).toEqual([]);
  });
});

test("a zero that a series begins with is made here, and is no loss below zero", () => {
  const began = `otelcol_process_uptime 30
otelcol_receiver_accepted_metric_points{receiver="otlp",transport="http"} 20
otelcol_processor_incoming_items{otel_signal="metrics",processor="series_start/apps"} 20
otelcol_processor_outgoing_items{otel_signal="metrics",processor="series_start/apps"} 23
otelcol_processor_incoming_items{otel_signal="metrics",processor="series_start/spans"} 5
otelcol_processor_outgoing_items{otel_signal="metrics",processor="series_start/spans"} 7
otelcol_ledger_items{outcome="taken",place="received",signal="metrics"} 30
otelcol_exporter_sent_metric_points{exporter="otlp_http/one"} 30
otelcol_exporter_queue_size{data_type="metrics",exporter="otlp_http/one"} 0`;
  const ledger = balance([EMPTY, { at: new Date(1), samples: parseMetrics(began) }]);
  expect(ledger?.rows).toEqual([
    { ...nothing, ...nowhere, exporter: "one", signal: "metrics", received: 20, made: 10, sent: 30 },
  ]);
  expect(ledger?.problems).toEqual([]);
});

describe("points that are made for one exporter only", () => {
  test("are made there, and are nobody else's", () => {
    const own = `otelcol_process_uptime 30
otelcol_receiver_accepted_metric_points{receiver="otlp",transport="http"} 20
otelcol_ledger_items{outcome="taken",place="received",signal="metrics"} 20
otelcol_ledger_items{outcome="taken",place="one",signal="metrics"} 32
otelcol_ledger_items{outcome="taken",place="two",signal="metrics"} 20
otelcol_exporter_sent_metric_points{exporter="otlp_http/one"} 32
otelcol_exporter_sent_metric_points{exporter="otlp_http/two"} 19
otelcol_exporter_queue_size{data_type="metrics",exporter="otlp_http/one"} 0
otelcol_exporter_queue_size{data_type="metrics",exporter="otlp_http/two"} 0`;
    const ledger = balance([EMPTY, { at: new Date(1), samples: parseMetrics(own) }]);
    const row = { ...nothing, ...nowhere, signal: "metrics", received: 20 };
    expect(ledger?.rows).toEqual([
      { ...row, exporter: "one", made: 12, sent: 32 },
      { ...row, exporter: "two", sent: 19, difference: 1 },
    ]);
  });
});

describe("a collector of somebody else", () => {
  const upstream = (lines: string) =>
    balance([EMPTY, { at: new Date(1), samples: parseMetrics(`otelcol_process_uptime 30\n${lines}`) }]);
  const noise = `otelcol_receiver_accepted_spans{receiver="otlp"} 100
otelcol_processor_incoming_items{otel_signal="traces",processor="filter/noise"} 100
otelcol_processor_outgoing_items{otel_signal="traces",processor="filter/noise"} 90
otelcol_exporter_queue_size{data_type="traces",exporter="otlp_http/one"} 0`;

  test("is read at the first step that counts", () => {
    const ledger = upstream(`${noise}\notelcol_exporter_sent_spans{exporter="otlp_http/one"} 88`);
    expect(ledger?.rows).toEqual([{ ...nothing, ...nowhere, received: 100, byRule: 10, sent: 88, difference: 2 }]);
  });

  test("samples spans out by its own count at the head, and by what is left at the tail", () => {
    const head = `otelcol_processor_incoming_items{otel_signal="traces",processor="probabilistic_sampler"} 90
otelcol_processor_outgoing_items{otel_signal="traces",processor="probabilistic_sampler"} 30
otelcol_exporter_sent_spans{exporter="otlp_http/one"} 30`;
    const tail = `otelcol_processor_tail_sampling_global_count_traces_sampled{sampled="false"} 4
otelcol_exporter_sent_spans{exporter="otlp_http/one"} 25`;
    const row = { ...nothing, ...nowhere, received: 100, byRule: 10 };
    expect(upstream(`${noise}\n${head}`)?.rows).toEqual([{ ...row, sampled: 60, sent: 30 }]);
    expect(upstream(`${noise}\n${tail}`)?.rows).toEqual([{ ...row, sampled: 65, sent: 25 }]);
  });
});

describe("the readings that are compared", () => {
  const still = (uptime: number, all: number): State => ({ uptime, received: all, given: all, sent: all });
  const moving = (uptime: number, all: number): State => ({ ...still(uptime, all), sent: all - 5 });

  test("are those between which nothing is on its way: one before the time asked for, one after it", () => {
    const readings = [reading(still(15, 10), 15), reading(moving(30, 20), 30), reading(still(45, 60), 45)];
    const late = reading({ ...still(60, 90), sent: 83 }, 60);
    const ledger = bestBalance([...readings, late], new Date(31_000), new Date(40_000));
    expect([ledger?.from, ledger?.to, ledger?.problems]).toEqual([
      "1970-01-01T00:00:15.000Z",
      "1970-01-01T00:00:45.000Z",
      [],
    ]);
  });

  test("are those up to the last reading where it never closes, and none where there is no reading from after the time asked for", () => {
    const readings = [reading(still(15, 10), 15), reading(moving(30, 20), 30), reading(moving(45, 60), 45)];
    const ledger = bestBalance(readings, new Date(16_000), new Date(20_000));
    expect([ledger?.from.slice(17, 19), ledger?.to.slice(17, 19), ledger?.problems.length]).toEqual(["15", "45", 1]);
    expect(bestBalance(readings, new Date(16_000), new Date(50_000))).toBeUndefined();
  });
});
