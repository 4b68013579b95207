import type { Component } from "../../component.ts";
import { bodyOf, labelOf } from "./settings.ts";
import { type Block, type Body, expression, type Value } from "./syntax.ts";

interface ScrapeJob {
  readonly job_name: string;
  readonly static_configs: readonly { readonly targets: readonly string[] }[];
  readonly metric_relabel_configs?: readonly object[];
  readonly params?: Readonly<Record<string, readonly string[]>>;
  readonly tls_config?: object;
}

/** The jobs of a Prometheus receiver: Alloy scrapes and relabels in components of their own, which hand on to `receiver`. */
export function scrapeBlocks({ settings, why }: Component, receiver: string): readonly Block[] {
  const { config } = settings as { readonly config: { readonly scrape_configs: readonly ScrapeJob[] } };
  return config.scrape_configs.flatMap((job, i) => jobBlocks(job, receiver, i === 0 ? why : undefined));
}

function jobBlocks(job: ScrapeJob, receiver: string, why: string | undefined): readonly Block[] {
  const { static_configs, metric_relabel_configs = [], params, tls_config, ...plain } = job;
  const label = labelOf(job.job_name);
  const relabels = metric_relabel_configs.length > 0;
  const next = expression(relabels ? `prometheus.relabel.${label}.receiver` : receiver);
  const targets = static_configs.flatMap((group) => group.targets).map((at) => new Map([["__address__", at]]));
  const body: Body = {
    attributes: [
      { name: "targets", value: targets },
      { name: "forward_to", value: [next] },
      ...bodyOf(plain).attributes,
      ...(params ? [{ name: "params", value: new Map<string, Value>(Object.entries(params)) }] : []),
      // without it every metric is a gauge
      { name: "honor_metadata", value: true },
    ],
    blocks: tls_config ? [{ block: "tls_config", body: bodyOf(tls_config) }] : [],
  };
  const rules = metric_relabel_configs.map((rule) => ({ block: "rule", body: bodyOf(rule) }));
  const relabel = { attributes: [{ name: "forward_to", value: [expression(receiver)] }], blocks: rules };
  return [
    { block: "prometheus.scrape", label, body, ...(why !== undefined && { why }) },
    ...(relabels ? [{ block: "prometheus.relabel", label, body: relabel }] : []),
  ];
}
