import { isVolatile } from "../inventory/known-values.ts";
import type { Attributes, AttributeUse, Seen } from "../inventory/model.ts";

/** One attribute that is not the same on both sides. */
export interface AttributeChange {
  readonly key: string;
  readonly how:
    | { readonly is: "vanished" | "appeared" }
    | { readonly is: "rarer"; readonly share: number }
    | { readonly is: "type"; readonly from: string; readonly to: string }
    | { readonly is: "values"; readonly from: number; readonly to: number }
    | { readonly is: "value-vanished" | "value-appeared"; readonly value: string };
}

export interface Side {
  readonly attributes: Attributes;
  /** How many things these are the attributes of. */
  readonly count: number;
  readonly steady: (seen: Seen) => boolean;
}

/** An attribute that all had and that so few still have is gone for most readers. */
const FEW = 0.5;
const ENOUGH = 8;

export function attributeChanges(base: Side, head: Side): readonly AttributeChange[] {
  const keys = [...new Set([...Object.keys(base.attributes), ...Object.keys(head.attributes)])].sort();
  return keys.flatMap((key) => {
    const [before, after] = [base.attributes[key], head.attributes[key]];
    if (before === undefined) {
      return after !== undefined && head.steady(after) ? [{ key, how: { is: "appeared" } }] : [];
    }
    if (after === undefined) return base.steady(before) ? [{ key, how: { is: "vanished" } }] : [];
    return [...lostShare(key, before, after, base, head), ...typeChange(key, before, after), ...valueChanges()].map(
      (how) => how,
    );

    function valueChanges(): readonly AttributeChange[] {
      const [was, is] = [before?.known ?? {}, after?.known ?? {}];
      const gone = Object.entries(was).filter(([value, seen]) => base.steady(seen) && is[value] === undefined);
      const come = Object.entries(is).filter(([value, seen]) => head.steady(seen) && was[value] === undefined);
      return [
        ...gone.map(([value]) => ({ key, how: { is: "value-vanished", value } }) as const),
        ...come.map(([value]) => ({ key, how: { is: "value-appeared", value } }) as const),
      ];
    }
  });
}

function lostShare(
  key: string,
  before: AttributeUse,
  after: AttributeUse,
  base: Side,
  head: Side,
): readonly AttributeChange[] {
  if (base.count < ENOUGH || head.count < ENOUGH) return [];
  const share = after.count / head.count;
  return before.count === base.count && share <= FEW ? [{ key, how: { is: "rarer", share } }] : [];
}

function typeChange(key: string, before: AttributeUse, after: AttributeUse): readonly AttributeChange[] {
  const [from, to] = [before.types.join(" or "), after.types.join(" or ")];
  return from === to ? [] : [{ key, how: { is: "type", from, to } }];
}

/** How much more is more: three times as many, and at least so many more. */
export const grew = (from: number, to: number, least: number): boolean => to >= 3 * from && to - from >= least;

/** Attributes with many more values than before, though they told few things apart before. */
export function grownAttributes(base: Attributes, head: Attributes, least: number): readonly AttributeChange[] {
  return Object.entries(head).flatMap(([key, { values: to }]) => {
    const from = base[key]?.values ?? 0;
    return !isVolatile(key) && grew(from, to, least) ? [{ key, how: { is: "values", from, to } }] : [];
  });
}
