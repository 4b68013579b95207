/** Releases of a small stack on a swarm of one node: what is good must be kept, what is bad rolled back and work again. */
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { PROJECT, ROOT } from "../../cli/paths.ts";
import type { ReleaseResult } from "../../guard/report.ts";
import { stackFile } from "../../offline/compose/stack-file.ts";
import { recordCompose } from "../../offline/compose/write.ts";
import { forgetImages, imageOf } from "../guard/images.ts";
import { backByHand } from "./by-hand.ts";
import type { Engine, Engines } from "./engines.ts";

/** What deploys: the Pulumi CLI where one is on PATH, or Docker's own client. */
export type SwarmDeployer = "stack" | "pulumi";

/** A stack of this name exists only during the test. */
export const RELEASE_STACK = "swarm-release";
const file = join(ROOT, `Pulumi.${RELEASE_STACK}.yaml`);
const localDir = join(ROOT, ".local", RELEASE_STACK);

/** Also of a run that was killed. */
export function forgetReleaseStack(): void {
  rmSync(file, { force: true });
  rmSync(localDir, { recursive: true, force: true });
  for (const name of ["last", "good"])
    execFileSync("git", ["-C", ROOT, "update-ref", "-d", `refs/releases/${RELEASE_STACK}/${name}`], {
      stdio: "ignore",
    });
}

/** What the releases said in full, for who looks for a reason. */
function keepLog(deployer: SwarmDeployer): void {
  const log = join(localDir, "start.log");
  if (existsSync(log)) copyFileSync(log, join(ROOT, ".local", "swarm-test", `release-${deployer}.log`));
}

/** A text that the service handles and that nothing hides by its form; part of an address. */
const CANARY = "kunigunde.canary";

interface Release {
  readonly name: string;
  readonly mode: string;
  readonly env: Readonly<Record<string, string>>;
  /** The service's own secret. What fails with another one than before leaves both in the swarm. */
  readonly token: string;
  /** One of the sentences about a bad one. */
  readonly says?: RegExp;
}

const RELEASES: readonly Release[] = [
  { name: "the first", mode: "well", env: {}, token: "first" },
  {
    name: "crashes at the start, with another secret",
    mode: "crash-at-start",
    env: {},
    token: "second",
    says: /^orders: Swarm took its update back|^orders (is|ended)/,
  },
  { name: "has another variable and secret", mode: "well", env: { GREETING: "hello" }, token: "third" },
  {
    name: "answers one of four requests with an error",
    mode: "errors",
    env: { GREETING: "hello" },
    token: "fourth",
    says: /orders.*failed/,
  },
];

function configure({ mode, env, token }: Release): void {
  const own = {
    environment: "guard",
    namespace: "orders",
    backend: "jaeger",
    deployment: "swarm",
    swarm: { ports: "host" },
    collector: { topology: "agent", replicas: 1 },
    metrics: { interval: 5 },
    drive: "none",
    postgres: "none",
    redis: "none",
    rabbitmq: "none",
    hostMetrics: false,
    containerMetrics: false,
    containerLogs: false,
    guard: {
      within: "4m",
      watch: "30s",
      requests: [`orders/orders?customer=${CANARY}@example.com`],
      canaries: [CANARY],
    },
    services: [
      {
        name: "orders",
        role: "http",
        image: imageOf(mode),
        command: ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8000", "--log-level", "warning"],
        instrumentation: "inject",
        health: ["python", "/app/health.py"],
        publish: { port: 8000, as: 8000 },
        memory: 160,
        env: { ...env, API_TOKEN: "{secret.token}" },
      },
    ],
  };
  const keys = Object.entries(own).map(([name, value]) => [`${PROJECT}:${name}`, value]);
  writeFileSync(file, stringify({ config: Object.fromEntries(keys) }));
  mkdirSync(localDir, { recursive: true, mode: 0o700 });
  writeFileSync(join(localDir, "secrets.yaml"), stringify({ "secrets.token": `${token}-canary-of-orders` }), {
    mode: 0o600,
  });
}

