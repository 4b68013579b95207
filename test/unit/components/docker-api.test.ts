import { describe, expect, test } from "vitest";
import { proxyConf, proxyScript } from "../../../components/docker-api-proxy.ts";

const labels = { "example.project": "games", "example.stack": "dev" };
const conf = proxyConf({ labels, logsOf: ["games-dev-postgres", "games-dev-v1.2"] });

/** Patterns of the locations that pass a request to the engine. */
const passed = [...conf.matchAll(/location (?:= |~ )(\S+) \{/g)].map(([, pattern = ""]) => pattern);

/** The filters that a location puts in place of those it was asked with. */
const filtersOf = (path: string): unknown =>
  JSON.parse(
    decodeURIComponent(
      new RegExp(`location = ${path} \\{\\s+set \\$args "[^"]*filters=([^"]*)"`).exec(conf)?.[1] ?? "",
    ),
  );

describe("the proxy of the Docker API", () => {
  test("passes lists, events, descriptions, statistics, and the logs of the containers that are named", () => {
    expect(passed).toEqual([
      "/containers/json",
      "/events",
      "^/containers/[a-f0-9]+/json$",
      "^/containers/[a-f0-9]+/stats$",
      "^/containers/(games-dev-postgres|games-dev-v1\\.2)/logs$",
    ]);
    expect(conf).toContain("location / { return 403; }");
    expect(conf).toContain("if ($request_method !~ ^(GET|HEAD)$) { return 403; }");
  });

  test("lists this stack's containers only, whatever it is asked for", () => {
    const label = ["example.project=games", "example.stack=dev"];
    expect(filtersOf("/containers/json")).toEqual({ label });
    expect(filtersOf("/events")).toMatchObject({ label, type: ["container"] });
  });

  test("passes events from before they are asked for, when the containers were listed", async () => {
    const script = proxyScript({ labels });
    const { since } = (await import(`data:text/javascript,${encodeURIComponent(script)}`)).default;
    expect(since({ args: { since: "1796062589.642000000" } })).toBe("1796062559");
    expect(since({ args: { since: "2026-11-30T18:16:29Z" } })).toBe("2026-11-30T18:16:29Z");
    expect(since({ args: {} })).toBe("");
    expect(conf).toContain("js_set $since api.since;");
    expect(conf).toMatch(/location = \/events \{\s+set \$args "since=\$since&/);
  });

  test("listens on a socket and on no port", () => {
    expect([...conf.matchAll(/listen (\S+);/g)].map(([, at]) => at)).toEqual(["unix:/run/docker-api/api.sock"]);
  });

  test("passes no log where none is read", () => {
    expect(proxyConf({ labels, logsOf: [] })).not.toContain("/logs");
  });

  test("describes a container of this stack without environment, command and mounts, and no other", async () => {
    const script = proxyScript({ labels });
    const { inspect } = (await import(`data:text/javascript,${encodeURIComponent(script)}`)).default;
    const description = (own: Record<string, string>) => ({
      Id: "1",
      Args: ["canary"],
      State: { Running: true, Health: { Log: ["canary"] } },
      Config: { Image: "i", Labels: own, Env: ["A=canary"], Cmd: ["canary"] },
      HostConfig: { NanoCpus: 7, Binds: ["canary"] },
      Mounts: ["canary"],
    });
    const ask = async (own: Record<string, string>) => {
      const said: unknown[] = [];
      const answer = { status: 200, responseText: JSON.stringify(description(own)) };
      await inspect({
        uri: "/x",
        headersOut: {},
        subrequest: async () => answer,
        return: (...a: unknown[]) => said.push(...a),
      });
      return said;
    };
    expect(await ask({ "example.project": "other" })).toEqual([403, "{}"]);
    const [status, body] = await ask(labels);
    expect(status).toBe(200);
    expect(JSON.parse(String(body))).toEqual({
      Id: "1",
      State: { Running: true },
      Config: { Image: "i", Labels: labels },
      HostConfig: { NanoCpus: 7 },
    });
  });
});
