import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A local backend that answers every query with lines of its own invention, in the shapes of Prometheus, VictoriaLogs, Loki and Jaeger. */
export interface FakeBackend {
  readonly url: string;
  /** Every query it was asked, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  service_name: ["api", "bot", "notification", "status"],
  queue: ["bot", "notification", "status"],
  http_route: ["/api/games", "/api/games/{game_id}", "/api/games/{game_id}/join"],
  http_request_method: ["GET", "POST"],
  client: ["frontend", "api", "api", "api", "bot", "notification", "status"],
  server: ["api", "postgresql", "redis", "rabbitmq", "rabbitmq", "postgresql", "postgresql"],
};

/** `silent`: metric names it knows nothing about. */
export async function fakeBackend(silent: readonly string[] = []): Promise<FakeBackend> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://fake");
    const query = url.searchParams.get("query") ?? "";
    if (url.pathname === "/api/traces") asked.push(`traces of ${url.searchParams.get("service")}`);
    else if (url.pathname !== "/api/services") asked.push(query);
    const known = !silent.some((name) => query.includes(name));
    response.setHeader("content-type", "application/json");
    const body = url.pathname === "/select/logsql/query" ? records(url) : JSON.stringify(answer(url, query, known));
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function answer(url: URL, query: string, known: boolean): unknown {
  if (url.pathname === "/api/services") return { data: ["api", "bot"] };
  if (url.pathname === "/api/traces")
    return {
      data: [
        trace(url.searchParams.get("service") ?? "api", "7d5d747be160e280504c099d984bcfe0", false),
        trace(url.searchParams.get("service") ?? "api", "b2a1747be160e280504c099d984bcfe1", true),
      ],
    };
  if (!known) return { data: { result: [] } };
  if (url.pathname === "/loki/api/v1/query_range" && query.startsWith("{"))
    return { data: { resultType: "streams", result: [stream(url)] } };
  const labels = labelSets(query);
  if (url.pathname.endsWith("query_range")) {
    const [start, end, step] = ["start", "end", "step"].map((key) =>
      Number.parseInt(url.searchParams.get(key) ?? "", 10),
    );
    return {
      data: {
        result: labels.map((metric, index) => ({ metric, values: points(start ?? 0, end ?? 0, step ?? 15, index) })),
      },
    };
  }
  return {
    data: { result: labels.map((metric, index) => ({ metric, value: [Date.now() / 1000, String(wave(40, index))] })) },
  };
}

/** As many series as the query's groups have words. */
function labelSets(query: string): readonly Record<string, string>[] {
  const groups = (/by \(([^)]*)\)/.exec(query)?.[1] ?? "")
    .split(", ")
    // LogsQL names attributes, and the answer labels
    .map((name) => name.replaceAll('"', "").replaceAll(".", "_"))
    .filter((label) => label !== "" && label !== "le");
  if (groups.length === 0) return [{}];
  const count = Math.max(...groups.map((label) => (WORDS[label] ?? ["a", "b", "c"]).length));
  return Array.from({ length: count }, (_, index) =>
    Object.fromEntries(
      groups.map((label) => [label, word(WORDS[label] ?? [`${label} a`, `${label} b`, `${label} c`], index)]),
    ),
  );
}

function word(words: readonly string[], index: number): string {
  return words[index % words.length] ?? "";
}

function points(start: number, end: number, step: number, line: number): readonly (readonly [number, string])[] {
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, index) => [
    start + index * step,
    String(wave(index, line)),
  ]);
}

function wave(index: number, line: number): number {
  return Math.abs(Math.sin(index / 9 + line) * 0.4 + 0.5 + line * 0.1) / (line + 1);
}

function stream(url: URL): unknown {
  const end = url.searchParams.get("end") ?? "0";
  const values = Array.from({ length: 12 }, (_, index) => [
    String(BigInt(end) - BigInt(index) * 7_000_000_000n),
    `reminder delivered for game ${index}`,
  ]);
  return {
    stream: { service_name: "bot", severity_text: "INFO", trace_id: "7d5d747be160e280504c099d984bcfe0" },
    values,
  };
}

/** The same as VictoriaLogs answers: an object a line. */
function records(url: URL): string {
  const end = Number(url.searchParams.get("end")) / 1_000_000;
  const rows = Array.from({ length: 12 }, (_, index) => ({
    _time: new Date(end - index * 7000).toISOString(),
    _msg: `reminder delivered for game ${index}`,
    ...{ "service.name": "bot", severity_text: "INFO", trace_id: "7d5d747be160e280504c099d984bcfe0" },
  }));
  return rows.map((row) => JSON.stringify(row)).join("\n");
}

/** One trace that is well, one whose last span failed; Jaeger finds neither by its failure. */
function trace(service: string, traceID: string, failed: boolean): unknown {
  const start = Date.now() * 1000 - 5_000_000;
  const span = (
    spanID: string,
    parent: string,
    processID: string,
    operationName: string,
    after: number,
    duration: number,
  ) => ({
    spanID,
    operationName,
    processID,
    startTime: start + after,
    duration,
    references: parent === "" ? [] : [{ refType: "CHILD_OF", spanID: parent }],
    tags: failed && spanID === "f" ? [{ key: "error", type: "bool", value: true }] : [],
  });
  return {
    traceID,
    processes: { p1: { serviceName: "frontend" }, p2: { serviceName: service }, p3: { serviceName: "bot" } },
    spans: [
      span("a", "", "p1", "POST /api/games", 0, 120_000),
      span("b", "a", "p2", "POST /api/games", 4_000, 110_000),
      span("c", "b", "p2", "INSERT games", 9_000, 21_000),
      span("d", "b", "p2", "games send", 60_000, 9_000),
      span("e", "d", "p3", "games receive", 72_000, 46_000),
      span("f", "e", "p3", "POST", 80_000, 33_000),
    ],
  };
}
