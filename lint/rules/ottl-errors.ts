/** Statements that fail on some records, and what the failure takes along. */
import { atLeast } from "../../pipeline/versions.ts";
import { at, listOf, wordOf } from "../model.ts";
import type { Path } from "../read.ts";
import type { Rule } from "../rule.ts";
import { failing } from "./statement-effects.ts";

/** Functions that fail on a text of another form, asked of what the sender wrote. */
const FAILS =
  /\b(ParseJSON|ParseKeyValue|ParseCSV|ParseXML|ParseSimplifiedXML|URL|UserAgent)\(\s*(log\.)?body(\.string)?\s*[,)]/;

/** From here on the default may be ignore: a feature gate of 0.150 that is on for good in 0.159. */
const IGNORES_SINCE = "0.153.0";

export const ottlErrorRules: readonly Rule[] = [
  {
    id: "parse-without-guard",
    severity: "warning",
    explain:
      "With error_mode: propagate (the default until 0.152) one record that cannot be parsed, or has not what a function is asked of, drops the whole batch that it came in, with all that could.",
    bad: "processors:\n  transform: {error_mode: propagate, log_statements: ['merge_maps(log.attributes, ParseJSON(log.body), \"upsert\")']}\n",
    good: 'processors:\n  transform: {error_mode: ignore, log_statements: [\'merge_maps(log.attributes, ParseJSON(log.body), "upsert") where IsMatch(log.body, "^[{]")\']}\n',
    *find(config, { version }) {
      for (const { settings, path } of config.of("processor", "transform")) {
        // what is not written is of the processor, whose default changed within a few versions
        const isDefault = settings.error_mode === undefined && !atLeast(version, IGNORES_SINCE);
        const drops = (mode: unknown): boolean => mode === "propagate" || (mode === undefined && isDefault);
        if (settings.error_mode !== "propagate" && !isDefault) continue;
        const keys = ["log_statements", "trace_statements", "metric_statements"];
        const items = keys.flatMap((key) => listOf(settings[key]).map((item, i) => [item, key, i] as const));
        const statements = items.flatMap(([item, key, i]): (readonly [Path, string])[] => {
          const place = [...path, key, i];
          if (typeof item === "string") return [[place, item] as const];
          const mode = at(item, "error_mode") ?? settings.error_mode;
          if (!drops(mode) || listOf(at(item, "conditions")).length > 0) return [];
          return listOf(at(item, "statements")).map(
            (text, j) => [[...place, "statements", j], wordOf(text ?? "")] as const,
          );
        });
        for (const [place, text] of statements) {
          const [, name] = FAILS.exec(text) ?? [];
          const what = failing(text);
          if (name === undefined && what !== undefined)
            yield {
              path: place,
              message: `${what} fails where it is not there or too short, and drops the whole batch`,
              fix: "set error_mode: ignore, and say when: where … != nil",
            };
          if (name !== undefined && !/\bwhere\b/.test(text))
            yield {
              path: place,
              message: `a body that ${name} cannot read drops its whole batch`,
              fix: "set error_mode: ignore, and say which bodies are meant: where IsMatch(log.body, …)",
            };
        }
      }
    },
  },
];
