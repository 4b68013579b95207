import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { heldAgainst } from "../../../guard/held-against.ts";
import { NOTHING, type Observation } from "../../../guard/observation.ts";
import { releaseOptions } from "../../../guard/options.ts";
import { type ReleaseResult, renderRelease } from "../../../guard/report.ts";
import { withImages } from "../../../guard/rollback.ts";
import { type GoodRelease, seal, unseal } from "../../../guard/store.ts";

describe("what is stored of a good release", () => {
  const key = randomBytes(32);

  test("is not to be read without its key", () => {
    const sealed = seal("password=swordfish", key);
    expect(Buffer.from(sealed, "base64").toString("latin1")).not.toContain("swordfish");
    expect(unseal(sealed, key)).toBe("password=swordfish");
    expect(() => unseal(sealed, randomBytes(32))).toThrow();
  });

  test("is refused when it was changed", () => {
    const bytes = Buffer.from(seal("compose", key), "base64");
    bytes.writeUInt8((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1);
    expect(() => unseal(bytes.toString("base64"), key)).toThrow();
  });
});

test("a rollback names images by their ids where their tags name others by now, and leaves the rest as it was", () => {
  const compose = "services:\n  api:\n    image: shop/api:latest\n  web:\n    image: shop/web:1\n";
  expect(withImages(compose, new Map())).toBe(compose);
  expect(withImages(compose, new Map([["shop/api:latest", "sha256:0abc"]]))).toBe(
    "services:\n  api:\n    image: sha256:0abc\n  web:\n    image: shop/web:1\n",
  );
});

describe("a release is held against", () => {
  const container = { name: "api", id: "a", state: "running", health: "", restarts: 0, outOfMemory: false };
  const look = (id: string, requests: number): Observation => ({
    ...NOTHING,
    seconds: requests,
    containers: [{ ...container, id, exitCode: 0, upSeconds: 9 }],
    answers: { [`of ${id}`]: { requests, failed: 0, slow: 0 } },
    proofs: [{ backend: "Jaeger", id: `${id}/traces`, label: "", required: true, found: true, detail: "" }],
  });
  const good = { observation: look("a", 100) } as GoodRelease;

  test("what runs just before it, and the proofs of the last good release", () => {
    const before = heldAgainst(good, look("a", 20));
    expect(before.answers).toEqual({ "of a": { requests: 20, failed: 0, slow: 0 } });
    expect(before.proofs.map(({ id }) => id)).toEqual(["a/traces"]);
    expect(before.seconds).toBe(20);
  });

  test("the last good release alone, where something else runs that nobody judged", () => {
    const before = heldAgainst(good, look("b", 20));
    expect(before.answers).toEqual({ "of a": { requests: 100, failed: 0, slow: 0 } });
    expect(before.containers).toEqual([]);
  });

  test("the alerts that fire just before it, whatever runs: they are not of its making", () => {
    const alert = { name: "ContainerRestarts", about: "container_name=api", severity: "page" };
    expect(heldAgainst(good, { ...look("b", 20), alerts: [alert] }).alerts).toEqual([alert]);
    expect(heldAgainst(good, { ...look("a", 20), alerts: [alert] }).alerts).toEqual([alert]);
  });

  test("what runs where none was good yet, and nothing where nothing runs", () => {
    expect(heldAgainst(undefined, look("b", 20)).seconds).toBe(20);
    expect(heldAgainst(undefined, undefined)).toBe(NOTHING);
  });
});

describe("the options of npm run release", () => {
  test("are those of npm start, a time, and the way back", () => {
    const options = releaseOptions(["--stack", "prod", "--within", "5m", "--json", "--deploy=pulumi"]);
    expect(options).toEqual({
      stack: "prod",
      settings: [],
      deploy: "pulumi",
      json: true,
      within: 300,
      judge: false,
      rollback: false,
    });
    expect(releaseOptions(["--within=90s", "--rollback"])).toMatchObject({ stack: "dev", within: 90, rollback: true });
  });

  test.each([
    [["--within", "soon"], '--within is "soon", expected a duration of 30s or more, such as 90s or 5m.'],
    [["--within", "5s"], '--within is "5s", expected a duration of 30s or more, such as 90s or 5m.'],
    [["--judge", "--rollback"], "--judge takes nothing back and --rollback does: give one of them."],
    [["--no-verify"], "release: Unknown option '--no-verify'. See: npm run release -- --help"],
  ])("%j is refused in a sentence", (argv, sentence) => {
    expect(() => releaseOptions(argv)).toThrow(sentence);
  });
});

describe("the report", () => {
  const result = (change: Partial<ReleaseResult>): string =>
    renderRelease(
      {
        stack: "dev",
        id: "0ff0",
        commit: "3f2a91c",
        decision: "bad",
        decidedAfter: 21.4,
        silent: [],
        unjudged: [],
        findings: [{ id: "x", says: "api is exited, exit code 1.", since: "2026-11-29T11:46:06.894Z" }],
        outcome: { kind: "left", why: "there is none." },
        links: { console: "http://127.0.0.1:3001" },
        log: ".local/dev/start.log",
        ...change,
      },
      { colours: false },
    );

  test("says what was seen, since when, what was done, and where to look", () => {
    const outcome = {
      kind: "rolled-back",
      to: "0abc",
      toAt: "2026-11-28T10:00:00.000Z",
      seconds: 18,
      works: true,
    } as const;
    expect(
      result({ outcome: { ...outcome, wrong: [] } })
        .trim()
        .split("\n"),
    ).toEqual([
      "Release 0ff0 (3f2a91c) on dev is BAD: decided after 21.4 s.",
      "  since 11:46:06 UTC  api is exited, exit code 1.",
      "Rolled back to release 0abc, good since 2026-11-28 10:00:00 UTC: images, configuration and collector, in 18.0 s; data was not touched.",
      "What runs now was proven to work again.",
      "The last lines of its containers are in the log. This checkout still holds it: mend it before the next npm run release or npm start.",
      "Look:",
      "  console  http://127.0.0.1:3001",
      "Log: .local/dev/start.log",
    ]);
  });

  test("says plainly that a rollback did not succeed, or that there is nothing to return to", () => {
    expect(result({ outcome: { kind: "not-rolled-back", to: "0abc", why: "No such image." } })).toContain(
      "It could NOT be rolled back to release 0abc: No such image.\nWhat runs now is not known to work. To try again: npm run release -- --rollback",
    );
    expect(result({})).toContain("It is left running: there is none.");
  });

  test("names what could not be asked", () => {
    const silent = ["Jaeger cannot be asked: no answer."];
    const unjudged = ["No whole minute is known."];
    expect(result({ decision: "undecided", findings: [], silent, unjudged })).toContain(
      "is undecided after 21.4 s: nothing is wrong as far as is known, and not all is known.\n  not known  Jaeger cannot be asked: no answer.\n  not judged  No whole minute is known.",
    );
  });
});
