import { expect, test } from "vitest";
import type { ExporterProfile } from "../../../pipeline/backend-profile.ts";
import { delivery } from "../../../pipeline/delivery.ts";
import { twoBackends } from "./inputs.ts";

const statementsOf = (limit: Pick<ExporterProfile, "maxAttributeLength">): string =>
  JSON.stringify(
    delivery(
      { name: "one", exporters: [] },
      { signals: ["traces", "logs"], endpoint: "https://otlp.example", ...limit },
      twoBackends,
    ).processors?.filter(({ kind }) => kind === "transform"),
  );

test("a backend without a limit gets every value whole", () => {
  expect(statementsOf({})).toBe("[]");
});

test("a stack trace above a backend's limit keeps its beginning and its last lines: together they are as long as the limit", () => {
  const statements = statementsOf({ maxAttributeLength: 4095 });
  const [, head = 0, tail = 0] = (/stacktrace\\"\], 0, (\d+)\).*?- (\d+), \2\)/.exec(statements) ?? []).map(Number);
  expect([head, tail]).toEqual([1023, 3059]);
  expect(head + tail + "\n... cut ...\n".length).toBe(4095);
  expect(statements.indexOf("Concat")).toBeLessThan(
    statements.indexOf("truncate_all(attributes, 4095)", statements.indexOf("spanevent")),
  );
});
