import type { PipelineGraph } from "../model.ts";
import { observedTwice, otlpHttpAddress, portTaken } from "./addresses.ts";
import { batchedTwice, batchSizes, requestTooLarge } from "./batching.ts";
import { memoryLimiterFirst, memoryLimiterInside, memoryLimits } from "./memory.ts";
import { queueNotOnDisk, refusedKeyLoses, retryGivesUp } from "./outage.ts";
import type { Diagnostic, Finding, Rule, Target } from "./rule.ts";
import { redAfterSampling, samplingWindow } from "./sampling.ts";
import { literalReference, missingSecret, secretInPlain, unsendableText } from "./secrets.ts";
import {
  connectorBothSides,
  cycle,
  danglingReference,
  emptyPipeline,
  extensionNotStarted,
  unknownExtension,
  unusedComponent,
} from "./structure.ts";
import { unredactedExporter } from "./unredacted-exporter.ts";
import { numberForString, ownComponent, removedComponent, unknownVersion, unsupportedKey } from "./version-fit.ts";
import { wrongTemporality } from "./wrong-temporality.ts";

export type { Rule, Target } from "./rule.ts";

/** All rules, in the order in which their findings are reported. */
export const RULES: readonly Rule[] = [
  unknownVersion,
  emptyPipeline,
  danglingReference,
  unusedComponent,
  connectorBothSides,
  cycle,
  unknownExtension,
  extensionNotStarted,
  removedComponent,
  ownComponent,
  unsupportedKey,
  numberForString,
  memoryLimiterFirst,
  memoryLimiterInside,
  memoryLimits,
  batchedTwice,
  batchSizes,
  redAfterSampling,
  samplingWindow,
  unredactedExporter,
  queueNotOnDisk,
  retryGivesUp,
  refusedKeyLoses,
  requestTooLarge,
  wrongTemporality,
  otlpHttpAddress,
  portTaken,
  observedTwice,
  missingSecret,
  secretInPlain,
  literalReference,
  unsendableText,
];

/** Everything the rules find, each finding once: several paths may lead to the same place. Empty: the pipeline is good. */
export function checkPipeline(pipeline: PipelineGraph, target: Target): readonly Diagnostic[] {
  return RULES.flatMap(({ id, severity, find }) => {
    const findings = new Map<string, Finding>();
    for (const finding of find(pipeline, target)) findings.set(finding.place + finding.message, finding);
    return [...findings.values()].map((finding) => ({
      id,
      severity,
      ...finding,
      docs: `pipeline/checks/README.md#${id}`,
    }));
  });
}
