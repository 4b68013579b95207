import { describe, expect, test } from "vitest";
import { inPlaceAgain, isHalfReplaced, namesWanted } from "../../../start/deploy/half-replaced.ts";

const CONFIG = "docker:index/serviceConfig:ServiceConfig";
const SECRET = "docker:index/secret:Secret";
const SERVICE = "docker:index/service:Service";

const made = (type: string, urn: string, name: string, more: object = {}) => ({
  urn,
  type,
  id: `id of ${name}`,
  outputs: { name },
  ...more,
});
const stateOf = (...resources: readonly ReturnType<typeof made>[]) => ({
  version: 3,
  deployment: { manifest: { magic: "m" }, resources },
});
const toDelete = { delete: true };
/** As the CLI writes a state: what lives, then what is to be deleted. */
const halfReplaced = stateOf(
  made(CONFIG, "urn:record", "record-2"),
  made(SERVICE, "urn:deployment", "deployment"),
  made(CONFIG, "urn:record", "record-1", toDelete),
);

describe("a config that an up replaced before it failed", () => {
  test("is known by two that share a URN, of which one is to be deleted", () => {
    expect(isHalfReplaced(halfReplaced)).toBe(true);
    expect(isHalfReplaced(stateOf(made(CONFIG, "urn:record", "record-1")))).toBe(false);
    expect(isHalfReplaced({})).toBe(false);
  });

  test("takes its place again where a program asks for its name, and the new one is to be deleted", () => {
    expect(inPlaceAgain(halfReplaced, new Map([["urn:record", "record-1"]]))).toEqual(
      stateOf(
        made(CONFIG, "urn:record", "record-2", toDelete),
        made(SERVICE, "urn:deployment", "deployment"),
        made(CONFIG, "urn:record", "record-1", { delete: false }),
      ),
    );
  });

  test("is deleted where a program asks for another one, or for what lives", () => {
    expect(inPlaceAgain(halfReplaced, new Map([["urn:record", "record-3"]]))).toBeUndefined();
    expect(inPlaceAgain(halfReplaced, new Map())).toBeUndefined();
    expect(inPlaceAgain(halfReplaced, new Map([["urn:other", "record-1"]]))).toBeUndefined();
  });

  test("is found among several that failed one after the other", () => {
    const twice = stateOf(
      made(CONFIG, "urn:record", "record-3"),
      made(CONFIG, "urn:record", "record-2", toDelete),
      made(CONFIG, "urn:record", "record-1", toDelete),
    );
    const again = inPlaceAgain(twice, new Map([["urn:record", "record-1"]]));
    expect(
      again?.deployment.resources.map(({ outputs, ...more }) => [outputs.name, Reflect.get(more, "delete")]),
    ).toEqual([
      ["record-3", true],
      ["record-2", true],
      ["record-1", false],
    ]);
  });

  test("and a secret are treated alike, each by itself", () => {
    const both = stateOf(
      made(SECRET, "urn:key", "key-2"),
      made(CONFIG, "urn:record", "record-2"),
      made(SECRET, "urn:key", "key-1", toDelete),
      made(CONFIG, "urn:record", "record-1", toDelete),
    );
    const again = inPlaceAgain(both, new Map([["urn:key", "key-1"]]));
    expect(again?.deployment.resources.filter((each) => Reflect.get(each, "delete") === true)).toEqual([
      made(SECRET, "urn:key", "key-2", toDelete),
      made(CONFIG, "urn:record", "record-1", toDelete),
    ]);
  });
});

test("what is not named after its content stays as it is: another of its name may be a different thing", () => {
  const container = "docker:index/container:Container";
  const state = stateOf(made(container, "urn:api", "api-2"), made(container, "urn:api", "api-1", toDelete));
  expect(isHalfReplaced(state)).toBe(false);
  expect(inPlaceAgain(state, new Map([["urn:api", "api-1"]]))).toBeUndefined();
});

test("names are those of what a preview would make, whatever the step is called", () => {
  const steps = [
    {
      op: "replace",
      urn: "urn:record",
      oldState: { inputs: { name: "record-2" } },
      newState: { inputs: { name: "record-1" } },
    },
    { op: "delete", urn: "urn:gone", oldState: { inputs: { name: "gone" } } },
    { op: "create", urn: "urn:later", newState: { inputs: {} } },
  ];
  expect(namesWanted(JSON.stringify({ steps }))).toEqual(new Map([["urn:record", "record-1"]]));
  expect(namesWanted("")).toEqual(new Map());
});
