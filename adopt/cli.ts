import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { readArguments, stackName } from "../cli/arguments.ts";
import { runCommand } from "../cli/command.ts";
import { Failure } from "../cli/failure.ts";
import { localFolder, ROOT, shown } from "../cli/paths.ts";
import { Progress } from "../cli/progress.ts";
import { writeWhole } from "../cli/whole-file.ts";
import { privateFolder } from "../offline/compose/private-files.ts";
import { secretsFileOf } from "../offline/secret-settings.ts";
import { ensureCompose } from "../start/tools/compose.ts";
import { type AdoptedProject, adopt } from "./adopt.ts";
import { readBuildContext } from "./build-context.ts";
import { readProject } from "./compose-project.ts";
import { askMachine, type Machine, tagImage } from "./machine.ts";
import { adviceFor, envRemark } from "./missing-values.ts";
import { nameFor } from "./names.ts";
import { type AdoptReport, reportText } from "./report.ts";
import { imageOf } from "./service.ts";
import { MARK, problemsOf, secretsFile, stackFile } from "./stack-file.ts";
import { quoted } from "./words.ts";
import { withFiles } from "./written-files.ts";

const help = `npm run adopt -- FILE [FILE ...] [options]

Reads a Compose project and writes Pulumi.<stack>.yaml: the same services, stores and volumes, Python services instrumented from outside. Data volumes
are used, never copied or replaced. What is not taken over is listed, with the reason. FILE: a Compose file, or the folder that has one.

  -s, --stack NAME        name of the stack (default: that of the Compose project)
      --project-name NAME the Compose project's name, where it was started with one
      --profile NAME      take over the services of this profile too; repeatable
      --overwrite         replace Pulumi.<stack>.yaml
      --dry-run           write nothing, and print the stack file
      --json              the report as JSON on standard output
  -h, --help              this text

Exit code: 0 written (with --dry-run: printed), also where the report names something to do, 1 the command itself could not run.`;

const DEFAULT_FILES = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/** Runs the command and gives its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const args = readArguments(
    argv,
    "adopt",
    { stack: "text", "project-name": "text", profile: "list", overwrite: "flag", "dry-run": "flag", json: "flag" },
    true,
  );
  const files = args.positionals.flatMap(composeFiles);
  if (files.length === 0)
    throw new Failure("adopt: name a Compose file, for example: npm run adopt -- ../shop/compose.yaml");
  const progress = new Progress({
    stream: process.stderr,
    logFile: path.join(localFolder("adopt"), "adopt.log"),
    total: 1,
  });
  const tool = await ensureCompose(progress);
  const projectName = args.text("project-name");
  const projectFolder = path.dirname(files[0] ?? "");
  const read = await readProject(tool.command, files, {
    profiles: args.list("profile"),
    projectName,
    refused: (said) =>
      `${adviceFor(said, { folder: projectFolder, composeFiles: files, read: readFile, variable: (name) => process.env[name] }, FOLDER)} (Docker Compose ${tool.version}, ${tool.origin})`,
  });
  const stack = stackName(args.text("stack") ?? nameFor(read.project.name));
  const { project, files: written } = withFiles(read.project, filesFolder(stack), read.fileValues ?? {});
  const images = Object.entries(read.project.services).map(([name, service]) =>
    imageOf(read.project.name, name, service),
  );
  const { machine, why } = await askMachine(read.project.name, [...new Set(images)]);
  const buildContexts = Object.entries(read.project.services).flatMap(([name, service]) => {
    const context = readBuildContext(service);
    return context === undefined ? [] : [[name, context] as const];
  });
  const commands = {
    compose: ["docker compose", ...files.map((file) => `-f ${quoted(shown(file))}`)].join(" "),
    adopt: `npm run adopt -- ${[...argv.filter((word) => word !== "--overwrite"), "--overwrite"].map(quoted).join(" ")}`,
  };
  const adopted = adopt({
    ...read,
    project,
    stack,
    machine,
    commands,
    buildContexts: new Map(buildContexts),
    readFile: (file) => written.get(file) ?? readFile(file),
  });
  const text = stackFile(files.map(shown), adopted);
  const dryRun = args.flag("dry-run");
  if (!dryRun) await write(stack, text, { ...adopted, files: written }, args.flag("overwrite"));
  const report: AdoptReport = {
    stack,
    file: `Pulumi.${stack}.yaml`,
    written: !dryRun,
    services: serviceLines(adopted),
    notTakenOver: adopted.notes,
    remarks: [
      ...(machine === undefined ? [`No Docker Engine answers (${why}): images and volumes are taken for present`] : []),
      ...envRemark(read.warnings, projectFolder, FOLDER),
      ...adopted.remarks,
      ...(written.size > 0 ? [filesRemark(written, stack)] : []),
    ],
    secrets: Object.keys(adopted.secrets),
    secretsFile: shown(secretsFileOf(stack)),
    todos: todosOf(stack, adopted),
    running: runningOf(machine),
  };
  if (args.flag("json")) console.log(JSON.stringify(report, undefined, 2));
  else console.log(dryRun ? `${text}\n${reportText(report)}` : reportText(report));
  return 0;
}

/** Where the files of secrets and configs are that the project has no file for. */
const filesFolder = (stack: string): string => path.join(ROOT, ".local", stack, "files");

