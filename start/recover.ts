/** `npm run recover`: before a `pulumi up` by hand or in CI that goes back to an earlier commit. `npm run release` does it by itself. */
import { readArguments, stackName } from "../cli/arguments.ts";
import { runCommand } from "../cli/command.ts";
import { useEngine } from "../cli/engine.ts";
import { Failure } from "../cli/failure.ts";
import { pulumi, pulumiOnPath } from "../cli/pulumi.ts";
import { openConnection } from "../cli/ssh-connection.ts";
import { existingStack } from "../cli/stacks.ts";
import { localState } from "./deploy/pulumi.ts";
import { putInPlaceAgain } from "./deploy/put-in-place.ts";

const help = `npm run recover -- [--stack NAME]

After a "pulumi up" to a swarm that failed midway, and before the "pulumi up" of an earlier commit: what that commit asks for may be there still, as a config or
secret that Pulumi is about to delete, and Pulumi would say that it "already exists". Puts such ones in their places again, in Pulumi's state alone; the next
"pulumi up" then deletes what had taken them. Run it in the checkout that is to be deployed.
  -s, --stack NAME   stack (default: dev)
  -h, --help         this text

Exit code: 0 also where there is nothing to do, 1 the command itself could not run.`;

async function main(argv: readonly string[]): Promise<number> {
  const stack = existingStack(stackName(readArguments(argv, "recover", { stack: "text" }).text("stack")));
  const program = pulumiOnPath();
  if (program === undefined) throw new Failure("There is no Pulumi CLI on PATH: install it.");
  const { flags = [], env = {} } = localState(stack) ?? {};
  const put = await putInPlaceAgain(stack, async (args, options) => {
    const isPreview = args[0] === "preview";
    if (isPreview) await openConnection((await useEngine(stack)).address);
    const named = isPreview ? ["--stack", stack, ...flags] : [];
    const all = [...args, ...named, "--non-interactive", "--color", "never"];
    return pulumi(program, all, { ...options, env });
  });
  console.log(
    put
      ? `What a "pulumi up" of stack ${stack} replaced before it failed is in its place again: run "pulumi up" now.`
      : `Nothing of stack ${stack} is to be put in its place again.`,
  );
  return 0;
}

await runCommand({ name: "recover", help }, main);
