import { Failure } from "./failure.ts";
import { isStack, noSuchStack } from "./stacks.ts";

/** What a command says that needs a stack which runs. */

/** How a stack is started. */
export const startCommand = (stack = "dev"): string =>
  stack === "dev" ? "npm start" : `npm start -- --stack ${stack}`;

/**
 * The stack is known by the file that `npm start` stores for it.
 * @param or what a person can do besides, such as `name the file with --outputs`
 */
export function notRunning(file: string, or?: string): Failure {
  const [, stack] = /(?:^|\/)\.local\/([^/]+)\/outputs\.json$/.exec(file) ?? [];
  if (stack !== undefined && !isStack(stack)) return new Failure(noSuchStack(stack));
  const besides = or === undefined ? "" : `, or ${or}`;
  return new Failure(`No running stack found (${file} cannot be read): run ${startCommand(stack)} first${besides}.`);
}
