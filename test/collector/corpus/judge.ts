import { isDeepStrictEqual } from "node:util";
import type { Arrivals, Case } from "./cases.ts";
import type { Item } from "./places.ts";

/** What went wrong with a case at one backend. */
export interface Finding {
  readonly what: "leaked" | "destroyed" | "lost";
  readonly id: string;
  readonly kind: string;
  readonly place: string;
  readonly backend: string;
  /** What leaked, or what stood there instead. */
  readonly detail: string;
}

/** Places where nothing is sent to, and something of a span can arrive all the same. */
const DERIVED = "metrics derived from spans";
const OWN_LOG = "the collector's own log";
export const ELSEWHERE: readonly string[] = [DERIVED, OWN_LOG];

/** Compares what a backend received with what was sent. */
export function judge(cases: readonly Case[], backend: string, { items, others }: Arrivals): readonly Finding[] {
  // the same series come again and again, all the more the longer the run takes: each text once
  const derived = contentsOf([...new Set(others.flatMap(textsOf))].join("\n"));
  return cases.flatMap((one) => {
    const item = items.get(one.id);
    if (item === undefined) return [finding(one, "lost", backend, "")];
    return [
      ...leaks(one, backend, contentsOf(textsOf(item).join("\n")), one.place.name),
      ...(one.place.signal === "traces" ? leaks(one, backend, derived, DERIVED, SURE) : []),
      ...destroyed(one, backend, item),
    ];
  });
}

/** What of the cases stands in what the collector says about itself. */
export function judgeLog(cases: readonly Case[], text: string): readonly Finding[] {
  const log = contentsOf(text);
  return cases.flatMap((one) => leaks(one, "", log, OWN_LOG, SURE));
}

/** In a text of many records a shorter one may be there by chance. */
const SURE = 8;

/** Whether a secret stands in a text. A payload is sent in many places: what was looked for once in megabytes is remembered. */
type Contents = (secret: string) => boolean;

function contentsOf(text: string): Contents {
  const known = new Map<string, boolean>();
  return (secret) => {
    const found = known.get(secret) ?? spellings(secret).some((s) => text.includes(s));
    known.set(secret, found);
    return found;
  };
}

function leaks(one: Case, backend: string, holds: Contents, place: string, shortest = 0): readonly Finding[] {
  const left = one.payload.secret.filter((secret) => secret.length >= shortest && holds(secret));
  return left.length === 0 ? [] : [{ ...finding(one, "leaked", backend, left.join(" | ")), place }];
}

/** As it is, and within JSON, and within JSON within JSON. */
function spellings(text: string): readonly string[] {
  const once = JSON.stringify(text).slice(1, -1);
  return [...new Set([text, once, JSON.stringify(once).slice(1, -1)])];
}

function destroyed(one: Case, backend: string, item: Item): readonly Finding[] {
  const { payload, place, sent } = one;
  if (payload.innocent) {
    const [before, after] = [place.at(sent), place.at(item)];
    const isSame = isDeepStrictEqual(textsOf(own(before, before)), textsOf(own(after, before)));
    return isSame ? [] : [finding(one, "destroyed", backend, textsOf(own(after, before)).join(" "))];
  }
  const text = textsOf(place.at(item)).join("\n");
  const gone = payload.kept.filter((kept) => !spellings(kept).some((s) => text.includes(s)));
  return gone.length === 0 ? [] : [finding(one, "destroyed", backend, `${gone.join(" | ")} <- ${text}`)];
}

/** Of attributes those that were sent: a pipeline may add its own. */
function own(found: unknown, sent: unknown): unknown {
  if (!Array.isArray(found) || !Array.isArray(sent)) return found;
  const keys = new Set(sent.map(({ key }) => key));
  return found.filter(({ key }) => keys.has(key));
}

const finding = ({ payload, place }: Case, what: Finding["what"], backend: string, detail: string): Finding => ({
  what,
  id: payload.id,
  kind: payload.kind,
  place: place.name,
  backend,
  detail,
});

/** By these a case is found, and they are no text. */
const NOT_TEXT = /^(traceId|spanId|parentSpanId|.*TimeUnixNano|timeUnixNano)$/;

/** Every key and value, in order: keys of attributes, texts (bytes as such), and numbers as they are written. */
export function textsOf(value: unknown): readonly string[] {
  if (value === null || value === undefined) return [];
  if (typeof value !== "object") return [String(value)];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return Object.entries(value).flatMap(([key, one]) => {
    if (key === "bytesValue") return [Buffer.from(String(one), "base64").toString("utf8")];
    return NOT_TEXT.test(key) ? [] : textsOf(one);
  });
}
