import type { TracesPanel } from "../model/board.ts";
import type { Match, Where } from "../model/expression.ts";

/** Attributes of the resource; all others belong to the span. */
const RESOURCE = ["service.", "deployment.", "host.", "container."];

/** Which traces a panel lists, in TraceQL. */
export function compileTraceql(panel: Pick<TracesPanel, "where" | "pick">, scope: Where): string {
  const conditions = Object.entries({ ...scope, ...panel.where }).map(([key, match]) => condition(key, match));
  if (panel.pick === "failed") conditions.push("status = error");
  else if (panel.pick !== "latest") conditions.push(`duration > ${panel.pick.slowerThan * 1000}ms`);
  return `{ ${conditions.join(" && ")} }`;
}

function condition(attribute: string, match: Match): string {
  const owner = RESOURCE.some((prefix) => attribute.startsWith(prefix)) ? "resource" : "span";
  const field = `${owner}.${attribute}`;
  if (typeof match === "string") return `${field} = ${JSON.stringify(match)}`;
  if ("not" in match) return `${field} != ${JSON.stringify(match.not)}`;
  if ("unlike" in match) return `${field} !~ ${JSON.stringify(match.unlike)}`;
  if ("like" in match) return `${field} =~ ${JSON.stringify(match.like)}`;
  return `${field} =~ ${JSON.stringify(match.join("|"))}`;
}
