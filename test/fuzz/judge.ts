import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { ROOT } from "../../cli/paths.ts";
import { lookupOf } from "../../offline/compose/lookup.ts";
import { translate } from "../../offline/compose/translate.ts";
import { recordProgram } from "../../offline/engine.ts";
import { isMap } from "../../offline/properties.ts";
import type { Recording } from "../../offline/registration.ts";
import { unwrap } from "../../offline/secrets.ts";
import { loadStackConfig, type StackConfig } from "../../offline/stack-config.ts";
import type { StackFile } from "./stacks.ts";

/** What the whole program says to a stack file: a refusal in sentences, or everything it renders. */
export type Verdict =
  | { readonly outcome: "refused"; readonly sentences: readonly string[] }
  | { readonly outcome: "accepted"; readonly rendered: Rendered }
  | { readonly outcome: "finding"; readonly finding: Finding };

export interface Finding {
  /** Which promise is broken; the same for the same mistake, so that a file can be made smaller. */
  readonly kind: string;
  readonly said: string;
}

export interface Rendered {
  /** Undefined where a sentence says that Compose cannot make this stack, such as keys that only a provider can give. */
  readonly compose: { readonly yaml: string; readonly variables: ReadonlyMap<string, string> } | undefined;
  /** Container -> path -> content of its files, secrets included. */
  readonly files: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Writes the stack file, runs the program on it without Pulumi, network or Docker, and removes the file. */
export async function judge({ config, secrets }: StackFile, stack: string): Promise<Verdict> {
  const file = path.join(ROOT, `Pulumi.${stack}.yaml`);
  const own = Object.entries(config).map(([key, value]) => [`game-scheduler-otel:${key}`, value]);
  try {
    writeFileSync(file, stringify({ config: Object.fromEntries(own) }));
    const set = Object.entries(secrets).map(([key, value]) => ({ path: key, value, secret: true }));
    let loaded: StackConfig;
    try {
      loaded = loadStackConfig({ projectDir: ROOT, stack, set, dummySecrets: true });
    } catch (error) {
      return refusal([error instanceof Error && error.name === "Error" ? error.message : String(error)]);
    }
    return verdictOn(
      await recordProgram({ projectDir: ROOT, ...loaded, config: usable(loaded.config, secrets), preview: false }),
    );
  } finally {
    rmSync(file, { force: true });
  }
}

/** Without the dummies that are refused: a client's certificate, which the collector reads, and the heartbeat's address, which few backends can use. */
const usable = (config: StackConfig["config"], secrets: StackFile["secrets"]): StackConfig["config"] =>
  Object.fromEntries(
    Object.entries(config).filter(
      ([key]) =>
        !/:otlpClient(Certificate|Key)$/.test(key) &&
        (!key.endsWith(":heartbeatWebhook") || "heartbeatWebhook" in secrets),
    ),
  );

function verdictOn(recording: Recording): Verdict {
  const sentences = recording.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
  const traced = recording.diagnostics.find(({ message }) => isTrace(message));
  if (traced !== undefined) return { outcome: "finding", finding: { kind: "stack trace", said: traced.message } };
  if (sentences.length > 0) return refusal(sentences);
  const files = filesOf(recording);
  try {
    return {
      outcome: "accepted",
      rendered: { files, compose: translate({ recording, hashKey: randomBytes(32) }) },
    };
  } catch (error) {
    const said = String(error);
    return error instanceof Error && error.name === "Error" && !isTrace(error.message)
      ? { outcome: "accepted", rendered: { files, compose: undefined } }
      : { outcome: "finding", finding: { kind: "npm run compose breaks", said } };
  }
}

function refusal(sentences: readonly string[]): Verdict {
  const bad = sentences.find((sentence) => isTrace(sentence) || sentence.trim() === "");
  return bad === undefined
    ? { outcome: "refused", sentences }
    : { outcome: "finding", finding: { kind: "no sentence", said: bad } };
}

/** Whether a message is what a program says that broke, instead of a sentence for the person who wrote the file. */
const isTrace = (message: string): boolean =>
  /^\s+at |\b(Type|Range|Reference|Syntax|Assertion)Error\b|^Error: |node:internal|error serializing|Unhandled|\[object /m.test(
    message,
  );

function filesOf(recording: Recording): Rendered["files"] {
  return Object.fromEntries(
    lookupOf(recording).containers.map(({ name, inputs }) => {
      const uploads = unwrap(inputs.uploads ?? []);
      const files = Array.isArray(uploads) ? uploads.filter(isMap) : [];
      return [name, Object.fromEntries(files.map(({ file, content }) => [String(file), String(content ?? "")]))];
    }),
  );
}
