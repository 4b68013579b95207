import { styleText } from "node:util";
import { isList, isMap, isUnknown, type PropertyValue } from "./properties.ts";
import type { Diagnostic, Recording, Registration } from "./registration.ts";
import { maskSecrets } from "./secrets.ts";
import { sentenceOf } from "./sentence.ts";
import { STACK_TYPE } from "./urn.ts";

/** What takes the place of a value that is known only after `pulumi up`. */
export const UNKNOWN_TEXT = "[unknown]";

/** A value as it may be shown: secrets and unknowns replaced by their names. */
export function shown(value: PropertyValue): PropertyValue {
  return nameUnknowns(maskSecrets(value));
}

/** Array of `{ urn, type, name, parent, inputs, options }`, secrets masked. */
export function asJson(recording: Recording): string {
  const rows = recording.registrations.map(({ urn, type, name, parent, inputs, options }) => ({
    urn,
    type,
    name,
    parent,
    inputs: shown(inputs),
    options: shown(options as PropertyValue),
  }));
  return JSON.stringify(rows, null, 2);
}

type Style = (format: "green" | "bold" | "dim" | "red" | "yellow", text: string) => string;

/** The tree a person reads in a pull request: resources, outputs, diagnostics, counts. */
export function asTree(recording: Recording, { colour }: { readonly colour: boolean }): string {
  const style: Style = (format, text) => (colour ? styleText(format, text, { validateStream: false }) : text);
  const children = Map.groupBy(recording.registrations, (r) => r.parent);
  const root = recording.registrations.find((r) => r.type === STACK_TYPE);
  const lines = [`Previewing create (${recording.project}, stack ${recording.stack})`, ""];
  if (root !== undefined) lines.push(...branch(root, children, style, ""));
  lines.push(...outputLines(recording, style), ...diagnosticLines(recording.diagnostics, style));
  lines.push("", style("bold", counts(recording)));
  return lines.join("\n");
}

function branch(
  registration: Registration,
  children: ReadonlyMap<string, readonly Registration[]>,
  style: Style,
  indent: string,
): string[] {
  const notes = [
    registration.options.protect === true ? "protected" : "",
    registration.options.hooks === undefined ? "" : "with hooks",
  ].filter((note) => note !== "");
  const note = notes.length === 0 ? "" : style("dim", `  [${notes.join(", ")}]`);
  const line = `${indent}${style("green", "+")} ${shortType(registration.type)} ${style("bold", registration.name)}${note}`;
  const below = (children.get(registration.urn) ?? []).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return [line, ...below.flatMap((child) => branch(child, children, style, `${indent}    `))];
}

/** `docker:Container` of `docker:index/container:Container` */
function shortType(type: string): string {
  const [pkg, module = "", name = ""] = type.split(":");
  const folder = module.split("/")[0];
  return [pkg, folder === "index" ? "" : folder, name].filter((part) => part !== "").join(":");
}

function outputLines({ outputs }: Recording, style: Style): string[] {
  const entries = Object.entries(outputs);
  if (entries.length === 0) return [];
  const rows = entries.map(([name, value]) => `    ${name}: ${oneLine(shown(value))}`);
  return ["", style("bold", "Outputs:"), ...rows];
}

function oneLine(value: PropertyValue): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}… (${text.length} characters)` : text;
}

function diagnosticLines(diagnostics: readonly Diagnostic[], style: Style): string[] {
  if (diagnostics.length === 0) return [];
  const colours = { error: "red", warning: "yellow", info: "dim" } as const;
  const rows = diagnostics.map(({ severity, message, urn }) => {
    const place = urn === "" ? "" : ` (${urn.split("::").slice(2).join("::")})`;
    return `    ${style(colours[severity], `${severity}:`)} ${sentenceOf(message)}${place}`;
  });
  return ["", style("bold", "Diagnostics:"), ...rows];
}

function counts({ registrations, diagnostics }: Recording): string {
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

function numbered(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function nameUnknowns(value: PropertyValue): PropertyValue {
  if (isUnknown(value)) return UNKNOWN_TEXT;
  if (isList(value)) return value.map(nameUnknowns);
  if (isMap(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, nameUnknowns(item)]));
  return value;
}
