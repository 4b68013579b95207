/**
 * A file for `docker compose --env-file`. Values are in double quotes with Compose's own escapes, the one form that can say every text:
 * in single quotes a value that ends in a backslash cannot be written.
 */
export function renderDotenv(variables: ReadonlyMap<string, string>): string {
  const lines = [...variables].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${quoted(value)}`);
  return `${["# Secrets of the Compose project. Keep this file to yourself.", ...lines].join("\n")}\n`;
}

function quoted(value: string): string {
  if (value.includes("\0"))
    throw new Error("A secret contains a NUL character, which no environment variable can hold.");
  const escaped = value
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("$", "\\$")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
  return `"${escaped}"`;
}
