import { afterEach, expect, test } from "vitest";
import { deploymentInput, post } from "../../../components/backends/new-relic/marker.ts";
import { type NerdGraph, startNerdGraph } from "../../support/fakes/nerdgraph.ts";

const deployment = {
  id: "0123456789ab",
  commit: "3f2a91c",
  stack: "prod",
  versions: { api: "1.4.2", bot: "" },
  summary: "Deployed 3f2a91c on prod: api 1.4.2; bot ",
};
const KEY = "canary-user-key";
let fake: NerdGraph | undefined;
afterEach(() => fake?.close());

test("says which version of which service was deployed; one without a version is distinguished by the deployment", () => {
  expect(deploymentInput(deployment, "api", "guid")).toMatchObject({
    entityGuid: "guid",
    version: "1.4.2",
    commit: "3f2a91c",
  });
  expect(deploymentInput(deployment, "bot", "guid").version).toBe("0123456789ab");
  expect(deploymentInput({ ...deployment, commit: "" }, "api", "guid")).not.toHaveProperty("commit");
});

test("a marker that is refused says why in a few words, and never the key", async () => {
  fake = await startNerdGraph({ users: { [KEY]: { manageKeys: true } }, accountId: 7, services: ["api"] });
  const nerdgraph = `${fake.url}/graphql`;
  const guid = Buffer.from("7|EXT|SERVICE|api").toString("base64").replace(/=+$/, "");
  expect(await post(nerdgraph, KEY, deploymentInput(deployment, "api", guid))).toBeUndefined();
  expect(fake.deployments).toMatchObject([{ version: "1.4.2", groupId: "prod-0123456789ab" }]);
  expect(await post(nerdgraph, KEY, deploymentInput(deployment, "api", "none"))).toBe("entityGuid: no such entity");
  expect(await post(nerdgraph, "other", {})).toBe("status 401");
  expect(await post("http://127.0.0.1:1/graphql", KEY, {})).toBe("TypeError");
});
