import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { nameOf } from "../../../components/swarm/files.ts";
import { quoted, startOf } from "../../../components/swarm/start.ts";

const spec = { name: "web", image: "web:1", networks: [], memory: 64 };

describe("a service of a swarm starts", () => {
  test("as its image does, or as it is told, where no variable holds a secret", () => {
    expect(startOf({ ...spec, env: { B: "2", A: "1" } })).toEqual({ env: { A: "1", B: "2" }, files: [] });
    expect(startOf({ ...spec, entrypoint: ["/start"], command: ["web", "--fast"] })).toEqual({
      command: ["/start"],
      args: ["web", "--fast"],
      env: {},
      files: [],
    });
  });

  test("behind a shell that waits for a file of another container, at most a minute", () => {
    const { command, args } = startOf({ ...spec, command: ["web"], awaits: "/ready" });
    expect(command?.slice(0, 2)).toEqual(["sh", "-c"]);
    expect(String(command?.[2])).toBe(
      'i=0; until test -e /ready || test $i -ge 60; do sleep 1; i=$((i + 1)); done; exec "$@"',
    );
    expect(args).toEqual(["web"]);
  });

  test("with every character of a secret, as a shell reads it", () => {
    const secret = `it's $HOME \`id\` "quoted" \\ back\nand a second line`;
    const read = execFileSync("sh", ["-c", `export X=${quoted(secret)}; printf %s "$X"`], { encoding: "utf8" });
    expect(read).toBe(secret);
  });
});

test("a config or secret is named after its service and its file", () => {
  expect(nameOf("collector", "/etc/otelcol/config.yaml")).toBe("collector-otelcol-config.yaml");
  expect(nameOf("postgres", "/run/secrets/admin")).toBe("postgres-admin");
  expect(nameOf("console", "/usr/share/nginx/html/a-long-folder/of-a-program/stack.json").length).toBeLessThanOrEqual(
    60,
  );
});
