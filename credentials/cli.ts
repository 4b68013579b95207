/** `npm run credentials`. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { runCommand } from "../offline/command.ts";
import { credentialPlan } from "./plan.ts";
import { runPlan } from "./run.ts";
import { send } from "./send.ts";
import { readStack } from "./stack.ts";

const USAGE = `Tries the keys of a stack's backends, before anything is deployed. Nothing is made or stored.

  npm run credentials -- [--stack dev] [--secrets FOLDER]

  --stack NAME      Pulumi.NAME.yaml is read. Default: dev
  --secrets FOLDER  secret files of a deployed collector: tries sending with keys the deployment made
Secrets come from the environment (GRAFANA_CLOUD_TOKEN for grafanaCloudToken) or from the Pulumi CLI.
Exit code: 0 all accepted or nothing to try, 1 something is wrong.`;

const ROOT = resolve(import.meta.dirname, "..");

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      stack: { type: "string", default: "dev" },
      secrets: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const { backends, known } = readStack({
    projectDir: ROOT,
    stack: values.stack,
    env: process.env,
    ...(values.secrets !== undefined && { secretsDir: resolve(values.secrets) }),
  });
  let troubles = 0;
  for (const backend of backends) {
    const plan = credentialPlan(backend, known);
    for (const { probe, trouble } of await runPlan(plan, send())) {
      if (trouble !== undefined) troubles += 1;
      console.log(trouble === undefined ? `ok     ${backend} can ${probe.what}` : `wrong  ${trouble.sentence}`);
    }
    for (const sentence of plan.skipped) console.log(`-      ${sentence}`);
  }
  return troubles === 0 ? 0 : 1;
});
