/** What a component is useless without, beyond an address. */
import { at, listOf } from "../model.ts";
import type { Rule } from "../rule.ts";

/** Keys that exporters refuse to start without, by type; from their own checks. */
const NEEDED: Readonly<Record<string, readonly string[]>> = { splunkhec: ["endpoint", "token"] };

export const needRules: readonly Rule[] = [
  {
    id: "exporter-needs",
    severity: "error",
    explain: "Some exporters do not start without a token, even where a proxy adds its own.",
    bad: "exporters:\n  splunk_hec: {endpoint: 'https://splunk.example:8088/services/collector'}\n",
    good: "exporters:\n  splunk_hec: {endpoint: 'https://splunk.example:8088/services/collector', token: '${env:HEC_TOKEN}'}\n",
    *find(config) {
      for (const { type, id, settings, path } of config.of("exporter"))
        for (const key of NEEDED[type] ?? [])
          if (settings[key] === undefined || settings[key] === null || settings[key] === "")
            yield { path, message: `${id} has no ${key}`, fix: `set ${key}` };
    },
  },
  {
    id: "pod-association-name",
    severity: "error",
    explain: "A pod is found by a resource attribute that has a name; without one this source matches no pod at all.",
    bad: "processors:\n  k8sattributes: {pod_association: [{sources: [{from: resource_attribute}]}]}\n",
    good: "processors:\n  k8sattributes: {pod_association: [{sources: [{from: resource_attribute, name: k8s.pod.ip}]}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "k8sattributes"))
        for (const [i, association] of listOf(settings.pod_association).entries())
          for (const [j, source] of listOf(at(association, "sources")).entries())
            if (at(source, "from") === "resource_attribute" && !at(source, "name"))
              yield {
                path: [...path, "pod_association", i, "sources", j],
                message: "the resource attribute has no name",
                fix: "write name: k8s.pod.ip, or another attribute that applications send",
              };
    },
  },
];
