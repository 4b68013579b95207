import { nearest } from "../config/nearest.ts";
import { grammarProblem } from "./ottl-grammar.ts";
import { editors, nameProblem, type OttlPlace, type OttlProblem } from "./ottl-names.ts";

/** The OpenTelemetry transformation language, as far as its form shows mistakes. Pure; any text has an answer. */

/** What is wrong with a condition (`attributes["a"] == 1`) or a statement (`set(name, "b") where …`). */
export function ottlProblem(
  text: string,
  kind: "condition" | "statement",
  place: OttlPlace = "unknown",
): OttlProblem | undefined {
  if (text.trim() === "" || /\$\{|\{\{/.test(text)) return undefined;
  let depth = 0;
  let outside = "";
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charAt(i);
    if (character === '"') {
      const end = endOfText(text, i);
      if (end < 0) return { message: 'a text begins with " and does not end', fix: 'close it with "' };
      outside += '""';
      i = end;
      continue;
    }
    if (character === "'") return { message: "texts stand in single quotes", fix: "write them in double quotes" };
    if ("([{".includes(character)) depth += 1;
    if (")]}".includes(character)) depth -= 1;
    if (depth < 0) return { message: `a ${character} closes nothing`, fix: "remove it, or open it before" };
    outside += depth > 0 && character === "=" ? " " : character;
  }
  if (depth > 0) return { message: "a parenthesis or bracket is not closed", fix: "close it" };
  const lookaround = /"[^"]*\(\?(=|!|<=|<!)[^"]*"/.test(text);
  if (lookaround)
    return { message: "the pattern has lookahead or lookbehind, which RE2 does not know", fix: "write it without" };
  const [operator] = /&&|\|\|/.exec(outside) ?? [];
  if (operator !== undefined)
    return { message: `${operator} is no operator`, fix: `write ${operator === "&&" ? "and" : "or"}` };
  const condition = kind === "statement" ? (/\bwhere\b(.*)$/s.exec(outside)?.[1] ?? "") : outside;
  if (/(^|[^=!<>])=([^=~>]|$)/.test(condition)) return { message: "= is no comparison", fix: "write ==" };
  if (/\b(AND|OR|NOT)\b/.test(outside))
    return { message: "operators are written in small letters", fix: "write and, or, not" };
  if (/(\b(and|or|not|where)|==|!=|<=|>=|<|>)\s*$/.test(outside))
    return { message: "it ends where something must follow", fix: "complete it" };
  const [, path] =
    /(?:^|[^\w.])((?:resource\.|span\.|log\.|datapoint\.)?(?:attribute|attrs|labels?|tags)|resource_attributes)\[/.exec(
      outside,
    ) ?? [];
  if (path !== undefined)
    return {
      message: `there is no path ${path}`,
      fix: `write ${path === "resource_attributes" ? "resource.attributes" : path.replace(/(attribute|attrs|labels?|tags)$/, "attributes")}`,
    };
  return (
    (kind === "statement" ? statementProblem(outside.trim()) : undefined) ??
    nameProblem(text, place) ??
    grammarProblem(text, kind)
  );
}

function statementProblem(text: string): OttlProblem | undefined {
  const [, name] = /^([A-Za-z_]\w*)\s*\(/.exec(text) ?? [];
  if (name === undefined)
    return {
      message: "a statement begins with a function, such as set(…)",
      fix: "write function(arguments) where condition",
    };
  if (editors().includes(name)) {
    return name === "set" && !text.includes(",")
      ? { message: "set needs what and to what", fix: "write set(path, value)" }
      : undefined;
  }
  const guess = nearest(name.toLowerCase(), editors());
  if (guess !== undefined) return { message: `there is no function ${name}`, fix: `write ${guess}` };
  return /^[A-Z]/.test(name)
    ? {
        message: `${name} gives a value and changes nothing`,
        fix: "begin with set(…) or another function in small letters",
      }
    : undefined;
}

function endOfText(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i += 1) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === '"') return i;
  }
  return -1;
}
