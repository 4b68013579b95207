import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const REPOSITORY = "localhost/game-scheduler-otel/prometheus";

/** Path of a promtool: `PROMTOOL`, one on PATH, or the one in the Prometheus image built here. Undefined: none to be had. */
export function findPromtool(): string | undefined {
  const named = process.env.PROMTOOL;
  if (named !== undefined && works(named)) return named;
  if (works("promtool")) return "promtool";
  return fromImage();
}

function works(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
}

function fromImage(): string | undefined {
  const listed = spawnSync("docker", ["image", "ls", "--format", "{{.Tag}}", REPOSITORY], {
    encoding: "utf8",
    timeout: 5000,
  });
  const tag = listed.status === 0 ? listed.stdout.split("\n")[0] : "";
  if (tag === undefined || tag === "") return undefined;
  const folder = join(tmpdir(), `game-scheduler-promtool-${tag}`);
  const program = join(folder, "promtool");
  if (existsSync(program) && works(program)) return program;
  mkdirSync(folder, { recursive: true });
  const container = execFileSync("docker", ["create", `${REPOSITORY}:${tag}`], { encoding: "utf8" }).trim();
  try {
    execFileSync("docker", ["cp", `${container}:/bin/promtool`, program], { stdio: "ignore" });
  } finally {
    execFileSync("docker", ["rm", container], { stdio: "ignore" });
  }
  return works(program) ? program : undefined;
}
