/** Layouts of a time whose parts contradict each other: minutes where a month stands, a part that comes twice. */
import { at, type Config, listOf, textOf, wordOf } from "../model.ts";
import type { Path } from "../record.ts";
import type { Rule } from "../rule.ts";

/** What is wrong with a layout, and what was meant. */
interface Problem {
  readonly message: string;
  readonly fix: string;
}

/** Parts of strptime that stand where another one is meant. */
const MISPLACED: readonly (readonly [form: RegExp, message: string, fix: string])[] = [
  [/%[HIlk]:?%m|%m:%[Ss]/, "%m is the month, and stands where minutes are", "write %M"],
  [
    /%[Yy][-/.]?%M|%M[-/.]?%[de]|%[de][-/. ]?%M[-/. ]?%[Yy]/,
    "%M are the minutes, and stand where the month is",
    "write %m",
  ],
  [/%[mbBh][-/. ]?%D|%D[-/. ]?%[mbBhYy]/, "%D is a whole date (%m/%d/%y), and stands where the day is", "write %d"],
  [/%h:%M/, "%h is the name of the month, and stands where hours are", "write %H"],
  [/%M:%s/, "%s are no seconds, and stand where seconds are", "write %S"],
  [/%Y[-/.]%d[-/.]%m/, "after the year the day stands before the month", "write %Y-%m-%d"],
];
const TWICE = /%([YymdHIMSLpbB])(?=.*%\1)/s;

function problemOfStrptime(layout: string): Problem | undefined {
  const text = layout.replaceAll("%%", "");
  const [, message, fix] = MISPLACED.find(([form]) => form.test(text)) ?? [];
  if (message !== undefined && fix !== undefined) return { message, fix };
  const [, part] = TWICE.exec(text) ?? [];
  if (part !== undefined) return { message: `%${part} stands twice`, fix: "write each part once" };
  if (/%[Il]/.test(text) && !/%[pPrcHk]/.test(text))
    return {
      message: "hours from 1 to 12 without %p leave open which half of the day it is",
      fix: "write %H, or add %p",
    };
  return undefined;
}

/** Parts that other languages have, of which Go reads each letter as it stands. */
const OF_OTHERS =
  /[Yy]{4}|\bMM\b|\bDD?\b|\bdd\b|[Hh]{2}(?![a-z])|(?<![A-Za-z])mm(?![A-Za-z])|(?<![A-Za-z])s{2,3}(?![A-Za-z])|S{3}/;
const GO_PARTS =
  /2006|January|Jan|Monday|Mon|MST|-0700|-07:00|-07|Z0700|Z07:00|Z07|[.,](?:0+|9+)(?!\d)|PM|pm|002|_2|15|0[1-6]|[1-5]/g;

function problemOfGo(layout: string): Problem | undefined {
  const [word] = OF_OTHERS.exec(layout) ?? [];
  if (word !== undefined)
    return { message: `Go reads ${word} as these letters`, fix: "write the parts of 2006-01-02T15:04:05" };
  const rest = layout.replace(GO_PARTS, "");
  if (/\d/.test(rest) && /\d{4}-\d{2}-\d{2}|\d{2}:\d{2}/.test(layout))
    return {
      message: "this is another moment than the one that Go's layouts show",
      fix: "write it of 2006-01-02T15:04:05",
    };
  if (/2006[-/.](02[-/.]01|04|05)|15:(01|02|05:04)/.test(layout))
    return {
      message: "the parts are exchanged: 01 is the month, 02 the day, 04 the minute, 05 the second",
      fix: "write 2006-01-02T15:04:05",
    };
  return undefined;
}

