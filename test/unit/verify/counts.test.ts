import { describe, expect, test } from "vitest";
import type { LogRecord, Span } from "../../../verify/query.ts";
import { countLogs, countTraces, freshTrace } from "../../support/counts.ts";
import { span } from "./support/spans.ts";

const id = (number: number): string => number.toString(16).padStart(32, "0");

describe("a fresh trace", () => {
  test("is a sampled W3C traceparent of its own id", () => {
    const { traceId, traceparent } = freshTrace();
    expect(traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    expect(freshTrace().traceId).not.toBe(traceId);
  });
});

describe("counting traces", () => {
  const stored = new Map<string, readonly Span[]>(
    Array.from({ length: 100 }, (_, number) => [
      id(number),
      [span({ service: "api" }), span({ service: "api" }), span({ service: "bot" })],
    ]),
  );
  const querier = { trace: async (traceId: string) => stored.get(traceId) ?? [] };

  test("counts each id once, and the service's spans only", async () => {
    expect(await countTraces(querier, "api", [...stored.keys()])).toEqual({
      expected: 100,
      stored: 100,
      lost: [],
      spans: 200,
    });
  });

  test("names what is lost, also a trace that only others have spans in", async () => {
    const others = new Map([[id(500), [span({ service: "bot" })]]]);
    const partial = { trace: async (traceId: string) => others.get(traceId) ?? stored.get(traceId) ?? [] };
    expect(await countTraces(partial, "api", [id(1), id(500), id(200)])).toEqual({
      expected: 3,
      stored: 1,
      lost: [id(200), id(500)],
      spans: 2,
    });
  });

  test("fails rather than counts when the backend does not answer", async () => {
    const away = { trace: () => Promise.reject(new Error("away")) };
    await expect(countTraces(away, "api", [id(1)])).rejects.toThrow("away");
  });
});

describe("counting log records", () => {
  test("counts those of the given traces", async () => {
    const record = (traceId?: string): LogRecord => ({
      service: "api",
      at: new Date(),
      ...(traceId === undefined ? {} : { traceId }),
    });
    const querier = { logs: async () => [record(id(1)), record(id(1)), record(id(2)), record(id(3)), record()] };
    expect(await countLogs(querier, "api", [id(1), id(2)], new Date())).toBe(3);
  });
});
