import { nearest } from "../config/nearest.ts";

/** The OpenTelemetry transformation language, as far as its form shows mistakes. Pure; any text has an answer. */

export interface OttlProblem {
  readonly message: string;
  readonly fix: string;
}

const EDITORS =
  "set append delete_key delete_matching_keys delete_index flatten keep_keys keep_matching_keys limit merge_maps replace_all_matches replace_all_patterns replace_match replace_pattern truncate_all route convert_sum_to_gauge convert_gauge_to_sum extract_count_metric extract_sum_metric copy_metric scale_metric aggregate_on_attributes aggregate_on_attribute_value convert_exponential_histogram_to_histogram convert_exponential_hist_to_explicit_hist convert_summary_count_val_to_sum convert_summary_sum_val_to_sum convert_summary_quantile_val_to_gauge merge_histogram_buckets set_semconv_span_name".split(
    " ",
  );

/** What is wrong with a condition (`attributes["a"] == 1`) or a statement (`set(name, "b") where …`). */
export function ottlProblem(text: string, kind: "condition" | "statement"): OttlProblem | undefined {
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
  if (/(^|[^=!<>])=([^=~]|$)/.test(condition)) return { message: "= is no comparison", fix: "write ==" };
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
  return kind === "statement" ? statementProblem(outside.trim()) : undefined;
}

function statementProblem(text: string): OttlProblem | undefined {
  const [, name] = /^([A-Za-z_]\w*)\s*\(/.exec(text) ?? [];
  if (name === undefined)
    return {
      message: "a statement begins with a function, such as set(…)",
      fix: "write function(arguments) where condition",
    };
  if (EDITORS.includes(name)) {
    return name === "set" && !text.includes(",")
      ? { message: "set needs what and to what", fix: "write set(path, value)" }
      : undefined;
  }
  const guess = nearest(name.toLowerCase(), EDITORS);
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
