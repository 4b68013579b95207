import { Document, isMap, isScalar } from "yaml";
import { printYaml } from "../../formats/yaml.ts";
import { byRole, type Component, componentId, type Role, SECTIONS } from "../component.ts";
import { type PipelineGraph, pipelineId } from "../model.ts";
import { isComponentRef, isEnvRef, isSecretFileRef, isSecretRef, secretPath } from "../reference.ts";
import { isSupported, renderedKind, SUPPORTED_RANGE } from "../versions.ts";

type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

/**
 * The configuration file of a collector of this version: a plain string, the same for the same pipeline. Secrets are written in it as
 * `${file:...}`. Throws for a version out of the supported range.
 */
export function renderCollector(pipeline: PipelineGraph, version: string): string {
  if (!isSupported(version)) {
    throw new Error(`Collector version "${version}" is unknown: allowed are ${SUPPORTED_RANGE}, as in "0.145.0".`);
  }
  const names = renderedNames(pipeline, version);
  const document = new Document({
    ...Object.fromEntries(SECTIONS.map(([section, role]) => [section, sectionOf(pipeline[section], role, names)])),
    service: service(pipeline, names),
  });
  document.commentBefore = ` OpenTelemetry Collector ${version}. Generated from pipeline/; change that, not this.`;
  separateSections(document);
  explain(document, pipeline, names);
  return printYaml(document, { lineWidth: 0, indentSeq: true, singleQuote: true, nullStr: "" });
}

/** Canonical id to rendered id, by role: a name may mean different things in different roles. */
type Names = Readonly<Record<Role, ReadonlyMap<string, string>>>;

function renderedNames(pipeline: PipelineGraph, version: string): Names {
  return byRole((role, section) => {
    const rendered = ({ kind, ...rest }: Component) =>
      componentId({ ...rest, kind: renderedKind(role, kind, version) });
    return new Map(pipeline[section].map((component) => [componentId(component), rendered(component)]));
  });
}

function sectionOf(components: readonly Component[], role: Role, names: Names): Plain {
  return Object.fromEntries(
    components.map((component) => {
      const id = componentId(component);
      const settings = plain(component.settings, names);
      return [names[role].get(id) ?? id, isEmpty(settings) ? null : settings];
    }),
  );
}

function service(pipeline: PipelineGraph, names: Names): Plain {
  const as = (roles: readonly Role[], ids: readonly string[]): string[] =>
    ids.map((id) => roles.map((role) => names[role].get(id)).find((name) => name !== undefined) ?? id);
  return {
    extensions: as(["extension"], pipeline.service.extensions),
    telemetry: plain(pipeline.service.telemetry, names),
    pipelines: Object.fromEntries(
      pipeline.service.pipelines.map((p) => [
        pipelineId(p),
        {
          receivers: as(["receiver", "connector"], p.receivers),
          processors: as(["processor"], p.processors),
          exporters: as(["exporter", "connector"], p.exporters),
        },
      ]),
    ),
  };
}

/** A `$` begins a reference in the collector, so a literal one is doubled; our references are written here, whole. */
function plain(value: unknown, names: Names): Plain {
  if (isSecretRef(value)) return `${escaped(value.prefix ?? "")}\${file:${secretPath(value.secret)}}`;
  if (isSecretFileRef(value)) return secretPath(value.secretFile);
  if (isEnvRef(value)) return `\${env:${value.env}}`;
  if (isComponentRef(value)) return names.extension.get(value.component) ?? value.component;
  if (Array.isArray(value)) return value.map((item) => plain(item, names));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [escaped(key), plain(item, names)]),
    );
  }
  if (typeof value === "string") return escaped(value);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  throw new Error(`A setting of type ${typeof value} cannot be written as YAML.`);
}

function escaped(text: string): string {
  return text.replaceAll("$", "$$$$");
}

function isEmpty(value: Plain): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function explain(document: Document, pipeline: PipelineGraph, names: Names): void {
  for (const [key, role] of SECTIONS) {
    for (const component of pipeline[key]) {
      if (component.why !== undefined)
        comment(document, [key, names[role].get(componentId(component)) ?? ""], component.why);
    }
  }
  for (const p of pipeline.service.pipelines) {
    if (p.why !== undefined) comment(document, ["service", "pipelines", pipelineId(p)], p.why);
  }
}

function separateSections(document: Document): void {
  if (!isMap(document.contents)) return;
  for (const pair of document.contents.items.slice(1)) {
    if (isScalar(pair.key)) pair.key.spaceBefore = true;
  }
}

function comment(document: Document, path: readonly string[], text: string): void {
  const parent = document.getIn(path.slice(0, -1));
  if (!isMap(parent)) return;
  for (const { key } of parent.items) {
    if (isScalar(key) && key.value === path.at(-1)) key.commentBefore = ` ${text}`;
  }
}
