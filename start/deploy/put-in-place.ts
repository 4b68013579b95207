import { Failure } from "../../cli/failure.ts";
import type { Outcome, RunOptions } from "../../cli/process.ts";
import { type ExportedState, inPlaceAgain, isHalfReplaced, namesWanted } from "./half-replaced.ts";

/** Runs a command of the CLI on the stack, with the flags and the environment that it needs. */
export type AskPulumi = (args: readonly string[], options: RunOptions) => Promise<Outcome>;

const PREVIEW_TIMEOUT_MS = 300_000;
const TIMEOUT_MS = 60_000;

/**
 * Configs and secrets that an `up` replaced before it failed take their places again where the program asks for them: their names exist.
 * Nothing is changed but Pulumi's state, in which secrets stay encrypted.
 * @returns whether anything did
 * @throws Failure where the CLI does not give or take the state
 */
export async function putInPlaceAgain(stack: string, ask: AskPulumi): Promise<boolean> {
  const must = async (verb: "export" | "import", options: RunOptions): Promise<Outcome> => {
    const outcome = await ask(["stack", verb, "--stack", stack], { timeoutMs: TIMEOUT_MS, ...options });
    if (outcome.code === 0) return outcome;
    const [reason = "no answer"] = outcome.stderr.trim().split("\n").reverse();
    throw new Failure(`"pulumi stack ${verb}" failed: ${reason}`);
  };
  const state = JSON.parse((await must("export", {})).stdout) as ExportedState;
  if (!isHalfReplaced(state)) return false;
  const preview = await ask(["preview", "--json"], { timeoutMs: PREVIEW_TIMEOUT_MS });
  const again = inPlaceAgain(state, namesWanted(preview.stdout));
  if (again === undefined) return false;
  await must("import", { input: JSON.stringify(again) });
  return true;
}
