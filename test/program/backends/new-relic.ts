import { describe, expect, test } from "vitest";
import { isSecret } from "../../../offline/secrets.ts";
import { on, owned, providerOf, shortly } from "./cases.ts";

const run = () => on("new-relic");

export function newRelicTests(): void {
  describe("New Relic", () => {
    test("owns these resources, each made with its own provider", async () => {
      expect(owned(await run(), "new-relic").map((r) => [shortly(r), providerOf(r)])).toEqual([
        ["apiAccessKey new-relic-browser", "new-relic"],
        ["apiAccessKey new-relic-license", "new-relic"],
        [expect.stringMatching(/^pipelineCloudRule new-relic-drop-[0-9a-f]{8}$/), "new-relic"],
        ["provider newrelic new-relic", ""],
      ]);
    });

    test("mints one key to send with and one for browsers, secret in state and wherever they are used", async () => {
      for (const [name, ingestType] of [
        ["new-relic-license", "LICENSE"],
        ["new-relic-browser", "BROWSER"],
      ] as const) {
        const key = (await run()).byName(name);
        expect(key.inputs).toMatchObject({ keyType: "INGEST", ingestType, accountId: "1234567" });
        expect(key.options.additionalSecretOutputs).toEqual(["key"]);
        expect(isSecret(key.outputs.key)).toBe(true);
      }
    });

    test("drops in New Relic what the stack wants dropped, by a name that does not depend on the order", async () => {
      const [rule] = (await run()).byType("newrelic:index/pipelineCloudRule:PipelineCloudRule");
      expect(rule?.inputs).toMatchObject({
        nrql: "DELETE FROM Log WHERE level = 'debug'",
        name: `game-scheduler-otel-dev-${rule?.name.replace("new-relic-", "")}`,
      });
    });

    test("asks for no entity until telemetry has arrived, so that the first up of a fresh account succeeds", async () => {
      expect((await run()).recording.invocations).toEqual([]);
    });

    test("asks for the entity of every service that sends once it has", async () => {
      const seen = await on("new-relic", {
        preview: true,
        config: { newRelic: { accountId: "1234567", telemetrySeen: true } },
      });
      expect(seen.errors).toEqual([]);
      expect(seen.recording.invocations.map(({ token, args }) => [token, args.name]).sort()).toEqual(
        ["api", "bot", "frontend", "notification", "status"].map((name) => [
          "newrelic:index/getEntity:getEntity",
          name,
        ]),
      );
    });

    test("is signed in to with a secret key, in the account's region", async () => {
      const { inputs } = (await run()).byName("new-relic", "pulumi:providers:newrelic");
      expect(isSecret(inputs.apiKey)).toBe(true);
      expect(inputs.region).toBe("EU");
      expect((await run()).outputs.links).toEqual({
        "new-relic": "https://one.eu.newrelic.com/nr1-core?account=1234567",
      });
    });
  });
}
