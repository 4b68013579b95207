import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { imageReference, pinnedBy } from "../../../images/catalogue.ts";
import { refreshed } from "../../../images/pins.ts";
import { digestOf, referenceOf, repositoryOf } from "../../../images/registry.ts";

const A = `sha256:${"a".repeat(64)}`;
const B = `sha256:${"b".repeat(64)}`;

test("a reference is read as Docker reads it", () => {
  const parts = (text: string) => Object.values(referenceOf(text));
  expect(parts("redis:7.4.5-alpine")).toEqual(["registry-1.docker.io", "library/redis", "7.4.5-alpine"]);
  expect(parts("prom/prometheus:v3.12.0")).toEqual(["registry-1.docker.io", "prom/prometheus", "v3.12.0"]);
  expect(parts("registry.example.org:5000/team/app")).toEqual(["registry.example.org:5000", "team/app", "latest"]);
  expect(parts("localhost/app:1")).toEqual(["localhost", "app", "1"]);
});

describe("a registry by the distribution specification, with tokens", () => {
  let host = "";
  const server = createServer((asked, answer) => {
    const url = new URL(asked.url ?? "", `http://${host}`);
    if (url.pathname === "/token")
      return answer.end(
        JSON.stringify({ token: `${url.searchParams.get("service")} ${url.searchParams.get("scope")}` }),
      );
    if (asked.headers.authorization !== "Bearer shop repository:team/app:pull") {
      const realm = `Bearer realm="http://${host}/token",service="shop",scope="repository:team/app:pull"`;
      return answer.writeHead(401, { "WWW-Authenticate": realm }).end();
    }
    const known = asked.method === "HEAD" && url.pathname === "/v2/team/app/manifests/1.4";
    if (!known || !asked.headers.accept?.includes("image.index.v1+json")) return answer.writeHead(404).end();
    return answer.writeHead(200, { "Docker-Content-Digest": A }).end();
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  test("says the digest of a tag", async () => {
    expect(await digestOf(repositoryOf(referenceOf(`${host}/team/app`)), "1.4")).toBe(A);
  });

  test("has no such tag", async () => {
    await expect(digestOf(repositoryOf(referenceOf(`${host}/team/app`)), "1.5")).rejects.toThrow(
      "the registry answers 404",
    );
  });
});

describe("a refresh of the pins", () => {
  const answers: Readonly<Record<string, string>> = { "a:1": A, "b:1": B };
  const ask = async (reference: string) => answers[reference] ?? Promise.reject(new Error("no route to it"));

  test("says what is new, what is as before and what changed under its tag", async () => {
    expect(await refreshed(["b:1", "a:1"], { "b:1": A }, ask)).toEqual({
      pins: { "a:1": A, "b:1": B },
      said: [`a:1: pinned, ${A}`, `b:1: CHANGED under its tag, ${B}`],
      failed: 0,
    });
    expect((await refreshed(["a:1"], { "a:1": A }, ask)).said).toEqual([`a:1: as before, ${A}`]);
  });

  test("keeps the pin of what cannot be asked, says what has none, and drops what is not used any more", async () => {
    expect(await refreshed(["c:1", "d:1"], { "c:1": A, "old:1": B }, ask)).toEqual({
      pins: { "c:1": A },
      said: ["c:1: not asked (no route to it); its pin stays", "d:1: not asked (no route to it); unpinned"],
      failed: 2,
    });
  });
});

test("an image that is pinned is deployed by its digest, another by its tag, and one of our own as it is", () => {
  expect(pinnedBy({ "redis:7.4.5-alpine": A }, "redis:7.4.5-alpine")).toBe(`redis:7.4.5-alpine@${A}`);
  expect(pinnedBy({}, "redis:7.4.5-alpine")).toBe("redis:7.4.5-alpine");
  expect(imageReference("example-python", "official")).not.toContain("@");
});
