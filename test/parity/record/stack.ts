import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse, parseDocument, stringify } from "yaml";
import { Failure } from "../../../cli/failure.ts";
import { localFolder, PROJECT, ROOT } from "../../../cli/paths.ts";
import { lastLines, run } from "../../../cli/process.ts";
import type { Progress } from "../../../cli/progress.ts";
import { writeCompose } from "../../../offline/compose/write.ts";
import { recordProgram } from "../../../offline/engine.ts";
import { isList, isMap } from "../../../offline/properties.ts";
import { unwrap } from "../../../offline/secrets.ts";
import { loadStackConfig } from "../../../offline/stack-config.ts";
import { startArguments } from "../../../pipeline/sampling.ts";
import { ensureCompose } from "../../../start/tools/compose.ts";

/** The stack that is recorded, beside those of people. */
export const STACK = "parity";
/** What its telemetry calls its environment. */
export const ENVIRONMENT = "parity";
const PORT_OFFSET = 14_000;
export const FRONTEND = `http://127.0.0.1:${8080 + PORT_OFFSET}`;
export const SIMULATOR = `http://127.0.0.1:${8090 + PORT_OFFSET}`;

export type Sampling = "all" | "tail";

export interface RunningStack {
  /** Stops one container for some seconds. */
  readonly without: (container: string, seconds: number) => Promise<void>;
  /** How often the collector was started again: a recording needs one that ran through. */
  readonly restarts: () => Promise<number>;
  readonly remove: () => Promise<void>;
}

/**
 * Starts the example as `npm start` does without the Pulumi CLI, with one change: its collector delivers to every backend's exporter,
 * and each of them sends JSON to the recorder.
 *
 * @param recorder address of the recorder as containers reach it
 */
export async function startStack(recorder: string, sampling: Sampling, progress: Progress): Promise<RunningStack> {
  const tool = await ensureCompose(progress);
  const out = path.join(localFolder(STACK), "compose.yaml");
  const file = path.join(ROOT, `Pulumi.${STACK}.yaml`);
  writeFileSync(file, stackFile(recorder, sampling));
  try {
    const written = await writeCompose({ projectDir: ROOT, stack: STACK, out });
    deliverEverywhere(out, await collectorConfig(recorder));
    const [program, ...leading] = tool.command;
    const flags = ["--project-name", written.project, "--env-file", written.envFile, "-f", out];
    const env = { COMPOSE_PROJECT_NAME: undefined, COMPOSE_FILE: undefined };
    const compose = async (...args: readonly string[]): Promise<void> => {
      const outcome = await run(program, [...leading, ...flags, ...args], { timeoutMs: 300_000, env });
      if (outcome.code !== 0) throw new Failure(`Docker Compose failed (${args[0]}): ${lastLines(outcome, 3)}`);
    };
    await compose("up", "-d", "--no-build", "--pull", "never", "--wait", "--wait-timeout", "240");
    return {
      without: async (container, seconds) => {
        const name = `${PROJECT}-${STACK}-${container}`;
        await run("docker", ["stop", name]);
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
        await run("docker", ["start", name]);
      },
      restarts: async () => {
        const inspect = ["inspect", `${PROJECT}-${STACK}-collector`, "--format", "{{.RestartCount}}"];
        return Number((await run("docker", inspect)).stdout);
      },
      remove: () => compose("down", "--volumes", "--timeout", "10"),
    };
  } finally {
    rmSync(file, { force: true });
  }
}

function stackFile(recorder: string, sampling: Sampling): string {
  const document = parseDocument(readFileSync(path.join(ROOT, "Pulumi.dev.yaml"), "utf8"));
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
  for (const [key, value] of Object.entries(settings)) document.setIn(["config", `${PROJECT}:${key}`], value);
  return document.toString();
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
  return inJson(found.content);
}

/** Exporters that send what a person can read. Nothing else of what they do changes. */
function inJson(config: string): string {
  const parsed = parse(config) as { exporters: Record<string, Record<string, unknown>> };
  const exporters = Object.entries(parsed.exporters).map(([id, settings]) =>
    id.startsWith("otlp_http") || id.startsWith("otlphttp") ? [id, { ...settings, encoding: "json" }] : [id, settings],
  );
  const text = stringify({ ...parsed, exporters: Object.fromEntries(exporters) }, { lineWidth: 0 });
  return text.replaceAll(/\$\{file:\/run\/secrets\/(new-relic|honeycomb)[\w-]*\}/g, "recorded");
}

/** Puts the configuration into the written Compose project, with the arguments it asks for. Compose reads `$` itself, so each is doubled. */
function deliverEverywhere(composeFile: string, config: string): void {
  const project = parse(readFileSync(composeFile, "utf8")) as {
    configs: Record<string, { content?: string }>;
    services: Record<string, { command?: readonly string[] }>;
  };
  const [id] = Object.entries(project.configs).find(([, { content }]) => content?.includes("memory_limiter")) ?? [];
  const { collector } = project.services;
  if (id === undefined || collector === undefined)
    throw new Failure("The Compose project has no configuration of the collector.");
  project.configs[id] = { content: config.replaceAll("$", "$$$$") };
  collector.command = [...new Set([...(collector.command ?? []), ...startArguments(config)])];
  writeFileSync(composeFile, stringify(project, { lineWidth: 0 }));
}
