import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

/** Queries and rules that were once wrong: where, what is right, and the tests that hold it. A row without a test of its title fails. */
type Row = readonly [where: string, right: string, ...heldBy: (readonly [file: string, title: string])[]];

const HONEYCOMB = "test/unit/dashboards/honeycomb.test.ts";
const NEW_RELIC = "test/unit/dashboards/new-relic.test.ts";
const SAMPLING = "test/unit/parity/sampling.test.ts";
const STRANGE = "test/unit/dashboards/strange-names.test.ts";
const CASES = "test/unit/dashboards/alert-cases.ts";
const GOLDEN = "test/golden/dashboards/queries.txt";

const ROWS: readonly Row[] = [
  [
    "Honeycomb, numbers from spans",
    "of the server's spans alone",
    [HONEYCOMB, "counts fast requests from the server's spans alone"],
  ],
  [
    "Honeycomb's metrics dataset",
    "operators of time series only, refused otherwise by the fake",
    [HONEYCOMB, "asks the metrics dataset only for what time series know"],
    ["test/unit/backends/fakes/honeycomb.test.ts", "%s of metrics, which are time series"],
  ],
  ["Honeycomb, fields of one panel", "unique names", [HONEYCOMB, "under a name of its own"]],
  [
    "Honeycomb and New Relic under tail sampling",
    "counted from metrics, or weighted by the sample rate",
    [SAMPLING, "Honeycomb's objective is right because spans carry their sample rate"],
    [SAMPLING, "New Relic's is right because it is counted from metrics"],
    [SAMPLING, "Honeycomb's shares and rates on boards and in triggers are counted from metrics too"],
    ["test/collector/vendor-numbers.real.ts", "each of the others stands for those left out as well"],
  ],
  ["New Relic, status codes", "numbers compared with numbers", [NEW_RELIC, "compares numbers with numbers"]],
  [
    "New Relic, uptimes",
    "not converted to deltas",
    ["test/collector/vendor-numbers.real.ts", "an uptime arrives as it is, a counter as what was added"],
  ],
  ["New Relic, conditions about log records", "judged by a timer", [NEW_RELIC, "judges log records by a timer"]],
  ["New Relic, the top ten", "by value", [NEW_RELIC, "shows the groups with the highest values"]],
  [
    "Prometheus, a daemon that stopped",
    "goes on firing when its span metrics expire",
    [CASES, "it must not resolve by that"],
    [SAMPLING, "an expired series is no number, and so is one that ended"],
  ],
  [
    "parked dead-letter queues",
    "not judged",
    ["test/unit/config/parse.test.ts", "alerts: { parkedQueues"],
    ["test/golden/dashboards/prometheus-rules.yaml", "dead-letter"],
  ],
  [
    "two failures of three events",
    "a least number of events",
    ["dashboards/alerts/services.ts", "const ENOUGH = 10"],
    ["test/golden/dashboards/prometheus-rules.yaml", "ServiceErrors"],
  ],
  [
    "the host's disks and CPU",
    "each counted once, waiting is not busy",
    [GOLDEN, 'state=~"user|system|nice|softirq|steal"'],
    ["test/golden/pipeline/dev.yaml", "loop|ram|zram|dm-|md|sr|fd|nbd"],
  ],
  ["LogQL, unwrapped numbers", "without the records that have none", [GOLDEN, '__error__=""']],
  [
    "metrics, units, attributes and values of other teams",
    "named as Prometheus names them, quoted as each language quotes",
    [STRANGE, "a metric of another team has the name that Prometheus gives it"],
    [STRANGE, "queries follow their grammars whatever attributes and values are called"],
    [STRANGE, "a text with signs that LIKE takes for any others"],
  ],
  [
    "series that end, expire, restart, are sampled",
    "judged so",
    [SAMPLING, "series that end, expire and begin anew"],
    ["test/unit/dashboards/alerts-on-new-relic.test.ts", "none is open in a system that is well"],
    ["test/unit/dashboards/alerts-on-honeycomb.test.ts", "none is triggered in a system that is well"],
  ],
];

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

describe("what was wrong once is right, and a test holds it", () => {
  test.each(ROWS)("%s: %s", (_where, _right, ...heldBy) => {
    expect(heldBy.length).toBeGreaterThan(0);
    for (const [file, title] of heldBy) expect(readFileSync(`${ROOT}${file}`, "utf8"), file).toContain(title);
  });
});
