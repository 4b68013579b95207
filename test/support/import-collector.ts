import { parse } from "yaml";
import { importGraph } from "../../lint/import.ts";
import type { PipelineGraph } from "../../pipeline/model.ts";

/** Reads the text of a collector configuration into the model. Throws when it is no YAML or has no `service.pipelines`. */
export const importCollector = (text: string): PipelineGraph => importGraph(parse(text));
