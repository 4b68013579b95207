import { runCommand } from "../../cli/command.ts";
import { Progress } from "../../cli/progress.ts";
import { ensureEngine } from "./engine.ts";

const help = `node start/engine/cli.ts
Makes sure that a Docker Engine answers, as npm start does. For continuous integration.`;

await runCommand({ name: "engine", help }, async () => {
  const progress = new Progress({ stream: process.stderr, total: 1 });
  await progress.step(
    "Docker Engine",
    () => ensureEngine(progress),
    (engine) => `version ${engine.version}, ${engine.origin}`,
  );
  return 0;
});
