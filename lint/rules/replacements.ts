/** What stands in the place of a match. */
import { type Config, textOf } from "../model.ts";
import type { Path } from "../record.ts";
import type { Rule } from "../rule.ts";
import { languageOf } from "./ottl.ts";

/** Texts that a match is replaced with. */
function* replacementsOf(config: Config): Generator<{ readonly path: Path; readonly text: string }> {
  for (const { path, value } of config.scalars) {
    const key = path.at(-1);
    if (typeof value !== "string" || !value.includes("$")) continue;
    if (key === "replacement" && path[0] === "receivers") yield { path, text: value };
    if (key === "new_name" && path[0] === "processors") yield { path, text: value };
    if (key === "replace_with" && path[0] === "receivers") yield { path, text: value };
  }
  for (const { path, text } of languageOf(config))
    for (const [, last = ""] of text.matchAll(
      /\breplace_(?:all_)?patterns?\(.*?,\s*"((?:[^"\\]|\\.)*)"\s*(?:,\s*(?:function\s*=\s*)?\w+[^"]*)?\)/g,
    ))
      yield { path, text: last };
}

export const replacementRules: readonly Rule[] = [
  {
    id: "name-of-group",
    severity: "warning",
    explain:
      "The name of a group ends where letters, digits and underscores end: $1_total is the group 1_total, which there is none of, and becomes empty.",
    bad: "processors:\n  metricstransform: {transforms: [{include: '^app_(.*)$', match_type: regexp, action: update, new_name: 'svc_$$1_total'}]}\n",
    good: "processors:\n  metricstransform: {transforms: [{include: '^app_(.*)$', match_type: regexp, action: update, new_name: 'svc_$${1}_total'}]}\n",
    *find(config) {
      for (const { path, text } of replacementsOf(config)) {
        const [found, number] = /\$\$?(\d+)[A-Za-z_]\w*/.exec(text) ?? [];
        if (found !== undefined)
          yield {
            path,
            message: `${found} names no group`,
            fix: `write $\${${number}}${textOf(found).replace(/^\$+\d+/, "")}`,
          };
      }
    },
  },
];
