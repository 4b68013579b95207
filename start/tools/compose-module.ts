import { chmodSync, renameSync, rmSync } from "node:fs";
import { Failure } from "../../cli/failure.ts";
import { interruption, lastLines, run, UNINTERRUPTED } from "../../cli/process.ts";
import type { Progress } from "../../cli/progress.ts";
import { buildImages } from "../../images/build.ts";
import { imageReference } from "../../images/catalogue.ts";

const MODULE = "github.com/docker/compose/v2";
const VERSION = "v2.40.3";

/** Builds Docker Compose from its Go module in our own `go` image and puts the program at `target`. Minutes of work. */
export async function buildComposeModule(target: string, progress: Progress): Promise<void> {
  const onLine = (line: string) => progress.doing(line);
  await buildImages(["go"], { source: "local", report: onLine, signal: interruption });
  const container = `game-scheduler-otel-build-compose-${process.pid}`;
  const flags = `-s -w -X ${MODULE}/internal.Version=${VERSION}`;
  const script = `go install -trimpath -ldflags '${flags}' ${MODULE}/cmd@${VERSION}`;
  try {
    const built = await run(
      "docker",
      [
        "run",
        "--name",
        container,
        "-e",
        "CGO_ENABLED=0",
        "-e",
        "GOBIN=/out",
        imageReference("go", "local"),
        "sh",
        "-c",
        script,
      ],
      { onLine, timeoutMs: 1_800_000 },
    );
    if (built.code !== 0) throw new Failure(`Building Docker Compose ${VERSION} failed: ${lastLines(built, 2)}`);
    // Copied out rather than mounted: the engine may be on another machine.
    const copied = await run("docker", ["cp", `${container}:/out/cmd`, `${target}.new`]);
    if (copied.code !== 0)
      throw new Failure(`Copying Docker Compose out of its container failed: ${lastLines(copied, 1)}`);
    chmodSync(`${target}.new`, 0o755);
    renameSync(`${target}.new`, target);
  } finally {
    await run("docker", ["rm", "-f", container], { signal: UNINTERRUPTED });
    rmSync(`${target}.new`, { force: true });
  }
}
