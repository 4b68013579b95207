import { type ExporterProfile, exporterName } from "../backend-profile.ts";
import { type Component, componentId } from "../component.ts";
import type { PipelineGraph } from "../model.ts";
import type { Target } from "./rule.ts";

/** Exporters that belong to a backend of the target, with what that backend asks for. */
export function profiled(
  p: PipelineGraph,
  target: Target,
): readonly { exporter: Component; profile: ExporterProfile; id: string }[] {
  return (target.backends ?? []).flatMap((backend) =>
    backend.exporters.flatMap((profile) =>
      p.exporters
        .filter((exporter) => exporter.name === exporterName(backend, profile))
        .map((exporter) => ({ exporter, profile, id: componentId(exporter) })),
    ),
  );
}
