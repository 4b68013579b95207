/** `npm run bench:pipeline`: what our pipeline costs against bare ones and public ones, with the same binary, load and run, and where every span went. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { numberOption, readArguments } from "../../cli/arguments.ts";
import { runCommand } from "../../cli/command.ts";
import { Failure, messageOf } from "../../cli/failure.ts";
import { imageReference } from "../../images/catalogue.ts";
import { type RunningCollector, startCollector, sum } from "./collector.ts";
import { load, type Sent } from "./load.ts";
import { freePorts } from "./ports.ts";
import { type Sink, startSink } from "./sink.ts";
import { type Place, VARIANTS, type Variant } from "./variants.ts";

const help = `npm run bench:pipeline -- [--rates 1000,5000] [--rounds 3] [--seconds 30] [--warmup 16] [--only all,tail] [--collector <path>]

Runs the collector with each configuration in turn, round by round, under the same load of so many spans a second (and logs and metrics in proportion), and prints:
processor seconds for 100 000 spans and their ratio to bare-disk (medians), the largest resident memory, and what became of the spans. Without --collector the program is taken from the image of this
checkout. Linux, two processors, loopback only; ${VARIANTS.length} configurations of a minute each.

${VARIANTS.map(({ name, about }) => `  ${name.padEnd(15)} ${about}`).join("\n")}`;

/** One run of one configuration. */
interface Measured {
  readonly cpuPer100k: number;
  readonly peakMiB: number;
  readonly sent: Sent;
  readonly accepted: number;
  readonly delivered: number;
  readonly duplicates: number;
  readonly dropped: number;
  readonly early: number;
  /** Lost and counted: kept by sampling and refused for good by the next step, or refused by a full queue, or by the backend for good. */
  readonly failed: number;
  /** Still in the queue at the end. */
  readonly queued: number;
}

const LOSSES = [
  "otelcol_processor_trace_sampler_failed_spans",
  "otelcol_exporter_enqueue_failed_spans",
  "otelcol_exporter_send_failed_spans",
];

interface Times {
  readonly warmup: number;
  readonly seconds: number;
}

