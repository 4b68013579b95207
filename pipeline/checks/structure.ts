/** What refers to what: a collector whose references lead nowhere does not start. */
import { componentId, kindOf } from "../component.ts";
import { type PipelineGraph, pipelineId, type SignalPipeline } from "../model.ts";
import { isComponentRef } from "../reference.ts";
import { allComponents, componentsIn, fedBy, feeding, isConnector, leadsTo, pipelineAt } from "./graph.ts";
import type { Rule } from "./rule.ts";

export const emptyPipeline: Rule = {
  id: "empty-pipeline",
  severity: "error",
  explain: "A pipeline without receiver or exporter, or a collector without any pipeline, does not start.",
  *find(p) {
    if (p.service.pipelines.length === 0) {
      const message = "no pipeline is configured";
      yield { place: "service.pipelines", message, fix: "give at least one backend a signal" };
    }
    for (const pipeline of p.service.pipelines) {
      for (const side of ["receivers", "exporters"] as const) {
        if (pipeline[side].length > 0) continue;
        const place = `${pipelineAt(pipeline)}.${side}`;
        yield { place, message: `there are no ${side}`, fix: "add one, or remove the pipeline" };
      }
    }
  },
};

export const danglingReference: Rule = {
  id: "dangling-reference",
  severity: "error",
  explain:
    "A pipeline or the list of extensions names a component that is not configured; the collector does not start.",
  *find(p) {
    const ids = (...lists: PipelineGraph["receivers"][]) => lists.flat().map(componentId);
    const known = {
      receivers: ids(p.receivers, p.connectors),
      processors: ids(p.processors),
      exporters: ids(p.exporters, p.connectors),
      extensions: ids(p.extensions),
    };
    const lists = [
      ...p.service.pipelines.flatMap((pipeline) =>
        (["receivers", "processors", "exporters"] as const).map(
          (section) => ({ place: `${pipelineAt(pipeline)}.${section}`, section, named: pipeline[section] }) as const,
        ),
      ),
      { place: "service.extensions", section: "extensions", named: p.service.extensions } as const,
    ];
    for (const { place, section, named } of lists) {
      for (const id of named.filter((id) => !known[section].includes(id))) {
        const fix = `configure it under ${section}, or remove it from the list`;
        yield { place, message: `"${id}" is not configured`, fix };
      }
    }
  },
};

export const unusedComponent: Rule = {
  id: "unused-component",
  severity: "warning",
  explain: "A component is configured and is used in no pipeline: it does nothing, which is rarely intended.",
  *find(p) {
    const used = new Set(
      p.service.pipelines.flatMap(({ receivers, processors, exporters }) => [receivers, processors, exporters].flat()),
    );
    for (const { place, role, id } of allComponents(p)) {
      if (role === "extension" || used.has(id)) continue;
      yield { place, message: `"${id}" is used in no pipeline`, fix: "use it in a pipeline, or remove it" };
    }
  },
};

export const connectorBothSides: Rule = {
  id: "connector-both-sides",
  severity: "error",
  explain:
    "A connector is the exporter of one pipeline and the receiver of another; with one side missing the collector does not start.",
  *find(p) {
    for (const { place, id } of componentsIn(p, "connectors")) {
      const [into, out] = [feeding(p, id), fedBy(p, id)];
      if (into.length === 0 && out.length > 0) {
        const fix = "add it to the exporters of the pipeline that feeds it";
        yield { place, message: `no pipeline exports to "${id}"`, fix };
      }
      if (out.length === 0 && into.length > 0) {
        const fix = "add it to the receivers of the pipeline it feeds";
        yield { place, message: `no pipeline receives from "${id}"`, fix };
      }
      if (kindOf(id) !== "forward" || out.length === 0) continue;
      for (const { signal } of into.filter((pipeline) => !out.some((next) => next.signal === pipeline.signal))) {
        const message = `"${id}" receives ${signal} and no ${signal} pipeline receives from it`;
        yield { place, message, fix: `add it to the receivers of a ${signal} pipeline` };
      }
    }
  },
};

export const cycle: Rule = {
  id: "cycle",
  severity: "error",
  explain: "Pipelines feed each other in a cycle: the collector does not start.",
  *find(p) {
    for (const pipeline of p.service.pipelines.filter((pipeline) => reaches(p, pipeline, pipeline))) {
      const fix = "break the cycle: remove one connector from an exporter list";
      yield { place: pipelineAt(pipeline), message: `${pipelineId(pipeline)} feeds itself`, fix };
    }
  },
};

function reaches(
  p: PipelineGraph,
  from: SignalPipeline,
  goal: SignalPipeline,
  seen = new Set<SignalPipeline>(),
): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  const next = from.exporters.filter((id) => isConnector(p, id)).flatMap((id) => leadsTo(p, from, id));
  return next.some((pipeline) => pipeline === goal || reaches(p, pipeline, goal, seen));
}

export const unknownExtension: Rule = {
  id: "unknown-extension",
  severity: "error",
  explain:
    "Storage or authentication refers to an extension that is not configured. `validate` does not notice; the collector ends at start.",
  *find(p) {
    const known = p.extensions.map(componentId);
    for (const { place, to } of extensionReferences(p)) {
      if (known.includes(to)) continue;
      const fix = `configure ${to} under extensions, or name one that is: ${known.join(", ") || "there is none"}`;
      yield { place, message: `the extension "${to}" is not configured`, fix };
    }
  },
};

export const extensionNotStarted: Rule = {
  id: "extension-not-started",
  severity: "error",
  explain:
    "An extension in use is configured but not listed in `service.extensions`. `validate` does not notice; with storage missing the collector panics at start.",
  *find(p) {
    const known = p.extensions.map(componentId);
    for (const { place, to } of extensionReferences(p)) {
      if (!known.includes(to) || p.service.extensions.includes(to)) continue;
      const fix = `add ${to} to service.extensions, with its full id`;
      yield { place, message: `"${to}" is used here and not started`, fix };
    }
  },
};

function extensionReferences(p: PipelineGraph): readonly { place: string; to: string }[] {
  return allComponents(p).flatMap(({ place, component }) => within(component.settings, place));
}

function within(value: unknown, place: string): readonly { place: string; to: string }[] {
  if (isComponentRef(value)) return [{ place, to: value.component }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => within(item, `${place}.${key}`));
}
