import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

/**
 * Asks the Pulumi CLI on PATH for a stack's outputs, secrets included: they stay in this process.
 *
 * @returns JSON; undefined where there is no CLI
 * @throws Error, one sentence, when the CLI does not know the stack or cannot open it
 */
export async function pulumiOutputs(stack: string): Promise<string | undefined> {
  const program = pulumiOnPath();
  if (program === undefined) return undefined;
  try {
    const args = ["stack", "output", "--json", "--show-secrets", "--stack", stack, "--non-interactive"];
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const { stdout } = await promisify(execFile)(program, args, { env, timeout: 60_000, maxBuffer: 10_000_000 });
    return stdout;
  } catch (error) {
    const said = (error as { readonly stderr?: string }).stderr?.trim().split("\n").at(-1) ?? "";
    throw new Error(
      `No running stack found (the Pulumi CLI says of stack ${stack}: ${said || "nothing"}): run npm start first, or pulumi up.`,
    );
  }
}

/** The CLI on PATH. `npm run` puts node_modules/.bin there, where `pulumi` is a wrapper that downloads the CLI when it is first run. */
export function pulumiOnPath(): string | undefined {
  const wrappers = path.join("node_modules", ".bin");
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((folder) => folder !== "" && !folder.endsWith(wrappers))
    .map((folder) => path.join(folder, "pulumi"))
    .find((file) => existsSync(file));
}
