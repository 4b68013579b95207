/** `node start/engine/cli.ts`: makes sure that a Docker Engine answers, as `npm start` does. For continuous integration. */
import { runCommand } from "../../cli/command.ts";
import { Progress } from "../../cli/progress.ts";
import { ensureEngine } from "./engine.ts";

await runCommand("engine", async () => {
  const progress = new Progress({ stream: process.stderr, total: 1 });
  await progress.step(
    "Docker Engine",
    () => ensureEngine(progress),
    (engine) => `version ${engine.version}, ${engine.origin}`,
  );
  return 0;
});