/** Every layout of an operator or a function, with the language that it is in. */
function* layoutsOf(
  config: Config,
): Generator<{ readonly path: Path; readonly layout: string; readonly isGo: boolean }> {
  for (const { path, value } of config.scalars) {
    if (typeof value !== "string" || value.includes("${")) continue;
    if (path.at(-1) === "layout" && path.includes("operators")) {
      const kind = wordOf(at(config.root, ...path.slice(0, -1), "layout_type") ?? "strptime");
      if (/^(strptime|gotime)$/.test(kind)) yield { path, layout: value, isGo: kind === "gotime" };
    } else if (value.includes("Time("))
      for (const [, layout] of value.matchAll(/\b(?:Time|FormatTime)\([^"]*(?:"[^"]*"\][^"]*)*,\s*"([^"]*%[^"]*)"/g))
        yield { path, layout: textOf(layout), isGo: false };
  }
}

/** Digits of the years around 2026, with the layout that reads them. */
const EPOCHS: Readonly<Record<string, string>> = { 10: "s", 13: "ms", 16: "us", 19: "ns" };

export const timeLayoutRules: readonly Rule[] = [
  {
    id: "layout-contradicts",
    severity: "error",
    explain:
      "A layout names each part of a time once and in its place: %m is the month and %M the minute, and Go's layouts show 2006-01-02T15:04:05 alone. With another one times are refused, or wrong.",
    bad: "receivers:\n  filelog: {include: [/srv/a.log], operators: [{type: json_parser, timestamp: {parse_from: attributes.ts, layout: '%Y-%m-%d %H:%m:%S'}}]}\n",
    good: "receivers:\n  filelog: {include: [/srv/a.log], operators: [{type: json_parser, timestamp: {parse_from: attributes.ts, layout: '%Y-%m-%d %H:%M:%S'}}]}\n",
    *find(config) {
      for (const { path, layout, isGo } of layoutsOf(config)) {
        // the other language has a rule of its own
        if (isGo === layout.includes("%")) continue;
        const problem = isGo ? problemOfGo(layout) : problemOfStrptime(layout);
        if (problem !== undefined) yield { path, ...problem };
      }
    },
  },
  {
    id: "epoch-of-other-length",
    severity: "error",
    explain:
      "Seconds since 1970 have ten digits, milliseconds thirteen, microseconds sixteen: read as another one, times lie thousands of years ahead, or in 1970.",
    bad: "receivers:\n  filelog: {include: [/srv/a.log], operators: [{type: regex_parser, regex: '^(?P<ts>\\d{13}) (?P<text>.*)$', timestamp: {parse_from: attributes.ts, layout_type: epoch, layout: s}}]}\n",
    good: "receivers:\n  filelog: {include: [/srv/a.log], operators: [{type: regex_parser, regex: '^(?P<ts>\\d{13}) (?P<text>.*)$', timestamp: {parse_from: attributes.ts, layout_type: epoch, layout: ms}}]}\n",
    *find(config) {
      for (const { path, value } of config.scalars) {
        if (path.at(-1) !== "layout" || !path.includes("operators")) continue;
        const block = at(config.root, ...path.slice(0, -1));
        const [, name] = /^(?:attributes|body)\.(\w+)$/.exec(textOf(at(block, "parse_from"))) ?? [];
        if (at(block, "layout_type") !== "epoch" || name === undefined) continue;
        const operators = listOf(at(config.root, ...path.slice(0, path.indexOf("operators") + 1)));
        const digits = operators
          .map((one) => new RegExp(`<${name}>\\\\d\\{(\\d+)\\}\\)`).exec(textOf(at(one, "regex")))?.[1])
          .find((found) => found !== undefined);
        const shown = new RegExp(
          `(?:^|[\\s{,"'])${name}["']?\\s*[:=]\\s*["']?(\\d{10,19})(?=[\\s,"'}\\]]|$)`,
          "m",
        ).exec(config.comments.all)?.[1];
        const length = digits ?? (shown === undefined ? undefined : String(shown.length));
        const right = length === undefined ? undefined : EPOCHS[length];
        if (right !== undefined && right !== textOf(value))
          yield { path, message: `${name} has ${length} digits, which are no ${textOf(value)}`, fix: `write ${right}` };
      }
    },
  },
];
