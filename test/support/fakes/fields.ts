/** A JSON object of which nothing is known. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The body as an object; `refuse` throws what the vendor answers to anything else. */
export function jsonFields(body: Buffer, refuse: (why: string) => never): Fields {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (isFields(value)) return value;
  } catch {
    // not JSON: refused below
  }
  return refuse("the body is no JSON object");
}

/** Refuses an object that lacks a required field or has one nobody knows. */
export function checkFields(
  value: Fields,
  known: { readonly required: readonly string[]; readonly optional?: readonly string[] },
  refuse: (why: string) => never,
): void {
  const missing = known.required.find((field) => value[field] === undefined || value[field] === "");
  if (missing !== undefined) refuse(`${missing} is required`);
  const allowed = [...known.required, ...(known.optional ?? [])];
  const unknown = Object.keys(value).find((field) => !allowed.includes(field));
  if (unknown !== undefined) refuse(`unknown field ${unknown}`);
}

/** The objects of a list; anything else is none. */
export const items = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

/** An object to read from; anything else is an empty one. */
export const at = (value: unknown): Fields => (isFields(value) ? value : {});

export const text = (value: unknown): string => (typeof value === "string" ? value : "");
