/** `npm run test:remote`: README.md says what it proves. */
import { spawn } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { parseDocument } from "yaml";
import { readArguments } from "../../cli/arguments.ts";
import { runCommand } from "../../cli/command.ts";
import { Failure } from "../../cli/failure.ts";
import { ROOT } from "../../cli/paths.ts";
import { sharedConnection } from "../../cli/ssh-connection.ts";
import { until } from "../../cli/time.ts";
import { previewProgram } from "../../start/preflight/program.ts";
import { freeOffset } from "../e2e/support/ports.ts";
import { whyNoPulumi } from "../e2e/support/pulumi.ts";
import { run } from "../e2e/support/run.ts";
import { type Env, frame } from "./frame.ts";
import { tunnelled } from "./tunnel.ts";

const WAYS = { ssh: "ssh, by the stack's file", tls: "TLS, by the current context" } as const;

const help = `npm run test:remote -- [--of other] [--only ssh|tls]

Makes a second machine on this one, with a Docker Engine that listens with TLS and an sshd, and deploys a copy of a stack to it both ways: npm start,
verify, tunnel and stop, and where a Pulumi CLI is on PATH up, up without a change, destroy. Needs root on Debian or Ubuntu and the images of
\`npm run images\`; leaves nothing behind, ended early too. Takes 5 minutes, 10 with the CLI. Exit code 0 when all of it holds.

  --of    the stack that is copied
  --only  one way`;

/** What is deployed, and which way. */
interface Choice {
  /** Stack that is copied. */
  readonly original: string;
  readonly isChosen: (way: keyof typeof WAYS) => boolean;
}

function choiceOf(argv: readonly string[]): Choice {
  const args = readArguments(argv, "test:remote", { of: "text", only: "text" });
  const only = args.text("only");
  if (only !== undefined && !Object.keys(WAYS).includes(only))
    throw new Failure(`test:remote: --only ${only} is no way: use ${Object.keys(WAYS).join(" or ")}.`);
  const isChosen = (way: keyof typeof WAYS): boolean => only === undefined || only === way;
  return { original: args.text("of") ?? "other", isChosen };
}

const stack = `remote-${process.pid}`;
const folder = `/tmp/remote-engine-${process.pid}`;
const ADDRESS = `10.81.${process.pid % 200}.2`;
const { stackFile, report, machine, npm, prove: proven } = frame(stack, folder, ADDRESS);

/** How the engine is named, what of the stack's file does it, and in which environment. */
interface Way {
  readonly title: string;
  readonly dockerHost?: string;
  readonly env: Env;
  /** How a later command names the same engine, where it does so differently. */
  readonly later?: Env;
}

/** The copied stack and its ports. */
interface Copy {
  readonly original: string;
  readonly portOffset: number;
}

async function configure({ original, portOffset }: Copy, dockerHost?: string): Promise<void> {
  const document = parseDocument(await readFile(path.join(ROOT, `Pulumi.${original}.yaml`), "utf8"));
  document.setIn(["config", "game-scheduler-otel:portOffset"], portOffset);
  if (dockerHost !== undefined) document.setIn(["config", "game-scheduler-otel:dockerHost"], dockerHost);
  await writeFile(stackFile, document.toString());
}

/** Images from this machine's engine, by `docker save` and `docker load`: as a registry would have given them. */
async function loadImages(env: Env): Promise<void> {
  const { plan } = await previewProgram(stack, [], "local");
  const missing = (await run("docker", ["image", "inspect", ...plan.images])).code !== 0;
  if (missing) throw new Error(`Not all images of the stack exist on this machine: run "npm run images" first.`);
  const saved = spawn("docker", ["save", ...plan.images], { stdio: ["ignore", "pipe", "inherit"] });
  const loaded = spawn("docker", ["load", "--quiet"], {
    stdio: ["pipe", "ignore", "inherit"],
    env: { ...process.env, ...env },
  });
  saved.stdout.pipe(loaded.stdin);
  const code = await new Promise<number | null>((resolve) => loaded.once("close", resolve));
  if (code !== 0) throw new Error("The images could not be loaded into the second engine.");
}

