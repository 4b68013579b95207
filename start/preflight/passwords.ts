import { existsSync } from "node:fs";
import path from "node:path";
import { Failure } from "../../cli/failure.ts";
import { localFolder, shown } from "../../cli/paths.ts";
import { placeOf, pulumiStateFile } from "../deploy/pulumi.ts";
import type { DeployerKind } from "../deploy/state.ts";

/** Volumes with logins in their data, which were written when the data was made; last part of their names. */
const WITH_LOGINS = /-(postgres|rabbitmq)-data$/;

const FILES: Readonly<Record<DeployerKind, (stack: string) => string>> = {
  compose: (stack) => path.join(localFolder(stack), "generated-secrets.json"),
  stack: (stack) => path.join(localFolder(stack), "generated-secrets.json"),
  pulumi: (stack) => pulumiStateFile(placeOf(stack), stack),
};

/** Throws a Failure when databases have data and the tool that is about to start them does not know their passwords. */
export function requirePasswords(stack: string, tool: DeployerKind, volumes: readonly string[]): void {
  const knows = (kind: DeployerKind) => existsSync(FILES[kind](stack));
  const sentence = lostPasswords(stack, tool, volumes, knows, shown(FILES[tool](stack)));
  if (sentence !== "") throw new Failure(sentence);
}

/** One sentence with the way out, or "". `volumes`: those of the stack that exist; `file`: where the tool keeps passwords. */
export function lostPasswords(
  stack: string,
  tool: DeployerKind,
  volumes: readonly string[],
  knows: (tool: DeployerKind) => boolean,
  file: string,
): string {
  const locked = volumes.filter((name) => WITH_LOGINS.test(name));
  if (locked.length === 0 || knows(tool)) return "";
  const onStack = stack === "dev" ? "" : ` --stack ${stack}`;
  const other = tool === "pulumi" ? "compose" : "pulumi";
  const what = `The data in ${locked.join(" and ")} has passwords that`;
  const remove = `remove the data with "npm stop --${onStack} --volumes"`;
  return knows(other)
    ? `${what} only ${other} knows: go on with "npm start --${onStack} --deploy ${other}", or ${remove}.`
    : `${what} are lost (${file} does not exist): restore that file, or ${remove}.`;
}
