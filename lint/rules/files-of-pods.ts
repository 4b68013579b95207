/** Log files as container engines write them: each line has a head of its own. */
import { at, textOf, textsOf } from "../model.ts";
import type { Rule } from "../rule.ts";

const OF_PODS = /^\/var\/log\/(pods|containers)\b|^\/var\/lib\/docker\/containers\b/;
/** What a pattern that is meant for the engine's own lines speaks of: streams, the mark of a part, Docker's JSON. */
const OF_ENGINE = /std|\[\^?[FP]{1,2}\]|\b[FP]\b|"log"|\{|time/;

export const filesOfPodsRules: readonly Rule[] = [
  {
    id: "multiline-of-container-log",
    severity: "warning",
    explain:
      "The engine writes its time and stream before each line, so a pattern of the application's first line is asked of the engine's: a stack trace stays in pieces, or all lines become one. Join entries after the operator container.",
    bad: "receivers:\n  filelog: {include: [/var/log/pods/*/*/*.log], multiline: {line_start_pattern: '^\\d{4}-\\d{2}-\\d{2}'}, operators: [{type: container}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/pods/*/*/*.log], operators: [{type: container}, {type: recombine, combine_field: body, is_first_entry: 'body matches \"^\\\\d{4}-\"'}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "filelog")) {
        const files = textsOf(settings.include);
        if (files.length === 0 || !files.every((file) => OF_PODS.test(file))) continue;
        for (const key of ["line_start_pattern", "line_end_pattern"]) {
          const pattern = textOf(at(settings, "multiline", key));
          if (pattern === "" || pattern.includes("${") || OF_ENGINE.test(pattern.replace(/\{\d+(,\d*)?\}/g, "")))
            continue;
          yield {
            path: [...path, "multiline", key],
            message: "this pattern is asked of lines that begin with the engine's time and stream",
            fix: "remove multiline, and add the operator recombine behind container",
          };
        }
      }
    },
  },
  {
    id: "home-directory",
    severity: "error",
    explain: "The collector opens a path as it is written: ~ is a folder of that name, and no one's home.",
    bad: "receivers:\n  filelog: {include: [~/logs/*.log]}\n",
    good: "receivers:\n  filelog: {include: [/home/app/logs/*.log]}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars)
        if (
          /^~\//.test(textOf(value)) &&
          path.some((key) => /^(include|exclude|path|directory|\w+_file)$/.test(String(key)))
        )
          yield { path, message: `${textOf(value)} is no path for the collector`, fix: "write the whole path" };
    },
  },
];
