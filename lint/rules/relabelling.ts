/** Rules of Prometheus that rewrite labels. */
import { at, listOf, recordOf, textOf, textsOf, wordOf } from "../model.ts";
import { patternOf } from "../regexp.ts";
import type { Rule } from "../rule.ts";

/** Labels of which an example is known: an address and a port. */
const EXAMPLES: readonly (readonly [label: RegExp, examples: readonly string[]])[] = [
  [/^__address__$/, ["10.0.0.1:8080", "10.0.0.1"]],
  [/port$/, ["9102"]],
];

export const relabelRules: readonly Rule[] = [
  {
    id: "relabel-label-order",
    severity: "warning",
    explain:
      "Prometheus joins source_labels in their order and asks the pattern of the whole: in another order it never matches, and the rule does nothing.",
    bad: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, relabel_configs: [{source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_port, __address__], regex: '([^:]+)(?::\\d+)?;(\\d+)', replacement: '$$1:$$2', target_label: __address__}]}]}}\n",
    good: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, relabel_configs: [{source_labels: [__address__, __meta_kubernetes_pod_annotation_prometheus_io_port], regex: '([^:]+)(?::\\d+)?;(\\d+)', replacement: '$$1:$$2', target_label: __address__}]}]}}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "prometheus"))
        for (const [i, job] of listOf(at(settings, "config", "scrape_configs")).entries())
          for (const [j, item] of listOf(at(job, "relabel_configs")).entries()) {
            const { source_labels, regex, separator = ";" } = recordOf(item);
            const labels = textsOf(source_labels);
            const pattern = patternOf(textOf(regex).replaceAll("$$", "$"));
            if (labels.length !== 2 || pattern === undefined) continue;
            const [first = [], second = []] = labels.map(
              (label) => EXAMPLES.find(([name]) => name.test(label))?.[1] ?? [],
            );
            const matches = (a: readonly string[], b: readonly string[]): boolean =>
              a.some((left) => b.some((right) => pattern.matches(`${left}${wordOf(separator)}${right}`)));
            if (first.length > 0 && second.length > 0 && !matches(first, second) && matches(second, first))
              yield {
                path: [...path, "config", "scrape_configs", i, "relabel_configs", j, "source_labels"],
                message: `regex expects ${labels[1]} before ${labels[0]}`,
                fix: `write [${[...labels].reverse().join(", ")}]`,
              };
          }
    },
  },
];
