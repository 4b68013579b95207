import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { readArguments, stackName } from "../cli/arguments.ts";
import { runCommand } from "../cli/command.ts";
import { Failure } from "../cli/failure.ts";
import { ROOT, shown } from "../cli/paths.ts";
import { interruption } from "../cli/process.ts";
import { noSuchStack } from "../cli/stacks.ts";
import { rewriteWhole } from "../cli/whole-file.ts";
import { ownImages } from "../config/own-images.ts";
import { buildImages } from "../images/build.ts";
import { contentName, type ImageName } from "../images/catalogue.ts";
import { sourceHere } from "./provenance.ts";
import { isThere, type PushResult, placeOf, pushImage } from "./push.ts";
import { imagesOfStack } from "./resolved.ts";
import { ownDigests, withOwnImages } from "./stack-file.ts";

const help = `npm run push -- REGISTRY --stack NAME [options]

Builds the images of this repository that the stack deploys, pushes them to REGISTRY (registry.example.org/team), attaches to each a bill of materials
(CycloneDX) and its provenance (in-toto), and writes registry and digests into Pulumi.NAME.yaml: from then on the stack is deployed from there, by
digest. What the registry has under the digest in that file is not pushed again. Log in before, with: docker login REGISTRY

  -s, --stack NAME        whose images, and whose file gets the digests
      --json              [{ image, reference, digest, outcome, papers }] on standard output; outcome: pushed, present
  -h, --help              this text

Exit code: 0 all are there, 1 one could not be made or pushed, or the command itself could not run.`;

async function push(registry: string, stack: string, say: (line: string) => void): Promise<readonly PushResult[]> {
  const file = path.join(ROOT, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) throw new Failure(noSuchStack(stack));
  const { images, source } = await imagesOfStack(stack);
  if (images.length === 0)
    throw new Failure(`Stack ${stack} deploys no image of this repository: there is nothing to push.`);
  const had = ownDigests(readFileSync(file, "utf8"), registry);
  const known = new Map<ImageName, string>();
  for (const name of images) {
    const digest = had[contentName(name)];
    if (digest !== undefined && (await isThere(await placeOf(name, registry), digest))) known.set(name, digest);
  }
  const missing = images.filter((name) => !known.has(name));
  if (missing.length > 0) await buildImages(missing, { source, report: say, signal: interruption });
  const here = await sourceHere(ROOT);
  const results: PushResult[] = [];
  for (const name of images) {
    const digest = known.get(name);
    if (digest === undefined) say(`${name}: pushing`);
    results.push(digest === undefined ? await pushImage(name, registry, here) : present(name, registry, digest));
  }
  const digests = Object.fromEntries(results.map(({ image, digest }) => [contentName(image), digest]));
  rewriteWhole(file, withOwnImages(readFileSync(file, "utf8"), registry, digests));
  say(
    `${shown(file)}: ownImages has the registry and ${results.length} digests. Commit it, and deploy with: pulumi up --stack ${stack}`,
  );
  return results;
}

const present = (image: ImageName, registry: string, digest: string): PushResult => ({
  image,
  reference: `${registry}/${contentName(image)}@${digest}`,
  digest,
  outcome: "present",
});

function lineOf({ outcome, reference, papers }: PushResult): string {
  if (papers === undefined) return `${outcome.padEnd(8)} ${reference}`;
  const { packages, files, unattached } = papers;
  const where = unattached === undefined ? "attached" : `not attached (${unattached}), in ${files.join(" and ")}`;
  return `${outcome.padEnd(8)} ${reference}\n         ${packages} packages, provenance: ${where}`;
}

if (import.meta.main) {
  await runCommand({ name: "push", help }, async (argv) => {
    const args = readArguments(argv, "push", { stack: "text", json: "flag" }, true);
    const [registry, ...rest] = args.positionals;
    const stack = args.text("stack");
    if (registry === undefined || rest.length > 0 || stack === undefined)
      throw new Failure("push: name a registry and a stack. See: npm run push -- --help");
    if (!ownImages.safeParse({ registry }).success)
      throw new Failure(
        `push: "${registry}" is no registry. Allowed: a host with a dot or a port, and a path, such as registry.example.org/team`,
      );
    const results = await push(registry, stackName(stack), (line) => process.stderr.write(`${line}\n`));
    console.log(args.flag("json") ? JSON.stringify(results, undefined, 2) : results.map(lineOf).join("\n"));
    return 0;
  });
}
