import { z } from "zod";
import { contentOfOutputs, contentOfStackFile } from "../offline/stack-content.ts";
import { outputsFile, type StackOutputs, stackOutputs } from "../verify/outputs.ts";
import { secretsOf } from "./answer.ts";
import { boardTools } from "./boards.ts";
import { proofTools } from "./proof.ts";
import { queryTools } from "./queries.ts";
import type { Context, Tool } from "./tool.ts";

/** Everything a client may ask. All of it reads; nothing changes a stack, an account or a file. */
export const TOOLS: readonly Tool[] = [...proofTools, ...boardTools, ...queryTools];

/** A call may take so long; `verify` waits for what is missing. */
const PATIENCE_MS = 90_000;

/** What a call gives: an answer, or a sentence about why there is none. */
export interface Outcome {
  readonly answer?: unknown;
  readonly problem?: string;
  /** Texts that must not be in it. */
  readonly secrets: readonly string[];
}

/** Calls a tool about a stack. Never throws: what goes wrong is a sentence. */
export async function callTool(stack: string, name: string, given: unknown): Promise<Outcome> {
  const tool = TOOLS.find((each) => each.name === name);
  if (tool === undefined) {
    const known = TOOLS.map((each) => each.name).join(", ");
    return { problem: `There is no tool "${name}". Allowed: ${known}.`, secrets: [] };
  }
  const args = tool.input.safeParse(given ?? {});
  if (!args.success) return { problem: badArguments(name, args.error), secrets: [] };
  let secrets: readonly string[] = [];
  const context: Context = {
    stack,
    outputs: async (): Promise<StackOutputs> => {
      const outputs = await stackOutputs(stack);
      secrets = secretsOf(outputs.query);
      return outputs;
    },
    // what runs knows what was deployed; the file may have changed since
    content: async () => (await contentOfOutputs(outputsFile(stack))) ?? (await contentOfStackFile(stack)),
  };
  try {
    return { answer: await inTime(tool.run(args.data, context), name), secrets };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error), secrets };
  }
}

/** The arguments of a tool as a client must be told of them. */
export const inputSchema = ({ input }: Tool): object => z.toJSONSchema(input, { io: "input" });

function badArguments(name: string, { issues }: z.ZodError): string {
  const said = issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`));
  return `${name}: ${said.join("; ")}.`;
}

async function inTime<T>(work: Promise<T>, name: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const sentence = `${name} got no answer in ${PATIENCE_MS / 1000} s: ask for less, or look whether the stack runs (npm run verify).`;
  const timer = setTimeout(() => reject(new Error(sentence)), PATIENCE_MS);
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
