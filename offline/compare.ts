import { aliasUrns } from "./aliases.ts";
import { isList, isMap, isUnknown, type PropertyValue } from "./properties.ts";
import { type PropertyChange, propertyChanges, sameValue } from "./property-changes.ts";
import type { Recording, Registration } from "./registration.ts";
import { replaces, takesAlong } from "./replacement.ts";
import { unwrap } from "./secrets.ts";

/** What `pulumi up` would do with a resource. */
export type Step = "create" | "update" | "replace" | "delete";

/** One step of going from one recording to another. */
export interface Change {
  readonly step: Step;
  /** The resource as it will be; as it was, where it is deleted. */
  readonly registration: Registration;
  /** Where its inputs differ; empty for creating, deleting, and being taken along by a replaced network or volume. */
  readonly properties: readonly PropertyChange[];
}

interface Pair {
  /** Of the resource as it will be. */
  readonly urn: string;
  readonly previous: Registration;
  readonly next: Registration;
}

/**
 * The steps from `before` to `after`, by comparing inputs. What replaces is known for Docker and passwords (replacement.ts); for other
 * providers a change counts as an update, since only they know. In previews an unknown input has changed when what it comes from is
 * replaced or is another resource.
 */
export function compare(
  before: Pick<Recording, "registrations">,
  after: Pick<Recording, "registrations">,
): readonly Change[] {
  const old = new Map(before.registrations.filter((r) => r.custom).map((r) => [r.urn, r]));
  const now = new Map(after.registrations.filter((r) => r.custom).map((r) => [r.urn, r]));
  const pairs = pairsOf(old, after.registrations);
  const [paired, known] = [new Set(pairs.map(({ urn }) => urn)), new Set(pairs.map(({ previous }) => previous.urn))];
  const renamed = new Map(pairs.map(({ urn, previous }) => [previous.urn, urn]));
  const replaced = replacedUrns(pairs, renamed);
  const common = pairs.flatMap(({ urn, previous, next }): readonly Change[] => {
    const names = changedNames({ urn, previous, next }, replaced, renamed);
    if (names.length === 0 && !replaced.has(urn)) return [];
    const properties = names.flatMap((name) => {
      const found = propertyChanges(previous.inputs[name], next.inputs[name], name);
      return found.length > 0 ? found : [{ path: name }];
    });
    return [{ step: replaced.has(urn) ? "replace" : "update", registration: next, properties }];
  });
  return [
    ...[...now.values()].filter(({ urn }) => !paired.has(urn)).map((r) => change("create", r)),
    ...common,
    ...[...old.values()].filter(({ urn }) => !known.has(urn)).map((r) => change("delete", r)),
  ];
}

function change(step: Step, registration: Registration): Change {
  return { step, registration, properties: [] };
}

/** Each resource with what the state knows it as: by its URN, else by the first of its aliases that is there, as Pulumi's engine looks. */
function pairsOf(old: ReadonlyMap<string, Registration>, after: readonly Registration[]): readonly Pair[] {
  const aliases = aliasUrns(after);
  return after
    .filter(({ custom }) => custom)
    .flatMap((next): readonly Pair[] => {
      const name = [next.urn, ...(aliases.get(next.urn) ?? [])].find((urn) => old.has(urn));
      const previous = old.get(name ?? "");
      return previous === undefined ? [] : [{ urn: next.urn, previous, next }];
    });
}

type Renamed = ReadonlyMap<string, string>;

/** One replacement can cause others, which can cause others. */
function replacedUrns(pairs: readonly Pair[], renamed: Renamed): ReadonlySet<string> {
  const replaced = new Set<string>();
  for (let size = -1; size !== replaced.size; ) {
    size = replaced.size;
    for (const pair of pairs) {
      const dependencies = Object.values(pair.next.options.propertyDependencies ?? {}).flat();
      const taken = dependencies.some((urn) => replaced.has(urn) && takesAlong(urn));
      if (taken || changedNames(pair, replaced, renamed).some((name) => replaces(pair.next, name)))
        replaced.add(pair.urn);
    }
  }
  return replaced;
}

function changedNames({ previous, next }: Pair, replaced: ReadonlySet<string>, renamed: Renamed): readonly string[] {
  const names = new Set([...Object.keys(previous.inputs), ...Object.keys(next.inputs)]);
  const ignored = new Set(next.options.ignoreChanges ?? []);
  return [...names].filter((name) => {
    if (ignored.has(name)) return false;
    const [from, to] = [previous.inputs[name], next.inputs[name]];
    if (!sameValue(from, to)) return true;
    if (to === undefined || !hasUnknown(unwrap(to))) return false;
    const [were = [], are = []] = [previous, next].map(({ options }) => options.propertyDependencies?.[name] ?? []);
    return String(were.map((urn) => renamed.get(urn) ?? urn)) !== String(are) || are.some((urn) => replaced.has(urn));
  });
}

function hasUnknown(value: PropertyValue): boolean {
  if (isList(value)) return value.some(hasUnknown);
  if (isMap(value)) return Object.values(value).some(hasUnknown);
  return isUnknown(value);
}
