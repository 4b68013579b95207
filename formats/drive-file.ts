/**
 * What is wrong with the default export of a file that says how an application is used; undefined where nothing is. Pure.
 * @param file as the configuration key `drive` names it
 */
export function driveProblem(file: string, value: unknown): string | undefined {
  const { seconds, use, light, edges } = Object(value) as Readonly<Record<string, unknown>>;
  const isDrive =
    typeof seconds === "number" && typeof use === "function" && typeof light === "function" && Array.isArray(edges);
  return isDrive
    ? undefined
    : `drive: ${file} has no default export with seconds, use, light and edges (type Drive of verify/drive.ts).`;
}

/** Why a file that is there cannot be loaded. Pure. */
export const unloadable = (file: string, error: unknown): string =>
  `drive: ${file} cannot be loaded (${error instanceof Error ? error.message : String(error)}).`;
