import { expect, test } from "vitest";
import { contentName, type ImageName } from "../../images/catalogue.ts";
import { judge } from "../../policy/judge.ts";
import { stackOf } from "../../policy/stack.ts";
import { imagesIn } from "../../push/resolved.ts";
import { program } from "../support/engine.ts";

const REGISTRY = "registry.example.org/team";
const services = [{ name: "web", role: "http", image: "build:other-python", instrumentation: "inject" }];
const none = { postgres: "none", redis: "none", rabbitmq: "none", containerMetrics: false, containerLogs: false };
const config = {
  images: "official",
  backend: "otlp",
  otlp: { endpoint: "https://x.example" },
  drive: "none",
  content: [],
  ...none,
  services,
};
const digest = (i: number) => `sha256:${String(i).repeat(64)}`;
const own: readonly ImageName[] = ["collector", "instrumentation", "other-python"];
const digests = Object.fromEntries(own.map((name, i) => [contentName(name), digest(i)]));

test("a stack deploys what this repository builds from its registry, by digest, and nothing from this machine", async () => {
  const local = await program({ config });
  expect(local.errors).toEqual([]);
  expect(imagesIn(JSON.stringify(local.recording.registrations))).toEqual([
    "collector",
    "instrumentation",
    "other-python",
  ]);

  const run = await program({ config: { ...config, ownImages: { registry: REGISTRY, digests } } });
  expect(run.errors).toEqual([]);
  const image = (name: string) => run.container(name).image;
  expect([image("collector"), image("instrumentation"), image("web")]).toEqual(
    own.map((name, i) => `${REGISTRY}/${contentName(name)}@${digest(i)}`),
  );
  expect(JSON.stringify(run.recording.registrations)).not.toContain("localhost/game-scheduler-otel");
  // the volume that the instrumentation's image fills is named by the digest, and no policy takes it for somebody's data
  expect(judge(stackOf(run.recording, { config: {} })).map(({ id, place }) => `${id} at ${place}`)).toEqual([]);
});

test("without the digest of one of them nothing is deployed", async () => {
  const { [contentName("other-python")]: _, ...others } = digests;
  const run = await program({ config: { ...config, ownImages: { registry: REGISTRY, digests: others } } });
  expect(run.errors).toEqual([
    `ownImages.digests: ${contentName("other-python")} was not pushed, and without a digest another image could take its place. Push it with: npm run push -- ${REGISTRY} --stack <stack>`,
  ]);
});

test("the digest of other inputs is not taken for these", async () => {
  const stale: Record<string, string> = { ...digests, "collector:000000000000": digest(9) };
  delete stale[contentName("collector")];
  const run = await program({ config: { ...config, ownImages: { registry: REGISTRY, digests: stale } } });
  expect(run.errors).toEqual([
    expect.stringMatching(
      /^ownImages\.digests: collector:[0-9a-f]{12} was not pushed since it changed \(collector:000000000000 was\)/,
    ),
  ]);
});

test.each(["team", "localhost/team", "registry.example.org/Team", "https://registry.example.org/team"])(
  "%s is no registry: Docker Hub or this machine would be asked",
  async (registry) => {
    const run = await program({ config: { ...config, ownImages: { registry } } });
    expect(run.errors).toEqual([
      expect.stringMatching(/^ownImages\.registry: .*a registry's host with a dot or a port/),
    ]);
  },
);
