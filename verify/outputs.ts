import { readFile } from "node:fs/promises";
import { list, object, text } from "./json.ts";
import type { BackendQuery } from "./query.ts";

/** The stack outputs that `verify` needs, as `npm start` and `pulumi stack output --json` write them. */
export interface StackOutputs {
  readonly query: readonly BackendQuery[];
  /** URL of nginx; driving the app needs it. */
  readonly frontend?: string;
  /** URL of the simulated Discord's control endpoints. */
  readonly simulator?: string;
  readonly nginxTraces: boolean;
}

/** Where `npm start` keeps the outputs of a stack, below the project folder. */
export function outputsFile(stack: string): string {
  return `.local/${stack}/outputs.json`;
}

/** @throws Error, one sentence that says what to do, when there is no such stack or the file is not its outputs */
export async function readOutputs(file: string): Promise<StackOutputs> {
  let content: string;
  try {
    content = await readFile(file, "utf8");
  } catch {
    throw new Error(
      `No running stack found (${file} cannot be read): run npm start first, or name the file with --outputs.`,
    );
  }
  let outputs: ReturnType<typeof object>;
  try {
    outputs = object(JSON.parse(content));
  } catch {
    throw new Error(`${file} is not JSON: run npm start again to write it anew.`);
  }
  const query = list(outputs.query).map((entry) => backendQuery(entry, file));
  if (query.length === 0) {
    throw new Error(
      `${file} names no backend that can be asked (output "query" is empty): choose backend jaeger or lgtm.`,
    );
  }
  return {
    query,
    ...(typeof outputs.frontend === "string" ? { frontend: outputs.frontend } : {}),
    ...(typeof outputs.simulator === "string" ? { simulator: outputs.simulator } : {}),
    nginxTraces: outputs.nginxTraces === true,
  };
}

function backendQuery(entry: unknown, file: string): BackendQuery {
  const value = object(entry);
  const url = (key: string): string => {
    const given = text(value[key]);
    if (!URL.canParse(given))
      throw new Error(`${file}: query.${key} is ${JSON.stringify(value[key])}, expected a URL.`);
    return given.replace(/\/+$/, "");
  };
  switch (value.kind) {
    case "jaeger":
      return { kind: "jaeger", jaeger: url("jaeger"), prometheus: url("prometheus"), loki: url("loki") };
    case "lgtm":
      return { kind: "lgtm", tempo: url("tempo"), prometheus: url("prometheus"), loki: url("loki") };
    default:
      throw new Error(`${file}: query.kind is ${JSON.stringify(value.kind)}, allowed: jaeger, lgtm.`);
  }
}
