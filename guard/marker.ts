import { dockerPrefix } from "../cli/paths.ts";
import { lastLines, run } from "../cli/process.ts";
import type { Deployment } from "./look/running.ts";
import { sendInSwarm } from "./marker-job.ts";

/** What became of a release, as it is written down on every backend. */
export interface ReleaseMark {
  /** Id of the release. */
  readonly id: string;
  /** One line. */
  readonly says: string;
  /** As OpenTelemetry's registry has `deployment.status`. */
  readonly status: "succeeded" | "failed";
  /** When it was known. */
  readonly at: Date;
}

/**
 * Writes marks beside those of the deployments, by the container that writes these, or in a swarm by a job beside it: through the collector and its queue, so to every active backend.
 * @returns why they could not be written; undefined: the collector took them
 */
export async function markReleases(
  stack: string,
  marks: readonly ReleaseMark[],
  deployment: Deployment,
): Promise<string | undefined> {
  const input = JSON.stringify(
    marks.map(({ id, says, status, at }) => ({
      body: says,
      time: `${at.getTime()}000000`,
      attributes: { "deployment.id": id, "deployment.status": status },
    })),
  );
  if (deployment === "swarm") return sendInSwarm(stack, SEND, input);
  const container = `${dockerPrefix(stack)}-deployment`;
  const args = ["exec", "-i", container, "python3", "-c", SEND];
  const outcome = await run("docker", args, { input, timeoutMs: 30_000 });
  return outcome.code === 0 ? undefined : lastLines(outcome, 1);
}

/** The record of the deployment that runs says to whom it belongs; the address is that of the container's own script. */
const SEND = `
import json, os, re, sys, time, urllib.request
record = json.load(open("/deployment/record.json"))
address = re.search(r'"(http[^"]+/v1/logs)"', open("/deployment/send.py").read()).group(1)
scope = record["resourceLogs"][0]["scopeLogs"][0]
deployed = scope["logRecords"][0]
name = [a for a in deployed["attributes"] if a["key"] in ("event.name", "deployment.name")]
scope["logRecords"] = [
    dict(
        deployed,
        timeUnixNano=mark["time"],
        severityNumber=9 if mark["attributes"]["deployment.status"] == "succeeded" else 17,
        severityText="INFO" if mark["attributes"]["deployment.status"] == "succeeded" else "ERROR",
        body={"stringValue": mark["body"]},
        attributes=name + [{"key": k, "value": {"stringValue": v}} for k, v in mark["attributes"].items()],
    )
    for mark in json.loads(os.environ.get("MARKS") or sys.stdin.read())
]
request = urllib.request.Request(address, json.dumps(record).encode(), {"content-type": "application/json"})
for attempt in range(10):
    try:
        urllib.request.urlopen(request, timeout=5).close()
        break
    except OSError as error:
        if attempt == 9:
            sys.exit(f"the collector does not take it: {error}")
        time.sleep(1)
`;
