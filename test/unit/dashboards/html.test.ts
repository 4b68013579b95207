import { afterEach, describe, expect, test } from "vitest";
import { type FilledBoard, fill, type LocalBackend } from "../../../boards-page/collect.ts";
import { formatValue } from "../../../boards-page/format.ts";
import { boardsPage } from "../../../boards-page/page.ts";
import { reportOf } from "../../../boards-page/report.ts";
import { exampleContent } from "../../support/content.ts";
import { type FakeBackend, fakeBackend } from "./fake-backend.ts";
import { logqlFaults, logsqlFaults, promqlFaults } from "./grammar.ts";

let backend: FakeBackend | undefined;
afterEach(() => backend?.close());

async function filled(
  url: string,
  ids: readonly string[],
  store: LocalBackend["logs"]["kind"] = "victorialogs",
): Promise<{ boards: readonly FilledBoard[]; source: LocalBackend }> {
  const to = Math.floor(Date.now() / 1000) * 1000;
  const source: LocalBackend = {
    prometheus: url,
    logs: { kind: store, url },
    traces: { kind: "jaeger", url },
    environment: "dev",
    from: to - 1_800_000,
    to,
    stepSeconds: 15,
  };
  const chosen = exampleContent.boards.filter((board) => ids.includes(board.id));
  const boards = await Promise.all(chosen.map((board) => fill(board, source)));
  return { boards, source };
}

describe("the page of boards", () => {
  test("shows every panel with what the backend answered, and needs nothing but itself", async () => {
    backend = await fakeBackend();
    const { boards, source } = await filled(backend.url, ["overview", "service-status"]);
    const page = boardsPage(boards, source, exampleContent.namespace);
    const panels = reportOf(boards);
    expect(panels.filter((panel) => panel.state !== "data")).toEqual([]);
    expect(page.match(/<section class="panel/g)).toHaveLength(panels.length);
    expect(page).toContain("<svg");
    expect(page).toContain('class="waterfall"');
    expect(page).toContain("api → redis");
    expect(page).not.toMatch(/<script|<link|https?:\/\/(?!www\.w3\.org)/);
  });

  test.each([
    ["victorialogs", "LogsQL", logsqlFaults],
    ["loki", "LogQL", logqlFaults],
  ] as const)("asks in PromQL and, of %s, in %s for one environment", async (store, _, faults) => {
    backend = await fakeBackend();
    await filled(backend.url, ["overview", "service-api", "service-bot"], store);
    const asked = backend.asked.filter((query) => !query.startsWith("traces of"));
    expect(asked.length).toBeGreaterThan(50);
    expect(asked.filter((query) => !/"?deployment[._]environment[._]name"?:?="dev"/.test(query))).toEqual([]);
    expect(asked.filter((query) => promqlFaults(query).length > 0 && faults(query).length > 0)).toEqual([]);
    expect(asked.filter((query) => faults(query).length === 0).length).toBeGreaterThan(5);
  });

  test("lists as failed only the traces with a failed span, which Jaeger cannot search for", async () => {
    backend = await fakeBackend();
    const { boards } = await filled(backend.url, ["overview"]);
    const [failed] = boards.flatMap(({ panels }) => [...panels]).filter(([panel]) => panel.title === "Failed traces");
    const data = failed?.[1];
    expect(data?.kind === "traces" && data.traces.map(({ id }) => id)).toEqual(["b2a1747be160e280504c099d984bcfe1"]);
  });

  test("names the panels of a metric that no longer arrives under its name", async () => {
    backend = await fakeBackend(["redis_memory_used_bytes"]);
    const { boards } = await filled(backend.url, ["redis"]);
    expect(reportOf(boards).filter((panel) => panel.state === "empty")).toEqual([
      { panel: "Redis: Memory used", state: "empty" },
    ]);
  });

  test("says at the panel why a query failed, and goes on", async () => {
    const { boards, source } = await filled("http://127.0.0.1:1", ["service-status"]);
    expect(reportOf(boards).every((panel) => panel.state === "failed")).toBe(true);
    expect(boardsPage(boards, source, exampleContent.namespace)).toContain("http://127.0.0.1:1 does not answer");
  });
});

describe("numbers", () => {
  test("are written as a person reads them", () => {
    expect(formatValue(0.1143, "s")).toBe("114 ms");
    expect(formatValue(4321, "s")).toBe("72 min");
    expect(formatValue(0.0123, "share")).toBe("1.23 %");
    expect(formatValue(3_400_000_000, "bytes")).toBe("3.4 GB");
    expect(formatValue(12.345, "requests/s")).toBe("12.3/s");
    expect(formatValue(1234, "count")).toBe("1234");
    expect(formatValue(0, "records/s")).toBe("0/s");
  });
});
