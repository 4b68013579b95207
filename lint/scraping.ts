/** What receivers of Prometheus scrape, and how its labels are rewritten. Pure. */
import { at, type Config, listOf, recordOf, textsOf } from "./model.ts";
import type { Path } from "./record.ts";

/** One of scrape_configs. */
export interface Job {
  readonly job: unknown;
  readonly path: Path;
  /** What the receiver says for all of its jobs. */
  readonly global: unknown;
}

/** The jobs of every receiver. */
export function* jobsOf(config: Config): Generator<Job> {
  for (const { settings, path } of config.of("receiver", "prometheus"))
    for (const [i, job] of listOf(at(settings, "config", "scrape_configs")).entries())
      yield { job, path: [...path, "config", "scrape_configs", i], global: at(settings, "config", "global") };
}

/** @param key before the target is scraped, or after */
export function* relabellings({ job, path }: Job, key: "relabel_configs" | "metric_relabel_configs") {
  for (const [i, item] of listOf(at(job, key)).entries())
    yield { item: recordOf(item), path: [...path, key, i], labels: textsOf(at(item, "source_labels")) };
}
