import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { driftOf } from "../../../drift/drifted.ts";
import { asJson, asMarkdown, asText, type Finding, findings } from "../../../drift/report.ts";

/** Of the real CLI (3.260, docker 5.2), after four containers were changed by hand; kept small. */
const recorded = (name: "refresh" | "preview"): string =>
  readFileSync(join(import.meta.dirname, "fixtures", `${name}.json`), "utf8");
const found = (output: string): readonly Finding[] => findings(driftOf(output), "prod", () => undefined);
const said = (output: string) => found(output).map(({ what, happened }) => `${what} ${happened}`);

const BY_HAND = [
  "container upgrades-drift-edited was renamed by hand",
  "container upgrades-drift-memory was changed by hand",
  "container upgrades-drift-removed was removed by hand",
  "container upgrades-drift-stopped is stopped",
];

interface Step {
  readonly op: string;
  readonly type: string;
  readonly name: string;
  readonly diffReasons?: readonly string[];
  readonly old?: object;
  readonly now?: object;
}

/** A refresh as the CLI prints it, of resources whose providers cannot be had here. */
function refresh(...steps: readonly Step[]): string {
  const state = (type: string, inputs: object | undefined) => inputs && { custom: true, type, inputs, outputs: inputs };
  return JSON.stringify({
    steps: steps.map(({ op, type, name, diffReasons, old, now }) => ({
      op,
      urn: `urn:pulumi:prod::p::${type}::${name}`,
      diffReasons,
      oldState: state(type, old),
      newState: state(type, now),
    })),
  });
}

describe("what is not as it was deployed", () => {
  test.each(["refresh", "preview"] as const)("is found in what a real %s printed, and nothing else is", (name) => {
    expect(said(recorded(name))).toEqual(BY_HAND);
  });

  test("is shown with what was deployed and what is there now, whichever way the CLI was asked", () => {
    for (const name of ["refresh", "preview"] as const) {
      const differences = Object.fromEntries(found(recorded(name)).map((each) => [each.what, each.differences]));
      expect(differences).toEqual({
        "container upgrades-drift-edited": [
          { path: "name", from: "upgrades-drift-edited", to: "upgrades-drift-renamed" },
        ],
        "container upgrades-drift-memory": [
          { path: "memory", from: "32", to: "48" },
          { path: "memorySwap", from: "32", to: "48" },
        ],
        "container upgrades-drift-removed": [],
        "container upgrades-drift-stopped": [{ path: "mustRun", from: "true", to: "false" }],
      });
    }
  });

  test("of a stopped container is that it is stopped, though no port of it can be read, which is no reason to replace it", () => {
    const ports = [{ external: 8080, internal: 8000, ip: "127.0.0.1" }];
    const output = refresh({
      op: "update",
      type: "docker:index/container:Container",
      name: "frontend",
      diffReasons: ["mustRun", "ports"],
      old: { name: "p-prod-frontend", mustRun: true, ports },
      now: { name: "p-prod-frontend", mustRun: false, ports: [] },
    });
    expect(said(output)).toEqual(["container p-prod-frontend is stopped"]);
    expect(found(output)[0]?.undo).toBe(
      "docker start p-prod-frontend; pulumi up --refresh --stack prod replaces it, with what it wrote outside volumes",
    );
  });

  test("is called by what happened: an edit in a UI, a key rotated, an image rebuilt, data that is gone first", () => {
    const output = refresh(
      {
        op: "update",
        type: "grafana:oss/dashboard:Dashboard",
        name: "board-overview",
        diffReasons: ["configJson"],
        old: { configJson: '{"title":"Overview"}' },
        now: { configJson: '{"title":"Mine"}' },
      },
      {
        op: "update",
        type: "grafana:alerting/ruleGroup:RuleGroup",
        name: "rules",
        diffReasons: ["rules"],
        old: { name: "Alerts", rules: [{ name: "Slow" }] },
        now: { name: "Alerts", rules: [{ name: "Late" }] },
      },
      {
        op: "delete",
        type: "grafana:cloud/accessPolicyRotatingToken:AccessPolicyRotatingToken",
        name: "t",
        old: { name: "write" },
      },
      {
        op: "update",
        type: "newrelic:index/apiAccessKey:ApiAccessKey",
        name: "ingest",
        diffReasons: ["notes"],
        old: { notes: "a" },
        now: { notes: "b" },
      },
      {
        op: "delete",
        type: "docker:index/volume:Volume",
        name: "postgres-data",
        old: { name: "p-prod-postgres-data" },
      },
      {
        op: "update",
        type: "docker:index/remoteImage:RemoteImage",
        name: "api-image",
        diffReasons: ["imageId"],
        old: { name: "api:1", imageId: "a" },
        now: { name: "api:1", imageId: "b" },
      },
      { op: "delete", type: "honeycombio:index/flexibleBoard:FlexibleBoard", name: "b", old: { name: "Messaging" } },
    );
    expect(said(output)).toEqual([
      "volume p-prod-postgres-data was removed, and its data with it",
      "grafana:cloud:AccessPolicyRotatingToken write was revoked or deleted outside",
      "newrelic:ApiAccessKey ingest was rotated or changed outside",
      "image api:1 was built or pulled anew",
      "grafana:alerting:RuleGroup Alerts was edited in its UI",
      "board Messaging was deleted in its UI",
      "board Overview was edited in its UI",
    ]);
    expect(found(output)[0]?.undo).toBe("restore its backup; pulumi up --refresh --stack prod makes an empty one");
  });

  test("of a secret says that it differs and shows neither value", () => {
    const [secret] = found(
      refresh({
        op: "update",
        type: "docker:index/container:Container",
        name: "api",
        diffReasons: ["uploads"],
        old: { name: "api", uploads: "[secret]" },
        now: { name: "api", uploads: "[secret]" },
      }),
    );
    expect(secret?.differences).toEqual([{ path: "uploads" }]);
  });
});

