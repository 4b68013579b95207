import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileHoneycomb } from "../../../dashboards/compile/honeycomb.ts";
import { compileLogql } from "../../../dashboards/compile/logql.ts";
import { compileLogsql } from "../../../dashboards/compile/logsql.ts";
import { compileNrql, nrqlText } from "../../../dashboards/compile/nrql.ts";
import { compilePromql } from "../../../dashboards/compile/promql.ts";
import { panelsOf, signalsOf } from "../../../dashboards/model/board.ts";
import { readsLogs } from "../../../dashboards/model/expression.ts";
import type { Signal } from "../../../dashboards/model/signal.ts";
import { renderLogRules, renderPrometheusRules } from "../../../dashboards/render/prometheus/rules.ts";
import { exampleContent, fullContent, otherContent } from "../../support/content.ts";

/** The text equals a file beside this test; `npm run golden` makes the file equal to the text. */
function golden(name: string, text: string): void {
  const file = new URL(name, import.meta.url);
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, text);
  expect(readFileSync(file, "utf8")).toBe(text);
}

const scope = { "deployment.environment.name": "dev" };

function page(signal: Signal): string {
  const prometheus = readsLogs(signal.value)
    ? [
        `  logsql     ${compileLogsql(signal.value, { window: "5m", scope })}`,
        `  logql      ${compileLogql(signal.value, { window: "5m", scope })}`,
      ].join("\n")
    : `  prometheus ${compilePromql(signal.value, { window: "5m", scope })}`;
  const nrql = compileNrql(signal.value, scope);
  const honeycomb = compileHoneycomb(signal.value, scope, { seconds: 7200, step: 60 });
  return [
    `${signal.id} [${signal.unit}] from ${signal.sources.join(", ")}`,
    prometheus,
    `  new relic  ${nrqlText(nrql, "")}`,
    `  honeycomb  ${honeycomb.place}: ${JSON.stringify(honeycomb.query)}`,
    "",
  ].join("\n");
}

test("every signal asks each backend what is written in queries.txt", () => {
  const signals = [
    ...fullContent.boards.flatMap(panelsOf).flatMap(signalsOf),
    ...fullContent.alerts.map((alert) => alert.signal),
  ];
  const byId = new Map(signals.map((signal) => [signal.id, signal]));
  const sorted = [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  golden("queries.txt", sorted.map(page).join("\n"));
});

test("the rules of the dev stack are those of prometheus-rules.yaml and log-rules.yaml", () => {
  golden("prometheus-rules.yaml", renderPrometheusRules({ environment: "dev", content: exampleContent }));
  golden("log-rules.yaml", renderLogRules({ environment: "dev", content: exampleContent }) ?? "");
});

test("the rules of another team's stack are those of other-prometheus-rules.yaml and other-log-rules.yaml", () => {
  golden("other-prometheus-rules.yaml", renderPrometheusRules({ environment: "dev", content: otherContent }));
  golden("other-log-rules.yaml", renderLogRules({ environment: "dev", content: otherContent }) ?? "");
});

test("the boards of another team's stack are those of other-boards.txt", () => {
  const text = otherContent.boards.map(({ id, title, rows }) =>
    [
      `${id}: ${title}`,
      ...rows.map((row) => `  ${row.title}: ${row.panels.map((panel) => panel.title).join(", ")}`),
      "",
    ].join("\n"),
  );
  golden("other-boards.txt", text.join("\n"));
});
