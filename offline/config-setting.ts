import type { ConfigType, ProjectFile } from "./project-file.ts";
import { isList, isMap, type PropertyValue } from "./properties.ts";

/** One value for this run: `--config key=value`, or a secret from elsewhere. */
export interface ConfigSetting {
  /** `backend`, `other-project:key`, or a path: `sampling.mode`, `services[0].image`. */
  readonly path: string;
  readonly value: string;
  /** Secrets keep their text as it is; other values that read as a number, a boolean or JSON become one. */
  readonly secret: boolean;
}

/** Splits `key=value` of `--config`. The value may itself contain `=`. */
export function parseSetting(text: string): ConfigSetting {
  const at = text.indexOf("=");
  if (at <= 0) {
    const shown = at < 0 ? ` "${text}"` : "";
    throw new Error(`--config:${shown} is not key=value. Write for example: --config backend=jaeger`);
  }
  return { path: text.slice(0, at), value: text.slice(at + 1), secret: false };
}

/** The new value of the key a setting touches, as `pulumi config set [--path]` would leave it. */
export function applySetting(
  setting: ConfigSetting,
  project: ProjectFile,
  values: ReadonlyMap<string, PropertyValue>,
): { readonly key: string; readonly value: PropertyValue } {
  const [head = "", ...rest] = pathParts(setting.path);
  const key = String(head).includes(":") ? String(head) : `${project.name}:${head}`;
  const type = project.config.find((declared) => declared.key === key)?.type;
  if (rest.length === 0) return { key, value: whole(setting, type) };
  return {
    key,
    value: withPart(values.get(key), rest, setting.secret ? setting.value : coerced(setting.value), setting.path),
  };
}

function whole({ path, value }: ConfigSetting, type: ConfigType | undefined): PropertyValue {
  if (type !== "array" && type !== "object") return value;
  try {
    return JSON.parse(value) as PropertyValue;
  } catch {
    const example = type === "array" ? `'${path}=["a","b"]'` : `'${path}={"key":"value"}'`;
    throw new Error(`${path}: an ${type} must be given as JSON, for example ${example}, or by path: ${path}.key=value`);
  }
}

/** As the CLI does for paths: what reads as a number, a boolean or JSON becomes one. */
function coerced(text: string): PropertyValue {
  if (text === "true" || text === "false") return text === "true";
  if (/^-?(0|[1-9]\d*)(\.\d+)?$/.test(text)) return Number(text);
  if (/^[[{]/.test(text)) {
    try {
      return JSON.parse(text) as PropertyValue;
    } catch {
      return text;
    }
  }
  return text;
}

function withPart(
  current: PropertyValue | undefined,
  parts: readonly (string | number)[],
  value: PropertyValue,
  path: string,
): PropertyValue {
  const [part, ...rest] = parts;
  if (part === undefined) return value;
  if (typeof part === "number") {
    const list = current === undefined ? [] : current;
    if (!isList(list) || part > list.length) {
      throw new Error(`${path}: there is no item ${part}. Allowed: 0 to ${isList(list) ? list.length : 0}.`);
    }
    const copy = [...list];
    copy[part] = withPart(list[part], rest, value, path);
    return copy;
  }
  const map = isMap(current) ? current : {};
  return { ...map, [part]: withPart(map[part], rest, value, path) };
}

/** `a.b[0]["c.d"]` -> `["a", "b", 0, "c.d"]` */
function pathParts(path: string): readonly (string | number)[] {
  const token = /\["([^"]+)"\]|\[(\d+)\]|([^.[\]]+)/y;
  const parts: (string | number)[] = [];
  let at = 0;
  while (at < path.length) {
    token.lastIndex = at;
    const match = token.exec(path);
    if (match === null)
      throw new Error(`${path}: not a config path. Write for example: sampling.mode or services[0].image`);
    const [text, quoted, index, name] = match;
    parts.push(index === undefined ? (quoted ?? name ?? "") : Number(index));
    at += text.length;
    if (path[at] === "." && at + 1 < path.length) at += 1;
  }
  return parts;
}
