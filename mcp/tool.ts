import type { z } from "zod";
import type { Content } from "../dashboards/content.ts";
import type { StackOutputs } from "../verify/outputs.ts";

/** What a tool may ask of the stack; read anew for each call, since it may have been deployed again. */
export interface Context {
  readonly stack: string;
  /** @throws Error, one sentence, when the stack does not run */
  readonly outputs: () => Promise<StackOutputs>;
  /** Boards, alerts and objectives. @throws Error, one sentence, when nothing knows the stack */
  readonly content: () => Promise<Content>;
}

/** One thing that a client may ask. */
export interface Tool {
  readonly name: string;
  /** What it answers and when it is of use, for the model that chooses. */
  readonly description: string;
  readonly input: z.ZodObject;
  /** @throws Error, one sentence, when there is no answer */
  readonly run: (args: Readonly<Record<string, unknown>>, context: Context) => Promise<unknown>;
}

/** A tool whose arguments have their types. */
export function tool<I extends z.ZodObject>(
  name: string,
  description: string,
  input: I,
  run: (args: z.output<I>, context: Context) => Promise<unknown>,
): Tool {
  return { name, description, input, run: (args, context) => run(args as z.output<I>, context) };
}
