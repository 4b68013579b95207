import { isList, isMap, isUnknown, type PropertyMap, type PropertyValue } from "../offline/properties.ts";

/** Parts of inputs, whatever is unknown or of another shape left out. */

/** The maps of a list; an input of any other shape is an empty list. */
export function mapsOf(value: PropertyValue | undefined): readonly PropertyMap[] {
  return isList(value) ? value.filter(isMap) : [];
}

/** The texts of a list, those that are not known yet left out. */
export function textsOf(value: PropertyValue | undefined): readonly string[] {
  return isList(value) ? value.filter((item) => typeof item === "string" && !isUnknown(item)).map(String) : [];
}

/** A text that is known; undefined for anything else. */
export function textOf(value: PropertyValue | undefined): string | undefined {
  return typeof value === "string" && !isUnknown(value) ? value : undefined;
}
