/** A store that refused: its status, and what it said of it. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly status: number;
  readonly said: string;

  constructor(address: string, status: number, said: string) {
    super(`${address} answered ${status}: ${said}`);
    this.status = status;
    this.said = said;
  }
}

/** JSON from a local backend; errors name the address and what it answered. */
export async function getJson(
  base: string,
  path: string,
  parameters: Readonly<Record<string, string>>,
): Promise<unknown> {
  const url = new URL(`${base.replace(/\/$/, "")}${path}`);
  for (const [key, value] of Object.entries(parameters)) url.searchParams.set(key, value);
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(20_000) });
  } catch (error) {
    throw new Error(`${base} does not answer (${error instanceof Error ? error.message : String(error)})`);
  }
  const body = await response.text();
  if (!response.ok) throw new StoreError(`${base}${path}`, response.status, body.slice(0, 300).trim());
  return JSON.parse(body);
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function array(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function words(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record(value)).map(([key, one]) => [key, String(one)]));
}
