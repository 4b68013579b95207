/** Keys and kinds of values, from what the collector's own sources say each component takes. */
import { nearest } from "../../config/nearest.ts";
import { atLeast, KEY_RANGES } from "../../pipeline/versions.ts";
import { SERVICE } from "../keys/by-hand.ts";
import { goneSince, shapeOf } from "../keys/known.ts";
import type { Shape } from "../keys/shape.ts";
import { type Component, type Config, recordOf, typeOf, wordOf } from "../model.ts";
import { isRecord, type Path } from "../read.ts";
import type { Finding, Rule } from "../rule.ts";
import { GO_DURATION, isDurationKey } from "./syntax.ts";

const isReference = (value: unknown): boolean => typeof value === "string" && value.includes("${");

/** A key that a shape does not have; the place is that in the shape. */
interface Strange {
  readonly path: Path;
  readonly place: readonly string[];
  readonly key: string;
  readonly keys: readonly string[];
  /** Since this version there may be keys that are not known. */
  readonly isOpenSince: string | undefined;
}

/** Keys that a shape does not have, at any depth. */
export function* strangeKeys(
  value: unknown,
  shape: Shape,
  path: Path,
  place: readonly string[] = [],
): Generator<Strange> {
  if (typeof shape === "string" || isReference(value)) return;
  if ("a" in shape) {
    if (Array.isArray(value))
      for (const [i, item] of value.entries()) yield* strangeKeys(item, shape.a, [...path, i], [...place, "[]"]);
  } else if (isRecord(value)) {
    for (const [key, child] of Object.entries(value)) {
      const known = "m" in shape ? shape.m : Object.hasOwn(shape.k, key) ? shape.k[key] : undefined;
      const inside = [...place, "m" in shape ? "{}" : key];
      if (known !== undefined) yield* strangeKeys(child, known, [...path, key], inside);
      else if ("k" in shape && shape.o !== 1 && !key.includes("${"))
        yield {
          path: [...path, key],
          place: inside,
          key,
          keys: Object.keys(shape.k),
          isOpenSince: shape.s,
        };
    }
  }
}

/** Values of another kind than a shape asks for, as far as the collector refuses them. */
function* strangeValues(value: unknown, shape: Shape, path: Path): Generator<Finding> {
  if (shape === "?" || value === null || value === undefined || isReference(value)) return;
  if (typeof shape === "string") {
    if (typeof value === "object")
      yield {
        path,
        message: `a ${KINDS[shape]} is expected, and here is a ${Array.isArray(value) ? "list" : "mapping"}`,
        fix: `write a ${KINDS[shape]}`,
      };
    else if (shape === "i" || shape === "n") {
      // words are of kinds that read themselves; YAML of the collector reads 100_000
      const isUnit = WITH_UNIT.test(wordOf(value)) || (WITH_BYTES.test(wordOf(value)) && !readsBytes(path));
      if (
        typeof value === "boolean" ||
        (typeof value === "string" && (isUnit || (/^\d+$/.test(value) && !readsBytes(path))))
      )
        yield {
          path,
          message: `${JSON.stringify(value)} is no number`,
          fix:
            typeof value === "boolean"
              ? "write a number"
              : `write ${Number.parseFloat(value)} without quotes, in the unit that the key names`,
        };
    } else if (shape === "s" && typeof value !== "string")
      yield { path, message: `${wordOf(value)} is no text`, fix: `write '${wordOf(value)}' in quotes` };
    else if (shape === "d" && !isDurationKey(wordOf(path.at(-1)))) {
      if (typeof value === "number" && value !== 0)
        yield { path, message: `${value} has no unit and means nanoseconds`, fix: `write ${value}s or ${value}ms` };
      else if (typeof value === "string" && value !== "" && value !== "0" && !GO_DURATION.test(value))
        yield { path, message: `"${value}" is no duration`, fix: "write it as 500ms, 10s, 5m or 24h" };
    } else if (shape === "b" && typeof value !== "boolean" && !/^(true|false)$/i.test(wordOf(value)))
      yield { path, message: `${JSON.stringify(value)} is neither true nor false`, fix: "write true or false" };
  } else if ("a" in shape) {
    if (Array.isArray(value))
      for (const [i, item] of value.entries())
        if (shape.a === "d" && typeof item === "number" && item !== 0)
          yield { path: [...path, i], message: `${item} has no unit`, fix: `write ${item}ms` };
        else yield* strangeValues(item, shape.a, [...path, i]);
    // a text is split at its commas where texts are listed, and nowhere else
    else if (typeof value === "string" && value !== "" && shape.a !== "s")
      yield {
        path,
        message: `a list${typeof shape.a === "object" && "k" in shape.a ? " of mappings" : ""} is expected, and here is "${value}"`,
        fix: typeof shape.a === "object" && "k" in shape.a ? "begin each item with - and its keys" : `write [${value}]`,
      };
    else if (typeof value !== "string" && !(isRecord(value) && Object.keys(value).length === 0))
      yield {
        path,
        message: `a list is expected, and here is a ${isRecord(value) ? "mapping" : typeof value}`,
        fix: "begin each item with -",
      };
  } else if (!isRecord(value)) {
    if (value !== "")
      yield {
        path,
        message: `a mapping of keys is expected, and here is ${Array.isArray(value) ? "a list" : JSON.stringify(value)}`,
        fix: "m" in shape ? "write name: value" : `write its keys: ${Object.keys(shape.k).slice(0, 4).join(", ")}`,
      };
  } else
    for (const [key, child] of Object.entries(value)) {
      const known = "m" in shape ? shape.m : Object.hasOwn(shape.k, key) ? shape.k[key] : undefined;
      if (known !== undefined) yield* strangeValues(child, known, [...path, key]);
    }
}