describe("the report", () => {
  test("of a stack without drift is one sentence", () => {
    const none = JSON.stringify({ steps: [], changeSummary: { same: 3 } });
    expect(asText("prod", found(none))).toBe("Stack prod is as it was deployed.");
    expect(JSON.parse(asJson("prod", found(none)))).toEqual({ stack: "prod", drifted: 0, findings: [] });
  });

  test("says of each how to keep it and how to undo it", () => {
    expect(asText("prod", found(recorded("refresh")).slice(1, 2)).split("\n")).toEqual([
      ...["Stack prod: 1 resource is not as deployed.", "", "container upgrades-drift-memory was changed by hand"],
      ...["    memory: 32 → 48", "    memorySwap: 32 → 48"],
      ...["  keep it: write it in Pulumi.<stack>.yaml or in the code", "  undo it: pulumi up --refresh --stack prod"],
    ]);
  });

  test("in an issue formats and mentions nothing that somebody wrote into a board", () => {
    const title = "@all **[click](https://x.example)** <b>";
    const output = refresh({
      op: "delete",
      type: "grafana:oss/dashboard:Dashboard",
      name: "b",
      old: { configJson: JSON.stringify({ title }) },
    });
    const markdown = asMarkdown("prod", found(output));
    expect(markdown).not.toMatch(/@all|\*\*\[click|<b>/);
    expect(markdown).toContain("click");
  });

  test("is an error in one sentence where Pulumi could not look", () => {
    expect(() => driftOf("error: no stack named 'prod' found\n")).toThrow(
      "Pulumi printed no JSON, but: error: no stack named 'prod' found",
    );
    const refused = JSON.stringify({
      steps: [],
      diagnostics: [{ severity: "error", message: "engine not reachable\n" }],
    });
    expect(() => driftOf(refused)).toThrow("Pulumi could not look: engine not reachable");
  });
});