async function prove(way: Way, copy: Copy): Promise<void> {
  const { title, env } = way;
  await configure(copy, way.dockerHost);
  const started = await npm("start", env, "--images", "local", "--deploy", "compose");
  report(`${title}: npm start`, started.code === 0 && /^Complete: /m.test(started.all), started.all, started.seconds);
  // By what npm start remembers of its engine alone.
  const bare = { PATH: env.PATH ?? "" };
  const verified = await npm("verify", bare, "--drive");
  report(`${title}: npm run verify`, verified.code === 0, verified.all, verified.seconds);
  const wrong = await tunnelled(stack, bare);
  report(`${title}: npm run tunnel holds the ports for as long as it runs`, wrong === "", wrong);
  const again = await npm("start", env, "--images", "local", "--deploy", "compose", "--no-verify");
  const unchanged = again.code === 0 && again.all.includes("nothing changed");
  report(`${title}: npm start again changes nothing`, unchanged, again.all, again.seconds);
  const stopped = await npm("stop", bare, "--volumes");
  report(`${title}: npm stop`, stopped.code === 0, stopped.all, stopped.seconds);
  const left = await run("docker", ["ps", "-aq"], {
    env: { ...env, ...(way.dockerHost && { DOCKER_HOST: way.dockerHost }) },
  });
  report(`${title}: nothing is left`, left.code === 0 && left.stdout === "", left.all, left.seconds);
}

/** What is on the engine. The container by which a command reaches ports there ends with that command, a moment after it. */
async function containers({ env, dockerHost }: Way): Promise<string> {
  const args = ["ps", "-a", "--no-trunc", "--format", "{{.Names}} {{.ID}}"];
  const list = () => run("docker", args, { env: { ...env, ...(dockerHost && { DOCKER_HOST: dockerHost }) } });
  const settled = async () => {
    const listed = await list();
    return /-forward-\d+ /.test(listed.stdout) ? undefined : listed;
  };
  const listed = (await until(settled, { timeoutMs: 20_000, everyMs: 500 })) ?? (await list());
  return listed.code === 0 ? listed.stdout.split("\n").toSorted().join("\n").trim() : `not listed: ${listed.all}`;
}

/** As after two minutes in which nothing was asked: what begins with questions of Pulumi's has no connection to share yet. */
async function forgetConnection({ dockerHost, env }: Way): Promise<void> {
  if (dockerHost === undefined) return;
  const ended = await run("ssh", [...sharedConnection(dockerHost), "-O", "exit", dockerHost], { env });
  if (ended.code !== 0) throw new Error(`There was no shared connection to end: ${ended.all}`);
}

/** The same program by the real CLI, where it is on PATH. */
async function proveUp(way: Way, copy: Copy): Promise<void> {
  const { title, env } = way;
  const why = whyNoPulumi();
  if (why !== undefined) return console.log(`skipped: ${title}: pulumi up, up without a change, destroy: ${why}`);
  await configure(copy, way.dockerHost);
  const up = (by: Env, ...flags: readonly string[]) =>
    npm("start", by, "--images", "local", "--deploy", "pulumi", ...flags);
  const first = await up(env);
  report(
    `${title}: pulumi up, and the proof`,
    first.code === 0 && /^Complete: /m.test(first.all),
    first.all,
    first.seconds,
  );
  const made = await containers(way);
  await forgetConnection(way);
  const again = await up(way.later ?? env, "--no-verify");
  const left = await containers(way);
  report(
    `${title}: pulumi up again leaves every container`,
    again.code === 0 && made.includes(`${stack}-collector`) && left === made,
    `${again.all}\nwhat Pulumi did:\n${await stepsInLog()}\nbefore:\n${made}\nafter:\n${left}`,
    again.seconds,
  );
  await forgetConnection(way);
  const destroyed = await npm("stop", { PATH: env.PATH ?? "" }, "--volumes");
  const rest = await containers(way);
  report(
    `${title}: pulumi destroy leaves none`,
    destroyed.code === 0 && rest === "",
    destroyed.all + rest,
    destroyed.seconds,
  );
}

