import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { Failure } from "./failure.ts";
import { ROOT } from "./paths.ts";

/** Which stacks there are. A command that is given a name that none has says so, and neither waits nor claims anything of it. */

/** Of a folder with stack files: `dev` and `prod` for Pulumi.dev.yaml and Pulumi.prod.yaml. */
export function stackNames(folder = ROOT): readonly string[] {
  return readdirSync(folder)
    .flatMap((file) => /^Pulumi\.([^.]+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();
}

/** What `npm start` leaves of a stack that it has deployed, whose file may be gone since. */
const LEFT = ["deployer.json", "outputs.json", "engine.json"];

/** Whether a stack has a file, or was deployed from here. */
export const isStack = (stack: string, folder = ROOT): boolean =>
  [`Pulumi.${stack}.yaml`, ...LEFT.map((file) => path.join(".local", stack, file))].some((file) =>
    existsSync(path.join(folder, file)),
  );

/** The sentence for a name that no stack has. */
export function noSuchStack(stack: string, folder = ROOT): string {
  const names = stackNames(folder);
  const others = names.length === 0 ? "" : `, or name one that exists with --stack: ${names.join(", ")}`;
  return `There is no stack "${stack}": create Pulumi.${stack}.yaml (it may be empty)${others}.`;
}

/** @throws Failure where no stack has that name; else the name */
export function existingStack(stack: string): string {
  if (isStack(stack)) return stack;
  throw new Failure(noSuchStack(stack));
}
