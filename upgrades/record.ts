import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../cli/command.ts";
import { Failure } from "../cli/failure.ts";
import { ROOT } from "../cli/paths.ts";
import { git, openBase } from "../offline/comment/base.ts";
import { readProjectFile } from "../offline/project-file.ts";
import { recorded } from "../offline/recorded.ts";
import type { Registration } from "../offline/registration.ts";
import { CASES, settingsOf } from "./cases.ts";
import { writeRelease } from "./release.ts";
import { stored } from "./stored.ts";

const help = `node upgrades/record.ts VERSION COMMIT

Stores what a release makes of this project's stacks: checks COMMIT out beside this checkout, records its own program with its own
stack files and dummy secrets, and writes upgrades/releases/VERSION.json.gz. Done once for each release, of the commit that is released.`;

await runCommand({ name: "record", help }, async ([version, ref, ...others]) => {
  if (version === undefined || ref === undefined || others.length > 0) throw new Failure(`Usage: ${help}`);
  const base = openBase(ROOT, ref);
  try {
    const commit = git(base.projectDir, ["rev-parse", "HEAD"]) ?? "";
    const recordings: Record<string, readonly Registration[]> = {};
    for (const each of CASES) {
      const set = settingsOf(each, commit);
      const recording = await recorded({ projectDir: base.projectDir, stack: each.stack, set });
      recordings[each.name] = stored(recording);
    }
    const stacks = [...new Set(CASES.map(({ stack }) => stack))];
    const stackFiles = Object.fromEntries(
      stacks.map((stack) => [stack, readFileSync(join(base.projectDir, `Pulumi.${stack}.yaml`), "utf8")]),
    );
    const configKeys = readProjectFile(base.projectDir).config.map(({ key }) => key.split(":").pop() ?? key);
    console.log(`${writeRelease({ version, commit, configKeys, stackFiles, recordings })} written`);
    return 0;
  } finally {
    base.close();
  }
});
