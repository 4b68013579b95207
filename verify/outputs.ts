import { readFile } from "node:fs/promises";
import { MASK } from "../cli/mask.ts";
import { notRunning } from "../cli/not-running.ts";
import { pulumiOutputs } from "../cli/pulumi.ts";
import { METRICS_INTERVAL_SECONDS } from "../pipeline/input.ts";
import type { BackendQuery } from "../vendors/query.ts";
import { type Json, list, object, text } from "./json.ts";
import { ASKABLE } from "./queriers/index.ts";
import { type System, systemIn } from "./system.ts";

/** The stack outputs that `verify` and `compare` need, as `npm start` and `pulumi stack output --json` write them. */
export interface StackOutputs {
  readonly query: readonly BackendQuery[];
  /** What sends telemetry and what is measured: what must arrive. */
  readonly system: System;
  /** Addresses of the published services on this machine, by name. */
  readonly published: Readonly<Record<string, string>>;
  /** File that says how the application is used, relative to the project; undefined: nothing is used. */
  readonly drive: string | undefined;
  /** Seconds between two points of a metric. */
  readonly metricsInterval: number;
  /** What the cost of a month is estimated from, for `npm run cost` to read. */
  readonly workload: Json;
}

/** Where `npm start` stores the outputs of a stack, below the project folder. */
export function outputsFile(stack: string): string {
  return `.local/${stack}/outputs.json`;
}

/**
 * The outputs of a stack: those in the file a person names, else what `npm start` stored, else what the Pulumi CLI says.
 *
 * @throws Error, one sentence that says what to do, when nothing knows the stack
 */
export async function stackOutputs(stack: string, named?: string): Promise<StackOutputs> {
  if (named !== undefined) return readOutputs(named);
  const file = outputsFile(stack);
  const stored = await contentOf(file);
  if (stored !== undefined) return outputsIn(stored, file, "run npm start again to write it anew");
  const answer = await pulumiOutputs(stack);
  if (answer === undefined) throw notRunning(file, ANOTHER_FILE);
  return outputsIn(answer, `pulumi stack output of ${stack}`, "check it by hand");
}

/**
 * @param askable whether it must name a backend that can be asked
 * @throws Error, one sentence that says what to do, when there is no such file or it does not hold a stack's outputs
 */
export async function readOutputs(file: string, askable = true): Promise<StackOutputs> {
  const content = await contentOf(file);
  if (content === undefined) throw notRunning(file, ANOTHER_FILE);
  return outputsIn(content, file, "run npm start again to write it anew", askable);
}

const ANOTHER_FILE = "name the file with --outputs";

async function contentOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch {
    return undefined;
  }
}

function outputsIn(content: string, place: string, mend: string, askable = true): StackOutputs {
  let outputs: Json;
  try {
    outputs = object(JSON.parse(content));
  } catch {
    throw new Error(`${place} is not JSON: ${mend}.`);
  }
  if (list(outputs.query).includes(MASK))
    throw new Error(
      `${place} hides how the backend is asked, since a key belongs to it: name a file that has it with --outputs, or ${mend}.`,
    );
  const query = list(outputs.query).map((entry) => backendQuery(object(entry), place));
  if (askable && query.length === 0) {
    throw new Error(
      `${place} names no backend that can be asked (output "query" is empty): choose one of ${ASKABLE.join(", ")}.`,
    );
  }
  return {
    query,
    system: systemIn(outputs),
    published: Object.fromEntries(Object.entries(object(outputs.published)).map(([name, url]) => [name, text(url)])),
    metricsInterval: intervalIn(object(outputs.workload)),
    workload: object(outputs.workload),
    drive: typeof outputs.drive === "string" && outputs.drive !== "none" ? outputs.drive : undefined,
  };
}

/** What was deployed before there was a choice does not say. */
const intervalIn = ({ metricsInterval }: Readonly<Record<string, unknown>>): number =>
  typeof metricsInterval === "number" ? metricsInterval : METRICS_INTERVAL_SECONDS;

function backendQuery(value: Json, place: string): BackendQuery {
  const url = (key: string): string => {
    const given = text(value[key]);
    if (!URL.canParse(given)) {
      throw new Error(`${place}: query.${key} is ${JSON.stringify(value[key])}, expected a URL.`);
    }
    return given.replace(/\/+$/, "");
  };
  /** Not quoted when it is wrong: it may be a secret. */
  const word = (key: string): string => {
    const given = text(value[key]);
    if (given === "") throw new Error(`${place}: query.${key} is missing or not a text: deploy the stack again.`);
    return given;
  };
  switch (value.kind) {
    case "jaeger":
      return {
        kind: "jaeger",
        jaeger: url("jaeger"),
        prometheus: url("prometheus"),
        victorialogs: url("victorialogs"),
        ...(value.console !== undefined && { console: url("console") }),
      };
    case "lgtm":
      return { kind: "lgtm", tempo: url("tempo"), prometheus: url("prometheus"), loki: url("loki") };
    case "grafana-cloud": {
      const sources = { prometheus: word("prometheus"), loki: word("loki"), tempo: word("tempo") };
      return { kind: "grafana-cloud", grafana: url("grafana"), token: word("token"), ...sources };
    }
    case "new-relic": {
      const places = { nerdgraph: url("nerdgraph"), pages: url("pages") };
      return { kind: "new-relic", ...places, accountId: word("accountId"), apiKey: word("apiKey") };
    }
    case "honeycomb": {
      const places = { api: url("api"), ui: url("ui") };
      return { kind: "honeycomb", ...places, apiKey: word("apiKey"), metricsDataset: word("metricsDataset") };
    }
    default:
      throw new Error(`${place}: query.kind is ${JSON.stringify(value.kind)}, allowed: ${ASKABLE.join(", ")}.`);
  }
}
