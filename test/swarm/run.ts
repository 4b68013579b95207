/** `npm run test:swarm`: a swarm on this machine and what happens to one (`play.ts`), of which nothing is left however it ends. */
import { join } from "node:path";
import { runCommand } from "../../cli/command.ts";
import { ROOT } from "../../cli/paths.ts";
import { requireMachine } from "./engines.ts";
import { namesOf } from "./names.ts";
import { forgetReleaseStack } from "./release.ts";
import { supervised } from "./supervise.ts";

const help = `npm run test:swarm -- [--rate 400] [--seconds 30] [--only one|release|three|change|lost|tail] [--deploy stack|pulumi] [--images FILE]

Starts Docker engines in network namespaces of this machine, makes them a swarm, and shows what docs/swarm.md promises. Needs root, the images of
\`npm run images\`, 6 GB of disk and 4 GB of memory; leaves nothing behind, ended early too, and runs beside that of another
checkout. Takes 8 minutes.

  one     the whole stack swarm on one node: everything runs, its telemetry is proven, and the release guard names updates that cannot work
  release good and bad releases of a small stack on one node, by docker stack deploy and, where its CLI is on PATH, by Pulumi: kept, or rolled back
  three   three nodes under load; sent spans are counted against stored ones. Its three phases can be played one by one:
          change  1 gateway, then 4 with four times the load, then each gateway and each agent replaced; what a span costs
          lost    a node loses its power, with its agent and its gateways, and comes back
          tail    4 gateways sample by the tail traces whose halves come by different agents

  --deploy    releases by one of the two only
  --rate      spans a second
  --seconds   how long CPU is measured
  --images    a file of \`docker save\` with images that the engine of this machine does not have; repeatable`;

const LOCK = join(ROOT, ".local", "swarm-test", "lock");

// npm that is ended from outside does not tell what it has started
const endsWithParent = process.env.npm_lifecycle_event !== undefined;

await runCommand({ name: "test:swarm", help, endsWithParent }, (argv) => {
  requireMachine();
  return supervised(namesOf(), LOCK, [join(import.meta.dirname, "play.ts"), ...argv], { forget: forgetReleaseStack });
});
