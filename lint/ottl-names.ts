import { readFileSync } from "node:fs";
import path from "node:path";
import { nearest } from "../config/nearest.ts";
import { isUnreadable } from "./regexp.ts";

/** Functions and paths of the transformation language: do they exist, and are a function's arguments as many and of the kind that it asks for. */

/** What is wrong with a text of the language. */
export interface OttlProblem {
  readonly message: string;
  readonly fix: string;
}

/** Where a text stands: in a context, or in none, where each path names its own; then the signal says which ones there are, as far as it is known. */
export type OttlPlace = keyof typeof PATHS | keyof typeof OF_SIGNAL | "inferred" | "unknown";

const SPECIAL = "attributes dropped_attributes_count cache";
/** First parts of paths, by context (`pkg/ottl/contexts/internal` of the collector's sources). */
const PATHS = {
  resource: words(`${SPECIAL} schema_url`),
  scope: words(`${SPECIAL} name version schema_url`),
  span: words(
    `${SPECIAL} trace_id span_id trace_state parent_span_id name kind start_time_unix_nano end_time_unix_nano start_time end_time events dropped_events_count links dropped_links_count status flags`,
  ),
  spanevent: words(`${SPECIAL} time_unix_nano time name event_index`),
  metric: words("cache name description unit type aggregation_temporality is_monotonic data_points metadata"),
  datapoint: words(
    "cache attributes start_time_unix_nano time_unix_nano start_time time value_double value_int exemplars flags count sum min max bucket_counts explicit_bounds scale zero_count zero_threshold positive negative quantile_values",
  ),
  log: words(
    `${SPECIAL} time_unix_nano observed_time_unix_nano time observed_time severity_number severity_text body flags trace_id span_id event_name`,
  ),
} as const;

/** Contexts whose paths may be written in another one, with their name before them. */
const OUTER: Readonly<Record<keyof typeof PATHS, readonly string[]>> = {
  resource: [],
  scope: ["resource"],
  span: ["resource", "scope"],
  spanevent: ["resource", "scope", "span"],
  metric: ["resource", "scope"],
  datapoint: ["resource", "scope", "metric"],
  log: ["resource", "scope"],
};
/** Contexts that texts without one may name, by what they are about. */
const OF_SIGNAL = {
  traces: words("resource scope span spanevent"),
  metrics: words("resource scope metric datapoint"),
  logs: words("resource scope log"),
  profiles: words("resource scope profile profilesample"),
} as const;
const isInferred = (place: OttlPlace): boolean => place === "inferred" || place in OF_SIGNAL;

/** Parts that a path may have behind its first one; all others have none. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  trace_id: ["string"],
  span_id: ["string"],
  parent_span_id: ["string"],
  kind: ["string", "deprecated_string"],
  status: ["code", "message"],
  body: ["string"],
  positive: ["offset", "bucket_counts"],
  negative: ["offset", "bucket_counts"],
};
const ALL_CONTEXTS = words(
  "resource scope instrumentation_scope span spanevent metric datapoint log profile profilesample exemplar otelcol",
);

let functions: Readonly<Record<string, readonly string[]>> | undefined;
/** Functions with their parameters, as `functions.json` has them. Read once, when they are first asked for. */
function functionsOf(): Readonly<Record<string, readonly string[]>> {
  functions ??= JSON.parse(readFileSync(path.join(import.meta.dirname, "keys/functions.json"), "utf8"));
  return functions ?? {};
}

let changing: readonly string[] | undefined;
/** Functions that change what they are given, which statements begin with. */
export function editors(): readonly string[] {
  changing ??= [
    ...Object.keys(functionsOf()).filter((name) => /^[a-z]/.test(name)),
    "convert_exponential_hist_to_explicit_hist",
  ];
  return changing;
}

