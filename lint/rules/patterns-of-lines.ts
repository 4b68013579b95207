/** Patterns of log lines that match the wrong lines, or none, by a sign that is easily not seen. */
import { at, type Config, listOf, textOf, wordOf } from "../model.ts";
import type { Finding, Rule } from "../rule.ts";
import { listsOf } from "./operators.ts";
import { languageOf } from "./ottl.ts";

/** How lines begin that go on with what stands before. */
const GOES_ON = /^\^?\(?(\\+s|\\+t|[ \t]|\[ ?\\+[st] ?\]|\[\[:space:\]\]|at\b|[Cc]aused by|\.\.\. \\+d)/;

function* continued(config: Config): Generator<Finding> {
  for (const { settings, path } of config.of("receiver", "filelog", "tcplog", "udplog", "namedpipe")) {
    const pattern = textOf(at(settings, "multiline", "line_start_pattern"));
    if (GOES_ON.test(pattern) && !/[|?]|\\+[st]\*/.test(pattern))
      yield {
        path: [...path, "multiline", "line_start_pattern"],
        message: `"${pattern}" is how a line begins that goes on`,
        fix: "write how the first line of an entry begins, such as ^\\d{4}-\\d{2}-\\d{2}",
      };
  }
  for (const list of listsOf(config))
    for (const { type, settings, path } of list) {
      const first = type === "recombine" ? textOf(settings.is_first_entry) : "";
      const [, not, pattern = ""] = /^\s*(not|!)?\s*\(?\s*[\w.]+\s+matches\s+["'](.*)["']\s*\)?\s*$/.exec(first) ?? [];
      if (not === undefined && GOES_ON.test(pattern.replaceAll("\\\\", "\\")) && !/[|?]|\\+[st]\*/.test(pattern))
        yield {
          path: [...path, "is_first_entry"],
          message: `"${pattern}" is how a line begins that goes on, and not the first one`,
          fix: `write not (${first.trim()})`,
        };
    }
}

/** Signs that nobody writes into a pattern on purpose. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
const IS_PATTERN =
  /^(regex|line_start_pattern|line_end_pattern|pattern|key_regex|blocked_values|allowed_values|blocked_key_patterns)$/;

/** Where paths stand. */
const IS_PATH = /^(include|exclude|directory|path|file_path|filename|config_file|\w+_file)$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const IN_PATH = /[\u0000-\u001f\u007f\u0085\u00a0\u2028\u2029]/;

function* unseen(config: Config): Generator<Finding> {
  for (const { path, value } of config.scalars) {
    if (typeof value !== "string" || !IN_PATH.test(value.trimEnd())) continue;
    if (IS_PATH.test(wordOf(typeof path.at(-1) === "number" ? path.at(-2) : path.at(-1))))
      yield {
        path,
        message: "in double quotes YAML has taken \\t, \\n or the like of this path for a sign of its own",
        fix: "write the path in single quotes, or with \\\\",
      };
  }
  for (const { path, value } of config.scalars) {
    if (typeof value !== "string" || path[0] === "service") continue;
    const key = wordOf(typeof path.at(-1) === "number" ? path.at(-2) : path.at(-1));
    if (!IS_PATTERN.test(key)) continue;
    if (CONTROL.test(value))
      yield {
        path,
        message: "in double quotes YAML has taken \\b or the like for a control character",
        fix: "write the pattern in single quotes, or \\\\b",
      };
    else if (/\n\s*$/.test(value) && !/\(\?[a-z]*x/.test(value))
      yield {
        path,
        message: "the pattern ends with a line break, which no line has",
        fix: "write |- in the place of |, or the pattern in single quotes",
      };
  }
  for (const { path, text } of languageOf(config))
    if (CONTROL.test(text))
      yield {
        path,
        message: "in double quotes YAML has taken \\b or the like for a control character",
        fix: "write the whole line in single quotes, and \\\\b in its pattern",
      };
}

export const patternOfLineRules: readonly Rule[] = [
  {
    id: "entry-begins-with-its-end",
    severity: "warning",
    explain:
      "line_start_pattern and is_first_entry say how the first line of an entry begins: asked for the lines that go on (blanks, at, Caused by), each of these begins an entry, and the first line is the end of another.",
    bad: "receivers:\n  filelog: {include: [/var/log/app.log], multiline: {line_start_pattern: '^\\s+at '}}\n",
    good: "receivers:\n  filelog: {include: [/var/log/app.log], multiline: {line_start_pattern: '^\\d{4}-\\d{2}-\\d{2}'}}\n",
    find: continued,
  },
  {
    id: "unseen-sign",
    severity: "error",
    explain:
      "YAML has signs of its own: in double quotes \\b is a control character, and a block that begins with | ends with a line break. A pattern with one of them matches nothing, and a path of Windows is no path.",
    bad: 'receivers:\n  filelog: {include: [/var/log/app.log], operators: [{type: regex_parser, regex: "^(?P<level>[A-Z]+)\\b.*"}]}\n',
    good: "receivers:\n  filelog: {include: [/var/log/app.log], operators: [{type: regex_parser, regex: '^(?P<level>[A-Z]+)\\b.*'}]}\n",
    find: unseen,
  },
  {
    id: "events-as-text",
    severity: "warning",
    explain: "With raw: true the body of an event of Windows is its XML, one text: there is no body.level to be read.",
    bad: "receivers:\n  windowseventlog: {channel: Application, raw: true, operators: [{type: severity_parser, parse_from: body.level}]}\n",
    good: "receivers:\n  windowseventlog: {channel: Application, operators: [{type: severity_parser, parse_from: body.level}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "windowseventlog")) {
        if (settings.raw !== true) continue;
        for (const [i, operator] of listOf(settings.operators).entries())
          for (const key of ["parse_from", "from", "field", "if", "expr"])
            if (/\bbody(\.|\[)/.test(textOf(at(operator, key))))
              yield {
                path: [...path, "operators", i, key],
                message: "with raw: true the body is one text",
                fix: "remove raw, or parse the XML first",
              };
      }
    },
  },
];
