import { isList, isMap, isSecret, isUnknown, type PropertyValue } from "./properties.ts";
import { UNKNOWN_TEXT } from "./report.ts";
import { containsSecret, unwrap } from "./secrets.ts";

/** One place inside a resource's inputs that differs. */
export interface PropertyChange {
  /** `memory`, `envs[LOG_LEVEL]`, `uploads[/etc/otelcol/config.yaml].content` */
  readonly path: string;
  /** What stood there; absent when nothing did, or when it is secret, a list, an object or long. */
  readonly from?: string;
  readonly to?: string;
}

/** A longer value is unreadable between two arrows. */
const SHOWN_LENGTH = 60;

const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=/;

/** Fields that name an element of a list better than its position does. */
const NAMES = ["file", "label", "containerPath", "internal", "name", "key", "refId", "title"] as const;

/** Where two values differ, secrets compared but never shown. Empty: they are the same. */
export function propertyChanges(
  from: PropertyValue | undefined,
  to: PropertyValue | undefined,
  path: string,
): readonly PropertyChange[] {
  if (sameValue(from, to)) return [];
  const covered = isSecret(from) || isSecret(to);
  if (!covered && isMap(from) && isMap(to)) {
    return union(Object.keys(from), Object.keys(to)).flatMap((key) =>
      propertyChanges(from[key], to[key], `${path}.${key}`),
    );
  }
  if (isList(from) && isList(to)) {
    const [old, now] = [byName(from, path), byName(to, path)];
    const found = union([...old.keys()], [...now.keys()]).flatMap((name) =>
      propertyChanges(old.get(name), now.get(name), `${path}[${name}]`),
    );
    return found.length > 0 ? found : [{ path: `${path} (order)` }];
  }
  return [{ path, ...text("from", from, path), ...text("to", to, path) }];
}

/** Whether both are equal with their secrets opened: marking a value as secret is no change. */
export function sameValue(a: PropertyValue | undefined, b: PropertyValue | undefined): boolean {
  return comparable(a) === comparable(b);
}

function comparable(value: PropertyValue | undefined): string {
  return JSON.stringify(value === undefined ? null : unwrap(value));
}

function byName(list: readonly PropertyValue[], path: string): ReadonlyMap<string, PropertyValue> {
  let unnamed = 0;
  const named = list.map(
    (item, index) => [nameOf(item, path) ?? (path === "envs" ? `${unnamed++}` : `${index}`), item] as const,
  );
  const unique = new Map(named);
  return unique.size === list.length ? unique : new Map(list.map((item, index) => [String(index), item]));
}

function nameOf(item: PropertyValue, path: string): string | undefined {
  // The name of an environment variable is no secret, even where the whole assignment is marked as one.
  if (path === "envs") return ASSIGNMENT.exec(String(unwrap(item)))?.[1];
  if (!isMap(item) || isSecret(item)) return undefined;
  const field = NAMES.find((name) => typeof item[name] === "string" || typeof item[name] === "number");
  return field === undefined ? undefined : String(item[field]);
}

function text(
  side: "from" | "to",
  value: PropertyValue | undefined,
  path: string,
): Partial<Record<"from" | "to", string>> {
  if (value === undefined || value === null || containsSecret(value) || isList(value) || isMap(value)) return {};
  const whole = isUnknown(value) ? UNKNOWN_TEXT : String(value);
  const shown = path.startsWith("envs[") ? whole.replace(ASSIGNMENT, "") : whole;
  return shown === "" || shown.length > SHOWN_LENGTH || shown.includes("\n") ? {} : { [side]: shown };
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])];
}
