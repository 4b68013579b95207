import { expect, test } from "vitest";
import { OWN_PORTS } from "../../adopt/ports.ts";
import { program } from "../support/engine.ts";

const opened = async (images: Readonly<Record<string, string>>) => {
  const run = await program({
    config: {
      ...images,
      backend: "jaeger",
      postgres: "none",
      redis: "none",
      rabbitmq: "none",
      services: JSON.stringify([{ name: "web", image: "ghcr.io/example/web:1.0.0" }]),
    },
  });
  expect(run.errors).toEqual([]);
  return run
    .byType("docker:index/container:Container")
    .flatMap(({ inputs }) => (inputs.ports ?? []) as readonly { readonly external: number }[])
    .map(({ external }) => external);
};

test("adopt knows the ports that a stack as it writes it opens itself, on each kind of images", async () => {
  const all = new Set([...(await opened({})), ...(await opened({ images: "local" }))]);
  expect([...all].sort((a, b) => a - b)).toEqual(Object.keys(OWN_PORTS).map(Number));
});
