/** A duration as the collector reads it: `500ms`, `30s`, `10m`. */
export type Duration = `${number}${"ms" | "s" | "m" | "h"}`;

/** Of a component that is configured by being there. */
export type NoSettings = Readonly<Record<string, never>>;

/**
 * One configured component. `kind` is the canonical component name, always the oldest one (`otlphttp`, `spanmetrics`); the
 * renderer writes the name the target version knows. Settings carry the collector's own key names, so that its documentation is ours.
 */
export interface Component<Kind extends string = string, Settings extends object = object> {
  readonly kind: Kind;
  /** Instance name, the part after the slash. Absent: the only instance of its kind. */
  readonly name?: string;
  readonly settings: Settings;
  /** One sentence for the reader of the rendered file. */
  readonly why?: string;
}

/** The sections of a configuration, in the order in which they are written, and what a component in each is. */
export const SECTIONS = [
  ["extensions", "extension"],
  ["receivers", "receiver"],
  ["processors", "processor"],
  ["connectors", "connector"],
  ["exporters", "exporter"],
] as const;

export type Section = (typeof SECTIONS)[number][0];

export type Role = (typeof SECTIONS)[number][1];

/** One value for each role. */
export function byRole<T>(make: (role: Role, section: Section) => T): Readonly<Record<Role, T>> {
  return Object.fromEntries(SECTIONS.map(([section, role]) => [role, make(role, section)])) as Record<Role, T>;
}

/** `kind` or `kind/name`: what pipelines and other components call it. */
export function componentId(component: { readonly kind: string; readonly name?: string }): string {
  return component.name === undefined ? component.kind : `${component.kind}/${component.name}`;
}

/** The kind that an id names. */
export function kindOf(id: string): string {
  return id.split("/", 1)[0] ?? id;
}

/** A value inside a component's settings, by its path; undefined where there is none. */
export function setting(component: Component, ...path: readonly string[]): unknown {
  let value: unknown = component.settings;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
