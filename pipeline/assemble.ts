import { type Component, componentId, type Section } from "./component.ts";
import type { Fragment, Pipeline } from "./model.ts";
import { selfTelemetry } from "./self-telemetry.ts";

export function ids(...components: readonly Component[]): readonly string[] {
  return components.map((component) => componentId(component));
}

/** The parts in their order; a component that two parts list is one component. */
export function assemble(parts: readonly Fragment[]): Pipeline {
  const all = <S extends Section>(section: S) =>
    distinct(parts.flatMap((part): readonly Pipeline[S][number][] => part[section] ?? []));
  const extensions = all("extensions");
  return {
    receivers: all("receivers"),
    processors: all("processors"),
    connectors: all("connectors"),
    exporters: all("exporters"),
    extensions,
    service: {
      extensions: ids(...extensions),
      telemetry: selfTelemetry(),
      pipelines: parts.flatMap((part) => part.pipelines ?? []),
    },
  };
}

function distinct<C extends { readonly kind: string; readonly name?: string }>(components: readonly C[]): readonly C[] {
  return [...new Map(components.map((component) => [componentId(component), component])).values()];
}
