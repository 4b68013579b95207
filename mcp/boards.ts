import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { queryOf } from "../boards-page/collect.ts";
import { ROOT } from "../cli/paths.ts";
import type { Alert } from "../dashboards/model/alert.ts";
import type { Panel } from "../dashboards/model/board.ts";
import { readsLogs } from "../dashboards/model/expression.ts";
import type { Signal } from "../dashboards/model/signal.ts";
import { type Context, type Tool, tool } from "./tool.ts";

/** Boards, their queries, alerts and runbooks: what people of this stack look at. */
export const boardTools: readonly Tool[] = [
  tool(
    "boards",
    "Every board of the stack: its id, the question it answers, and the titles of its panels.",
    z.strictObject({}),
    async (_, { content }) =>
      (await content()).boards.map(({ id, title, question, rows }) => ({
        id,
        title,
        question,
        panels: rows.flatMap(({ panels }) => panels.map((panel) => panel.title)),
      })),
  ),
  tool(
    "board",
    "One board: each panel with what to read from it and its queries (PromQL for metrics, LogsQL for what is counted from log records), ready for the tool metrics.",
    z.strictObject({ id: z.string().describe("as tool boards lists it") }),
    async ({ id }, context) => {
      const { boards, metricsInterval } = await context.content();
      const board = boards.find((each) => each.id === id);
      if (board === undefined) throw new Error(unknown("board", id, boards));
      const at = { environment: await environmentOf(context), stepSeconds: metricsInterval };
      const rows = board.rows.map(({ title, panels }) => ({
        title,
        panels: panels.map((panel) => panelOf(panel, at)),
      }));
      return { id, title: board.title, question: board.question, rows };
    },
  ),
  tool(
    "alerts",
    "Every alert rule of the stack: id, title, severity (page wakes someone, ticket waits for the morning), condition, query.",
    z.strictObject({}),
    async (_, context) => {
      const { alerts, metricsInterval } = await context.content();
      const at = { environment: await environmentOf(context), stepSeconds: metricsInterval };
      return alerts.map((alert) => alertOf(alert, at));
    },
  ),
  tool(
    "alert",
    "One alert rule with its runbook: what it means, what to look at, what to do.",
    z.strictObject({ id: z.string().describe("as tool alerts lists it") }),
    async ({ id }, context) => {
      const { alerts, metricsInterval } = await context.content();
      const alert = alerts.find((each) => each.id === id);
      if (alert === undefined) throw new Error(unknown("alert", id, alerts));
      const runbook = await runbookOf(alert);
      const at = { environment: await environmentOf(context), stepSeconds: metricsInterval };
      return { ...alertOf(alert, at), runbook };
    },
  ),
];

function unknown(kind: string, id: string, known: readonly { readonly id: string }[]): string {
  return `There is no ${kind} "${id}". Allowed: ${known.map((each) => each.id).join(", ")}.`;
}

/** A stack that does not run is called as its file says. */
const environmentOf = async ({ outputs, stack }: Context): Promise<string> =>
  outputs().then(
    ({ system }) => system.environment ?? stack,
    () => stack,
  );

/** @throws Error, one sentence, when a content pack names a page that is not there */
async function runbookOf({ runbook }: Alert): Promise<string> {
  try {
    return await readFile(join(ROOT, "docs/runbooks", `${runbook}.md`), "utf8");
  } catch {
    return `There is no page docs/runbooks/${runbook}.md.`;
  }
}

/** Whose numbers a query asks for, and how often there are any. */
interface Asked {
  readonly environment: string;
  readonly stepSeconds: number;
}

const signalOf = (signal: Signal, at: Asked) => ({
  name: signal.name,
  unit: signal.unit,
  meaning: signal.meaning,
  language: readsLogs(signal.value) ? "LogsQL" : "PromQL",
  query: queryOf(signal, at),
});

function alertOf({ id, title, severity, op, threshold, forSeconds, board, signal }: Alert, at: Asked) {
  const condition = `${op} ${threshold} for ${forSeconds} s`;
  return { id, title, severity, condition, board, signal: signalOf(signal, at) };
}

function panelOf(panel: Panel, at: Asked): object {
  const { kind, title, note } = panel;
  switch (panel.kind) {
    case "logs":
      return { kind, title, note, where: panel.where, severity: panel.severity };
    case "traces":
      return { kind, title, note, where: panel.where, pick: panel.pick };
    case "map":
      return {
        kind,
        title,
        note,
        signals: [panel.rate, panel.failed, panel.latency].map((signal) => signalOf(signal, at)),
      };
    case "lines":
    case "stacked":
    case "stat":
    case "bars":
    case "table":
      return { kind, title, note, signals: panel.signals.map((signal) => signalOf(signal, at)) };
    default:
      return panel satisfies never;
  }
}
