import { expect, test } from "vitest";
import { program } from "../support/engine.ts";

test("a preview warns of rules that could never fire, and of a queue that fills a disk", async () => {
  const run = await program({
    config: {
      images: "local",
      outageBudget: "48h",
      dockerHost: "tcp://engine.example:2375",
      objectives: { "api-latency": 0.8 },
    },
  });
  expect(run.errors).toEqual([]);
  expect(run.warnings).toEqual([
    "objectives.api-latency: with a target of 0.8 the burn-rate rules over 1h and 6h could never fire and are left out; above 0.9306 all of them can.",
    "outageBudget: with every backend away the queues grow to 62 GB on the engine's disk. Keep that much free, or set less with: pulumi config set outageBudget 7h, or expect less: expected.spans, expected.points, expected.records (docs/outages.md)",
  ]);
});

test("a preview says what an upstream collector does not mask", async () => {
  const collector = { image: "otel/opentelemetry-collector-contrib:0.145.0", version: "0.145.0" };
  const run = await program({ config: { images: "local", collector } });
  expect(run.errors).toEqual([]);
  expect(run.warnings).toContainEqual(
    expect.stringMatching(
      /^collector\.image: this image does not have the privacy processor of build:collector.*span links and exemplars.*docs\/privacy\.md/,
    ),
  );
});

test("the key of the hashes reaches the collector as a file", async () => {
  const run = await program({
    config: { images: "local", privacy: { action: "hash" } },
    secrets: { privacyHashKey: "a key that is only a test's" },
  });
  expect(run.errors).toEqual([]);
  expect(JSON.stringify(run.container("collector").inputs.uploads)).toContain("/run/secrets/privacy-hash-key");
  expect(run.leaks("a key that is only a test's")).toEqual([]);
});

test("a preview refuses queues that are larger than they may be, and each way out that it names leads out", async () => {
  const refused = await program({ config: { images: "local", outageBudget: "48h", collector: { disk: 1 } } });
  const [said = "", ...others] = refused.errors;
  expect(others).toEqual([]);
  const [, disk, budget] =
    /the queues grow to 62 GB and collector\.disk allows 1 GB\. Allow more with: pulumi config set --path collector\.disk (\d+), set less with: pulumi config set outageBudget (\w+), or /.exec(
      said,
    ) ?? [];
  const more = await program({ config: { images: "local", outageBudget: "48h", collector: { disk: Number(disk) } } });
  const less = await program({ config: { images: "local", outageBudget: budget ?? "", collector: { disk: 1 } } });
  expect([more.errors, less.errors, budget]).toEqual([[], [], "46m"]);
});

test("what is expected a second sizes the queues", async () => {
  const run = await program({ config: { images: "local", outageBudget: "2h", expected: { spans: 1000 } } });
  expect(run.errors).toEqual([]);
  expect(JSON.stringify(run.registrations)).toContain("queue_size: 7200000");
});

test("a preview refuses what is estimated beyond the budget, and warns of what comes near it", async () => {
  const [beyond, near] = await Promise.all(
    [3000, 3500].map((series) => program({ config: { images: "local", budget: { series } } })),
  );
  const sentence = (limit: string) =>
    `budget.series: 3 289 series are estimated on jaeger, and ${limit} are allowed. Most metrics are of span metrics`;
  expect(beyond?.errors).toEqual([expect.stringContaining(sentence("3 000"))]);
  expect(beyond?.errors[0]).toContain("; or allow more with: pulumi config set --path budget.series 3900");
  expect(near?.errors).toEqual([]);
  expect(near?.warnings).toEqual([expect.stringContaining(sentence("3 500"))]);
});
