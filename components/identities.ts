import * as pulumi from "@pulumi/pulumi";

/** A resource that an earlier release knew otherwise. What `was` leaves out stayed as it is. */
export interface Moved {
  /** The first release with the new identity. */
  readonly since: string;
  readonly type: string;
  /** Absent: every resource of the type. */
  readonly name?: string;
  readonly was: {
    readonly type?: string;
    readonly name?: string;
    /** A component that stood directly below the stack; `none`: the resource itself did. */
    readonly parent?: "none" | { readonly type: string; readonly name: string };
  };
}

/**
 * Every change of a type, name or parent since the first release, oldest first, never removed: without its line Pulumi deletes the resource with
 * its data and makes another. None was needed so far; the tests of upgrades say when one is.
 */
export const MOVED: readonly Moved[] = [];

/** Lets the engine find the resources of earlier releases. In one place for all constructors, before the first of them. */
export function keepIdentities(moved = MOVED): void {
  pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
    const aliases = aliasesOf({ type, name }, moved);
    return aliases.length === 0
      ? undefined
      : { props, opts: { ...opts, aliases: [...(opts.aliases ?? []), ...aliases] } };
  });
}

/** What a resource was in earlier releases; what its parents were, the engine adds. */
export function aliasesOf(
  { type, name }: { readonly type: string; readonly name: string },
  moved: readonly Moved[],
): readonly pulumi.Alias[] {
  return moved
    .filter((each) => each.type === type && (each.name === undefined || each.name === name))
    .map(({ was: { parent, ...was } }) => ({ ...was, ...(parent && { parent: formerParent(parent) }) }));
}

const formerParent = (parent: NonNullable<Moved["was"]["parent"]>): pulumi.Input<pulumi.URN> | pulumi.Resource =>
  parent === "none" ? pulumi.rootStackResource : pulumi.createUrn(parent.name, parent.type);