/** Pulumi would look for minutes for plugins that this program does not use: nothing answers in the network of an engine, not even names. */
const WITHOUT_NETWORK = { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" };

/** Images that the stack consists of. */
async function imagesNeeded(): Promise<readonly string[]> {
  const set = [{ path: "images", value: "local", secret: false }];
  const { recording } = await recordCompose({ projectDir: ROOT, stack: RELEASE_STACK, set, dummySecrets: true });
  return stackFile(recording, ".").images;
}

export interface ReleasesArgs {
  readonly engines: Engines;
  readonly manager: Engine;
  readonly deployer: SwarmDeployer;
  /** Gives the node images of this machine. */
  readonly provide: (images: readonly string[]) => void;
  readonly say: (text: string) => void;
}

/** Plays the releases one after the other. @returns what was decided of each, and what was not as it should be */
export async function releasesOn({ engines, manager, deployer, provide, say }: ReleasesArgs) {
  const failures: string[] = [];
  const played: object[] = [];
  const npm = (command: string, ...flags: readonly string[]): string => {
    const args = ["npm", "run", command, "--silent", "--", "--stack", RELEASE_STACK, ...flags];
    try {
      return engines.inside(manager.number, args, ROOT, { DOCKER_HOST: manager.socket, ...WITHOUT_NETWORK });
    } catch (error) {
      return String(Reflect.get(Object(error), "stdout") ?? "");
    }
  };
  // named after what is in them
  const secrets = () => manager.docker("secret", "ls", "--format", "{{.Name}}").split("\n").toSorted().join(", ");
  forgetReleaseStack();
  try {
    for (const release of RELEASES) {
      configure(release);
      provide(await imagesNeeded());
      const before = secrets();
      const result = resultIn(npm("release", "--deploy", deployer, "--images", "local", "--json"));
      const wrong = wrongWith(release, result) ?? wrongSecrets(release, before, secrets());
      const { decision, decidedAfter = 0, outcome, findings = [] } = result;
      const seconds = outcome?.kind === "rolled-back" ? outcome.seconds : 0;
      const took = seconds > 0 ? `, rolled back in ${Math.round(seconds)} s` : "";
      const why = findings[0]?.says ?? "";
      say(
        `release by ${deployer}, ${release.name}: ${decision ?? "none"} after ${Math.round(decidedAfter)} s${took}. ${why} ${wrong ?? "as expected"}`,
      );
      played.push({ name: release.name, decision, decidedAfter, outcome, why });
      if (wrong !== undefined) failures.push(`release by ${deployer}, ${release.name}: ${wrong}`);
    }
    if (deployer === "pulumi" && failures.length === 0) {
      const crashing = imageOf("crash-at-start");
      const wrong = backByHand({ engines, manager, stack: RELEASE_STACK, env: WITHOUT_NETWORK, crashing });
      say(`release by hand, of what cannot start, and back: ${wrong.length === 0 ? "as expected" : wrong.join(" ")}`);
      failures.push(...wrong);
    }
    npm("stop", "--volumes");
    for (const kind of ["service", "config", "secret"]) {
      const left = manager.docker(kind, "ls", "--format", "{{.Name}}");
      if (left !== "") failures.push(`npm stop left ${kind}s by ${deployer}: ${left.replaceAll("\n", ", ")}`);
    }
  } finally {
    keepLog(deployer);
    forgetReleaseStack();
    forgetImages();
  }
  return { failures, played };
}

function resultIn(text: string): Partial<ReleaseResult> {
  try {
    return JSON.parse(text) as ReleaseResult;
  } catch {
    return {};
  }
}

/** A good release has a secret of its own alone, a bad one leaves those of the release before it. Pure. */
function wrongSecrets({ says }: Release, before: string, after: string): string | undefined {
  const another = after !== before && (before === "" || after.split(",").length === before.split(",").length);
  const isRight = says === undefined ? another : after === before;
  return isRight ? undefined : `the swarm's secrets: ${before || "none"} before, ${after || "none"} after`;
}

/** Pure. */
function wrongWith({ says }: Release, { decision, outcome, unmarked, findings = [] }: Partial<ReleaseResult>) {
  const said = findings.map((finding) => finding.says).join(" ");
  if (decision === undefined) return "it printed no result";
  if (unmarked !== undefined) return `no mark was written: ${unmarked}`;
  if (says === undefined) return outcome?.kind === "kept" ? undefined : `not kept: ${said} ${JSON.stringify(outcome)}`;
  if (outcome?.kind !== "rolled-back" || !outcome.works) return `not rolled back: ${said} ${JSON.stringify(outcome)}`;
  return findings.some((finding) => says.test(finding.says)) ? undefined : `another reason: ${said}`;
}
