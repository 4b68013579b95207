import { Document, isMap, isSeq, visit } from "yaml";
import { PROJECT } from "../cli/paths.ts";
import { parseSettings } from "../config/parse.ts";
import { printYaml, toYaml } from "../formats/yaml.ts";
import type { AdoptedProject } from "./adopt.ts";
import { noteLines } from "./notes.ts";

/** Lists and maps that are written on one line. */
const ON_ONE_LINE: ReadonlySet<string> = new Set([
  "command",
  "entrypoint",
  "health",
  "aliases",
  "after",
  "publish",
  "hosts",
  "tmpfs",
  "ulimits",
  "capabilities",
]);

/** First line of a stack file that adopt wrote. */
export const MARK = "# Written by `npm run adopt`";

/** The text of `Pulumi.<stack>.yaml`. No secret is in it. Pure. */
export function stackFile(files: readonly string[], { settings, notes }: AdoptedProject): string {
  const document = new Document(
    { config: Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${PROJECT}:${key}`, value])) },
    { aliasDuplicateObjects: false },
  );
  visit(document, {
    Pair: (_, { key, value }) => {
      const name = String(key);
      if ((isMap(value) || isSeq(value)) && ON_ONE_LINE.has(name)) value.flow = true;
      if (isSeq(value) && (name === "volumes" || name === "alsoPublish"))
        for (const item of value.items) if (isMap(item)) item.flow = true;
    },
  });
  const head = [
    `${MARK} from ${files.join(", ")}; yours to change. docs/adopt.md`,
    ...noteLines(notes).map((line) => `# not taken over: ${line}`),
  ];
  const oneLine = head.map((line) => line.replace(/[\p{Cc}\u2028\u2029]/gu, " "));
  return `${oneLine.join("\n")}\n${printYaml(document, { lineWidth: 0 })}`;
}

/** The text of the file with the stack's secrets, with what it held before. */
export const secretsFile = (
  secrets: Readonly<Record<string, string>>,
  before: Readonly<Record<string, unknown>>,
): string =>
  `# Secrets of the stack, read by npm start, preview and compose. Keep this file to yourself.\n${toYaml({ ...before, ...secrets })}`;

/** What the stack's configuration refuses in these settings, in the sentences of `npm run preview`. */
export function problemsOf(stack: string, { settings, secrets }: AdoptedProject): readonly string[] {
  const own = Object.entries(secrets).flatMap(([path, text]) =>
    path.startsWith("secrets.") ? [[path.slice(8), text]] : [],
  );
  const values = {
    ...settings,
    ...Object.fromEntries(Object.entries(secrets).filter(([path]) => !path.startsWith("secrets."))),
    ...(own.length > 0 && { secrets: Object.fromEntries(own) }),
  };
  return parseSettings({
    stack,
    values: Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
    secretKeys: new Set([...Object.keys(secrets).filter((path) => !path.startsWith("secrets.")), "secrets"]),
  }).problems;
}
