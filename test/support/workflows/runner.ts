import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import { run } from "../../e2e/support/run.ts";
import { actionSteps, type Job, readTexts, type Step, workflowIn } from "./model.ts";

const root = join(import.meta.dirname, "..", "..", "..");

/** A value of a context: `github`, `vars`, `secrets`, `inputs`, `matrix`. */
export type Value = string | boolean | { readonly [key: string]: Value };

export interface Given {
  readonly workflow: string;
  readonly job: string;
  readonly github?: Readonly<Record<string, Value>>;
  readonly vars?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly inputs?: Readonly<Record<string, Value>>;
  readonly matrix?: Readonly<Record<string, string>>;
  /** Bash that stands for a program, by its name; `$@` are its arguments. The others do nothing and succeed. */
  readonly programs?: Readonly<Record<string, string>>;
  /** Variables that GitHub itself sets. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ran {
  /** Whether the job's own condition let it run. */
  readonly began: boolean;
  readonly succeeded: boolean;
  /** What the stubs were called with, in order: `pulumi up --stack dev …`; actions as `uses name@… {with}`. */
  readonly calls: readonly string[];
  readonly log: string;
  /** What a person sees on the run's page. */
  readonly summary: string;
  /** Files left below RUNNER_TEMP that are not GitHub's own. */
  readonly left: readonly string[];
  /** Files below the home folder. */
  readonly home: readonly string[];
}

const PROGRAMS = ["pulumi", "npm", "docker", "gh", "git", "ssh"];

