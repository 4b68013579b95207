import type resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import type { PropertyValue } from "./properties.ts";
import type { RegistrationOptions } from "./registration.ts";

type Request = resourceProto.RegisterResourceRequest;

/** The options of a registration request, those left alone removed, lists without an order of their own sorted. */
export function optionsOf(request: Request): RegistrationOptions {
  return withoutAbsent({
    protect: request.hasProtect() ? request.getProtect() : undefined,
    deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
    dependsOn: [...request.getDependenciesList()].sort(),
    propertyDependencies: propertyDependencies(request),
    provider: request.getProvider(),
    providers: Object.fromEntries(entries(request.getProvidersMap())),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    replacementTrigger: request.getReplacementTrigger()?.toJavaScript() as PropertyValue | undefined,
    replaceWith: request.getReplaceWithList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: aliases(request),
    hideDiffs: request.getHidediffsList(),
    hooks: hooks(request),
    customTimeouts: customTimeouts(request),
    deletedWith: request.getDeletedwith(),
    import: request.getImportid(),
    version: request.getVersion(),
    pluginDownloadUrl: request.getPlugindownloadurl(),
    packageRef: request.getPackageref(),
    envVarMappings: Object.fromEntries(entries(request.getEnvvarmappingsMap())),
  });
}

function propertyDependencies(request: Request): Record<string, readonly string[]> {
  const found = entries(request.getPropertydependenciesMap()).map(
    ([property, dependencies]) => [property, [...dependencies.getUrnsList()].sort()] as const,
  );
  return Object.fromEntries(found.filter(([, urns]) => urns.length > 0));
}

function aliases(request: Request): readonly PropertyValue[] {
  const structured = request.getAliasesList().map((alias): PropertyValue => {
    const spec = alias.getSpec();
    if (spec === undefined) return alias.getUrn();
    return withoutAbsent({
      name: spec.getName(),
      type: spec.getType(),
      stack: spec.getStack(),
      project: spec.getProject(),
      parentUrn: spec.getParenturn(),
      noParent: spec.getNoparent() ? true : undefined,
    }) as PropertyValue;
  });
  return [...request.getAliasurnsList(), ...structured];
}

function hooks(request: Request): Record<string, readonly string[]> {
  const bound = request.getHooks();
  if (bound === undefined) return {};
  return withoutAbsent({
    beforeCreate: bound.getBeforeCreateList(),
    afterCreate: bound.getAfterCreateList(),
    beforeUpdate: bound.getBeforeUpdateList(),
    afterUpdate: bound.getAfterUpdateList(),
    beforeDelete: bound.getBeforeDeleteList(),
    afterDelete: bound.getAfterDeleteList(),
    onError: bound.getOnErrorList(),
  });
}

function customTimeouts(request: Request): Record<string, string> {
  const timeouts = request.getCustomtimeouts();
  if (timeouts === undefined) return {};
  return withoutAbsent({
    create: timeouts.getCreate(),
    update: timeouts.getUpdate(),
    delete: timeouts.getDelete(),
    read: timeouts.getRead(),
  });
}

function entries<V>(map: { forEach(visit: (value: V, key: string) => void): void }): [string, V][] {
  const found: [string, V][] = [];
  map.forEach((value, key) => {
    found.push([key, value]);
  });
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Protobuf cannot distinguish "empty" from "not set": both are dropped, so that a recording lists decisions only. */
function withoutAbsent<T extends object>(options: T): Present<T> {
  const kept = Object.entries(options).filter(([, value]) => !isAbsent(value));
  return Object.fromEntries(kept) as Present<T>;
}

function isAbsent(value: unknown): boolean {
  if (value === undefined || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
