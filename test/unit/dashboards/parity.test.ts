import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ALERTS, runbookPath } from "../../../dashboards/alerts/index.ts";
import { parity, parityLine, parityScore } from "../../../dashboards/parity/fidelity.ts";
import { parityPage } from "../../../dashboards/parity/page.ts";
import { OBJECTIVES } from "../../../dashboards/slos/index.ts";

const project = new URL("../../../", import.meta.url);

describe("parity", () => {
  it("is complete on Grafana, at least 95 % on New Relic and 85 % on Honeycomb", () => {
    expect(parityScore("grafana").share).toBe(1);
    expect(parityScore("jaeger").share).toBe(1);
    expect(parityScore("new-relic").share).toBeGreaterThanOrEqual(0.95);
    expect(parityScore("honeycomb").share).toBeGreaterThanOrEqual(0.85);
  });

  it("explains everything that is not exact", () => {
    for (const item of parity()) {
      if (item.fidelity.kind === "approximated") expect(item.fidelity.how.length, item.what).toBeGreaterThan(10);
      if (item.fidelity.kind === "unsupported") expect(item.fidelity.why.length, item.what).toBeGreaterThan(10);
    }
  });

  it("is one line at preview", () => {
    expect(parityLine("honeycomb")).toMatch(
      /^parity on honeycomb: \d+\.\d % \(\d+ exact, \d+ approximated, \d+ not\); see docs\/parity\.md$/,
    );
  });

  it("stands in docs/parity.md as it is (npm run parity -- --write)", () => {
    expect(readFileSync(new URL("docs/parity.md", project), "utf8")).toBe(parityPage());
  });
});

describe("runbooks", () => {
  it("exist for every alert and objective, with what to look at and what to do", () => {
    const ids = [...ALERTS.map((alert) => alert.id), ...OBJECTIVES.map((slo) => `slo-${slo.id}`), "token-expiry-any"];
    for (const id of ids) {
      const page = new URL(runbookPath({ id }), project);
      expect(existsSync(page), runbookPath({ id })).toBe(true);
      const text = readFileSync(page, "utf8");
      for (const part of ["## Look first", "## Usual causes", "## Do", "## False alarm?"])
        expect(text, id).toContain(part);
    }
  });
});
