/** Type of the root of every stack; it is left out of the types in its descendants' URNs. */
export const STACK_TYPE = "pulumi:pulumi:Stack";

/**
 * The name Pulumi gives a resource: `urn:pulumi:<stack>::<project>::<type of each ancestor>$<type>::<name>`.
 * Ancestors are components only: the stack is not among them.
 */
export function urnOf(stack: string, project: string, parent: string, type: string, name: string): string {
  const types = parent === "" ? "" : qualifiedType(parent);
  const prefix = types === "" || types === STACK_TYPE ? "" : `${types}$`;
  return `urn:pulumi:${stack}::${project}::${prefix}${type}::${name}`;
}

/** `A$B` of `urn:pulumi:stack::project::A$B::name`. */
export function qualifiedType(urn: string): string {
  return urn.split("::")[2] ?? "";
}

/** The last part of a URN; a name may itself contain `::`. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
