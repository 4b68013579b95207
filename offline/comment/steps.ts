import type { Change, Step } from "../compare.ts";
import type { PropertyChange } from "../property-changes.ts";
import { shortType } from "../tree.ts";
import { nameOf } from "../urn.ts";
import { code, plain } from "./markdown.ts";

/** What a reviewer must see first comes first. */
export const ORDER: readonly Step[] = ["delete", "replace", "update", "create"];

/** From how many on resources that change alike share a row: boards, columns, alerts. */
const ALIKE = 2;
/** From how many on changed files of one folder are one place. */
const FILES = 3;
const SHOWN_PROPERTIES = 6;
const SHOWN_NAMES = 8;

/** Rows of a table: step, resource, what differs. */
export function stepRows(changes: readonly Change[]): readonly string[] {
  return ORDER.flatMap((step) => {
    const groups = Map.groupBy(
      changes.filter((change) => change.step === step),
      (change) => `${change.registration.type} ${change.registration.parent} ${paths(change).join()}`,
    );
    return [...groups.values()].flatMap((group) => (group.length >= ALIKE ? [groupRow(group)] : group.map(row)));
  });
}

/** `2 to create, 1 to replace`, or `no change` */
export function stepCounts(changes: readonly Change[]): string {
  const order: readonly Step[] = ["create", "update", "replace", "delete"];
  const parts = order.flatMap((step) => {
    const count = changes.filter((change) => change.step === step).length;
    return count === 0 ? [] : [`${count} to ${step}`];
  });
  return parts.length === 0 ? "no change" : parts.join(", ");
}

function row(change: Change): string {
  const { type, name } = change.registration;
  return `| ${change.step} | ${code(shortType(type))} **${plain(name)}** | ${differences(change)} |`;
}

function groupRow(group: readonly Change[]): string {
  const [first] = group;
  if (first === undefined) return "";
  const { type, parent } = first.registration;
  const names = group.slice(0, SHOWN_NAMES).map(({ registration }) => plain(registration.name));
  const below = nameOf(parent) === "" ? "" : ` below ${plain(nameOf(parent))}`;
  const which = `${names.join(", ")}${more(group.length - names.length)}`;
  return `| ${first.step} | ${group.length} × ${code(shortType(type))}${below} | ${[differences(first), which].filter((part) => part !== "").join(": ")} |`;
}

function differences(change: Change): string {
  if (change.step === "replace" && change.properties.length === 0) return "taken along by its network or volume";
  const known = new Map(change.properties.map((property) => [property.path, property]));
  const all = paths(change);
  const shown = all.slice(0, SHOWN_PROPERTIES).map((path) => code(path) + values(known.get(path)));
  return shown.join(", ") + more(all.length - shown.length);
}

/** Where it differs; many files of one folder are one place. */
function paths({ properties }: Change): readonly string[] {
  const folders = Map.groupBy(properties, ({ path }) => /^uploads\[(.*)\/[^/]*\]/.exec(path)?.[1] ?? path);
  return [...folders].flatMap(([folder, found]) =>
    found.length >= FILES && found.every(({ path }) => path.startsWith("uploads["))
      ? [`uploads[${folder}/…] (${found.length} files)`]
      : found.map(({ path }) => path),
  );
}

function values(property: PropertyChange | undefined): string {
  if (property === undefined) return "";
  const { from, to } = property;
  if (from !== undefined && to !== undefined) return ` ${code(from)} → ${code(to)}`;
  if (to !== undefined) return ` now ${code(to)}`;
  return from === undefined ? "" : ` was ${code(from)}`;
}

function more(count: number): string {
  return count > 0 ? ` and ${count} more` : "";
}
