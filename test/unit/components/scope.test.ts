import { expect, test } from "vitest";
import { Scope } from "../../../components/docker/scope.ts";

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

test("what is taken is no input of the components that a scope is given to", () => {
  const names = scope();
  names.take("name", "web", own);
  expect(Object.keys(names)).toEqual(["project", "stack", "environment", "portOffset", "protect", "engineIsLocal"]);
});
