import { dockerPrefix } from "../../cli/paths.ts";
import { run } from "../../cli/process.ts";
import type { ExportFailure } from "../observation.ts";
import { type Deployment, logsOf } from "./running.ts";

/** What the collector's log says of exports since an instant. Empty where there is none. */
export async function lookAtExports(
  stack: string,
  deployment: Deployment,
  since: Date,
): Promise<readonly ExportFailure[]> {
  const logs = logsOf(stack, deployment, { name: "collector", id: `${dockerPrefix(stack)}-collector` });
  const said = await Promise.all(
    logs.map((args) => run("docker", [...args, "--since", since.toISOString()], { timeoutMs: 20_000 })),
  );
  const texts = said.flatMap(({ code, stdout, stderr }) => (code === 0 ? [stdout, stderr] : []));
  return exportFailuresIn(texts.join("\n"), new Date());
}

const FOR_KEY = /\b(401|403)\b|unauthenticated|unauthorized|permission ?denied|forbidden/i;

/** Reads the collector's log, which is one JSON object a line. Pure. */
export function exportFailuresIn(log: string, now: Date): readonly ExportFailure[] {
  const lines = log.split("\n").flatMap((line) => {
    const entry = entryIn(line);
    const { error } = entry;
    const exporter = exporterOf(entry);
    if (exporter === undefined || typeof error !== "string" || !/export|drop/i.test(String(entry.msg))) return [];
    return [{ exporter, reason: error.slice(0, 160), forKey: FOR_KEY.test(error), at: timeOf(entry.ts, now) }];
  });
  return [...Map.groupBy(lines, ({ exporter, forKey }) => `${exporter} ${forKey}`).values()].flatMap((same) => {
    const last = same.at(-1);
    if (last === undefined) return [];
    const { exporter, reason, forKey, at } = last;
    return [{ exporter, reason, forKey, count: same.length, ago: Math.max(0, (now.getTime() - at) / 1000) }];
  });
}

type Entry = Readonly<Record<string, unknown>>;

function entryIn(line: string): Entry {
  try {
    return line.startsWith("{") ? (JSON.parse(line) as Entry) : {};
  } catch {
    return {};
  }
}

/** `otlphttp/new-relic` -> `new-relic`; the collector calls the component by one name or the other, by its version. */
function exporterOf(entry: Entry): string | undefined {
  const kind = entry["otelcol.component.kind"] ?? entry.kind;
  const id = entry["otelcol.component.id"] ?? entry.name;
  if (typeof id !== "string" || String(kind).toLowerCase() !== "exporter") return undefined;
  return id.slice(id.indexOf("/") + 1);
}

function timeOf(ts: unknown, now: Date): number {
  const at = typeof ts === "number" ? ts * 1000 : Date.parse(String(ts));
  return Number.isNaN(at) ? now.getTime() : at;
}
