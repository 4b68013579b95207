import { isNumeric, numericRange } from "../model/attribute.ts";
import type { TracesPanel } from "../model/board.ts";
import type { Match, Where } from "../model/expression.ts";
import { matcherOf } from "./matcher.ts";

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
  if (attribute === "status.code") return match === "STATUS_CODE_ERROR" ? "status = error" : "status != error";
  const owner = RESOURCE.some((prefix) => attribute.startsWith(prefix)) ? "resource" : "span";
  const field = `${owner}.${/^[A-Za-z_][\w.-]*$/.test(attribute) ? attribute : JSON.stringify(attribute)}`;
  if (isNumeric(attribute)) return numericCondition(field, match);
  const [op, text] = matcherOf(match);
  return `${field} ${op} ${JSON.stringify(text)}`;
}

/** TraceQL compares values of one type: a number matches no text and no pattern. */
function numericCondition(field: string, match: Match): string {
  if (typeof match === "string") return `${field} = ${Number(match)}`;
  if ("not" in match) return `${field} != ${Number(match.not)}`;
  if ("unlike" in match || "like" in match) {
    const [from, to] = numericRange("like" in match ? match.like : match.unlike);
    return "like" in match ? `${field} >= ${from} && ${field} < ${to}` : `(${field} < ${from} || ${field} >= ${to})`;
  }
  if ("without" in match) throw new Error(`${field} is a number, which contains no text.`);
  return `(${match.map((one) => `${field} = ${Number(one)}`).join(" || ")})`;
}
