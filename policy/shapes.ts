import { isList, isUnknown, type PropertyValue } from "../offline/properties.ts";

/** Parts of inputs, whatever is unknown or of another shape left out. */

/** The texts of a list, those that are not known yet left out. */
export function knownTexts(value: PropertyValue | undefined): readonly string[] {
  return isList(value) ? value.filter((item) => typeof item === "string" && !isUnknown(item)).map(String) : [];
}

/** A text that is known; undefined for anything else. */
export function knownText(value: PropertyValue | undefined): string | undefined {
  return typeof value === "string" && !isUnknown(value) ? value : undefined;
}