/** What the last commands changed of resources, as their log has it. */
async function stepsInLog(): Promise<string> {
  const log = await readFile(path.join(ROOT, ".local", stack, "start.log"), "utf8").catch(() => "");
  const last = log.slice(log.lastIndexOf("=== npm start"));
  return last
    .split("\n")
    .filter(
      (line) =>
        /\b(creat|replac|updat|delet)(ed|ing)\b.*\[|\[diff:/.test(line) ||
        /\b(created|replaced|updated|deleted)\b/.test(line),
    )
    .join("\n");
}

async function refused(title: string, env: Env, sentence: RegExp): Promise<void> {
  const started = await npm("start", env, "--images", "local", "--deploy", "compose");
  report(
    `${title} is said in a sentence`,
    started.code === 1 && sentence.test(started.all),
    started.all,
    started.seconds,
  );
}

async function main({ original, isChosen }: Choice): Promise<void> {
  const up = await machine("up");
  if (up.code !== 0) throw new Error(`The second machine did not come up:\n${up.all}`);
  report("a second machine", true, "", up.seconds);
  const PATH = `${folder}/bin${path.delimiter}${process.env.PATH}`;
  const [ssh, tcp] = [`ssh://root@${ADDRESS}`, `tcp://${ADDRESS}:2376`];
  const tls = { PATH, DOCKER_HOST: tcp, DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: `${folder}/certificates` };
  const portOffset = await freeOffset(String(process.pid).padStart(8, "0"));
  const copy: Copy = { original, portOffset };
  await configure(copy);
  const begun = Date.now();
  await loadImages(tls);
  report("its images", true, "", (Date.now() - begun) / 1000);

  const strangers = `${folder}/ssh/strangers`;
  await writeFile(strangers, "Host *\n  BatchMode yes\n  StrictHostKeyChecking yes\n  UserKnownHostsFile /dev/null\n");
  await refused(
    "an unknown host key",
    { PATH, DOCKER_HOST: ssh, REMOTE_SSH_CONFIG: strangers },
    /does not know its host key/,
  );
  await refused("a missing certificate", { PATH, DOCKER_HOST: tcp }, /wants TLS: set DOCKER_TLS_VERIFY=1/);

  const bySsh: Way = { title: WAYS.ssh, dockerHost: ssh, env: { PATH } };
  if (isChosen("ssh")) {
    await prove(bySsh, copy);
    const few = await machine("few");
    report("from here on its sshd drops some of more than three connections at once", few.code === 0, few.all);
    await proveUp(bySsh, copy);
  }
  const DOCKER_CONFIG = `${folder}/docker`;
  await mkdir(DOCKER_CONFIG);
  await cp(path.join(homedir(), ".docker/cli-plugins"), `${DOCKER_CONFIG}/cli-plugins`, { recursive: true }).catch(
    () => {},
  );
  const file = (name: string) => `${name}=${folder}/certificates/${name}.pem`;
  const endpoint = `host=${tcp},${["ca", "cert", "key"].map(file).join(",")}`;
  const inContext = { PATH, DOCKER_CONFIG };
  await run("docker", ["context", "create", "second", "--docker", endpoint], { env: inContext });
  await run("docker", ["context", "use", "second"], { env: inContext });
  // as a rollback names it, or a person who has several
  const later = { ...inContext, DOCKER_CONTEXT: "second" };
  const byContext: Way = { title: WAYS.tls, env: inContext, later };
  if (!isChosen("tls")) return;
  await prove(byContext, copy);
  await proveUp(byContext, copy);
}

await runCommand({ name: "test:remote", help }, (argv) => {
  const choice = choiceOf(argv);
  return proven(
    () => main(choice),
    () => machine("down"),
  );
});
