/** Which files are read, and how lines of several files are kept apart. */
import { at, listOf, textOf, textsOf, wordOf } from "../model.ts";
import type { Rule } from "../rule.ts";

/** Attributes that name the file, with the key that switches each on. */
const NAMES: readonly (readonly [name: string, key: string, isOn: boolean])[] = [
  ["log.file.path", "include_file_path", false],
  ["log.file.name", "include_file_name", true],
  ["log.file.path_resolved", "include_file_path_resolved", false],
  ["log.file.name_resolved", "include_file_name_resolved", false],
  ["log.file.owner.name", "include_file_owner_name", false],
  ["log.file.record_number", "include_file_record_number", false],
];

const isMany = (include: unknown): boolean => {
  const files = textsOf(include);
  return files.length > 1 || files.some((file) => /[*?[{]/.test(file));
};

/** What a pattern wants as the first character of a line: a digit, or a sign; undefined where it may be several things. */
function beginningOf(pattern: string): string | undefined {
  const begins = /^(?:\(\?[imsU]+\))?(?:\^|\\A)(?:\((?:\?P?<\w+>|\?:)?)*(.*)$/s.exec(pattern)?.[1] ?? "";
  if (pattern.includes("|") || /^(?:\\.|\[[^\]]*\]|.)[?*{]0?/.test(begins.replace(/\{[1-9]\d*(,\d*)?\}/, "")))
    return undefined;
  if (/^(\\d|\[0-9\]|[0-9])/.test(begins)) return "a digit";
  return /^\\?([[({<"'*#|])/.exec(begins.startsWith("[") ? "" : begins)?.[1];
}

export const logFileRules: readonly Rule[] = [
  {
    id: "recombine-across-files",
    severity: "warning",
    explain:
      "recombine keeps the lines of several files apart by log.file.path, which is there with include_file_path: true only: without it the lines of all files are joined as they come.",
    bad: "receivers:\n  filelog: {include: [/var/log/app/*.log], operators: [{type: recombine, combine_field: body, is_first_entry: 'body matches \"^[0-9]{4}-\"'}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/app/*.log], include_file_path: true, operators: [{type: recombine, combine_field: body, is_first_entry: 'body matches \"^[0-9]{4}-\"'}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "filelog")) {
        if (!isMany(settings.include) || settings.include_file_path === true) continue;
        if (typeof settings.include_file_path === "string") continue;
        for (const [i, operator] of listOf(settings.operators).entries())
          if (at(operator, "type") === "recombine" && at(operator, "source_identifier") === undefined)
            yield {
              path: [...path, "operators", i],
              message: "lines of all files are joined with each other, because nothing says of which file they are",
              fix: "set include_file_path: true, or source_identifier",
            };
      }
    },
  },
  {
    id: "file-name-not-included",
    severity: "warning",
    explain:
      "The path of a file is an attribute of its records with include_file_path: true only; an operator that reads it finds nothing, and each record fails.",
    bad: "receivers:\n  filelog: {include: [/srv/*/app.log], operators: [{type: regex_parser, parse_from: 'attributes[\"log.file.path\"]', regex: '^/srv/(?P<tenant>[^/]+)/'}]}\n",
    good: "receivers:\n  filelog: {include: [/srv/*/app.log], include_file_path: true, operators: [{type: regex_parser, parse_from: 'attributes[\"log.file.path\"]', regex: '^/srv/(?P<tenant>[^/]+)/'}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "filelog"))
        for (const [i, operator] of listOf(settings.operators).entries())
          for (const [name, key, isOn] of NAMES) {
            const on = settings[key] ?? isOn;
            if (on !== false) continue;
            const reader = ["parse_from", "from", "field", "if", "expr", "source_identifier"].find((each) =>
              new RegExp(`attributes\\["${name}"\\]|attributes\\['${name}'\\]`).test(textOf(at(operator, each))),
            );
            if (reader !== undefined && at(operator, "type") !== "remove")
              yield {
                path: [...path, "operators", i, reader],
                message: `records have no ${name}`,
                fix: `set ${key}: true`,
              };
          }
    },
  },
  {
    id: "excludes-what-it-includes",
    severity: "warning",
    explain:
      "What exclude matches, as a whole path, is not read: the same pattern in both leaves nothing, and a name without its folder excludes nothing.",
    bad: "receivers:\n  filelog: {include: [/var/log/app/*.log], exclude: [/var/log/app/*.log]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/app/*.log], exclude: [/var/log/app/debug.log]}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "filelog", "otlpjsonfile"))
        for (const [i, file] of textsOf(settings.exclude).entries())
          if (textsOf(settings.include).includes(file))
            yield {
              path: [...path, "exclude", i],
              message: `${file} is included, and excluded`,
              fix: "remove one of them",
            };
          else if (
            /^[^/\\$*]+$|^\*[^/\\$*]*$/.test(file) &&
            textsOf(settings.include).every((one) => one.startsWith("/"))
          )
            yield {
              path: [...path, "exclude", i],
              message: `${file} is no whole path, and excludes nothing`,
              fix: `write it with its folder: **/${file}`,
            };
    },
  },
  {
    id: "compressed-files",
    severity: "warning",
    explain: "Files that are compressed are read as they are, as rubbish, unless compression: gzip is set.",
    bad: "receivers:\n  filelog: {include: [/var/log/app/*.log.gz]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/app/*.log.gz], compression: gzip}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "filelog"))
        for (const [i, file] of textsOf(settings.include).entries())
          if (/\.(gz|zip|bz2|xz|zst|tar)$/.test(file) && settings.compression === undefined)
            yield {
              path: [...path, "include", i],
              message: `${file} is compressed`,
              fix: file.endsWith(".gz") ? "set compression: gzip" : "read the file before it is compressed",
            };
    },
  },
  {
    id: "rotated-files",
    severity: "warning",
    explain:
      "With header or delete_after_read a file is read from its beginning, so start_at: end is refused beside them; a last line without an end waits for ever with force_flush_period: 0.",
    bad: "receivers:\n  filelog: {include: [/var/log/a.log], multiline: {line_start_pattern: '^[0-9]{4}'}, force_flush_period: 0s}\n",
    good: "receivers:\n  filelog: {include: [/var/log/a.log], multiline: {line_start_pattern: '^[0-9]{4}'}, force_flush_period: 500ms}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "filelog")) {
        if (settings.header !== undefined && (settings.start_at ?? "end") === "end")
          yield {
            path: settings.start_at === undefined ? [...path, "header"] : [...path, "start_at"],
            message: "the header stands at the beginning of a file, and reading begins at its end",
            fix: "set start_at: beginning",
          };
        if (
          /^0+[a-z]*$/.test(wordOf(settings.force_flush_period ?? "")) &&
          at(settings, "multiline", "line_start_pattern")
        )
          yield {
            path: [...path, "force_flush_period"],
            message: "the last entry of a file waits for a next one, which may never come",
            fix: "remove it: 500ms is usual",
          };
      }
    },
  },
  {
    id: "entries-begin-otherwise",
    severity: "warning",
    explain:
      "Lines are joined to one entry until one matches line_start_pattern: where entries begin otherwise, as the pattern that takes them apart says, none ever does, and a whole file becomes entries of the largest size.",
    bad: "receivers:\n  filelog: {include: [/var/log/a.log], multiline: {line_start_pattern: '^\\d{4}-'}, operators: [{type: regex_parser, regex: '^\\[(?P<time>[^\\]]+)\\] (?P<text>.*)'}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/a.log], multiline: {line_start_pattern: '^\\[\\d{4}-'}, operators: [{type: regex_parser, regex: '^\\[(?P<time>[^\\]]+)\\] (?P<text>.*)'}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "filelog")) {
        const start = beginningOf(textOf(at(settings, "multiline", "line_start_pattern")));
        const [first] = listOf(settings.operators);
        if (start === undefined || at(first, "type") !== "regex_parser" || at(first, "parse_from") !== undefined)
          continue;
        const entry = beginningOf(textOf(at(first, "regex")));
        if (entry !== undefined && entry !== start)
          yield {
            path: [...path, "multiline", "line_start_pattern"],
            message: `it waits for ${start} at the beginning of a line, and the first operator for ${entry}`,
            fix: "let both begin alike",
          };
      }
    },
  },
  {
    id: "body-is-text",
    severity: "warning",
    explain:
      'A line of a file is one text: body["level"] of it is empty. It has keys where an operator parses it to body, or a statement reads it with ParseJSON.',
    bad: "receivers:\n  filelog: {include: [/srv/a.log]}\nprocessors:\n  transform: {error_mode: ignore, log_statements: ['set(log.severity_text, log.body[\"level\"])']}\nservice:\n  pipelines:\n    logs: {receivers: [filelog], processors: [transform], exporters: [debug]}\n",
    good: "receivers:\n  filelog: {include: [/srv/a.log], operators: [{type: json_parser, parse_to: body}]}\nprocessors:\n  transform: {error_mode: ignore, log_statements: ['set(log.severity_text, log.body[\"level\"])']}\nservice:\n  pipelines:\n    logs: {receivers: [filelog], processors: [transform], exporters: [debug]}\n",
    *find(config) {
      for (const pipeline of config.pipelines) {
        const readers = pipeline.receivers.map((id) => config.find("receiver", id));
        const isText = readers.every(
          (reader) =>
            reader !== undefined &&
            /^(filelog|tcplog|udplog)$/.test(reader.type) &&
            !listOf(reader.settings.operators).some((operator) =>
              ["parse_to", "to", "field"].some((key) => /^body\b/.test(textOf(at(operator, key)))),
            ),
        );
        if (!isText || readers.length === 0) continue;
        for (const id of pipeline.processors) {
          const processor = config.find("processor", id);
          if (processor === undefined || !/^(transform|filter)$/.test(processor.type)) continue;
          const texts = config.within(processor).filter(({ value }) => typeof value === "string");
          if (texts.some(({ value }) => /set\(\s*(log\.)?body\s*,/.test(textOf(value)))) break;
          for (const { path, value } of texts)
            if (/(?<![\w.])(log\.)?body\["/.test(textOf(value)))
              yield {
                path,
                message: "the body is a text, which has no keys",
                fix: "parse it before: {type: json_parser, parse_to: body}, or read attributes",
              };
        }
      }
    },
  },
];
