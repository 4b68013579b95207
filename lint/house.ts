import { checkPipeline } from "../pipeline/checks/index.ts";
import type { PipelineGraph } from "../pipeline/model.ts";
import { RENAMINGS } from "../pipeline/versions.ts";
import { importGraph } from "./import.ts";
import { type Config, MEMBERS, recordOf } from "./model.ts";
import type { Path } from "./read.ts";
import type { Severity, Target } from "./rule.ts";

/** A finding of the checks that this repository holds its own pipeline to. */
export interface HouseFinding {
  readonly id: string;
  readonly severity: Severity;
  readonly path: Path;
  readonly message: string;
  readonly fix: string;
  readonly page: string;
}

/** Checks of `pipeline/checks` that a rule of this room makes for everybody. */
const SAID_ELSEWHERE: ReadonlySet<string> = new Set([
  ...["unknown-version", "empty-pipeline", "dangling-reference", "unused-component", "connector-both-sides", "cycle"],
  ...["unknown-extension", "extension-not-started", "removed-component", "own-component", "unsupported-key"],
  ...["memory-limiter-first", "memory-limits", "batch-sizes", "red-after-sampling", "queue-not-on-disk"],
  ...["otlp-http-address", "port-taken", "missing-secret", "secret-in-plain", "literal-reference"],
]);

/** What this repository asks of its own collector besides, of a configuration without errors. Warnings, since it is the style of one house. */
export function houseFindings(config: Config, { version }: Target): readonly HouseFinding[] {
  const graph = graphOf(config);
  if (graph === undefined) return [];
  return checkPipeline(graph, { version }).flatMap(({ id, place, message, fix, docs }) =>
    SAID_ELSEWHERE.has(id)
      ? []
      : [{ id, severity: "warning" as const, path: pathOf(place, config), message, fix, page: docs }],
  );
}

/** The model of `pipeline/` holds less than YAML can: pipelines of three signals, telemetry that is a mapping. */
function graphOf({ root }: Config): PipelineGraph | undefined {
  const service = recordOf(root.service);
  const known = Object.entries(recordOf(service.pipelines)).filter(([id]) => /^(traces|metrics|logs)(\/|$)/.test(id));
  if (known.length === 0) return undefined;
  try {
    return importGraph({ ...root, service: { ...service, pipelines: Object.fromEntries(known) } });
  } catch {
    return undefined;
  }
}

/** `pipelines.traces/in.processors` and `exporters.otlp/a.b`: ids may hold dots themselves. */
function pathOf(place: string, config: Config): Path {
  const pipeline = config.pipelines.find(({ id }) => `${place}.`.startsWith(`pipelines.${id}.`));
  if (pipeline !== undefined) {
    const member = MEMBERS.find((name) => place.endsWith(`.${name}`));
    return member === undefined ? pipeline.path : [...pipeline.path, member];
  }
  for (const { section, id, kind, role, path } of config.components) {
    // the model calls a component by its oldest name
    const oldest = RENAMINGS.find((renaming) => renaming.role === role && renaming.name === kind)?.kind ?? kind;
    const start = `${section}.${oldest}${id.slice(kind.length)}.`;
    if (`${place}.`.startsWith(start))
      return [...path, ...place.slice(start.length).split(".")].filter((key) => key !== "");
  }
  return place.split(".");
}
