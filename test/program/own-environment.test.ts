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

test("a health check of RabbitMQ ends with all that it began before Docker gives it up", async () => {
  const run = await program({ config: { images: "local" } });
  const tests = ["CMD", "timeout", "-s", "KILL", "8", "rabbitmq-diagnostics", "-q", "check_running"];
  expect(run.container("rabbitmq").inputs).toMatchObject({ healthcheck: { tests, timeout: "10s" } });
});

test("an image that brings the SDK of another language gets what every SDK reads, and nothing of Python's or Node's", async () => {
  const services = [{ name: "gate", image: "gate:1.4", kind: "other", instrumentation: "image", role: "http" }];
  const run = await program({ config: { images: "local", namespace: "shops", services: JSON.stringify(services) } });
  expect(run.errors).toEqual([]);
  expect(run.container("gate").env).toEqual({
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_LOGS_EXPORTER: "otlp",
    OTEL_METRICS_EXPORTER: "otlp",
    OTEL_METRIC_EXPORT_INTERVAL: "15000",
    OTEL_PROPAGATORS: "tracecontext,baggage",
    OTEL_RESOURCE_ATTRIBUTES: "service.namespace=shops,service.version=1.4,deployment.environment.name=dev",
    OTEL_SEMCONV_STABILITY_OPT_IN: "http,database",
    OTEL_SERVICE_NAME: "gate",
    OTEL_TRACES_EXPORTER: "otlp",
  });
});
