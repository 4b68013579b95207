import type { Recording, Registration } from "./registration.ts";
import { STACK_TYPE } from "./urn.ts";

/** How one resource is shown in the tree. */
export interface TreeStyle {
  /** One character in front: what happens to it. */
  readonly mark: (registration: Registration) => string;
  readonly name: (text: string) => string;
  readonly note: (text: string) => string;
}

/** The resources below the stack, one a line, children indented, by name. */
export function treeLines({ registrations }: Pick<Recording, "registrations">, style: TreeStyle): readonly string[] {
  const children = Map.groupBy(registrations, (r) => r.parent);
  const root = registrations.find((r) => r.type === STACK_TYPE);
  return root === undefined ? [] : branch(root, children, style, "");
}

function branch(
  registration: Registration,
  children: ReadonlyMap<string, readonly Registration[]>,
  style: TreeStyle,
  indent: string,
): readonly string[] {
  const { type, name, options, urn } = registration;
  const notes = [
    ...(options.protect === true ? ["protected"] : []),
    ...(options.hooks === undefined ? [] : ["with hooks"]),
  ];
  const note = notes.length === 0 ? "" : style.note(`  [${notes.join(", ")}]`);
  const line = `${indent}${style.mark(registration)} ${shortType(type)} ${style.name(name)}${note}`;
  const below = (children.get(urn) ?? []).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return [line, ...below.flatMap((child) => branch(child, children, style, `${indent}    `))];
}

/** `docker:Container` of `docker:index/container:Container` */
export function shortType(type: string): string {
  const [pkg, module = "", name = ""] = type.split(":");
  const folder = module.split("/")[0];
  return [pkg, folder === "index" ? "" : folder, name].filter((part) => part !== "").join(":");
}
