import { resolve } from "node:path";
import { readArguments, stackName } from "../cli/arguments.ts";
import { runCommand } from "../cli/command.ts";
import { ROOT } from "../cli/paths.ts";
import { SECRET_KEYS } from "../config/schema.ts";
import { variableOf } from "../offline/secret-settings.ts";
import { credentialPlan } from "./plan.ts";
import { runPlan } from "./run.ts";
import { send } from "./send.ts";
import { readStack } from "./stack.ts";

const help = `Tries the keys of a stack's backends, before anything is deployed. Nothing is created or stored.

  npm run credentials -- [--stack dev] [--secrets FOLDER] [--json]

  --stack NAME      Pulumi.NAME.yaml is read. Default: dev
  --secrets FOLDER  secret files of a deployed collector: tries sending with keys the deployment made
  --json            an array of { backend, outcome, sentence }; outcome: ok, wrong, skipped
Secrets come from the environment (GRAFANA_CLOUD_TOKEN for grafanaCloudToken) or from the Pulumi CLI.
Exit code: 0 all accepted or nothing to try, 1 something is wrong, 2 the command itself could not run.`;

await runCommand({ name: "credentials", help, failureCode: 2, endsAtOnce: true }, async (argv) => {
  const args = readArguments(argv, "credentials", { stack: "text", secrets: "text", json: "flag" });
  const secrets = args.text("secrets");
  const { backends, known } = await readStack({
    projectDir: ROOT,
    stack: stackName(args.text("stack")),
    env: takeSecrets(process.env),
    ...(secrets !== undefined && { secretsDir: resolve(secrets) }),
  });
  const lines: CredentialReport[] = [];
  for (const backend of backends) {
    const plan = credentialPlan(backend, known);
    for (const { probe, trouble } of await runPlan(plan, send())) {
      const found =
        trouble === undefined
          ? (["ok", `${backend} can ${probe.what}`] as const)
          : (["wrong", trouble.sentence] as const);
      lines.push({ backend, outcome: found[0], sentence: found[1] });
    }
    for (const sentence of plan.skipped) lines.push({ backend, outcome: "skipped", sentence });
  }
  if (args.flag("json")) console.log(JSON.stringify(lines, undefined, 2));
  else for (const { outcome, sentence } of lines) console.log(`${outcome.padEnd(7)}  ${sentence}`);
  return lines.some(({ outcome }) => outcome === "wrong") ? 1 : 0;
});

/** The environment as it was; no program that this one starts finds a secret there from then on. */
function takeSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const before = { ...env };
  for (const key of SECRET_KEYS) delete env[variableOf(key)];
  return before;
}

/** One of what `--json` prints. */
export interface CredentialReport {
  readonly backend: string;
  readonly outcome: "ok" | "wrong" | "skipped";
  readonly sentence: string;
}
