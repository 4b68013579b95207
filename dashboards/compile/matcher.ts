import type { Match } from "../model/expression.ts";

/** A condition as PromQL, LogQL and TraceQL write it: its operator and its text, which is an anchored pattern behind `=~` and `!~`. */
export function matcherOf(match: Match): readonly [op: "=" | "!=" | "=~" | "!~", text: string] {
  if (typeof match === "string") return ["=", match];
  if ("not" in match) return ["!=", match.not];
  if ("unlike" in match) return ["!~", match.unlike];
  if ("like" in match) return ["=~", match.like];
  if ("without" in match) return ["!~", containsAny(match.without)];
  return ["=~", match.map(escapeRegex).join("|")];
}

/** The pattern of what contains one of the texts. */
export const containsAny = (texts: readonly string[]): string => `.*(${texts.map(escapeRegex).join("|")}).*`;

export function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
