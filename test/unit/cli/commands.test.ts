import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { numberOption, readArguments, stackName } from "../../../cli/arguments.ts";
import { Failure } from "../../../cli/failure.ts";
import { wantsColour } from "../../../cli/text.ts";

const root = join(import.meta.dirname, "../../..");
const bootstrap = readFileSync(join(root, "start/bootstrap.mjs"), "utf8");

/** Command -> file, as `start/bootstrap.mjs` has it. */
const commands = [...bootstrap.matchAll(/^ {2}"?([\w:-]+)"?: "([^"]+\.ts)",$/gm)].map(
  ([, name = "", file = ""]) => [name, file] as const,
);

async function run(file: string, ...argv: string[]) {
  const child = spawn(process.execPath, [join(root, file), ...argv], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.on("close", resolve)),
  ]);
  return { stdout, stderr, code };
}

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };

describe("every npm command", () => {
  test("is one of package.json's scripts", () => {
    expect(commands.length).toBeGreaterThan(10);
    for (const [name] of commands) expect(scripts[name]).toBe(`node start/bootstrap.mjs ${name}`);
  });

  test.each(commands)(
    "npm run %s -- --help explains it and does nothing else; an unknown option is refused with the exit code that it gives",
    async (name, file) => {
      // the arguments of npm test are vitest's
      const [{ stdout, stderr, code }, refusal] = await Promise.all([
        run(file, "--help"),
        name === "test" ? undefined : run(file, "--fast"),
      ]);
      expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
      expect(stdout).toMatch(new RegExp(`npm (run )?(--silent )?${name}\\b`));
      const [, unable] = /Exit code:[\s\S]*(\d)\D*the command itself could not run/.exec(stdout) ?? [];
      expect(unable).toMatch(/[12]/);
      if (refusal === undefined) return;
      expect(refusal).toEqual({
        stdout: "",
        stderr: `${name}: Unknown option '--fast'. See: npm run ${name} -- --help\n`,
        code: Number(unable),
      });
    },
  );

  /** Proofs and benchmarks, which are long: their name must be enough to ask what they do. */
  const proofs = Object.entries(scripts).flatMap(([name, script]) => {
    const [, file] = /^node (test\/\S+\.ts)$/.exec(script) ?? [];
    return file === undefined ? [] : [[name, file] as const];
  });

  test.each(proofs)("npm run %s -- --help explains it and does nothing else", async (name, file) => {
    const { stdout, stderr, code } = await run(file, "--help");
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout).toContain(`npm run ${name}`);
  });
});

test("a slow reader at the end of a pipe gets all of what a command prints", () => {
  const script = `import { runCommand } from "${root}/cli/command.ts";
    await runCommand({ name: "x", help: "" }, async () => (console.log("x".repeat(1_000_000)), 0));`;
  const pipe = '"$0" --input-type=module --eval "$1" | { sleep 0.5; wc -c; }';
  expect(execFileSync("sh", ["-c", pipe, process.execPath, script], { encoding: "utf8" }).trim()).toBe("1000001");
});

test("a stack's name without its option is told which, and another word is not", () => {
  const read = (word: string) => () => readArguments([word], "verify", { stack: "text" });
  expect(read("other")).toThrow(
    "verify: Unexpected argument 'other'; a stack is named by its option: --stack other. See: npm run verify -- --help",
  );
  expect(read("nowhere")).toThrow("verify: Unexpected argument 'nowhere'. See: npm run verify -- --help");
});

describe("the parser of command lines", () => {
  const args = readArguments(
    ["--stack=x", "-c", "a=1", "--config", "b=2", "--json", "one"],
    "try",
    {
      stack: "text",
      config: "list",
      json: "flag",
      out: "text",
    },
    true,
  );

  test("reads values, repeated values, flags and the rest", () => {
    expect([args.text("stack"), args.list("config"), args.flag("json"), args.positionals]).toEqual([
      "x",
      ["a=1", "b=2"],
      true,
      ["one"],
    ]);
    expect([args.text("out"), args.list("out"), args.flag("out")]).toEqual([undefined, [], false]);
  });

  const AMBIGUOUS = "looks like an option: a value that begins with a dash is written";
  test.each([
    [["--stack"], "--stack needs a value: write --stack=VALUE"],
    [["--out"], "--out needs a value: write --out=VALUE"],
    [["--out", "-5"], `--out needs a value, and -5 ${AMBIGUOUS} --out=-5`],
    [["-s", "--json"], `--stack needs a value, and --json ${AMBIGUOUS} --stack=--json`],
    [["--json=yes"], "--json takes no value: write --json"],
    [["--fast"], "Unknown option '--fast'"],
    [["word"], "Unexpected argument 'word'"],
  ])("says of %j in one sentence what is wrong", (argv, sentence) => {
    expect(() => readArguments(argv, "try", { stack: "text", out: "text", json: "flag" })).toThrow(
      new Failure(`try: ${sentence}. See: npm run try -- --help`),
    );
  });

  test.each(["", "soon", "-1", "61", "1.5"])("refuses the number %j", (value) => {
    const given = readArguments([`--minutes=${value}`], "try", { minutes: "text" });
    expect(() => numberOption(given, "minutes", { from: 1, to: 60, otherwise: 15, whole: true })).toThrow(
      `--minutes "${value}" is no whole number from 1 to 60: write for example --minutes 15.`,
    );
  });

  test.each(["../x", "Dev", "-x", "a".repeat(41)])("refuses the stack %j", (name) => {
    expect(() => stackName(name)).toThrow(`--stack "${name}" cannot be part of a container's name`);
  });
});

test("only a terminal gets colours", () => {
  expect([wantsColour({}), wantsColour({ isTTY: false })]).toEqual([false, false]);
});
