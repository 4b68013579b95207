import { createHash } from "node:crypto";
import { mkdirSync, realpathSync } from "node:fs";
import path from "node:path";

/** Name of the Pulumi project and prefix of every Docker name. */
export const PROJECT = "game-scheduler-otel";

/** The checkout. */
export const ROOT = path.resolve(import.meta.dirname, "..");

/** Prefix of the labels that say whose a container, network or volume is. */
export const LABEL = "com.github.game-scheduler-otel";

/** Names this checkout in labels: follows from its folder, so that it survives the loss of `.local`, and a copy elsewhere is another one. */
export function checkoutId(folder = ROOT): string {
  return createHash("sha256").update(realpathSync(folder)).digest("hex").slice(0, 12);
}

/** What every container, network and volume of a stack is called: `<prefix>-<short name>`. Also the Compose project's name. */
export function dockerPrefix(stack: string): string {
  return `${PROJECT}-${stack}`;
}

/** Options of Docker's lists (`ps`, `service ls`) that leave what this program made of a stack. */
export const ofStack = (stack: string): readonly string[] =>
  [`${LABEL}.project=${PROJECT}`, `${LABEL}.stack=${stack}`].flatMap((label) => ["--filter", `label=${label}`]);

/** `.local/<...parts>`, git-ignored, readable by its owner only; made when absent. */
export function localFolder(...parts: readonly string[]): string {
  const folder = path.join(ROOT, ".local", ...parts);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** A path as a person in the checkout would type it. */
export function shown(file: string): string {
  const relative = path.relative(ROOT, file);
  return relative.startsWith("..") ? file : relative;
}
