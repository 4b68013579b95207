import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { Failure } from "../../../cli/failure.ts";
import { lastLines, run } from "../../../cli/process.ts";
import { PROMETHEUS_OTLP_SECTION } from "../../../dashboards/promoted-attributes.ts";
import { imageReference } from "../../../images/catalogue.ts";
import { logRequestProtobuf } from "../../support/otlp-protobuf.ts";
import type { Recording } from "../recording/model.ts";
import { logRequests, metricRequests } from "../recording/write-otlp.ts";

/** A store that holds the recording, moved to this hour. */
export interface Store {
  /** An instant query at a moment of the recording (seconds since it began). */
  readonly ask: (query: string, seconds: number) => Promise<readonly Sample[]>;
  readonly remove: () => Promise<void>;
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** How a Prometheus keeps a service's identity: as ours is configured to, or as Grafana Cloud does. */
export type Identity = "attributes" | "job";

/** Starts a Prometheus and gives it all metrics of the recording, oldest first. */
export async function startPrometheus(recording: Recording, identity: Identity): Promise<Store> {
  const keep = identity === "attributes";
  const config = stringify({
    otlp: { ...PROMETHEUS_OTLP_SECTION, keep_identifying_resource_attributes: keep },
    storage: { tsdb: { out_of_order_time_window: "1h" } },
  });
  const container = await startContainer(`parity-prometheus-${identity}`, {
    image: imageReference("prometheus", "local"),
    port: 9090,
    file: { path: "/etc/prometheus/prometheus.yml", content: config },
    args: ["--config.file=/etc/prometheus/prometheus.yml", "--web.enable-otlp-receiver", "--log.level=warn"],
    ready: "/-/ready",
  });
  const begun = beginning(recording);
  for (const request of metricRequests(recording.streams.local.series, begun)) {
    await send(`${container.url}/api/v1/otlp/v1/metrics`, request);
  }
  return { ask: asking(`${container.url}/api/v1/query`, begun), remove: container.remove };
}

/** Starts a VictoriaLogs and gives it all log records of the recording. */
export async function startVictoriaLogs(recording: Recording): Promise<Store> {
  const container = await startContainer("parity-victorialogs", {
    image: imageReference("victorialogs", "local"),
    port: 9428,
    args: ["-storageDataPath=/tmp/victoria-logs", "-loggerLevel=WARN"],
    ready: "/health",
  });
  const begun = beginning(recording);
  for (const request of logRequests(recording.streams.local.logs, begun)) {
    await post(`${container.url}/insert/opentelemetry/v1/logs`, "application/x-protobuf", logRequestProtobuf(request));
  }
  // what was taken in is found within a second
  await sleep(2000);
  return { ask: asking(`${container.url}/select/logsql/stats_query`, begun), remove: container.remove };
}

/** Gives a Loki that runs somewhere all log records of the recording, which stay there. */
export async function useLoki(url: string, recording: Recording): Promise<Store> {
  const begun = beginning(recording);
  for (const request of logRequests(recording.streams.local.logs, begun)) await send(`${url}/otlp/v1/logs`, request);
  return { ask: asking(`${url}/loki/api/v1/query`, begun), remove: async () => undefined };
}

/** Whole minutes, and the last one is over: stores refuse what is too old and what has yet to come. */
function beginning({ streams }: Recording): number {
  const times = streams.local.series.flatMap(({ points }) => points.at(-1)?.time ?? 0);
  const minutes = Math.ceil(times.reduce((last, time) => Math.max(last, time), 0) / 60_000) + 1;
  return (Math.floor(Date.now() / 60_000) - minutes) * 60_000;
}

interface ContainerArgs {
  readonly image: string;
  readonly port: number;
  readonly file?: { readonly path: string; readonly content: string };
  readonly args: readonly string[];
  /** Path that answers 200 once the store is there. */
  readonly ready: string;
}

async function startContainer(
  name: string,
  { image, port, file, args, ready }: ContainerArgs,
): Promise<{ readonly url: string; readonly remove: () => Promise<void> }> {
  const remove = async (): Promise<void> => {
    await run("docker", ["rm", "-f", "-v", name]);
  };
  await remove();
  const docker = async (command: readonly string[], input?: string): Promise<string> => {
    const outcome = await run("docker", command, { timeoutMs: 60_000, ...(input !== undefined && { input }) });
    if (outcome.code === 0) return outcome.stdout.trim();
    throw new Failure(
      `${name} could not be started: ${lastLines(outcome, 1)} (its image is built by: npm run images -- --only prometheus,victorialogs)`,
    );
  };
  const limits = ["--memory", "400m", "--memory-swap", "400m", "--pull", "never"];
  await docker(["create", "--name", name, ...limits, "-p", `127.0.0.1::${port}`, image, ...args]);
  if (file !== undefined) await docker(["cp", "-", `${name}:/`], tar(file.path, file.content));
  await docker(["start", name]);
  const published = await docker(["port", name, String(port)]);
  const url = `http://${published.split("\n")[0]}`;
  for (let tries = 0; tries < 120; tries++) {
    const answer = await fetch(`${url}${ready}`).catch(() => undefined);
    if (answer?.status === 200) return { url, remove };
    await sleep(500);
  }
  await remove();
  throw new Failure(`${name} did not become ready within a minute.`);
}

/** An archive of one file that everybody may read, as `docker cp` takes it; containers have no folder of ours. */
function tar(file: string, content: string): string {
  const size = Buffer.byteLength(content);
  const header = Buffer.alloc(512);
  header.write(file.slice(1), 0);
  header.write("0000644\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.write("        ", 148);
  header.write("0", 156);
  header.write("ustar\0", 257);
  header.write("00", 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  const padding = "\0".repeat((512 - (size % 512)) % 512);
  return `${header.toString("latin1")}${content}${padding}${"\0".repeat(1024)}`;
}

const send = (url: string, body: unknown): Promise<void> => post(url, "application/json", JSON.stringify(body));

async function post(url: string, type: string, body: string | Uint8Array<ArrayBuffer>): Promise<void> {
  const answer = await fetch(url, { method: "POST", headers: { "content-type": type }, body });
  const text = await answer.text();
  if (!answer.ok) throw new Failure(`${url} refused the recording with ${answer.status}: ${text.slice(0, 300)}`);
}

function asking(url: string, begun: number): Store["ask"] {
  return async (query, seconds) => {
    const time = String(begun / 1000 + seconds);
    const answer = await fetch(url, { method: "POST", body: new URLSearchParams({ query, time }) });
    const text = await answer.text();
    if (!answer.ok) throw new Failure(`The query ${query} was refused with ${answer.status}: ${text.slice(0, 300)}`);
    return samplesOf(JSON.parse(text).data);
  };
}

interface Answer {
  readonly resultType: string;
  readonly result: unknown;
}

function samplesOf({ resultType, result }: Answer): readonly Sample[] {
  if (resultType === "scalar") return [{ labels: {}, value: Number((result as readonly unknown[])[1]) }];
  const vector = result as readonly { readonly metric: Sample["labels"]; readonly value: readonly [number, string] }[];
  return vector.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}
