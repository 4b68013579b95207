type Parameters = Readonly<Record<string, string>>;

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
export const getJson = async (base: string, path: string, parameters: Parameters): Promise<unknown> =>
  JSON.parse(await getText(base, path, parameters));

/** One JSON value a line; fails in the same way. */
export const getJsonLines = async (base: string, path: string, parameters: Parameters): Promise<readonly unknown[]> =>
  (await getText(base, path, parameters)).split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));

async function getText(base: string, path: string, parameters: Parameters): Promise<string> {
  const url = new URL(`${base.replace(/\/$/, "")}${path}`);
  for (const [key, value] of Object.entries(parameters)) url.searchParams.set(key, value);
  const ask = async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout(20_000) });
    const body = await response.text();
    if (!response.ok) throw new StoreError(`${base}${path}`, response.status, body.slice(0, 300).trim());
    return body;
  };
  try {
    return await ask();
  } catch (error) {
    if (error instanceof StoreError) throw error;
  }
  // A browser gives up its requests when a network of the machine changes, as it does with every container that starts.
  await new Promise((resolve) => setTimeout(resolve, 500));
  return ask().catch((error: unknown) => {
    if (error instanceof StoreError) throw error;
    throw new Error(`${base} does not answer (${error instanceof Error ? error.message : String(error)})`);
  });
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
