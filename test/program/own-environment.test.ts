import { expect, test } from "vitest";
import { program } from "../support/engine.ts";

test("attributes of a service's own come after those of the program, and none of these is lost", async () => {
  const services = [
    { name: "shop", image: "shop:1.4", env: { OTEL_RESOURCE_ATTRIBUTES: "team=checkout,service.version=9" } },
    { name: "cart", image: "cart:1.4", env: { OTEL_RESOURCE_ATTRIBUTES: "" } },
    { name: "other", image: "other:1", kind: "other", env: { OTEL_RESOURCE_ATTRIBUTES: "team=x" } },
  ];
  const run = await program({ config: { images: "local", namespace: "shops", services: JSON.stringify(services) } });
  expect(run.errors).toEqual([]);
  const attributes = (name: string) => run.container(name).env.OTEL_RESOURCE_ATTRIBUTES;
  expect(attributes("shop")).toBe(
    "service.namespace=shops,service.version=1.4,deployment.environment.name=dev,team=checkout,service.version=9",
  );
  expect(attributes("cart")).toBe("service.namespace=shops,service.version=1.4,deployment.environment.name=dev");
  expect(attributes("other")).toBe("team=x");
});
