/** What the shared code takes from `node:timers/promises`, for a browser. */
export const setTimeout = (milliseconds: number, _value?: unknown, _options?: unknown): Promise<void> =>
  new Promise((resolve) => {
    window.setTimeout(resolve, milliseconds);
  });