const filesRemark = (files: ReadonlyMap<string, string>, stack: string): string =>
  `${[...files.keys()].map((file) => path.basename(file)).join(", ")}: the project takes them from variables or its Compose file, the stack from ${shown(filesFolder(stack))}, which only you can enter: adopt again where they change`;

const FOLDER = {
  list: (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []),
  shown,
};

/** The files that an argument names; of a folder, what Compose itself would take there. */
function composeFiles(given: string): readonly string[] {
  // npm runs the command in the project's folder; the person typed the name in another one.
  const file = path.resolve(process.env.INIT_CWD ?? process.cwd(), given);
  if (!existsSync(file)) throw new Failure(`adopt: there is no file ${given}.`);
  if (!statSync(file).isDirectory()) return [file];
  const found = DEFAULT_FILES.map((name) => path.join(file, name)).find((each) => existsSync(each));
  if (found === undefined)
    throw new Failure(`adopt: ${given} has no ${DEFAULT_FILES.join(", ")}; name the file itself.`);
  const override = found.replace(/\.(ya?ml)$/, ".override.$1");
  return existsSync(override) ? [found, override] : [found];
}

function readFile(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** Secrets first: a stack file without them would be refused with other sentences than what is wrong. */
async function write(
  stack: string,
  text: string,
  { secrets, tags, files }: AdoptedProject & { readonly files: ReadonlyMap<string, string> },
  overwrite: boolean,
): Promise<void> {
  const file = path.join(ROOT, `Pulumi.${stack}.yaml`);
  const before = readFile(file);
  if (before !== undefined && before !== text && !overwrite)
    throw new Failure(
      `Pulumi.${stack}.yaml exists${before.startsWith(MARK) ? " from an earlier run, perhaps with changes of yours" : ""}: replace it with --overwrite, write another with --stack NAME, or look with --dry-run.`,
    );
  for (const { from, to } of tags) await tagImage(from, to);
  // whoever the container runs as reads them, and nobody else enters the folder
  if (files.size > 0) privateFolder(filesFolder(stack));
  for (const [name, content] of files) writeWhole(name, content, 0o444);
  if (Object.keys(secrets).length > 0) {
    localFolder(stack);
    writeWhole(secretsFileOf(stack), secretsFile(secrets, secretsBefore(stack)), 0o600);
  }
  writeWhole(file, text, 0o644);
}

function secretsBefore(stack: string): Readonly<Record<string, unknown>> {
  const text = readFile(secretsFileOf(stack));
  const content: unknown = text === undefined ? undefined : parse(text);
  return typeof content === "object" && content !== null ? (content as Record<string, unknown>) : {};
}

/** What the stack's configuration refuses is one of them; an image that is to be built first is refused for nothing else. */
function todosOf(stack: string, adopted: AdoptedProject): readonly string[] {
  const problems = problemsOf(stack, adopted);
  return [
    ...adopted.todos,
    ...problems.filter((line) => adopted.todos.length === 0 || !/^services\[\d+\]\.image:/.test(line)),
  ];
}

const serviceLines = ({ settings }: AdoptedProject): AdoptReport["services"] =>
  (settings.services as readonly Readonly<Record<string, unknown>>[]).map(
    ({ name, kind, role, instrumentation, once }) => ({
      name: String(name),
      kind: String(kind),
      ...(role !== undefined && { role: String(role) }),
      ...(instrumentation !== undefined && { instrumentation: String(instrumentation) }),
      ...(once === true && { once }),
    }),
  );

const runningOf = (machine: Machine | undefined): readonly string[] =>
  (machine?.containers ?? []).filter(({ running }) => running).map(({ name }) => name);

if (import.meta.main) await runCommand({ name: "adopt", help }, main);
