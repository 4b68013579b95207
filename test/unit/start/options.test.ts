import { describe, expect, test } from "vitest";
import { startOptions, stopOptions } from "../../../start/options.ts";

describe("arguments of npm start", () => {
  test("nothing means the dev stack, proven", () => {
    expect(startOptions([])).toEqual({ stack: "dev", settings: [], json: false, verify: true });
  });

  test("everything at once", () => {
    expect(
      startOptions([
        "--stack",
        "ci",
        "--config",
        "portOffset=100",
        "--images",
        "local",
        "--deploy",
        "compose",
        "--json",
        "--no-verify",
      ]),
    ).toEqual({
      stack: "ci",
      settings: [{ path: "portOffset", value: "100", secret: false }],
      images: "local",
      deploy: "compose",
      json: true,
      verify: false,
    });
  });

  test("images given as config is a choice like --images", () => {
    expect(startOptions(["--config", "images=official"])).toMatchObject({ images: "official", settings: [] });
  });

  test.each([
    [["--images", "podman"], '--images "podman" is unknown: use official or local.'],
    [["--deploy", "helm"], '--deploy "helm" is unknown: use pulumi, compose or stack.'],
    [
      ["--stack", "Dev_1"],
      '--stack "Dev_1" cannot be part of a container\'s name: use up to 40 lower-case letters, digits and dashes.',
    ],
  ])("%j is refused in one sentence", (args, sentence) => {
    expect(() => startOptions(args)).toThrow(sentence);
  });
});

test("npm stop keeps volumes and the engine unless asked otherwise", () => {
  expect(stopOptions([])).toEqual({ stack: "dev", volumes: false, engine: false });
  expect(stopOptions(["--volumes", "--engine", "--stack", "ci"])).toEqual({
    stack: "ci",
    volumes: true,
    engine: true,
  });
});
