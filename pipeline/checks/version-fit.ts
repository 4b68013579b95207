import { componentId, type Role, setting } from "../component.ts";
import type { PipelineGraph } from "../model.ts";
import {
  atLeast,
  isSupported,
  KEY_RANGES,
  keyExists,
  OWN_COMPONENTS,
  REMOVED_COMPONENTS,
  SUPPORTED_VERSIONS,
  VALUE_RANGES,
} from "../versions.ts";
import { allComponents } from "./graph.ts";
import type { Finding, Rule, Target } from "./rule.ts";

export const unknownVersion: Rule = {
  id: "unknown-version",
  severity: "error",
  explain: "Names and keys differ between collector versions; what a version outside the table accepts is not known.",
  find: (_, target) =>
    isSupported(target.version)
      ? []
      : [
          {
            place: "collector.version",
            message: `version "${target.version}" is not known`,
            fix: `use ${SUPPORTED_VERSIONS.from} to 0.159.x, written as "0.145.0"`,
          },
        ],
};

export const unsupportedKey: Rule = {
  id: "unsupported-key",
  severity: "error",
  explain: "A collector does not start over a key or value its version does not know.",
  find: (p, target) =>
    componentsOf(p, target).flatMap(({ place, role, component }): readonly Finding[] => {
      const fits = (range: { role: Role; kind: string }) => range.role === role && range.kind === component.kind;
      const keys = KEY_RANGES.filter((range) => fits(range) && !keyExists(range, target.version)).filter(
        (range) => setting(component, ...range.key.split(".")) !== undefined,
      );
      const values = VALUE_RANGES.filter((range) => fits(range) && !keyExists(range, target.version)).filter((range) =>
        range.value.test(String(setting(component, ...range.key.split(".")))),
      );
      return [...keys, ...values].map((range) => ({
        place: `${place}.${range.key}`,
        message: `${range.key} does not exist in collector ${target.version} (${
          range.since === undefined ? `until ${range.until}` : `since ${range.since}`
        })`,
        fix: range.instead,
      }));
    }),
};

export const removedComponent: Rule = {
  id: "removed-component",
  severity: "error",
  explain: "The component was removed from the collector, which ends with “unknown type”.",
  find: (p, target) =>
    componentsOf(p, target).flatMap(({ place, role, component }) =>
      REMOVED_COMPONENTS.filter(
        (r) => r.role === role && r.kind === component.kind && atLeast(target.version, r.since),
      ).map((r) => ({ place, message: `${r.kind} was removed in ${r.since}`, fix: `use ${r.instead}` })),
    ),
};

export const ownComponent: Rule = {
  id: "own-component",
  severity: "error",
  explain: "The component is in the collector this repository builds and in no other, which ends with “unknown type”.",
  find: (p, target) =>
    target.distribution !== "upstream"
      ? []
      : componentsOf(p, target).flatMap(({ place, role, component }) =>
          OWN_COMPONENTS.filter((own) => own.role === role && own.kind === component.kind).map(({ kind }) => ({
            place,
            message: `only the collector of this repository knows ${kind}`,
            fix: "set collector.image to build:collector, or leave the component out",
          })),
        ),
};

export const numberForString: Rule = {
  id: "number-for-string",
  severity: "error",
  explain: "Without quotes YAML reads an API version as a number, and 1.40 becomes 1.4.",
  find: (p) =>
    p.receivers
      .filter((r) => r.kind === "docker_stats" && typeof setting(r, "api_version") === "number")
      .map((r) => ({
        place: `receivers.${componentId(r)}.api_version`,
        message: "api_version is a number",
        fix: 'write it as a string, "1.44"',
      })),
};

/** Nothing for a version outside the table: what it accepts is not known, and `unknown-version` reports it. */
function componentsOf(p: PipelineGraph, target: Target): ReturnType<typeof allComponents> {
  return isSupported(target.version) ? allComponents(p) : [];
}
