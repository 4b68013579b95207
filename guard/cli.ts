/** `npm run release`, as a command. */
import { runCommand } from "../cli/command.ts";
import { ROOT } from "../cli/paths.ts";
import { preload } from "../offline/launcher.ts";
import { releaseHelp } from "./options.ts";

await runCommand({ name: "release", help: releaseHelp, failureCode: 2 }, async (argv) => {
  preload(ROOT);
  const { main } = await import("./release.ts");
  return main(argv);
});
