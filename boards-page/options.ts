import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { array, record } from "./stores/http.ts";
import type { TraceStore } from "./stores/traces.ts";

/** What `npm run boards` was asked for. */
export interface Options {
  readonly prometheus: string;
  readonly loki: string;
  readonly traces: TraceStore;
  readonly environment: string;
  readonly minutes: number;
  readonly out: string;
  /** Print what each panel got, and exit 1 when one is empty without a reason. */
  readonly check: boolean;
}

export const USAGE = `npm run boards -- [--stack dev] [--environment dev] [--minutes 30] [--out FILE] [--check]
                  [--prometheus URL --loki URL (--jaeger URL | --tempo URL)]`;

/** @throws Error, one sentence, when an option is unknown or the stack's backend cannot be found */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stack: { type: "string", default: "dev" },
      environment: { type: "string" },
      minutes: { type: "string", default: "30" },
      out: { type: "string" },
      check: { type: "boolean", default: false },
      prometheus: { type: "string" },
      loki: { type: "string" },
      jaeger: { type: "string" },
      tempo: { type: "string" },
    },
  });
  const minutes = Number(values.minutes);
  if (!(minutes >= 1 && minutes <= 10_080))
    throw new Error(`--minutes ${values.minutes}: expected 1 to 10080, for example --minutes 30.`);
  const stored = values.prometheus === undefined ? fromStack(values.stack) : undefined;
  const prometheus = values.prometheus ?? stored?.prometheus;
  const loki = values.loki ?? stored?.loki;
  const traces = tracesAt(values.jaeger, values.tempo) ?? stored?.traces;
  if (prometheus === undefined || loki === undefined || traces === undefined) {
    throw new Error("Addresses are missing: give --prometheus, --loki and one of --jaeger and --tempo together.");
  }
  return {
    prometheus,
    loki,
    traces,
    environment: values.environment ?? stored?.environment ?? values.stack,
    minutes,
    out: values.out ?? `.local/${values.stack}/boards.html`,
    check: values.check,
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
    throw new Error(`No running stack found (${file} cannot be read): run npm start first, or give the addresses.`);
  }
  const outputs = record(JSON.parse(content));
  const local = array(outputs.query)
    .map(record)
    .find((query) => query.kind === "jaeger" || query.kind === "lgtm");
  if (local === undefined)
    throw new Error(`${file} names no local backend (jaeger or lgtm): its boards are where its data is.`);
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
