import { runCommand } from "../../cli/command.ts";
import { wantsColour } from "../../cli/text.ts";
import type { QueryableKind } from "../../vendors/query.ts";
import { type StackOutputs, stackOutputs } from "../outputs.ts";
import { querierFor } from "../queriers/index.ts";
import { closedWindow, compare } from "./compare.ts";
import { parseCompareOptions, usage } from "./options.ts";
import { renderComparison } from "./render.ts";

async function main(argv: readonly string[]): Promise<number> {
  const options = parseCompareOptions(argv);
  const outputs = await stackOutputs(options.stack, options.outputs);
  const sideOf = (kind: QueryableKind) => ({ name: kind, querier: querierFor(queryOf(kind, outputs, options.stack)) });
  const comparison = await compare({
    old: sideOf(options.old),
    new: sideOf(options.new),
    window: closedWindow(new Date(), options.minutes),
    services: outputs.system.services,
  });
  console.log(
    options.json
      ? JSON.stringify(comparison, undefined, 2)
      : renderComparison(comparison, { colours: wantsColour(process.stdout) }),
  );
  return comparison.holds ? 0 : 1;
}

function queryOf(kind: QueryableKind, { query }: StackOutputs, stack: string) {
  const found = query.find((one) => one.kind === kind);
  if (found !== undefined) return found;
  throw new Error(
    `Stack ${stack} does not send to ${kind} but to ${query.map((one) => one.kind).join(", ")}: add it with pulumi config set --path 'extraBackends[0]' ${kind}, and deploy.`,
  );
}

await runCommand({ name: "compare", help: usage, failureCode: 2, endsAtOnce: true }, main);
