import path from "node:path";

/** What a person does whose Compose project lacks files or variables, which most public ones do until their `.env` is made. Pure but for `list`. */

export interface Folder {
  /** Names of what is in a folder; empty where it cannot be read. */
  readonly list: (folder: string) => readonly string[];
  /** A path as a person would type it. */
  readonly shown: (file: string) => string;
}

const SAMPLE = /(example|sample|template|dist|default)/i;

/** The file in the same folder that is there to be copied: `.env.example`, `env.template`, `app.env.dist`. */
export function sampleOf(file: string, { list }: Folder): string | undefined {
  const own = path.basename(file);
  const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");
  const samples = list(path.dirname(file)).filter((name) => SAMPLE.test(name) && name !== own);
  const same = samples.find((name) => bare(name.replace(SAMPLE, "")) === bare(own));
  const [any, ...others] = /env/i.test(own) ? samples.filter((name) => /env/i.test(name)) : [];
  const found = same ?? (own === ".env" || others.length === 0 ? any : undefined);
  return found === undefined ? undefined : path.join(path.dirname(file), found);
}

/** The command that makes a file from its sample, or what else to do. */
function making(file: string, folder: Folder): string {
  const sample = sampleOf(file, folder);
  return sample === undefined
    ? `make ${folder.shown(file)} as the project's own instructions say`
    : `run "cp ${folder.shown(sample)} ${folder.shown(file)}", and fill it in as the project's own instructions say`;
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
  if (sampleOf(env, folder) === undefined) return [];
  return [
    `there is no ${folder.shown(env)}, which Docker Compose takes variables from: ${making(env, folder)}, then adopt again`,
  ];
}