async function main(argv: readonly string[]): Promise<number> {
  const options = {
    rates: "text",
    rounds: "text",
    seconds: "text",
    warmup: "text",
    only: "text",
    collector: "text",
  } as const;
  const args = readArguments(argv, "bench:pipeline", options);
  const rounds = numberOption(args, "rounds", { from: 1, to: 20, otherwise: 3, whole: true });
  const seconds = numberOption(args, "seconds", { from: 5, to: 600, otherwise: 30, whole: true });
  const warmup = numberOption(args, "warmup", { from: 0, to: 600, otherwise: 16, whole: true });
  const rates = (args.text("rates") ?? "1000,5000").split(",").map(Number);
  const chosen = chosenVariants(args.text("only"));
  const work = mkdtempSync(join(tmpdir(), "bench-pipeline-"));
  try {
    const binary = args.text("collector") ?? fromImage(work);
    for (const rate of rates) {
      const results = new Map<Variant, Measured[]>(chosen.map((variant) => [variant, []]));
      for (let round = 0; round < rounds; round += 1) {
        for (const variant of chosen) {
          const one = await measure(binary, variant, rate, { warmup, seconds });
          results.get(variant)?.push(one);
          const took = `${one.cpuPer100k.toFixed(1)} s for 100 000 spans, ${one.peakMiB.toFixed(0)} MiB`;
          process.stderr.write(`${rate} spans/s, round ${round + 1} of ${rounds}: ${variant.name} ${took}\n`);
        }
      }
      console.log(`\n${rate} spans a second, ${seconds} s after ${warmup} s, ${rounds} rounds\n${table(results)}`);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return 0;
}

function chosenVariants(only: string | undefined): readonly Variant[] {
  if (only === undefined) return VARIANTS;
  return only.split(",").map((name) => {
    const found = VARIANTS.find((variant) => variant.name === name);
    if (found !== undefined) return found;
    throw new Failure(`--only: "${name}" is not known. Allowed: ${VARIANTS.map((v) => v.name).join(", ")}.`);
  });
}

function fromImage(folder: string): string {
  const file = join(folder, "otelcol");
  const docker = (...args: readonly string[]) => execFileSync("docker", args, { encoding: "utf8" }).trim();
  const id = docker("create", imageReference("collector", "local"));
  docker("cp", `${id}:/otelcol`, file);
  docker("rm", id);
  return file;
}

async function measure(binary: string, variant: Variant, rate: number, times: Times): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "bench-collector-"));
  const sink = await startSink();
  const [intakePort = 0, metricsPort = 0, healthPort = 0] = await freePorts(3);
  const place: Place = { intakePort, metricsPort, healthPort, folder, sink: sink.url };
  const configFile = join(folder, "config.yaml");
  writeFileSync(configFile, variant.config(place));
  const collector = await startCollector(binary, configFile, place, {});
  try {
    const loading = load(`http://127.0.0.1:${intakePort}`, rate, times.warmup + times.seconds);
    await sleep(times.warmup * 1000);
    const before = await taken(collector);
    await sleep(times.seconds * 1000);
    const after = await taken(collector);
    const sent = await loading;
    const metrics = await settled(collector, sink);
    return {
      cpuPer100k: ((after.cpu - before.cpu) / (after.spans - before.spans)) * 100_000,
      peakMiB: collector.peakMiB(),
      sent,
      accepted: sum(metrics, "otelcol_receiver_accepted_spans"),
      delivered: sink.spans(),
      duplicates: sink.duplicates(),
      dropped: sum(metrics, "otelcol_processor_trace_sampler_spans", 'decision="dropped"'),
      failed: LOSSES.reduce((lost, name) => lost + sum(metrics, name), 0),
      queued: sum(metrics, "otelcol_exporter_queue_size", 'data_type="traces"'),
      early: sum(metrics, "otelcol_processor_tail_sampling_sampling_trace_dropped_too_early"),
    };
  } catch (error) {
    throw new Failure(`${variant.name} at ${rate} spans a second: ${messageOf(error)}. ${collector.said()}`);
  } finally {
    await collector.stop();
    sink.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Processor time and spans so far: a busy machine takes in fewer than it is sent. */
async function taken(collector: RunningCollector): Promise<{ readonly cpu: number; readonly spans: number }> {
  const metrics = await collector.metrics();
  return { cpu: collector.cpuSeconds(), spans: sum(metrics, "otelcol_receiver_accepted_spans") };
}

/** Waits until nothing has come for a while that is longer than any step holds data, and the queue is empty if it ever will be. */
async function settled(collector: RunningCollector, sink: Sink): Promise<ReadonlyMap<string, number>> {
  const QUIET_SECONDS = 13;
  const ATTEMPTS = 10;
  for (let attempt = 1; ; attempt += 1) {
    await quiet(sink, QUIET_SECONDS);
    const metrics = await collector.metrics();
    if (sum(metrics, "otelcol_exporter_queue_size") === 0 || attempt === ATTEMPTS) return metrics;
  }
}

async function quiet(sink: Sink, seconds: number): Promise<void> {
  let last = sink.spans();
  for (let silent = 0; silent < seconds; silent += 1) {
    await sleep(1000);
    if (sink.spans() !== last) silent = 0;
    last = sink.spans();
  }
}

function table(results: ReadonlyMap<Variant, readonly Measured[]>): string {
  const base = median([...results].find(([{ name }]) => name === "bare-disk")?.[1].map((one) => one.cpuPer100k) ?? []);
  const head = [
    "",
    "CPU s / 100k",
    "ratio",
    "peak MiB",
    "sent",
    "delivered",
    "by rule",
    "lost, counted",
    "queued",
    "uncounted",
    "twice",
    "early",
    "refused",
  ];
  const rows = [...results].map(([{ name }, runs]) => {
    const cpu = median(runs.map((one) => one.cpuPer100k));
    const total = (of: (one: Measured) => number) => runs.reduce((all, one) => all + of(one), 0);
    return [
      name,
      `${cpu.toFixed(1)} (${runs.map((one) => one.cpuPer100k.toFixed(1)).join(" ")})`,
      Number.isNaN(base) ? "" : (cpu / base).toFixed(2),
      Math.max(...runs.map((one) => one.peakMiB)).toFixed(0),
      total((one) => one.sent.spans),
      total((one) => one.delivered),
      total((one) => one.dropped),
      total((one) => one.failed),
      total((one) => one.queued),
      total((one) => one.accepted - one.delivered - one.dropped - one.failed - one.queued),
      total((one) => one.duplicates),
      total((one) => one.early),
      total((one) => one.sent.refused),
    ].map(String);
  });
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) => line.map((cell, i) => cell.padStart(widths[i] ?? 0)).join("  ")).join("\n");
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

await runCommand({ name: "bench:pipeline", help }, main);
