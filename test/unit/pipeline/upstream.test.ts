import { describe, expect, test } from "vitest";
import { buildPipeline } from "../../../pipeline/build.ts";
import { type Component, type Role, SECTIONS } from "../../../pipeline/component.ts";
import type { PipelineInput } from "../../../pipeline/input.ts";
import { isComponentRef, isSecretFileRef, isSecretRef } from "../../../pipeline/reference.ts";
import { atLeast, isSupported, KEY_RANGES, keyExists, RENAMINGS, renderedKind } from "../../../pipeline/versions.ts";
import { components, isIn, type Known, NEWEST } from "../../upstream/table.ts";
import { measured, twoBackends, withHeaders } from "./inputs.ts";

const MINOR = Number(NEWEST.split(".")[1]);
const VERSIONS = Array.from({ length: MINOR - 140 }, (_, i) => `0.${141 + i}.0`);

/** What the source of a version says of a component; undefined where it was not read. */
function knownOf(role: Role, kind: string, version: string): Known | undefined {
  const known = components[`${role}/${kind}`];
  return known === undefined || known.unread?.includes(version) ? undefined : known;
}

/** Whether a key is in the source, or below one of which the source says no more. */
function hasKey({ keys }: Known, key: string, version: string): boolean {
  const parts = key.split(".");
  const open = parts.map((_, i) => [...parts.slice(0, i), "*"].join("."));
  return [key, ...open].some((each) => keys[each] !== undefined && isIn(keys[each], version));
}

/** Paths of all keys in settings; the items of a list have the list's path. */
function keysOf(value: unknown, at = ""): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => keysOf(item, at));
  if (typeof value !== "object" || value === null) return [];
  if (isSecretRef(value) || isSecretFileRef(value) || isComponentRef(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const path = at === "" ? key : `${at}.${key}`;
    return item === undefined ? [] : [path, ...keysOf(item, path)];
  });
}

const upstream = (input: PipelineInput, version: string): PipelineInput => ({
  ...input,
  collector: { ...input.collector, version, distribution: "upstream" },
  // hashes are refused before 0.147
  privacy: atLeast(version, "0.147.0") ? input.privacy : measured.privacy,
});

/** What is written for a version and its source does not have. */
function strangers(version: string): readonly string[] {
  const inputs = [measured, withHeaders, twoBackends, { ...measured, browser: true }];
  const heads = { ...measured, sampling: { mode: "head", baselinePercent: 10 } } as const;
  const pipelines = [...inputs, heads].map((input) => buildPipeline(upstream(input, version)));
  return pipelines.flatMap((pipeline) =>
    SECTIONS.flatMap(([section, role]) =>
      (pipeline[section] as readonly Component[]).flatMap(({ kind, settings }) => {
        const known = knownOf(role, kind, version);
        if (known === undefined) return [];
        const name = renderedKind(role, kind, version);
        const span = known.names[name];
        const keys = keysOf(settings).filter((key) => !hasKey(known, key, version));
        return [...(span !== undefined && isIn(span, version) ? [] : [name]), ...keys.map((key) => `${kind}.${key}`)];
      }),
    ),
  );
}

describe("by the sources of upstream collectors", () => {
  test("the table is of every component that is rendered", () => {
    const kinds = [measured, twoBackends].flatMap((input) => {
      const pipeline = buildPipeline(upstream(input, "0.159.0"));
      return SECTIONS.flatMap(([section, role]) => pipeline[section].map(({ kind }) => `${role}/${kind}`));
    });
    expect([...new Set(kinds)].filter((kind) => components[kind] === undefined)).toEqual([]);
  });

  test.each(VERSIONS.filter(isSupported))("collector %s has every name and key that is written for it", (version) => {
    expect([...new Set(strangers(version))]).toEqual([]);
  });

  test("most of it was read", () => {
    const all = VERSIONS.flatMap((version) => Object.keys(components).map((component) => ({ version, component })));
    const read = all.filter(({ version, component }) => !components[component]?.unread?.includes(version));
    expect(read.length / all.length).toBeGreaterThan(0.6);
    // each has at least one version whose source was read
    expect(new Set(read.map(({ component }) => component)).size).toBe(Object.keys(components).length);
  });

  const ranges = KEY_RANGES.filter(({ role, kind, value }) => value === undefined && components[`${role}/${kind}`]);
  test.each(ranges.map((range) => [`${range.role}/${range.kind}`, range.key, range] as const))(
    "%s %s exists where the table of versions says",
    (_, key, range) => {
      const wrong = VERSIONS.filter((version) => {
        const known = knownOf(range.role, range.kind, version);
        return known !== undefined && hasKey(known, key, version) !== keyExists(range, version);
      });
      expect(wrong).toEqual([]);
    },
  );

  const renamings = RENAMINGS.filter(({ role, kind }) => components[`${role}/${kind}`]);
  test.each(renamings.map((each) => [each.kind, each.name, each] as const))(
    "%s is called %s since the version that the table says",
    (_, name, { role, kind, since }) => {
      const wrong = VERSIONS.filter((version) => {
        const known = knownOf(role, kind, version);
        const span = known?.names[name];
        return known !== undefined && (span !== undefined && isIn(span, version)) !== atLeast(version, since);
      });
      expect(wrong).toEqual([]);
    },
  );
});
