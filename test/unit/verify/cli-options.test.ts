import { describe, expect, test } from "vitest";
import { parseOptions } from "../../../verify/options.ts";

describe("the options of npm run verify", () => {
  test("have defaults", () => {
    expect(parseOptions([])).toEqual({ stack: "dev", json: false, drive: false, timeoutSeconds: 60 });
  });

  test("are read", () => {
    const given = ["--stack", "e2e-1", "--outputs", "o.json", "--json", "--drive", "--since", "2h", "--timeout", "5"];
    expect(parseOptions(given)).toEqual({
      stack: "e2e-1",
      outputs: "o.json",
      json: true,
      drive: true,
      sinceSeconds: 7200,
      timeoutSeconds: 5,
    });
    expect(parseOptions(["--since", "30s"]).sinceSeconds).toBe(30);
    expect(parseOptions(["--since", "5m"]).sinceSeconds).toBe(300);
  });

  test.each([
    [["--since", "yesterday"], '--since is "yesterday", expected a duration such as 30s, 5m or 2h.'],
    [["--timeout", "soon"], '--timeout "soon" is no number from 0 to 86400: write for example --timeout 60.'],
    [["--timeout=-1"], '--timeout "-1" is no number from 0 to 86400: write for example --timeout 60.'],
    [
      ["--stack", "../x"],
      '--stack "../x" cannot be part of a container\'s name: use up to 40 lower-case letters, digits and dashes.',
    ],
  ])("are refused in one sentence: %j", (args, sentence) => {
    expect(() => parseOptions(args)).toThrow(sentence);
  });

  test("name an unknown option and where help is", () => {
    expect(() => parseOptions(["--jsn"])).toThrow("verify: Unknown option '--jsn'. See: npm run verify -- --help");
  });
});
