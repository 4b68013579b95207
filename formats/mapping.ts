/** Whether a value that was read from JSON or YAML is a mapping: neither a list, nor a text or number, nor null. */
export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
