/** Names, keys and values that the target's collector knows. Nothing else is said of a version outside the table: what it accepts is not known. */
import { type Role, setting } from "../component.ts";
import type { PipelineGraph } from "../model.ts";
import {
  atLeast,
  isSupported,
  KEY_RANGES,
  keyExists,
  OWN_COMPONENTS,
  REMOVED_COMPONENTS,
  SUPPORTED_RANGE,
} from "../versions.ts";
import { allComponents, componentsIn, type Placed } from "./graph.ts";
import type { Rule } from "./rule.ts";

export const unknownVersion: Rule = {
  id: "unknown-version",
  severity: "error",
  explain: "Names and keys differ between collector versions; what a version outside the table accepts is not known.",
  *find(_, { version }) {
    if (isSupported(version)) return;
    const fix = `use ${SUPPORTED_RANGE}, written as "0.145.0"`;
    yield { place: "collector.version", message: `version "${version}" is not known`, fix };
  },
};

export const unsupportedKey: Rule = {
  id: "unsupported-key",
  severity: "error",
  explain: "A collector does not start over a key or value its version does not know.",
  *find(p, { version }) {
    for (const { range, place, component } of matching(p, version, KEY_RANGES)) {
      const value = setting(component, ...range.key.split("."));
      if (keyExists(range, version) || value === undefined || range.value?.test(String(value)) === false) continue;
      const known = range.since === undefined ? `until ${range.until}` : `since ${range.since}`;
      const message = `${range.key} does not exist in collector ${version} (${known})`;
      yield { place: `${place}.${range.key}`, message, fix: range.instead };
    }
  },
};

export const removedComponent: Rule = {
  id: "removed-component",
  severity: "error",
  explain: "The component was removed from the collector, which ends with “unknown type”.",
  *find(p, { version }) {
    for (const { range, place } of matching(p, version, REMOVED_COMPONENTS)) {
      if (!atLeast(version, range.since)) continue;
      yield { place, message: `${range.kind} was removed in ${range.since}`, fix: `use ${range.instead}` };
    }
  },
};

export const ownComponent: Rule = {
  id: "own-component",
  severity: "error",
  explain: "The component is in the collector this repository builds and in no other, which ends with “unknown type”.",
  *find(p, { version, distribution }) {
    if (distribution === undefined || distribution === "own") return;
    for (const { range, place } of matching(p, version, OWN_COMPONENTS)) {
      const fix = "set collector.image to build:collector, or leave the component out";
      yield { place, message: `only the collector of this repository knows ${range.kind}`, fix };
    }
  },
};

export const numberForString: Rule = {
  id: "number-for-string",
  severity: "error",
  explain: "Without quotes YAML reads an API version as a number, and 1.40 becomes 1.4.",
  *find(p) {
    for (const { place, component } of componentsIn(p, "receivers", "docker_stats")) {
      if (typeof setting(component, "api_version") !== "number") continue;
      const fix = 'write it as a string, "1.44"';
      yield { place: `${place}.api_version`, message: "api_version is a number", fix };
    }
  },
};

/** The components that a table of components is about, each with its row; none for a version outside the table. */
function matching<Range extends { readonly role: Role; readonly kind: string }>(
  p: PipelineGraph,
  version: string,
  ranges: readonly Range[],
): readonly (Placed & { readonly range: Range })[] {
  if (!isSupported(version)) return [];
  return allComponents(p).flatMap((placed) =>
    ranges
      .filter(({ role, kind }) => role === placed.role && kind === placed.component.kind)
      .map((range) => ({ ...placed, range })),
  );
}
