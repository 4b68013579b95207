import { Failure } from "../cli/failure.ts";
import { type RecordArgs, recordProgram } from "./engine.ts";
import type { Recording } from "./registration.ts";
import { sentenceOf } from "./sentence.ts";
import { dummySecret, loadStackConfig, type StackConfigArgs } from "./stack-config.ts";

/**
 * What the program of a folder registers with a dummy for every secret: both sides of an upgrade get the same, since whether a secret has
 * another value is not its business.
 * @param launch starts the program; default: a process of its own
 * @throws Failure, the first of its errors
 */
export async function recorded(
  { set = [], ...args }: Omit<StackConfigArgs, "dummySecrets">,
  launch?: RecordArgs["launch"],
): Promise<Recording> {
  const dummies = set.map((one) => (one.secret ? { ...one, value: dummySecret(one.path) } : one));
  const { config, secretKeys, ...stack } = loadStackConfig({ ...args, set: dummies, dummySecrets: true });
  const meant = (key: string) => !key.endsWith(`:${NOT_MEANT}`) || config[key] !== dummySecret(key);
  const recording = await recordProgram({
    projectDir: args.projectDir,
    ...stack,
    preview: true,
    ...(launch && { launch }),
    config: Object.fromEntries(Object.entries(config).filter(([key]) => meant(key))),
    secretKeys: secretKeys.filter(meant),
  });
  const error = recording.diagnostics.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new Failure(sentenceOf(error.message));
  return recording;
}

/** A dummy of the dead-man's switch is refused where a backend cannot post it, and makes an Alertmanager elsewhere. */
const NOT_MEANT = "heartbeatWebhook";
