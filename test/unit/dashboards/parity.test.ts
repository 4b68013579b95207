import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { panelsOf, signalsOf } from "../../../dashboards/model/board.ts";
import { type ParityBackend, parity, parityLine, parityScore } from "../../../dashboards/parity/fidelity.ts";
import { runbookPath } from "../../../dashboards/render/context.ts";
import { alertingRules } from "../../../dashboards/render/prometheus/rules.ts";
import parcels from "../../../example-other/content.ts";
import { fullContent, otherContent } from "../../support/content.ts";

const project = new URL("../../../", import.meta.url);

const scoreOf = (backend: ParityBackend) => parityScore(backend, parity(fullContent, [backend]));

describe("parity", () => {
  test("is complete on Grafana, at least 95 % on New Relic and 85 % on Honeycomb", () => {
    expect(scoreOf("grafana").share).toBe(1);
    expect(scoreOf("jaeger").share).toBe(1);
    expect(scoreOf("new-relic").share).toBeGreaterThanOrEqual(0.95);
    expect(scoreOf("honeycomb").share).toBeGreaterThanOrEqual(0.85);
  });

  test("explains everything that is not exact", () => {
    for (const item of [...parity(fullContent), ...parity(otherContent)]) {
      if (item.fidelity.kind === "approximated") expect(item.fidelity.how.length, item.what).toBeGreaterThan(10);
      if (item.fidelity.kind === "unsupported") expect(item.fidelity.why.length, item.what).toBeGreaterThan(10);
    }
  });

  test("is one line at preview", () => {
    expect(parityLine(fullContent, "honeycomb")).toMatch(
      /^parity on honeycomb: \d+\.\d % \(\d+ exact, \d+ approximated, \d+ not\); see docs\/parity\.md$/,
    );
  });
});

describe("runbooks", () => {
  const folder = new URL("docs/runbooks/", project);
  const pages = readdirSync(folder).filter((file) => file !== "README.md");
  const shown = [fullContent, otherContent, parcels].flatMap(({ alerts, objectives }) => [...alerts, ...objectives]);

  test("are one for every kind of alert and objective, and no other", () => {
    const needed = [
      ...shown,
      { runbook: "token-expiry" },
      ...alertingRules({ environment: "test", content: fullContent }, { alertmanager: true }),
    ].map((of) => runbookPath(of).replace("docs/runbooks/", ""));
    expect([...pages].sort()).toEqual([...new Set(needed)].sort());
  });

  test.each(pages)("%s says what to look at and what to do", (page) => {
    const text = readFileSync(new URL(page, folder), "utf8");
    for (const part of ["## Look first", "## Usual causes", "## Do", "## False alarm?"]) expect(text).toContain(part);
  });

  const boards = [fullContent, otherContent].flatMap((content) => content.boards).concat(parcels.boards ?? []);
  const shownNames = new Set(
    boards.flatMap((board) => [
      board.title,
      ...board.rows.map(({ title }) => title),
      ...panelsOf(board).flatMap((panel) => [panel.title, ...signalsOf(panel).map(({ name }) => name)]),
    ]),
  );

  test.each(pages)("%s names only panels, rows and lines that some board has", (page) => {
    const named = [...readFileSync(new URL(page, folder), "utf8").matchAll(/\*([A-Z][^*\n]+)\*/g)];
    expect(named.map(([, name = ""]) => name).filter((name) => !shownNames.has(name))).toEqual([]);
  });

  test("stand in the index with their titles", () => {
    const listed = pages.map((page) => {
      const [title = ""] = readFileSync(new URL(page, folder), "utf8").split("\n");
      return `- [${title.replace(/^# /, "")}](${page})`;
    });
    const index = readFileSync(new URL("README.md", folder), "utf8");
    expect(index.match(/^- .*$/gm)).toEqual(listed);
  });
});
