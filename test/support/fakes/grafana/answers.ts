import { checkFields, type Fields, jsonFields } from "../fields.ts";
import { type Answer, type Asked, Refusal } from "../server.ts";

/** Grafana's shape of answers and refusals. */

export type Routes = Readonly<Record<string, (parts: Readonly<Record<string, string>>) => Answer>>;

export const ok = (body: unknown, status = 200): Answer => ({ status, body });

export const refusal = (status: number, message: string): Refusal => new Refusal(status, { message });

export function bad(why: string): never {
  throw refusal(400, why);
}

/** The request's body, with these fields and no others. */
export function bodyOf(asked: Asked, required: readonly string[], optional: readonly string[] = []): Fields {
  const fields = jsonFields(asked.body, bad);
  checkFields(fields, { required, optional }, bad);
  return fields;
}

export function checkUid(uid: string): void {
  if (uid.length > 40 || !/^[a-zA-Z0-9_-]+$/.test(uid)) bad("uid contains illegal characters or is longer than 40");
}

/** What is stored under that key. */
export function known<T>(map: ReadonlyMap<string, T>, key: unknown, what: string): T {
  const found = map.get(String(key));
  if (found === undefined) throw refusal(404, `${what} not found`);
  return found;
}
