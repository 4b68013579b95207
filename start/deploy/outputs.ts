import { writeFileSync } from "node:fs";
import path from "node:path";
import { localFolder } from "../../cli/paths.ts";

/** Keeps a stack's outputs where `npm run verify` reads them: `.local/<stack>/outputs.json`. */
export function saveOutputs(stack: string, outputs: Readonly<Record<string, unknown>>): string {
  const file = path.join(localFolder(stack), "outputs.json");
  writeFileSync(file, `${JSON.stringify(outputs, undefined, 2)}\n`, { mode: 0o600 });
  return file;
}
