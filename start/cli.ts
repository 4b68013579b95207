/** `npm start`, as a command. What it does is loaded while another process loads what the program needs. */
import { runCommand } from "../cli/command.ts";
import { ROOT } from "../cli/paths.ts";
import { preload } from "../offline/launcher.ts";
import { startHelp } from "./options.ts";

await runCommand({ name: "start", help: startHelp }, async (argv) => {
  preload(ROOT);
  const { main } = await import("./start.ts");
  return main(argv);
});
