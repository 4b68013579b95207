import { readFileSync } from "node:fs";
import { numberOption, readArguments, stackName } from "../cli/arguments.ts";
import { Failure } from "../cli/failure.ts";
import { notRunning } from "../cli/not-running.ts";
import { array, record, words } from "./stores/http.ts";
import type { LogStore } from "./stores/logs.ts";
import type { TraceStore } from "./stores/traces.ts";

export const USAGE = `npm run boards -- [--stack dev] [--environment dev] [--minutes 30] [--out FILE] [--check] [--json]
                  [--prometheus URL (--victorialogs URL | --loki URL) (--jaeger URL | --tempo URL)]

Writes every board with what the local backend answers now, as one page.
  --check   whether every panel has data or a reason to be empty
  --json    what each panel shows, as JSON
Exit code: 0 written, 1 with --check a panel is empty without a reason, 2 the command itself could not run.`;

/** What `npm run boards` was asked for. @throws Failure, one sentence, when an option is unknown or the stack's backend cannot be found */
export function readOptions(argv: readonly string[]) {
  const args = readArguments(argv, "boards", {
    stack: "text",
    environment: "text",
    minutes: "text",
    out: "text",
    check: "flag",
    json: "flag",
    prometheus: "text",
    victorialogs: "text",
    loki: "text",
    jaeger: "text",
    tempo: "text",
  });
  const stack = stackName(args.text("stack"));
  const stored = args.text("prometheus") === undefined ? fromStack(stack) : undefined;
  const prometheus = args.text("prometheus") ?? stored?.prometheus;
  const logs = logsAt(args.text("victorialogs"), args.text("loki")) ?? stored?.logs;
  const traces = tracesAt(args.text("jaeger"), args.text("tempo")) ?? stored?.traces;
  if (prometheus === undefined || logs === undefined || traces === undefined) {
    throw new Failure(
      "Addresses are missing: give --prometheus, one of --victorialogs and --loki, and one of --jaeger and --tempo together.",
    );
  }
  return {
    stack,
    prometheus,
    logs,
    traces,
    environment: args.text("environment") ?? stored?.environment ?? stack,
    minutes: numberOption(args, "minutes", { from: 1, to: 10_080, otherwise: 30 }),
    out: args.text("out") ?? `.local/${stack}/boards.html`,
    check: args.flag("check"),
    json: args.flag("json"),
  };
}

function logsAt(victorialogs: string | undefined, loki: string | undefined): LogStore | undefined {
  if (victorialogs !== undefined) return { kind: "victorialogs", url: victorialogs };
  return loki === undefined ? undefined : { kind: "loki", url: loki };
}

function tracesAt(jaeger: string | undefined, tempo: string | undefined): TraceStore | undefined {
  if (jaeger !== undefined) return { kind: "jaeger", url: jaeger };
  return tempo === undefined ? undefined : { kind: "tempo", url: tempo };
}

/** The addresses `npm start` stored. */
function fromStack(stack: string) {
  const file = `.local/${stack}/outputs.json`;
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch {
    throw notRunning(file, "give the addresses");
  }
  const outputs = record(JSON.parse(content));
  const local = array(outputs.query)
    .map(record)
    .find((query) => query.kind === "jaeger" || query.kind === "lgtm");
  if (local === undefined)
    throw new Failure(`${file} names no local backend (jaeger or lgtm): its boards are where its data is.`);
  const { prometheus = "", victorialogs, loki, jaeger, tempo } = words(local);
  return {
    prometheus,
    logs: logsAt(victorialogs, loki),
    traces: tracesAt(jaeger, tempo),
    environment: typeof outputs.environment === "string" ? outputs.environment : stack,
  };
}