/** The first name that does not exist, or the first call with arguments that do not fit. The text has balanced parentheses and quotes. */
export function nameProblem(text: string, place: OttlPlace): OttlProblem | undefined {
  const tokens = tokensOf(text);
  // names of their own: x => x.value
  if (tokens.some(({ text }) => text === "=>" || text === "->")) return undefined;
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== "name") continue;
    const next = tokens[i + 1]?.text;
    if (next === "(" && !/^(and|or|not|where|in)$/.test(token.text)) {
      const problem =
        elsewhereProblem(token.text, place) ??
        callProblem(token.text, tokens, i + 1) ??
        literalProblem(token.text, argumentsOf(tokens, i + 1));
      if (problem !== undefined) return problem;
    } else if (/^(attributes|cache|body)$/.test(token.text) && next === "." && tokens[i + 2]?.kind === "name") {
      const key = tokens[i + 2]?.text ?? "";
      if (token.text !== "body" || key !== "string")
        return { message: `${token.text}.${key} is no path`, fix: `write ${token.text}["${key}"]` };
    } else if (next !== "=" && tokens[i - 1]?.text !== ".") {
      if (next === "[" && ALL_CONTEXTS.includes(token.text) && token.text in PATHS)
        return {
          message: `${token.text}[…] is no path`,
          fix: `write ${token.text}.attributes${tokens[i + 2]?.kind === "text" ? `[${tokens[i + 2]?.text}]` : '["name"]'}`,
        };
      const [, , first, dot, second] = tokens
        .slice(i)
        .map(({ kind, text }) => (kind === "name" || text === "." ? text : undefined));
      const problem =
        next === "."
          ? (contextProblem(token.text, place) ??
            pathProblem(token.text, place) ??
            partProblem(token.text, first, dot === "." ? second : undefined))
          : pathProblem(token.text, place);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

function callProblem(name: string, tokens: readonly Token[], open: number): OttlProblem | undefined {
  const all = functionsOf();
  const parameters = Object.hasOwn(all, name) ? all[name] : undefined;
  if (parameters === undefined) {
    if (editors().includes(name)) return undefined;
    const names = Object.keys(all);
    const guess = names.find((known) => known.toLowerCase() === name.toLowerCase()) ?? nearest(name, names);
    return {
      message: `there is no function ${name}`,
      fix: guess === undefined ? "use one of the language" : `write ${guess}`,
    };
  }
  const args = argumentsOf(tokens, open);
  if (name === "route") return undefined;
  const needed = parameters.filter((parameter) => !parameter.endsWith("?"));
  const usage = `${name}(${parameters.map((parameter) => parameter.replace(/:\w+/, "")).join(", ")})`;
  if (args.length < needed.length || args.length > parameters.length)
    return {
      message: `${name} has ${args.length} of ${count(needed.length, parameters.length)} arguments`,
      fix: `write ${usage}`,
    };
  for (const [i, arg] of args.entries()) {
    const [first, second] = arg;
    if (first?.kind === "name" && second?.text === "=") continue;
    const [, parameter = "", kind] = /^(\w+):(\w+)/.exec(parameters[i] ?? "") ?? [];
    // up to 0.164 the language takes a list that is written out, never a path or a call in its place
    if (kind === "list" && first !== undefined && first.text !== "[")
      return { message: `${parameter} of ${name} is no list`, fix: `write ${usage} with [ ] around ${parameter}` };
    if (/^(limit|multiplier)$/.test(parameter) && arg.length === 1 && first?.kind === "text")
      return {
        message: `${parameter} of ${name} is a number, and here is a text`,
        fix: `write ${first.text.slice(1, -1)}`,
      };
    if (i === 0 && /^replace_(pattern|match)$/.test(name) && arg.at(-1)?.text === "attributes")
      return {
        message: `${name} works on one text, and attributes are many`,
        fix: `write ${name.replace("pattern", "all_patterns").replace("match", "all_matches")}, or attributes["name"]`,
      };
    // what a function works on it may take in any form
    if (kind === "text" && parameter === "target") continue;
    if (kind === "text" && first?.text === "[")
      return { message: `${parameter} of ${name} is one text, and here is a list`, fix: `write ${usage}` };
    // one token is a literal or a path; more are an expression
    if (arg.length === 1 && first !== undefined && !fits(first, kind ?? "any"))
      return {
        message: `${parameter} of ${name} cannot be ${first.kind === "text" ? "a text" : first.text}`,
        fix: `write ${usage}`,
      };
  }
  return undefined;
}

/** Functions that one context of metrics has and the other has not. */
const ONLY_IN: Readonly<Record<"metric" | "datapoint", readonly string[]>> = {
  metric: words(
    "HasAttrKeyOnDatapoint HasAttrOnDatapoint extract_sum_metric extract_count_metric extract_percentile_metric convert_gauge_to_sum convert_sum_to_gauge copy_metric scale_metric aggregate_on_attributes aggregate_on_attribute_value convert_exponential_histogram_to_histogram convert_summary_quantile_val_to_gauge",
  ),
  datapoint: words("convert_summary_sum_val_to_sum convert_summary_count_val_to_sum merge_histogram_buckets"),
};

function elsewhereProblem(name: string, place: OttlPlace): OttlProblem | undefined {
  for (const [context, names] of Object.entries(ONLY_IN))
    if (names.includes(name) && place !== context && !isInferred(place) && place !== "unknown")
      return { message: `${name} is a function of the context ${context}`, fix: `set context: ${context}` };
  return undefined;
}

/** Arguments that are a pattern or one of a few words, by function and place. */
const PATTERN_ARGUMENTS: Readonly<Record<string, number>> = {
  IsMatch: 1,
  replace_pattern: 1,
  replace_all_patterns: 2,
  delete_matching_keys: 1,
  keep_matching_keys: 1,
  ExtractPatterns: 1,
};
const WORD_ARGUMENTS: Readonly<Record<string, readonly [place: number, allowed: readonly string[]]>> = {
  replace_all_patterns: [1, ["key", "value"]],
  merge_maps: [2, ["insert", "update", "upsert"]],
  ConvertCase: [1, ["lower", "upper", "snake", "camel"]],
  convert_gauge_to_sum: [0, ["cumulative", "delta"]],
  convert_summary_count_val_to_sum: [0, ["cumulative", "delta"]],
  convert_summary_sum_val_to_sum: [0, ["cumulative", "delta"]],
  aggregate_on_attributes: [0, ["sum", "max", "min", "mean", "median", "count"]],
  aggregate_on_attribute_value: [0, ["sum", "max", "min", "mean", "median", "count"]],
};

function literalProblem(name: string, args: readonly (readonly Token[])[]): OttlProblem | undefined {
  const literalAt = (place: number | undefined): string | undefined => {
    const [token, more] = place === undefined ? [] : (args[place] ?? []);
    if (token?.kind !== "text" || more !== undefined) return undefined;
    return token.text.slice(1, -1).replace(/\\(["\\])/g, "$1");
  };
  const [place, allowed = []] = Object.hasOwn(WORD_ARGUMENTS, name) ? (WORD_ARGUMENTS[name] ?? []) : [];
  const word = literalAt(place);
  if (word !== undefined && !allowed.includes(word))
    return { message: `${name} does not know "${word}"`, fix: `write ${allowed.map((one) => `"${one}"`).join(", ")}` };
  const pattern = literalAt(Object.hasOwn(PATTERN_ARGUMENTS, name) ? PATTERN_ARGUMENTS[name] : undefined);
  if (pattern !== undefined && isUnreadable(pattern.replaceAll("$$", "$")))
    return {
      message: `${pattern} is no pattern of RE2`,
      fix: pattern.startsWith("*") ? `write .${pattern}` : "close its brackets, write it without lookaround",
    };
  return undefined;
}

const count = (least: number, most: number): string => (least === most ? String(least) : `${least} to ${most}`);

function fits({ kind, text }: Token, wanted: string): boolean {
  if (wanted === "path") return kind === "name" && !/^(true|false|nil)$/.test(text);
  if (wanted === "text") return kind !== "number" && !/^(true|false)$/.test(text);
  if (wanted === "truth") return kind === "name";
  return true;
}

/** A path of another context, which the one that is set does not lie within: a data point belongs to no span. */
function contextProblem(name: string, place: OttlPlace): OttlProblem | undefined {
  if (place in OF_SIGNAL) {
    const allowed: readonly string[] = OF_SIGNAL[place as keyof typeof OF_SIGNAL];
    return !ALL_CONTEXTS.includes(name) || [...allowed, "instrumentation_scope", "otelcol", "exemplar"].includes(name)
      ? undefined
      : { message: `${place} have no paths of ${name}`, fix: `use those of ${allowed.join(", ")}` };
  }
  if (!(place in PATHS) || !(name in PATHS) || name === place) return undefined;
  const context = place as keyof typeof PATHS;
  const own: readonly string[] = PATHS[context];
  if (OUTER[context].includes(name) || own.includes(name)) return undefined;
  return {
    message: `${place} has no paths of ${name}`,
    fix: `use those of ${[place, ...OUTER[context]].join(", ")}, or set context: ${name}`,
  };
}

/** What stands behind a context, or behind a path, that has no such part. */
function partProblem(name: string, first: string | undefined, second: string | undefined): OttlProblem | undefined {
  const context = name === "instrumentation_scope" ? "scope" : name;
  if (first === undefined) return undefined;
  if (!(context in PATHS)) return partsProblem(name, first);
  const own: readonly string[] = PATHS[context as keyof typeof PATHS];
  if (own.includes(first)) return second === undefined ? undefined : partsProblem(first, second);
  return { message: `${name} has no path ${first}`, fix: `use ${nearest(first, own) ?? own.slice(0, 6).join(", ")}` };
}

function partsProblem(path: string, part: string): OttlProblem | undefined {
  if (path === "attributes" || path === "cache")
    return { message: `${path}.${part} is no path`, fix: `write ${path}["${part}"]` };
  const parts = Object.hasOwn(PARTS, path) ? (PARTS[path] ?? []) : [];
  if (parts.includes(part) || !Object.values(PATHS).some((paths) => paths.some((one) => one === path)))
    return undefined;
  return {
    message: `${path} has no part ${part}`,
    fix: parts.length === 0 ? `write ${path} alone` : `write ${parts.map((one) => `${path}.${one}`).join(", ")}`,
  };
}

function pathProblem(name: string, place: OttlPlace): OttlProblem | undefined {
  if (place === "unknown" || /^(and|or|not|where|true|false|nil|in)$/.test(name) || /^[A-Z0-9_]+$/.test(name))
    return undefined;
  const isContext = ALL_CONTEXTS.includes(name);
  if (isInferred(place)) {
    if (isContext) return undefined;
    const context = Object.entries(PATHS).find(([, paths]) => paths.includes(name))?.[0];
    return context === undefined
      ? { message: `there is no path ${name}`, fix: "write context.path, such as span.name" }
      : {
          message: `the path ${name} does not name its context`,
          fix: `write for example ${context}.${name}, or set context`,
        };
  }
  const own: readonly string[] = PATHS[place as keyof typeof PATHS];
  if (own.includes(name) || isContext) return undefined;
  const outer = OUTER[place as keyof typeof PATHS].find((context) =>
    PATHS[context as keyof typeof PATHS].some((path) => path === name),
  );
  const elsewhere = Object.entries(PATHS).find(([, paths]) => paths.some((path) => path === name))?.[0];
  if (outer !== undefined) return { message: `${place} has no path ${name}`, fix: `write ${outer}.${name}` };
  return {
    message: `${place} has no path ${name}${elsewhere === undefined ? "" : `, which belongs to ${elsewhere}`}`,
    fix: `use ${nearest(name, own) ?? own.slice(0, 6).join(", ")}`,
  };
}

interface Token {
  readonly kind: "name" | "text" | "number" | "sign";
  readonly text: string;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const [found] of text.matchAll(/"(?:\\.|[^"\\])*"|[A-Za-z_]\w*|\d[\w.]*|=>|->|==|!=|<=|>=|\S/g))
    tokens.push({
      kind: found.startsWith('"') ? "text" : /^[A-Za-z_]/.test(found) ? "name" : /^\d/.test(found) ? "number" : "sign",
      text: found,
    });
  return tokens;
}

/** Tokens of each argument of the call whose parenthesis opens there. */
function argumentsOf(tokens: readonly Token[], open: number): readonly (readonly Token[])[] {
  const all: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens.slice(open)) {
    if (")]}".includes(token.text)) depth -= 1;
    if (depth === 0 && token.text === ")") break;
    if (depth === 1 && token.text === ",") all.push([]);
    else if (depth > 0) all.at(-1)?.push(token);
    if ("([{".includes(token.text)) depth += 1;
  }
  return all.length === 1 && all[0]?.length === 0 ? [] : all;
}

function words(text: string): readonly string[] {
  return text.split(" ");
}
