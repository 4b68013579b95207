import { describe, expect, test } from "vitest";
import { program } from "../../support/engine.ts";
import { placesOf } from "../../support/leaks.ts";
import { CASES, canary, KINDS, on, owned } from "./cases.ts";

const GIVEN = KINDS.flatMap((kind) => Object.keys(CASES[kind]?.secrets ?? {}).map((key) => [kind, key] as const));

export function secretTests(): void {
  describe("secrets of the backends", () => {
    test.each(KINDS)("%s runs without a complaint", async (kind) => {
      const { exitCode, errors, warnings } = await on(kind);
      expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
      expect(warnings.filter((warning) => !warning.includes("(docs/backends.md"))).toEqual([]);
    });

    test.each(GIVEN)("%s shows %s nowhere: not in inputs, outputs, stack outputs or messages", async (kind, key) => {
      const run = await on(kind);
      expect(run.leaks(canary(key))).toEqual([]);
      expect(placesOf(run.recording.outputs, canary(key), "stack")).toEqual([]);
      expect(JSON.stringify(run.recording.diagnostics)).not.toContain(canary(key));
    });

    test.each(GIVEN)("%s does use %s", async (kind, key) => {
      const run = await on(kind);
      const used = [...owned(run, kind), run.container("collector").registration];
      expect(used.some(({ inputs }) => JSON.stringify(inputs).includes(canary(key)))).toBe(true);
    });

    test.each(["grafana-cloud", "new-relic"] as const)(
      "keys minted by %s are as secret as given ones",
      async (kind) => {
        expect((await on(kind)).leaks("generated-")).toEqual([]);
      },
    );

    test("a preview that fails does not tell them either", async () => {
      const run = await program({
        config: { images: "official", backend: "grafana-cloud" },
        secrets: { grafanaCloudToken: canary("grafanaCloudToken") },
      });
      expect(run.errors).toEqual([
        "grafanaCloud.slug: not set, but backend grafana-cloud needs it. Set it with: pulumi config set --path grafanaCloud.slug <value>",
      ]);
      expect(JSON.stringify(run.recording)).not.toContain(canary("grafanaCloudToken"));
    });
  });
}
