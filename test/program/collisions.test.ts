import { describe, expect, test } from "vitest";
import { type ProgramArgs, program } from "../support/engine.ts";

const image = "ghcr.io/example/web:1.0.0";
const service = (name: string, more: object = {}) => ({ name, image, ...more });
const errors = async (services: readonly object[], config: ProgramArgs["config"] = {}, more: ProgramArgs = {}) => {
  const run = await program({ ...more, config: { images: "local", services: JSON.stringify(services), ...config } });
  expect(run.exitCode).not.toBe(0);
  return run.errors;
};
const named = (i: number, name: string, by: string) =>
  `services[${i}].name: the name "${name}" is taken by ${by}, and service ${name} would use it too. Choose another in Pulumi.dev.yaml`;

describe("a name that two things would have is refused, naming both", () => {
  test.each(["collector", "postgres"])("a service called %s", async (name) => {
    expect(await errors([service("web"), service(name)])).toEqual([named(1, name, `this program's container ${name}`)]);
  });

  test("a service called jaeger beside the backend that has one", async () => {
    expect(await errors([service("jaeger")])).toEqual([named(0, "jaeger", "backend jaeger")]);
  });

  test.each([
    ["aliases", { aliases: ["collector"] }],
    ["hostname", { hostname: "collector" }],
    ["hosts", { hosts: { collector: "10.0.0.1" } }],
  ])("by %s, the collector's", async (key, more) => {
    expect(await errors([service("web", more)])).toEqual([
      `services[0].${key}: the name "collector" is taken by this program's container collector, and service web would use it too. Choose another in Pulumi.dev.yaml`,
    ]);
  });

  test("by an alias in capitals, which make no difference on a network", async () => {
    expect(await errors([service("web", { aliases: ["Collector"] })])).toEqual([
      'services[0].aliases: the name "Collector" is taken by this program\'s container collector, and service web would use it too. Choose another in Pulumi.dev.yaml',
    ]);
  });

  test("by an alias, another service's, whichever is made first", async () => {
    expect(await errors([service("web", { aliases: ["cart"] }), service("cart")])).toEqual([
      'services[1].name: the name "cart" is taken by service web, and service cart would use it too. Choose another in Pulumi.dev.yaml',
    ]);
    expect(await errors([service("cart"), service("web", { aliases: ["cart"] })])).toEqual([
      'services[1].aliases: the name "cart" is taken by service cart, and service web would use it too. Choose another in Pulumi.dev.yaml',
    ]);
  });

  test("but two services may share an alias, and each may have its own name as one", async () => {
    const services = [service("a", { aliases: ["both", "a"] }), service("b", { aliases: ["both"], hostname: "b" })];
    const run = await program({ config: { images: "local", services: JSON.stringify(services) } });
    expect(run.errors).toEqual([]);
  });

  test("an nginx called as the collector calls the metrics of containers", async () => {
    const nginx = (name: string) => service(name, { kind: "nginx", stubStatus: 8081 });
    const sentence = (name: string, by: string) =>
      `services[0].name: telemetry source "${name}" is taken by ${by}, and service ${name} would use it too. Choose another in Pulumi.dev.yaml`;
    expect(await errors([nginx("docker")])).toEqual([sentence("docker", "the metrics of docker")]);
  });

  test("Honeycomb's dataset of metrics and the dataset of a service", async () => {
    expect(
      await errors(
        [service("web", { kind: "python" })],
        { backend: "honeycomb", images: "official", honeycomb: { metricsDataset: "web" } },
        { secrets: { honeycombApiKey: "k", honeycombIngestKey: "i" } },
      ),
    ).toEqual([
      'honeycomb.metricsDataset: dataset "web" is taken by service web, and honeycomb\'s metrics would use it too. Choose another in Pulumi.dev.yaml',
    ]);
  });
});

describe("a port that two things would publish is refused, naming both", () => {
  const published = (name: string, as: number) => service(name, { publish: { port: 80, as } });

  test("two services", async () => {
    expect(await errors([published("web", 8080), published("gateway", 8080)])).toEqual([
      "services[1].publish.as: port 8080 is taken by service web, and service gateway would use it too. Choose another in Pulumi.dev.yaml",
    ]);
  });

  test("the same service twice", async () => {
    const services = [service("web", { publish: { port: 80, as: 8080 }, alsoPublish: [{ port: 81, as: 8080 }] })];
    expect(await errors(services)).toEqual([
      "services[0].alsoPublish[0].as: port 8080 is taken by service web, and service web would use it too. Choose another in Pulumi.dev.yaml",
    ]);
  });

  test("a service and the collector's health, wherever the offset moves them", async () => {
    expect(await errors([published("web", 13_133)], { portOffset: 100 })).toEqual([
      "services[0].publish.as: port 13233 is taken by this program's container collector, and service web would use it too. Choose another in Pulumi.dev.yaml",
    ]);
  });

  test("two backends on this machine", async () => {
    expect(await errors([], { backend: "jaeger", extraBackends: ["lgtm"], images: "official" })).toEqual([
      "extraBackends: port 3000 is taken by backend jaeger, and backend lgtm would use it too. Choose another in Pulumi.dev.yaml",
    ]);
  });

  test("and one above 65535, with the largest offset that would do", async () => {
    expect(await errors([], { portOffset: 50_000 })).toEqual([
      "portOffset: 50000 moves port 16686 of backend jaeger to 66686. Allowed: at most 48849 here. Set it with: pulumi config set portOffset <value>",
    ]);
  });

  test("and one that browsers refuse to open, with the next offset that would do", async () => {
    expect(await errors([published("web", 8080)], { portOffset: 2000 })).toEqual([
      "portOffset: 2000 moves port 8080 of service web to 10080, to which browsers open no connection. Set it with: pulumi config set portOffset 2100",
    ]);
    expect(await errors([published("web", 6000)])).toEqual([
      "services[0].publish.as: service web publishes port 6000, to which browsers open no connection. Choose another in Pulumi.dev.yaml",
    ]);
  });
});
