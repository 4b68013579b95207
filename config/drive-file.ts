import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { driveProblem, unloadable } from "../formats/drive-file.ts";

/**
 * Loads the file that says how the application is used, so that one that does not work stops a preview and not the proof of what was deployed.
 * @param file as the configuration key `drive` names it, relative to `projectDir`, or `none`
 * @throws Error, one sentence naming the file, when it fails or is no drive
 */
export async function checkDrive(file: string, projectDir: string): Promise<void> {
  if (file === "none") return;
  let module: { readonly default?: unknown };
  try {
    module = await import(pathToFileURL(resolve(projectDir, file)).href);
  } catch (error) {
    throw new Error(unloadable(file, error));
  }
  const problem = driveProblem(file, module.default);
  if (problem !== undefined) throw new Error(problem);
}
