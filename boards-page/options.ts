import { readFileSync } from "node:fs";
import { numberOption, readArguments, stackName } from "../cli/arguments.ts";
import { Failure } from "../cli/failure.ts";
import { array, record } from "./stores/http.ts";
import type { TraceStore } from "./stores/traces.ts";

/** What `npm run boards` was asked for. */
export interface Options {
  /** Whose boards. */
  readonly stack: string;
  readonly prometheus: string;
  readonly loki: string;
  readonly traces: TraceStore;
  readonly environment: string;
  readonly minutes: number;
  readonly out: string;
  /** Print what each panel got, and exit 1 when one is empty without a reason. */
  readonly check: boolean;
  /** Print that as JSON. */
  readonly json: boolean;
}

export const USAGE = `npm run boards -- [--stack dev] [--environment dev] [--minutes 30] [--out FILE] [--check] [--json]
                  [--prometheus URL --loki URL (--jaeger URL | --tempo URL)]

Writes every board with what the local backend answers now, as one page.
  --check   exit 1 when a panel is empty without a reason
  --json    what each panel shows, as JSON`;

/** @throws Failure, one sentence, when an option is unknown or the stack's backend cannot be found */
export function readOptions(argv: readonly string[]): Options {
  const args = readArguments(argv, "boards", {
    stack: "text",
    environment: "text",
    minutes: "text",
    out: "text",
    check: "flag",
    json: "flag",
    prometheus: "text",
    loki: "text",
    jaeger: "text",
    tempo: "text",
  });
  const stack = stackName(args.text("stack"));
  const stored = args.text("prometheus") === undefined ? fromStack(stack) : undefined;
  const prometheus = args.text("prometheus") ?? stored?.prometheus;
  const loki = args.text("loki") ?? stored?.loki;
  const traces = tracesAt(args.text("jaeger"), args.text("tempo")) ?? stored?.traces;
  if (prometheus === undefined || loki === undefined || traces === undefined) {
    throw new Failure("Addresses are missing: give --prometheus, --loki and one of --jaeger and --tempo together.");
  }
  return {
    stack,
    prometheus,
    loki,
    traces,
    environment: args.text("environment") ?? stored?.environment ?? stack,
    minutes: numberOption(args, "minutes", { from: 1, to: 10_080, otherwise: 30 }),
    out: args.text("out") ?? `.local/${stack}/boards.html`,
    check: args.flag("check"),
    json: args.flag("json"),
  };
}

function tracesAt(jaeger: string | undefined, tempo: string | undefined): TraceStore | undefined {
  if (jaeger !== undefined) return { kind: "jaeger", url: jaeger };
  return tempo === undefined ? undefined : { kind: "tempo", url: tempo };
}

/** The addresses `npm start` stored. */
function fromStack(stack: string): Pick<Options, "prometheus" | "loki" | "traces" | "environment"> {
  const file = `.local/${stack}/outputs.json`;
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch {
    throw new Failure(`No running stack found (${file} cannot be read): run npm start first, or give the addresses.`);
  }
  const outputs = record(JSON.parse(content));
  const local = array(outputs.query)
    .map(record)
    .find((query) => query.kind === "jaeger" || query.kind === "lgtm");
  if (local === undefined)
    throw new Failure(`${file} names no local backend (jaeger or lgtm): its boards are where its data is.`);
  const traces =
    local.kind === "jaeger"
      ? { kind: "jaeger", url: String(local.jaeger) }
      : { kind: "tempo", url: String(local.tempo) };
  return {
    prometheus: String(local.prometheus),
    loki: String(local.loki),
    traces: traces as TraceStore,
    environment: typeof outputs.environment === "string" ? outputs.environment : stack,
  };
}
