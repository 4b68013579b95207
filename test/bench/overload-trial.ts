/** One trial of the collector in a container with its memory limit and too little processor time, and where every span and request went. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../../cli/failure.ts";
import { imageReference } from "../../images/catalogue.ts";
import { goMemLimit } from "../../pipeline/memory.ts";
import { metricsOf, sum } from "./collector.ts";
import { load } from "./load.ts";
import { freePorts } from "./ports.ts";
import { startSink } from "./sink.ts";
import { memoryMiB, type Place, VARIANTS } from "./variants.ts";

/** How much is sent, and how much of a processor there is for it. */
export interface Trial {
  readonly rate: number;
  readonly seconds: number;
  readonly cpus: number;
  readonly binary: string | undefined;
}

const docker = (...args: readonly string[]): string => execFileSync("docker", args, { encoding: "utf8" }).trim();

/** Runs one configuration by its name. @throws Failure for a name that none has */
export async function measure(name: string, trial: Trial) {
  const variant = VARIANTS.find((one) => one.name === name);
  if (variant === undefined)
    throw new Failure(`--only: "${name}" is not known. Allowed: ${VARIANTS.map((v) => v.name).join(", ")}.`);
  const folder = mkdtempSync(join(tmpdir(), "bench-overload-"));
  const sink = await startSink();
  const [intakePort = 0, metricsPort = 0, healthPort = 0] = await freePorts(3);
  const place: Place = { intakePort, metricsPort, healthPort, folder, sink: sink.url };
  const configFile = join(folder, "config.yaml");
  writeFileSync(configFile, variant.config(place));
  const limits = `--cpus=${trial.cpus} --memory=${memoryMiB}m --memory-swap=${memoryMiB}m`.split(" ");
  const program = trial.binary === undefined ? [] : [`--volume=${trial.binary}:/otelcol:ro`];
  const id = docker(
    ...["run", "--detach", "--network=host", "--user=0", ...limits, `--env=GOMEMLIMIT=${goMemLimit(memoryMiB)}`],
    ...[`--volume=${folder}:${folder}`, ...program, imageReference("collector", "local"), `--config=${configFile}`],
  );
  try {
    await healthyAt(place);
    const memory = watch(id);
    const sent = await load(`http://127.0.0.1:${intakePort}`, trial.rate, trial.seconds);
    const most = memory.stop();
    const metrics = await settled(place);
    const accepted = sum(metrics, "otelcol_receiver_accepted_spans");
    const dropped = sum(metrics, "otelcol_processor_trace_sampler_spans", 'decision="dropped"');
    const lost =
      sum(metrics, "otelcol_processor_trace_sampler_failed_spans") +
      sum(metrics, "otelcol_exporter_enqueue_failed_spans") +
      sum(metrics, "otelcol_exporter_send_failed_spans");
    const queued = sum(metrics, "otelcol_exporter_queue_size", 'data_type="traces"');
    const byLimiter = sum(metrics, "otelcol_receiver_refused_spans");
    return {
      "most memory, MiB": most.memory,
      "ended by the kernel": most.ended,
      "spans sent": sent.spans,
      "refused to the sender": sent.refusedSpans,
      "... of these by the memory limiter": byLimiter,
      "... at the door, in so many requests": sum(metrics, "otelcol_intake_refused_requests"),
      accepted: accepted,
      delivered: sink.spans(),
      twice: sink.duplicates(),
      "dropped by rule": dropped,
      "lost, counted": lost,
      queued: queued,
      "spans uncounted":
        sent.spans - sent.refusedSpans - accepted + (accepted - sink.spans() - dropped - lost - queued),
    };
  } finally {
    docker("rm", "--force", id);
    sink.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function healthyAt({ healthPort }: Place): Promise<void> {
  for (let i = 0; i < 300; i += 1) {
    const answer = await fetch(`http://127.0.0.1:${healthPort}`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(200);
  }
  throw new Failure("The collector did not start.");
}

/** Waits until nothing is on its way, or as long as nobody wants to wait. */
async function settled(place: Place): Promise<ReadonlyMap<string, number>> {
  let metrics = await metricsOf(place);
  for (let i = 0; i < 30; i += 1) {
    await sleep(4000);
    const before = metrics;
    metrics = await metricsOf(place);
    const same = (of: string) => sum(metrics, of) === sum(before, of);
    if (sum(metrics, "otelcol_exporter_queue_size") === 0 && i > 3 && same("otelcol_exporter_sent_spans"))
      return metrics;
  }
  return metrics;
}

/** The most that the kernel cannot take back from the process, twice a second: pages of the program and of the queue's file are on the disk. */
function watch(id: string): { stop(): { readonly memory: number; readonly ended: boolean } } {
  const pid = docker("inspect", "--format", "{{.State.Pid}}", id);
  let memory = 0;
  const timer = setInterval(() => {
    try {
      const kib = /RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
      memory = Math.max(memory, Number(kib) / 1024);
    } catch {
      // it has ended, which the engine says
    }
  }, 500);
  return {
    stop: () => {
      clearInterval(timer);
      const ended = docker("inspect", "--format", "{{.State.OOMKilled}} {{.State.Running}}", id) !== "false true";
      return { memory: Math.round(memory), ended };
    },
  };
}
