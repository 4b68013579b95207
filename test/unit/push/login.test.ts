import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { isLoggedIn } from "../../../config/engine.ts";
import { dockerLogin } from "../../../push/login.ts";

const folder = mkdtempSync(join(tmpdir(), "login-"));
afterAll(() => rmSync(folder, { recursive: true }));

const HELPER = `#!/bin/sh
read -r registry
[ "$registry" = helped.example.org ] || { echo "credentials not found"; exit 1; }
echo '{"ServerURL":"helped.example.org","Username":"ann","Secret":"from the helper"}'
`;
writeFileSync(join(folder, "docker-credential-test"), HELPER);
chmodSync(join(folder, "docker-credential-test"), 0o755);
const auth = Buffer.from("bob:with:colon").toString("base64");
writeFileSync(
  join(folder, "config.json"),
  JSON.stringify({ auths: { "plain.example.org": { auth } }, credHelpers: { "helped.example.org": "test" } }),
);
const env = { DOCKER_CONFIG: folder, PATH: `${folder}${delimiter}${process.env.PATH}` };

test("the login is docker login's, from its file or from the helper that it names", async () => {
  expect(await dockerLogin("plain.example.org", env)).toEqual({ user: "bob", password: "with:colon" });
  expect(await dockerLogin("helped.example.org", env)).toEqual({ user: "ann", password: "from the helper" });
  expect(await dockerLogin("unknown.example.org", env)).toBeUndefined();
  expect(await dockerLogin("plain.example.org", { DOCKER_CONFIG: join(folder, "none") })).toBeUndefined();
});

test("the program knows whether there is one, and reads no password", () => {
  const known = (registry: string) => isLoggedIn(registry, env);
  expect(["plain.example.org", "helped.example.org", "unknown.example.org"].map(known)).toEqual([true, true, false]);
  expect(isLoggedIn("plain.example.org", { DOCKER_CONFIG: join(folder, "none") })).toBe(false);
});
