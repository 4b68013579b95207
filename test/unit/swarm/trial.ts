/** `node trial.ts ID LOCK`: supervises `node trial.ts ID`, which makes what an engine would, says so, and then stands still as Docker's client does. */
import { execFileSync, spawn } from "node:child_process";
import { runCommand } from "../../../cli/command.ts";
import { Engines } from "../../swarm/engines.ts";
import { namesOf } from "../../swarm/names.ts";
import { supervised } from "../../swarm/supervise.ts";

await runCommand({ name: "trial", help: "see the test", endsWithParent: true }, async ([id = "", lock]) => {
  const names = namesOf(id);
  if (lock !== undefined) return supervised(names, lock, [import.meta.filename, id]);
  new Engines(names);
  const ip = (...args: readonly string[]) => execFileSync("ip", args);
  ip("netns", "add", names.namespace(1));
  ip("link", "add", names.link(1), "type", "veth", "peer", "name", "eth0", "netns", names.namespace(1));
  ip("link", "set", names.link(1), "master", names.bridge, "up");
  spawn("ip", ["netns", "exec", names.namespace(1), "sleep", "600"], { detached: true, stdio: "ignore" }).unref();
  // as Docker's client is waited for
  console.log("made");
  execFileSync("sleep", ["600"]);
  return 0;
});
