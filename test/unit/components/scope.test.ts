import { expect, test } from "vitest";
import { Scope } from "../../../components/docker/scope.ts";
import { browsersRefuse } from "../../../config/refused-ports.ts";

const scope = (portOffset = 0) =>
  new Scope({
    project: "p",
    stack: "s",
    environment: "e",
    namespace: "app",
    portOffset,
    protect: true,
    engineIsLocal: true,
  });
const own = { by: "this program's container deployment" };
const service = { by: "service deployment", key: "services[3].name" };

test("of two users of a name, the one is blamed whose config key can be changed, whoever came first", () => {
  const sentence =
    /^services\[3\]\.name: the name "deployment" is taken by this program's container deployment, and service deployment would use it too\. Choose another in Pulumi\..*yaml$/;
  for (const [first, second] of [
    [own, service],
    [service, own],
  ] as const) {
    const names = scope();
    names.take("name", "deployment", first);
    expect(() => names.take("name", "deployment", second)).toThrow(sentence);
  }
});

test("a name of one kind is no name of another", () => {
  const names = scope();
  names.take("name", "web", own);
  names.take("dataset", "web", own);
  names.takePort(8080, own);
  expect(() => names.takePort(8080, own)).toThrow("port 8080 is taken by");
});

test("a port is taken where the offset moves it, and 65535 is the last one", () => {
  expect(() => scope(49_535).takePort(16_000, own)).not.toThrow();
  expect(() => scope(49_536).takePort(16_000, own)).toThrow(
    "portOffset: 49536 moves port 16000 of this program's container deployment to 65536. Allowed: at most 49535 here.",
  );
});

test("a port that browsers refuse is refused, with the next offset at which none of the stack's ports is one", () => {
  const names = scope(2000);
  names.takePort(7900, own);
  expect(() => names.takePort(8080, own)).toThrow(
    "portOffset: 2000 moves port 8080 of this program's container deployment to 10080, to which browsers open no connection. Set it with: pulumi config set portOffset 2100",
  );
  const close = scope(1960);
  close.takePort(8080, own);
  close.takePort(4000, own);
  expect(() => close.takePort(4040, own)).toThrow(
    "to 6000, to which browsers open no connection. Set it with: pulumi config set portOffset 2100",
  );
});

test("without an offset the key that chose such a port is named", () => {
  expect(() => scope().takePort(6666, { by: "service chat", key: "services[2].publish.as" })).toThrow(
    /^services\[2\]\.publish\.as: service chat publishes port 6666, to which browsers open no connection\. Choose another in Pulumi\..*yaml$/,
  );
});

test("Node's fetch refuses all of these ports too, before it connects", async () => {
  const ports = Array.from({ length: 65_535 }, (_, i) => i + 1).filter(browsersRefuse);
  expect(ports).toHaveLength(82);
  const reasons = ports.map((port) => fetch(`http://127.0.0.1:${port}`).catch(({ cause }) => cause.message));
  expect(new Set(await Promise.all(reasons))).toEqual(new Set(["bad port"]));
});

test("what is taken is no input of the components that a scope is given to", () => {
  const names = scope();
  names.take("name", "web", own);
  expect(Object.keys(names)).toEqual(["project", "stack", "environment", "portOffset", "protect", "engineIsLocal"]);
});
