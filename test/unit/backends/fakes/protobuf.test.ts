import { describe, expect, test } from "vitest";
import { readOtlp } from "../../../support/fakes/otlp.ts";
import { decode } from "../../../support/fakes/protobuf.ts";

/** Writes protobuf by hand: field number, and a number, text or message. */
const field = (number: number, value: number | string | Buffer): Buffer => {
  if (typeof value === "number") return Buffer.from([number << 3, value]);
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
};
const message = (...fields: readonly Buffer[]) => Buffer.concat(fields);
const attribute = (key: string, value: string) => message(field(1, key), field(2, field(1, value)));
const fixed64 = (number: number, value: bigint) => {
  const bytes = Buffer.alloc(9);
  bytes[0] = (number << 3) | 1;
  bytes.writeBigUInt64LE(value, 1);
  return bytes;
};

const resource = field(1, field(1, attribute("service.name", "api")));

describe("OTLP in protobuf", () => {
  test("a span with its service, name and attributes", () => {
    const span = message(field(5, "GET /games"), field(9, attribute("http.route", "/games")), field(11, "unknown"));
    const body = field(1, message(resource, field(2, field(2, span))));
    expect(readOtlp("traces", "application/x-protobuf", body)).toEqual([
      { service: "api", name: "GET /games", attributes: { "http.route": "/games" } },
    ]);
  });

  test("a counter with its temporality and value", () => {
    const point = message(fixed64(6, 42n), field(7, attribute("kind", "a")));
    const sum = message(field(1, point), field(2, 2), field(3, 1));
    const metric = message(field(1, "requests"), field(7, sum));
    const body = field(1, message(resource, field(2, field(2, metric))));
    expect(readOtlp("metrics", "application/x-protobuf", body)).toEqual([
      {
        service: "api",
        name: "requests",
        attributes: { kind: "a" },
        metricKind: "sum",
        temporality: "cumulative",
        monotonic: true,
        value: 42,
      },
    ]);
  });

  test("an empty request is no item, a cut one an error", () => {
    expect(readOtlp("logs", "application/x-protobuf", Buffer.alloc(0))).toEqual([]);
    expect(() => decode(Buffer.from([0x0a, 0x05, 0x01]), { 1: ["x", "text"] })).toThrow(
      "ends in the middle of a field",
    );
    expect(() => decode(Buffer.from([0x80]), {})).toThrow("ends in the middle of a number");
  });
});
