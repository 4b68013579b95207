import path from "node:path";

/** What a person does whose Compose project lacks files or variables, which most public ones do until their `.env` is made. Pure but for `list`. */

export interface Folder {
  /** Names of what is in a folder; empty where it cannot be read. */
  readonly list: (folder: string) => readonly string[];
  /** A path as a person would type it. */
  readonly shown: (file: string) => string;
}

const SAMPLE = /(example|sample|template|dist|default)/i;

/** The files in the same folder that are there to be copied, such as `.env.example`: that of its own name, else all that are no other file's. */
export function samplesOf(file: string, { list }: Folder): readonly string[] {
  const own = path.basename(file);
  if (!/env/i.test(own)) return [];
  const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");
  const made = (sample: string): string => bare(sample.replace(SAMPLE, ""));
  const names = list(path.dirname(file));
  const samples = names.filter((name) => SAMPLE.test(name) && /env/i.test(name) && name !== own);
  const same = samples.find((name) => made(name) === bare(own));
  const others = samples.filter((sample) => !names.some((name) => bare(name) === made(sample)));
  return (same === undefined ? others : [same]).map((name) => path.join(path.dirname(file), name));
}

/** The command that makes a file from its sample, or what else to do. */
function making(file: string, folder: Folder): string {
  const [sample, ...others] = samplesOf(file, folder).map(folder.shown);
  if (sample === undefined) return `make ${folder.shown(file)} as the project's own instructions say`;
  if (others.length > 0)
    return `make ${folder.shown(file)} as the project's own instructions say, from one of ${[sample, ...others].join(", ")}`;
  return `run "cp ${sample} ${folder.shown(file)}", and fill it in as the project's own instructions say`;
}

/** A sentence that follows Docker Compose's own; empty where nothing is known. `said`: all that Compose wrote. */
export function adviceFor(said: string, projectFolder: string, folder: Folder): string {
  const [, envFile] = /env file (\S+) not found/.exec(said) ?? [];
  if (envFile !== undefined) return ` Before anything else: ${making(envFile, folder)}.`;
  const env = path.join(projectFolder, ".env");
  const isMade = folder.list(projectFolder).includes(".env");
  const [, required] = /required variable (\w+) is missing/.exec(said) ?? [];
  const unset = [...new Set([...(required === undefined ? [] : [required]), ...unsetVariables(said)])];
  if (unset.length === 0) return "";
  const what = `Without a value ${unset.length === 1 ? "is" : "are"} ${unset.join(", ")}`;
  return ` ${what}: ${isMade ? `give ${unset.length === 1 ? "it" : "them"} in ${folder.shown(env)}` : making(env, folder)}.`;
}

/** Names of variables that Compose found no value for. */
export const unsetVariables = (said: string): readonly string[] => [
  ...new Set([...said.matchAll(/\\?"(\w+)\\?" variable is not set/g)].flatMap(([, name]) => name ?? [])),
];

/** Where variables are without a value because nobody made the `.env` that the project has a sample of. */
export function envRemark(warnings: readonly string[], projectFolder: string, folder: Folder): readonly string[] {
  if (unsetVariables(warnings.join("\n")).length === 0 || folder.list(projectFolder).includes(".env")) return [];
  const env = path.join(projectFolder, ".env");
  if (samplesOf(env, folder).length === 0) return [];
  return [
    `there is no ${folder.shown(env)}, which Docker Compose takes variables from: ${making(env, folder)}, then adopt again`,
  ];
}
