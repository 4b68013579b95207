/** Rules of Prometheus that rewrite labels. */
import { textOf, wordOf } from "../model.ts";
import { patternOf } from "../regexp.ts";
import type { Rule } from "../rule.ts";
import { jobsOf, relabellings } from "../scraping.ts";

/** Labels of which an example is known: an address and a port. */
const EXAMPLES: readonly (readonly [label: RegExp, examples: readonly string[]])[] = [
  [/^__address__$/, ["10.0.0.1:8080", "10.0.0.1"]],
  [/port$/, ["9102"]],
];

/** Texts without a sign that stands for others. */
const LITERAL = /^(?:[\w/:@ -]|\\[./-]|\.(?![*+?{]))+$/;

/** A value that a regex without any freedom asks for, and that the label evidently never has: its beginning or its end is missing. */
function partOf(regex: string, label: string): string | undefined {
  const [, start, inner = "", end] = /^(\^?)(.*?)(\$*)$/.exec(regex) ?? [];
  const words = (/^\((?!\?)([^()]*)\)$/.exec(inner)?.[1] ?? inner).split("|");
  if (!words.every((word) => LITERAL.test(word))) return undefined;
  const isHalf = (start === "") !== (end === "") && words.length === 1 && !/^\d+$|^(true|false)$/.test(inner);
  const cut = words.find((word) => /\w[-_/:]$/.test(word) || /^-\w/.test(word));
  const isAddress = label === "__address__" && words.every((word) => !/\w:\d+$/.test(word.replaceAll("\\", "")));
  return isHalf || isAddress ? `just ${inner}` : cut === undefined ? undefined : `just ${cut}`;
}

export const relabelRules: readonly Rule[] = [
  {
    id: "relabel-label-order",
    severity: "warning",
    explain:
      "Prometheus joins source_labels in their order and asks the pattern of the whole: in another order it never matches, and the rule does nothing.",
    bad: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, relabel_configs: [{source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_port, __address__], regex: '([^:]+)(?::\\d+)?;(\\d+)', replacement: '$$1:$$2', target_label: __address__}]}]}}\n",
    good: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, relabel_configs: [{source_labels: [__address__, __meta_kubernetes_pod_annotation_prometheus_io_port], regex: '([^:]+)(?::\\d+)?;(\\d+)', replacement: '$$1:$$2', target_label: __address__}]}]}}\n",
    *find(config) {
      for (const job of jobsOf(config))
        for (const { item, path, labels } of relabellings(job, "relabel_configs")) {
          const { regex, separator = ";" } = item;
          const pattern = patternOf(textOf(regex).replaceAll("$$", "$"));
          if (labels.length !== 2 || pattern === undefined) continue;
          const [first = [], second = []] = labels.map(
            (label) => EXAMPLES.find(([name]) => name.test(label))?.[1] ?? [],
          );
          const matches = (a: readonly string[], b: readonly string[]): boolean =>
            a.some((left) => b.some((right) => pattern.matches(`${left}${wordOf(separator)}${right}`)));
          if (first.length > 0 && second.length > 0 && !matches(first, second) && matches(second, first))
            yield {
              path: [...path, "source_labels"],
              message: `regex expects ${labels[1]} before ${labels[0]}`,
              fix: `write [${[...labels].reverse().join(", ")}]`,
            };
        }
    },
  },
  {
    id: "regex-of-a-part",
    severity: "warning",
    explain:
      "Prometheus asks a regex of the whole value, with ^ before and $ behind it: a beginning alone (^shop, shop-) or an end alone is equal to no value, so keep keeps nothing and drop drops nothing.",
    bad: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, kubernetes_sd_configs: [{role: pod}], relabel_configs: [{source_labels: [__meta_kubernetes_pod_name], regex: shop-, action: keep}]}]}}\n",
    good: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, kubernetes_sd_configs: [{role: pod}], relabel_configs: [{source_labels: [__meta_kubernetes_pod_name], regex: 'shop-.*', action: keep}]}]}}\n",
    *find(config) {
      for (const job of jobsOf(config))
        for (const list of ["relabel_configs", "metric_relabel_configs"] as const)
          for (const { item, path, labels } of relabellings(job, list)) {
            const { regex, action = "replace" } = item;
            const text = wordOf(regex ?? "");
            if (!/^(keep|drop|replace)$/.test(wordOf(action)) || labels.length !== 1) continue;
            // names of series have a rule of their own
            if (labels[0] === "__name__" && /_\*?\)?$/.test(text)) continue;
            const part = partOf(text, labels[0] ?? "");
            if (part !== undefined)
              yield {
                path: [...path, "regex"],
                message: `${text} is asked of the whole of ${labels[0]}, and no value is ${part}`,
                fix: "write .* where more may stand",
              };
          }
    },
  },
];
