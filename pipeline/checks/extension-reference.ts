import { componentId } from "../component.ts";
import type { PipelineGraph } from "../model.ts";
import { isComponentRef } from "../reference.ts";
import { allComponents } from "./graph.ts";
import type { Rule } from "./rule.ts";

export const unknownExtension: Rule = {
  id: "unknown-extension",
  severity: "error",
  explain:
    "Storage or authentication refers to an extension that is not configured. `validate` does not notice; the collector ends at start.",
  find: (p) =>
    references(p)
      .filter(({ to }) => !p.extensions.some((e) => componentId(e) === to))
      .map(({ place, to }) => ({
        place,
        message: `the extension "${to}" is not configured`,
        fix: `configure ${to} under extensions, or name one that is: ${p.extensions.map(componentId).join(", ") || "there is none"}`,
      })),
};

export const extensionNotStarted: Rule = {
  id: "extension-not-started",
  severity: "error",
  explain:
    "An extension in use is configured but not listed in `service.extensions`. `validate` does not notice; with storage missing the collector panics at start.",
  find: (p) =>
    references(p)
      .filter(({ to }) => p.extensions.some((e) => componentId(e) === to) && !p.service.extensions.includes(to))
      .map(({ place, to }) => ({
        place,
        message: `"${to}" is used here and not started`,
        fix: `add ${to} to service.extensions, with its full id`,
      })),
};

function references(p: PipelineGraph): readonly { place: string; to: string }[] {
  return allComponents(p).flatMap(({ place, component }) => within(component.settings, place));
}

function within(value: unknown, place: string): readonly { place: string; to: string }[] {
  if (isComponentRef(value)) return [{ place, to: value.component }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => within(item, `${place}.${key}`));
}
