import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { outputsFile, readOutputs } from "../../../verify/outputs.ts";

describe("the outputs of a stack", () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "outputs-"));
  });
  afterAll(() => rm(dir, { recursive: true }));
  const write = async (content: unknown): Promise<string> => {
    const file = join(dir, "outputs.json");
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };
  const jaeger = {
    kind: "jaeger",
    jaeger: "http://127.0.0.1:16686/",
    prometheus: "http://127.0.0.1:9090",
    loki: "http://127.0.0.1:3100",
  };

  it("lie below .local", () => {
    expect(outputsFile("dev")).toBe(".local/dev/outputs.json");
  });

  it("say whom to ask and what to drive", async () => {
    const lgtm = {
      kind: "lgtm",
      tempo: "http://127.0.0.1:3200",
      prometheus: "http://127.0.0.1:9090",
      loki: "http://127.0.0.1:3100",
    };
    const frontend = "http://127.0.0.1:8080";
    const file = await write({ query: [jaeger, lgtm], frontend, simulator: "http://127.0.0.1:8090", links: {} });
    expect(await readOutputs(file)).toEqual({
      query: [{ ...jaeger, jaeger: "http://127.0.0.1:16686" }, lgtm],
      frontend,
      simulator: "http://127.0.0.1:8090",
      nginxTraces: false,
    });
  });

  it.each([
    ["not json", / is not JSON: run npm start again to write it anew\.$/],
    [
      { query: [] },
      / names no backend that can be asked \(output "query" is empty\): choose one of jaeger, lgtm, grafana-cloud, new-relic, honeycomb\.$/,
    ],
    [
      { query: [{ kind: "splunk" }] },
      /: query\.kind is "splunk", allowed: jaeger, lgtm, grafana-cloud, new-relic, honeycomb\.$/,
    ],
    [{ query: [{ ...jaeger, loki: "127.0.0.1" }] }, /: query\.loki is "127\.0\.0\.1", expected a URL\.$/],
  ])("are refused in one sentence: %j", async (content, sentence) => {
    await expect(readOutputs(await write(content))).rejects.toThrow(sentence);
  });

  it("are missing when nothing runs, and the sentence says what to do", async () => {
    await expect(readOutputs(join(dir, "none.json"))).rejects.toThrow(
      `No running stack found (${join(dir, "none.json")} cannot be read): run npm start first, or name the file with --outputs.`,
    );
  });
});
