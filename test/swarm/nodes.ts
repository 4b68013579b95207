/** Engines of one swarm, and the images that they need. */
import { execFileSync } from "node:child_process";
import type { Engine, Engines } from "./engines.ts";

/** Gives an engine images of this machine's own, and those of a file. */
export function provide(engine: Engine, images: readonly string[], files: readonly string[]): void {
  for (const file of files) engine.load(`cat ${file}`);
  const has = new Set(engine.docker("images", "--format", "{{.Repository}}:{{.Tag}}").split("\n"));
  const wanted = images.filter((image) => !has.has(image));
  const known = wanted.filter((image) => {
    try {
      execFileSync("docker", ["image", "inspect", image], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  });
  const lacking = wanted.filter((image) => !known.includes(image));
  if (lacking.length > 0)
    throw new Error(`Not on this machine: ${lacking.join(", ")}. Build them with: npm run images`);
  if (known.length > 0) engine.load(`docker save ${known.join(" ")}`);
}

/** The first of them is the manager, which keeps the state. */
export async function swarmOf(engines: Engines, numbers: readonly number[]): Promise<readonly Engine[]> {
  const made: Engine[] = [];
  for (const number of numbers) made.push(await engines.start(number));
  const [manager, ...workers] = made;
  if (manager === undefined) throw new Error("no engine");
  const state = manager.docker("info", "--format", "{{.Swarm.LocalNodeState}}");
  if (state !== "active") {
    const pool = ["--default-addr-pool", "10.202.0.0/16", "--default-addr-pool-mask-length", "24"];
    manager.docker(
      "swarm",
      "init",
      "--advertise-addr",
      manager.address,
      "--listen-addr",
      `${manager.address}:2377`,
      ...pool,
    );
    manager.docker("node", "update", "--label-add", "state=true", manager.node);
  }
  const token = manager.docker("swarm", "join-token", "-q", "worker");
  for (const worker of workers) worker.docker("swarm", "join", "--token", token, `${manager.address}:2377`);
  return made;
}
