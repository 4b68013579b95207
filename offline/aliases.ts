import { isMap, type PropertyValue } from "./properties.ts";
import type { Registration } from "./registration.ts";
import { nameOf, qualifiedType, urnOf } from "./urn.ts";

/**
 * URNs under which a state may know each resource besides its own: what its aliases name, and what follows from the aliases of its parents,
 * whose children keep their names below them. As Pulumi's engine multiplies them (pkg/resource/deploy, generateAliases).
 */
export function aliasUrns(registrations: readonly Registration[]): ReadonlyMap<string, readonly string[]> {
  const byUrn = new Map(registrations.map((r) => [r.urn, r]));
  const found = new Map<string, readonly string[]>();
  const of = (urn: string): readonly string[] => {
    const known = found.get(urn);
    if (known !== undefined) return known;
    const registration = byUrn.get(urn);
    const urns = registration === undefined ? [] : urnsOf(registration, of(registration.parent));
    found.set(urn, urns);
    return urns;
  };
  for (const urn of byUrn.keys()) of(urn);
  return found;
}

function urnsOf(registration: Registration, parentAliases: readonly string[]): readonly string[] {
  const own = (registration.options.aliases ?? []).map((alias) => ownAlias(registration, alias));
  const below = parentAliases.flatMap((parent) =>
    [registration.urn, ...own].map((urn) => {
      const [stack, project] = parts(parent);
      return urnOf(stack, project, parent, lastType(urn), childName(nameOf(urn), registration.parent, parent));
    }),
  );
  return [...new Set([...own, ...below])].filter((urn) => urn !== registration.urn);
}

/** What an alias leaves out is as it is now. */
function ownAlias(registration: Registration, alias: PropertyValue): string {
  if (!isMap(alias)) return String(alias);
  const [stack, project] = parts(registration.urn);
  const text = (key: string, otherwise: string) => (typeof alias[key] === "string" ? alias[key] : otherwise);
  const parent = alias.noParent === true ? "" : text("parentUrn", registration.parent);
  const [type, name] = [text("type", registration.type), text("name", registration.name)];
  return urnOf(text("stack", stack), text("project", project), parent, type, name);
}

/** A child whose name begins with its parent's is renamed with it. */
function childName(name: string, parent: string, parentAlias: string): string {
  const now = nameOf(parent);
  return name.startsWith(now) ? nameOf(parentAlias) + name.slice(now.length) : name;
}

function parts(urn: string): readonly [stack: string, project: string] {
  const [first = "", project = ""] = urn.split("::");
  return [first.replace("urn:pulumi:", ""), project];
}

const lastType = (urn: string): string => qualifiedType(urn).split("$").at(-1) ?? "";