/** Executes a job's steps in order in a clean copy of the committed files, as a runner does; programs that need the world are stubs. */
export async function runJob(given: Given): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "workflow-"));
  try {
    return await new Runner(given, folder).run();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class Runner {
  readonly #given: Given;
  readonly #folder: string;
  readonly #texts = readTexts(root);
  readonly #calls: string;
  readonly #results: Record<string, { outcome: "success" | "failure" | "skipped"; outputs: Record<string, string> }> =
    {};
  readonly #path: string[] = [];
  #log = "";
  #failed = false;

  constructor(given: Given, folder: string) {
    this.#given = given;
    this.#folder = folder;
    this.#calls = join(folder, "calls");
  }

  async run(): Promise<Ran> {
    const job = workflowIn(this.#texts.get(`workflows/${this.#given.workflow}.yml`) ?? "").jobs[this.#given.job];
    if (job === undefined) throw new Error(`There is no job ${this.#given.job}.`);
    this.#prepare();
    const began = this.#holds(job.if ?? "success()", {});
    if (began) await this.#steps(job.steps ?? [], this.#variables(job), {});
    const listed = (below: string) =>
      execFileSync("find", [".", "-type", "f"], { cwd: join(this.#folder, below), encoding: "utf8" })
        .split("\n")
        .filter((file) => file !== "");
    return {
      began,
      succeeded: !this.#failed,
      calls: readFileSync(this.#calls, "utf8")
        .split("\n")
        .filter((line) => line !== ""),
      log: this.#log,
      summary: readFileSync(join(this.#folder, "summary"), "utf8"),
      left: listed("temp"),
      home: listed("home"),
    };
  }

  /** A copy of what git knows of, without packages, and a PATH on which the stubs come first. */
  #prepare(): void {
    for (const name of ["temp", "home", "bin", "checkout"]) mkdirSync(join(this.#folder, name));
    for (const name of ["calls", "summary"]) writeFileSync(join(this.#folder, name), "");
    const files = execFileSync("git", ["ls-files", "-z", "offline", "cli", "formats", "package.json"], { cwd: root });
    const archive = execFileSync("tar", ["c", "--null", "-T", "-"], { cwd: root, input: files, maxBuffer: 2 ** 28 });
    execFileSync("tar", ["x"], { cwd: join(this.#folder, "checkout"), input: archive });
    for (const name of PROGRAMS) this.#program(name, this.#given.programs?.[name] ?? "");
    symlinkSync(process.execPath, join(this.#folder, "bin", "node"));
  }

  #program(name: string, body: string): void {
    const file = join(this.#folder, "bin", name);
    writeFileSync(file, `#!/bin/bash\necho "${name} $*" >> "${this.#calls}"\n${body}\n`);
    chmodSync(file, 0o755);
  }

  #variables(job: Job): Readonly<Record<string, string>> {
    return this.#filled(job.env, {});
  }

  async #steps(
    steps: readonly Step[],
    env: Readonly<Record<string, string>>,
    inputs: Readonly<Record<string, Value>>,
  ): Promise<void> {
    for (const step of steps) {
      if (step.id !== undefined) this.#results[step.id] = { outcome: "skipped", outputs: {} };
      if (!this.#holds(step.if ?? "success()", inputs)) continue;
      if (step.run !== undefined) await this.#script(step, step.run, { ...env, ...this.#filled(step.env, inputs) });
      else await this.#action(step, env, inputs);
    }
  }

  async #action(
    step: Step,
    env: Readonly<Record<string, string>>,
    outer: Readonly<Record<string, Value>>,
  ): Promise<void> {
    const { uses = "" } = step;
    const given = this.#filled(step.with as Record<string, string> | undefined, outer);
    if (step.id !== undefined) this.#results[step.id] = { outcome: "success", outputs: {} };
    if (!uses.startsWith("./")) {
      writeFileSync(this.#calls, `uses ${uses.split("@")[0]} ${JSON.stringify(given)}\n`, { flag: "a" });
      return;
    }
    const text = this.#texts.get(`${uses.slice("./.github/".length)}/action.yml`);
    if (text === undefined) throw new Error(`There is no action ${uses}.`);
    // Inside an action, success() and failure() are the action's own (actions/runner, IsEmbedded).
    const before = this.#failed;
    this.#failed = false;
    await this.#steps(actionSteps(text), env, given);
    this.#failed ||= before;
  }

  async #script(step: Step, script: string, env: Readonly<Record<string, string>>): Promise<void> {
    const [output, path] = ["output", "path"].map((name) => join(this.#folder, name));
    for (const file of [output, path]) writeFileSync(file ?? "", "");
    const flags = step.shell === "bash" ? ["--noprofile", "--norc", "-eo", "pipefail"] : ["-e"];
    const bin = join(this.#folder, "bin");
    const outcome = await run("bash", [...flags, "-c", script], {
      cwd: join(this.#folder, "checkout"),
      env: {
        HOME: join(this.#folder, "home"),
        RUNNER_TEMP: join(this.#folder, "temp"),
        GITHUB_ACTIONS: "true",
        GITHUB_OUTPUT: output ?? "",
        GITHUB_PATH: path ?? "",
        GITHUB_STEP_SUMMARY: join(this.#folder, "summary"),
        PATH: [...this.#path.toReversed(), bin, process.env.PATH].join(":"),
        ...this.#given.env,
        ...env,
      },
    });
    this.#log += outcome.all;
    this.#path.push(...lines(path ?? ""));
    const written = lines(output ?? "").map((line): [string, string] => {
      const equals = line.indexOf("=");
      return [line.slice(0, equals), line.slice(equals + 1)];
    });
    const result = outcome.code === 0 ? "success" : "failure";
    if (step.id !== undefined) this.#results[step.id] = { outcome: result, outputs: Object.fromEntries(written) };
    if (outcome.code !== 0) this.#failed = true;
  }

  #filled(
    values: Readonly<Record<string, string>> | undefined,
    inputs: Readonly<Record<string, Value>>,
  ): Record<string, string> {
    return Object.fromEntries(
      Object.entries(values ?? {}).map(([key, value]) => [
        key,
        String(value).replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) => this.#evaluated(expression, inputs)),
      ]),
    );
  }

  /** A condition without one of these functions means that everything before succeeded. */
  #holds(condition: string, inputs: Readonly<Record<string, Value>>): boolean {
    const plain = condition.replace(/^\$\{\{(.*)\}\}$/, "$1");
    const whole = /\b(success|failure|always|cancelled)\(/.test(plain) ? plain : `success() && (${plain})`;
    return this.#evaluated(`(${whole}) && 'yes' || ''`, inputs) === "yes";
  }

  /** By GitHub's own evaluator. */
  #evaluated(expression: string, inputs: Readonly<Record<string, Value>>): string {
    const { github = {}, vars = {}, secrets = {}, matrix = {} } = this.#given;
    const steps = this.#results;
    const runner = { temp: join(this.#folder, "temp") };
    const contexts: Readonly<Record<string, Value>> = {
      github: { token: "github-token", ...github },
      vars,
      secrets,
      matrix,
      steps,
      runner,
      inputs: Object.keys(inputs).length > 0 ? inputs : (this.#given.inputs ?? {}),
    };
    const states: Readonly<Record<string, boolean>> = {
      success: !this.#failed,
      failure: this.#failed,
      always: true,
      cancelled: false,
    };
    const functions = Object.entries(states).map(([name, state]) => ({
      name,
      minArgs: 0,
      maxArgs: 0,
      call: () => new data.BooleanData(state),
    }));
    const parsed = new Parser(new Lexer(expression.trim()).lex().tokens, Object.keys(contexts), functions).parse();
    const known = new Map(functions.map((each) => [each.name, each]));
    return new Evaluator(parsed, dictionary(contexts), known).evaluate().coerceString();
  }
}

function dictionary(values: Readonly<Record<string, Value>>): data.Dictionary {
  const pairs = Object.entries(values).map(([key, value]) => ({ key, value: dataOf(value) }));
  return new data.Dictionary(...pairs);
}

function dataOf(value: Value): data.ExpressionData {
  if (typeof value === "string") return new data.StringData(value);
  return typeof value === "boolean" ? new data.BooleanData(value) : dictionary(value);
}

const lines = (file: string): readonly string[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
