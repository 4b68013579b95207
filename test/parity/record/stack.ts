import { Failure } from "../../../cli/failure.ts";
import { ROOT } from "../../../cli/paths.ts";
import type { Progress } from "../../../cli/progress.ts";
import { inJson, type StackCopy, startCopy } from "../../../difference/record/stack.ts";
import { recordProgram } from "../../../offline/engine.ts";
import { isList, isMap } from "../../../offline/properties.ts";
import { unwrap } from "../../../offline/secrets.ts";
import { loadStackConfig } from "../../../offline/stack-config.ts";
import { startArguments } from "../../../pipeline/start-arguments.ts";

/** The stack that is recorded, beside those of people. */
export const STACK = "parity";
/** What its telemetry calls its environment. */
export const ENVIRONMENT = "parity";
const PORT_OFFSET = 14_000;
export const FRONTEND = `http://127.0.0.1:${8080 + PORT_OFFSET}`;
export const SIMULATOR = `http://127.0.0.1:${8090 + PORT_OFFSET}`;

export type Sampling = "all" | "tail";

/**
 * Starts the example as `npm start` does without the Pulumi CLI, with one change: its collector delivers to every backend's exporter,
 * and each of them sends JSON to the recorder.
 *
 * @param recorder address of the recorder as containers reach it
 */
export function startStack(recorder: string, sampling: Sampling, progress: Progress): Promise<StackCopy> {
  const settings = {
    environment: ENVIRONMENT,
    backend: "otlp",
    otlp: { endpoint: `${recorder}/local` },
    sampling: { mode: sampling },
    images: "local",
    portOffset: PORT_OFFSET,
    // three backends at once, in JSON
    collector: { memory: 1024 },
  };
  const reconfigure = async () => {
    const config = await collectorConfig(recorder);
    return { config, args: startArguments(config) };
  };
  return startCopy({ projectDir: ROOT, of: "dev", stack: STACK, settings, pull: "never", reconfigure }, progress);
}

const VENDORS = {
  extraBackends: ["new-relic", "honeycomb"],
  newRelic: { accountId: "1", endpoint: "RECORDER/new-relic" },
  honeycomb: { apiUrl: "RECORDER/honeycomb" },
};

/** What the collector runs with where all three are configured; keys stand in it as plain words, since nobody checks them here. */
async function collectorConfig(recorder: string): Promise<string> {
  const set = [
    ...Object.entries(VENDORS).map(([key, value]) => ({
      path: key,
      value: JSON.stringify(value).replaceAll("RECORDER", recorder),
      secret: false,
    })),
    ...["newRelicApiKey", "honeycombApiKey", "honeycombIngestKey"].map((key) => ({
      path: key,
      value: "recorded",
      secret: true,
    })),
  ];
  const stack = loadStackConfig({ projectDir: ROOT, stack: STACK, set });
  const recording = await recordProgram({ projectDir: ROOT, ...stack, preview: false });
  const failed = recording.diagnostics.find(({ severity }) => severity === "error");
  if (failed !== undefined) throw new Failure(failed.message);
  const collector = recording.registrations.find(({ type, name }) => /Container$/.test(type) && name === "collector");
  const uploads = unwrap(collector?.inputs.uploads ?? []);
  const found = (isList(uploads) ? uploads : []).find((one) => isMap(one) && one.file === "/etc/otelcol/config.yaml");
  if (!isMap(found) || typeof found.content !== "string") throw new Failure("The collector has no configuration.");
  return inJson(found.content).replaceAll(/\$\{file:\/run\/secrets\/(new-relic|honeycomb)[\w-]*\}/g, "recorded");
}
