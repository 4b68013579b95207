import { type Paint, painter, type TextStyle } from "../cli/text.ts";
import { isList, isMap, isUnknown, type PropertyValue } from "./properties.ts";
import type { Diagnostic, Recording, Registration } from "./registration.ts";
import { maskSecrets } from "./secrets.ts";
import { sentenceOf } from "./sentence.ts";
import { treeLines } from "./tree.ts";

/** What takes the place of a value that is known only after `pulumi up`. */
export const UNKNOWN_TEXT = "[unknown]";

/** A value as it may be shown: secrets and unknowns replaced by their names. */
export function shown(value: PropertyValue): PropertyValue {
  return nameUnknowns(maskSecrets(value));
}

/** One resource as `npm run preview -- --json` prints it: secrets are `[secret]`, what is not known yet `[unknown]`. */
export interface PreviewedResource extends Pick<Registration, "urn" | "type" | "name" | "parent"> {
  readonly inputs: PropertyValue;
  readonly options: PropertyValue;
}

/** An array of `PreviewedResource`. */
export function asJson(recording: Recording): string {
  const rows = recording.registrations.map(
    ({ urn, type, name, parent, inputs, options }): PreviewedResource => ({
      urn,
      type,
      name,
      parent,
      inputs: shown(inputs),
      options: shown(options as PropertyValue),
    }),
  );
  return JSON.stringify(rows, null, 2);
}

/** The tree a person reads in a pull request: resources, outputs, diagnostics, counts. */
export function asTree(recording: Recording, style: TextStyle): string {
  const paint = painter(style);
  const lines = [`Previewing create (${recording.project}, stack ${recording.stack})`, ""];
  const mark = paint("green", "+");
  lines.push(
    ...treeLines(recording, {
      mark: () => mark,
      name: (name) => paint("bold", name),
      note: (note) => paint("dim", note),
    }),
  );
  lines.push(...outputLines(recording, paint), ...diagnosticLines(recording.diagnostics, paint));
  lines.push("", paint("bold", counts(recording)));
  return lines.join("\n");
}

function outputLines({ outputs }: Recording, paint: Paint): string[] {
  const entries = Object.entries(outputs);
  if (entries.length === 0) return [];
  const rows = entries.map(([name, value]) => `    ${name}: ${oneLine(shown(value))}`);
  return ["", paint("bold", "Outputs:"), ...rows];
}

function oneLine(value: PropertyValue): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}… (${text.length} characters)` : text;
}

function diagnosticLines(diagnostics: readonly Diagnostic[], paint: Paint): string[] {
  if (diagnostics.length === 0) return [];
  const colours = { error: "red", warning: "yellow", info: "dim" } as const;
  const rows = diagnostics.map(({ severity, message, urn }) => {
    const place = urn === "" ? "" : ` (${urn.split("::").slice(2).join("::")})`;
    return `    ${paint(colours[severity], `${severity}:`)} ${sentenceOf(message)}${place}`;
  });
  return ["", paint("bold", "Diagnostics:"), ...rows];
}

/** `47 resources to create in 15 components, 1 warning` */
export function counts({ registrations, diagnostics }: Recording): string {
  const custom = registrations.filter((r) => r.custom).length;
  const errors = diagnostics.filter((d) => d.severity === "error").length;
  const warnings = diagnostics.filter((d) => d.severity === "warning").length;
  const parts = [
    `${numbered(custom, "resource")} to create in ${numbered(registrations.length - custom - 1, "component")}`,
    ...(errors > 0 ? [numbered(errors, "error")] : []),
    ...(warnings > 0 ? [numbered(warnings, "warning")] : []),
  ];
  return parts.join(", ");
}

/** `1 resource`, `2 resources` */
export function numbered(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function nameUnknowns(value: PropertyValue): PropertyValue {
  if (isUnknown(value)) return UNKNOWN_TEXT;
  if (isList(value)) return value.map(nameUnknowns);
  if (isMap(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, nameUnknowns(item)]));
  return value;
}
