import path from "node:path";
import { parse } from "yaml";

/** What a person does whose Compose project lacks files or variables, which most public ones do until their `.env` is made. Pure but for `list`. */

export interface Folder {
  /** Names of what is in a folder; empty where it cannot be read. */
  readonly list: (folder: string) => readonly string[];
  /** A path as a person would type it. */
  readonly shown: (file: string) => string;
}

/** The project as it is on this machine, of which Docker Compose names only the first thing that is missing. */
export interface Sources {
  /** Folder of the first file, which paths start from. */
  readonly folder: string;
  readonly composeFiles: readonly string[];
  readonly read: (file: string) => string | undefined;
  /** The value of a variable of the person's shell. */
  readonly variable: (name: string) => string | undefined;
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

/** What to do about a file that is not there: a command that copies its sample, where one is known. */
function making(file: string, folder: Folder): { readonly copy: string } | { readonly make: string } {
  const [sample, ...others] = samplesOf(file, folder).map(folder.shown);
  if (sample !== undefined && others.length === 0) return { copy: `"cp ${sample} ${folder.shown(file)}"` };
  const made = `make ${folder.shown(file)} as the project's own instructions say`;
  if (sample !== undefined) return { make: `${made}, from one of ${[sample, ...others].join(", ")}` };
  const like = lookingLike(file, folder).map(folder.shown);
  return { make: like.length === 0 ? made : `${made}, perhaps from ${like.join(" or ")}` };
}

/** Some projects call the sample of `.env` by the application's name, as `shop.env`. */
function lookingLike(file: string, { list }: Folder): readonly string[] {
  if (path.basename(file) !== ".env") return [];
  const names = list(path.dirname(file)).filter((name) => /^[\w-]+\.env$/.test(name));
  return names.map((name) => path.join(path.dirname(file), name));
}

/** One sentence for all of them. */
function makingAll(files: readonly string[], folder: Folder): string {
  const steps = files.map((file) => making(file, folder));
  const copies = steps.flatMap((step) => ("copy" in step ? [step.copy] : []));
  const filled = `run ${copies.join(" and ")}, and fill ${copies.length === 1 ? "it" : "them"} in as the project's own instructions say`;
  return [...(copies.length > 0 ? [filled] : []), ...steps.flatMap((step) => ("make" in step ? [step.make] : []))].join(
    "; ",
  );
}

/** A sentence that follows Docker Compose's own; empty where nothing is known. `said`: all that Compose wrote. */
export function adviceFor(said: string, sources: Sources, folder: Folder): string {
  if (/neither an image nor a build context|refers to undefined|depends on undefined/.test(said))
    return alone(sources, folder);
  const env = path.join(sources.folder, ".env");
  const isMade = folder.list(sources.folder).includes(".env");
  const [, named] = /env file (\S+) not found/.exec(said) ?? [];
  const files = named === undefined ? [] : [...new Set([named, ...missingEnvFiles(sources, folder)])];
  const first = files.length === 0 ? "" : ` Before anything else: ${makingAll(files, folder)}.`;
  const [, required] = /required variable (\w+) is missing/.exec(said) ?? [];
  const needed = required === undefined ? [] : [required, ...requiredVariables(sources, isMade ? env : undefined)];
  const unset = [...new Set([...needed, ...unsetVariables(said)])];
  if (unset.length === 0) return first;
  const what = `Without a value ${unset.length === 1 ? "is" : "are"} ${unset.join(", ")}`;
  if (files.includes(env)) return `${first} ${what}.`;
  const given = isMade
    ? `give ${unset.length === 1 ? "it" : "them"} in ${folder.shown(env)}`
    : makingAll([env], folder);
  return `${first} ${what}: ${given}.`;
}

/** A file that only adds to others has to be named with them. */
function alone({ folder, composeFiles }: Sources, { list, shown }: Folder): string {
  const given = composeFiles.map((file) => path.basename(file));
  const others = list(folder).filter(
    (name) => /compose.*\.ya?ml(\.(example|sample|dist|template))?$/.test(name) && !given.includes(name),
  );
  const base = others.find((name) => /^(docker-)?compose\.ya?ml$/.test(name));
  if (base !== undefined)
    return ` Where it only adds to ${base}, name both: npm run adopt -- ${[path.join(folder, base), ...composeFiles].map(shown).join(" ")}.`;
  const some = others.toSorted().slice(0, 5);
  return some.length === 0 ? "" : ` Where it belongs to others there (${some.join(", ")}), name them together.`;
}

/** Every file that `env_file` names and that is not there, of all services. */
function missingEnvFiles({ folder, composeFiles, read }: Sources, { list }: Folder): readonly string[] {
  const entries = composeFiles.flatMap((file) => Object.values(servicesIn(read(file) ?? "")).flatMap(envFilesOf));
  return entries
    .filter((entry) => !entry.includes("$"))
    .map((entry) => path.resolve(folder, entry))
    .filter((file) => !list(path.dirname(file)).includes(path.basename(file)));
}

function servicesIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = parse(text, { merge: true, logLevel: "silent" });
    const { services } = isMap(content) ? content : {};
    return isMap(services) ? services : {};
  } catch {
    // Docker Compose says what is wrong with it
    return {};
  }
}

/** Those that must be there: `app.env`, a list, or a list with `path` and `required`. */
function envFilesOf(service: unknown): readonly string[] {
  const { env_file: given } = isMap(service) ? service : {};
  return (Array.isArray(given) ? given : [given]).flatMap((entry: unknown) => {
    if (typeof entry === "string") return [entry];
    if (!isMap(entry) || entry.required === false || typeof entry.path !== "string") return [];
    return [entry.path];
  });
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Variables that a Compose file wants a value of (`${NAME:?}`) and that have none. */
function requiredVariables({ composeFiles, read, variable }: Sources, env: string | undefined): readonly string[] {
  const texts = composeFiles.map((file) => (read(file) ?? "").replace(/^\s*#.*$/gm, ""));
  const names = texts.flatMap((text) => [...text.matchAll(/(?<!\$)\$\{(\w+):?\?/g)].flatMap(([, name]) => name ?? []));
  const lines = (env === undefined ? undefined : read(env)) ?? "";
  const isGiven = (name: string) =>
    new RegExp(String.raw`^\s*(export\s+)?${name}\s*=\s*(?!""|'')[^\s#]`, "m").test(lines);
  return names.filter((name) => !variable(name) && !isGiven(name));
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
    `there is no ${folder.shown(env)}, which Docker Compose takes variables from: ${makingAll([env], folder)}, then adopt again`,
  ];
}
