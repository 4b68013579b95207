/** Regular expressions, wherever a component compiles one. */
import { at, type Component, type Config, listOf, recordOf, textOf } from "../model.ts";
import { isRecord, type Path } from "../read.ts";
import { isUnreadable } from "../regexp.ts";
import type { Rule } from "../rule.ts";

/** A place, `*` for any key or item; `when` names a key beside it and the value that makes it a pattern. */
interface Place {
  readonly of: readonly [role: Component["role"], ...types: readonly string[]];
  readonly at: string;
  readonly when?: readonly [key: string, value: unknown];
}

const REGEXP = ["match_type", "regexp"] as const;
const LOGS = ["filelog", "journald", "syslog", "tcplog", "udplog", "windowseventlog", "namedpipe"] as const;

const PLACES: readonly Place[] = [
  { of: ["receiver", "filelog"], at: "multiline.line_start_pattern" },
  { of: ["receiver", "filelog"], at: "multiline.line_end_pattern" },
  { of: ["receiver", "filelog"], at: "header.pattern" },
  { of: ["receiver", "filelog"], at: "ordering_criteria.regex" },
  { of: ["receiver", "tcplog", "udplog"], at: "multiline.line_start_pattern" },
  { of: ["receiver", "tcplog", "udplog"], at: "multiline.line_end_pattern" },
  { of: ["receiver", ...LOGS], at: "operators.*.regex" },
  { of: ["receiver", "prometheus"], at: "config.scrape_configs.*.relabel_configs.*.regex" },
  { of: ["receiver", "prometheus"], at: "config.scrape_configs.*.metric_relabel_configs.*.regex" },
  { of: ["processor", "redaction"], at: "blocked_values.*" },
  { of: ["processor", "redaction"], at: "allowed_values.*" },
  { of: ["processor", "redaction"], at: "blocked_key_patterns.*" },
  { of: ["processor", "redaction"], at: "ignored_key_patterns.*" },
  { of: ["processor", "k8sattributes"], at: "extract.labels.*.key_regex" },
  { of: ["processor", "k8sattributes"], at: "extract.annotations.*.key_regex" },
  { of: ["processor", "k8sattributes"], at: "exclude.pods.*.name" },
  { of: ["processor", "metricstransform"], at: "transforms.*.include", when: REGEXP },
  { of: ["processor", "attributes"], at: "actions.*.pattern" },
  { of: ["processor", "resource"], at: "attributes.*.pattern" },
  { of: ["processor", "span"], at: "name.to_attributes.rules.*" },
  {
    of: ["processor", "tailsampling"],
    at: "policies.*.string_attribute.values.*",
    when: ["enabled_regex_matching", true],
  },
  {
    of: ["processor", "tailsampling"],
    at: "policies.*.and.and_sub_policy.*.string_attribute.values.*",
    when: ["enabled_regex_matching", true],
  },
  ...["services", "span_names", "metric_names", "log_bodies"].flatMap((key) =>
    ["include", "exclude"].map(
      (side): Place => ({
        of: ["processor", "attributes", "span"],
        at: `${side}.${key}.*`,
        when: REGEXP,
      }),
    ),
  ),
  ...["include", "exclude"].flatMap((side): Place[] => [
    { of: ["processor", "filter"], at: `metrics.${side}.metric_names.*`, when: REGEXP },
    { of: ["processor", "cumulativetodelta"], at: `${side}.metrics.*`, when: REGEXP },
    { of: ["receiver", "hostmetrics"], at: `scrapers.process.${side}.names.*`, when: REGEXP },
    { of: ["receiver", "hostmetrics"], at: `scrapers.disk.${side}.devices.*`, when: REGEXP },
    { of: ["receiver", "hostmetrics"], at: `scrapers.network.${side}.interfaces.*`, when: REGEXP },
    { of: ["receiver", "hostmetrics"], at: `scrapers.filesystem.${side}_mount_points.mount_points.*`, when: REGEXP },
    { of: ["receiver", "hostmetrics"], at: `scrapers.filesystem.${side}_fs_types.fs_types.*`, when: REGEXP },
  ]),
];

interface Found {
  readonly path: Path;
  readonly pattern: string;
}

function* patternsAt(
  value: unknown,
  parts: readonly string[],
  path: Path,
  above: unknown,
  when: Place["when"],
): Generator<Found> {
  const [part, ...rest] = parts;
  if (part === undefined) {
    const isPattern = when === undefined || at(above, when[0]) === when[1];
    // a reference is replaced before the pattern is read, and $$ becomes $
    if (isPattern && typeof value === "string" && !/(?<!\$)\$\{/.test(value))
      yield { path, pattern: value.replaceAll("$$", "$") };
  } else if (part === "*") {
    // the key that makes these patterns stands beside the list
    for (const [i, item] of listOf(value).entries())
      yield* patternsAt(item, rest, [...path, i], rest.length === 0 ? above : item, when);
  } else if (isRecord(value) && Object.hasOwn(value, part))
    yield* patternsAt(value[part], rest, [...path, part], value, when);
}

function* patternsOf(config: Config): Generator<Found> {
  for (const { of: types, at: place, when } of PLACES) {
    const [role, ...names] = types;
    for (const { settings, path } of config.of(role, ...names))
      yield* patternsAt(settings, place.split("."), path, settings, when);
  }
}

export const patternRules: readonly Rule[] = [
  {
    id: "pattern",
    severity: "error",
    explain:
      "The collector reads regular expressions as RE2, without lookahead and back references; one it cannot read stops it.",
    bad: "receivers:\n  filelog: {include: [/var/log/a.log], multiline: {line_start_pattern: '^(?!\\s)'}}\n",
    good: "receivers:\n  filelog: {include: [/var/log/a.log], multiline: {line_start_pattern: '^\\S'}}\n",
    *find(config) {
      for (const { path, pattern } of patternsOf(config))
        if (isUnreadable(pattern))
          yield {
            path,
            message: `${pattern} is no pattern of RE2`,
            fix: /\(\?<?[=!]|\\[1-9]/.test(pattern)
              ? "write it without lookaround and back references"
              : "close its brackets and parentheses, and put a backslash before signs that are meant",
          };
    },
  },
  {
    id: "multiline-matches-all",
    severity: "error",
    explain:
      "A pattern that every line matches, or none but an empty one, makes each line an entry, or one entry of all lines.",
    bad: "receivers:\n  filelog: {include: [/var/log/a.log], multiline: {line_start_pattern: '.*'}}\n",
    good: "receivers:\n  filelog: {include: [/var/log/a.log], multiline: {line_start_pattern: '^\\d{4}-\\d{2}-\\d{2}'}}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "filelog", "tcplog", "udplog")) {
        const multiline = recordOf(settings.multiline);
        for (const key of ["line_start_pattern", "line_end_pattern"])
          if (/^\^?(\.\*|\.\+|\^|\$)?\$?$/.test(textOf(multiline[key])) && textOf(multiline[key]) !== "")
            yield {
              path: [...path, "multiline", key],
              message: `"${textOf(multiline[key])}" matches whatever stands there`,
              fix: "write how an entry begins, such as ^\\d{4}-\\d{2}-\\d{2}",
            };
      }
    },
  },
];
