import { expect, test } from "vitest";
import { serviceObjectives } from "../../../dashboards/slos/services.ts";

test.each(["python", "node", "nginx", "other"] as const)(
  "the latency of a service in %s is judged by one histogram: what is valid and what is good begin to count with the same event",
  (runtime) => {
    const all = serviceObjectives({ name: "gate", role: "http", runtime, container: "gate" });
    const { valid, good } = all.find(({ id }) => id === "gate-latency") ?? {};
    expect(valid).toMatchObject({ op: "rate", metric: { kind: "histogram" } });
    expect(good).toMatchObject({ op: "at-most", metric: Object(valid).metric });
  },
);