const WITH_UNIT = /^[\d.]+ *(ns|us|ms|s|m|h|%)$/;
const WITH_BYTES = /^[\d.]+ *([kmgt]i?b?|b|bytes)$/i;
const readsBytes = (path: Path): boolean => READS_BYTES.test(wordOf(path.at(-1)));
/** Numbers of bytes that the log receivers read with their unit. */
const READS_BYTES = /^(max_log_size|fingerprint_size|initial_buffer_size|max_batch_size|max_log_size_behavior)$/;

const KINDS = { s: "text", b: "truth value", i: "number", n: "number", d: "duration" } as const;

const guessOf = (key: string, keys: readonly string[]): string | undefined =>
  nearest(key, keys) ?? keys.find((known) => known.replaceAll("_", "") === key.toLowerCase().replace(/[_-]/g, ""));

function* allKeys(config: Config, version: string): Generator<Strange & { readonly gone?: string }> {
  for (const component of config.components) {
    const name = `${component.role}/${component.type}`;
    for (const found of keysOf(component)) {
      const gone = goneSince(name, found.place.join("/"));
      if (isRanged(component, found.path) || (gone !== undefined && !atLeast(version, gone))) continue;
      if (found.isOpenSince !== undefined && atLeast(version, found.isOpenSince)) continue;
      yield gone === undefined ? found : { ...found, gone };
    }
  }
  yield* strangeKeys(config.root.service, SERVICE, ["service"]);
}

/** Keys that came or went with a version have a rule of their own. */
const isRanged = ({ role, type, path: { length } }: Component, path: Path): boolean =>
  KEY_RANGES.some(
    (range) => range.role === role && typeOf(range.kind) === type && range.key.startsWith(path.slice(length).join(".")),
  );

/** Oldest version whose keys are near enough to those that are known here. */
const OLDEST = "0.130.0";

function keysOf({ role, type, settings, path }: Component) {
  const shape = shapeOf(`${role}/${type}`);
  if (shape !== undefined) return [...strangeKeys(settings, shape, path)];
  // of the others, the parts that every exporter shares
  return [
    ...strangeKeys(recordOf(settings.sending_queue), { k: QUEUE }, [...path, "sending_queue"]),
    ...strangeKeys(recordOf(settings.retry_on_failure), { k: RETRY }, [...path, "retry_on_failure"]),
    ...strangeKeys(recordOf(settings.tls), { k: TLS }, [...path, "tls"]),
  ];
}

export const keyRules: readonly Rule[] = [
  {
    id: "misspelt-key",
    severity: "error",
    explain: "The collector refuses a key that a component does not have.",
    bad: "processors:\n  batch: {timout: 5s}\n",
    good: "processors:\n  batch: {timeout: 5s}\n",
    *find(config, { version }) {
      for (const { path, key, keys, gone } of allKeys(config, version)) {
        const guess = guessOf(key, keys);
        const since = gone === undefined ? "" : ` any more, since ${gone} at the latest`;
        if (guess !== undefined) yield { path, message: `there is no key ${key}${since}`, fix: `write ${guess}` };
      }
    },
  },
  {
    id: "unknown-key",
    severity: "error",
    explain:
      "The collector refuses a key that a component does not have: one of another place, of another component, or of another time. Known are the keys of 218 components, and which of them older versions had; asked of versions from 0.130.0.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', queue_settings: {queue_size: 5000}}\n",
    good: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {queue_size: 5000}}\n",
    *find(config, { version }) {
      if (!atLeast(version, OLDEST)) return;
      for (const { path, key, keys, gone } of allKeys(config, version)) {
        if (guessOf(key, keys) !== undefined) continue;
        const when = gone === undefined ? "" : ` any more, since ${gone} at the latest`;
        yield {
          path,
          message: `there is no key ${key} here${when}`,
          fix: keys.length === 0 ? "remove it: nothing can be set here" : `use what there is: ${some(keys)}`,
        };
      }
    },
  },
  {
    id: "value-kind",
    severity: "error",
    explain:
      "The collector converts nothing: a list where a mapping is expected is refused, a text (in quotes) where a number is, a number or true where a text is, and a duration that is none.",
    bad: "processors:\n  resource: {attributes: {deployment.environment: production}}\n",
    good: "processors:\n  resource: {attributes: [{key: deployment.environment, value: production, action: upsert}]}\n",
    *find(config) {
      for (const { role, type, settings, path } of config.components) {
        const shape = shapeOf(`${role}/${type}`);
        if (shape !== undefined) yield* strangeValues(settings, shape, path);
      }
    },
  },
];

const some = (keys: readonly string[]): string =>
  keys.length > 12 ? `${keys.slice(0, 12).join(", ")}, …` : keys.join(", ");

const any = (text: string): Readonly<Record<string, Shape>> =>
  Object.fromEntries(text.split(" ").map((name) => [name, "?" as const]));
const QUEUE = any(
  "enabled num_consumers queue_size sizer storage batch block_on_overflow blocking wait_for_result num_seconds",
);
const RETRY = any("enabled initial_interval max_interval max_elapsed_time multiplier randomization_factor");
const TLS = any(
  "insecure insecure_skip_verify ca_file ca_pem cert_file cert_pem key_file key_pem server_name_override min_version max_version cipher_suites reload_interval include_system_ca_certs_pool curve_preferences tpm client_ca_file client_ca_file_reload",
);
