import type { PipelineGraph } from "../model.ts";
import { batchSizes } from "./batch-sizes.ts";
import { batchedTwice } from "./batched-twice.ts";
import { connectorBothSides } from "./connector-both-sides.ts";
import { cycle } from "./cycle.ts";
import { danglingReference } from "./dangling-reference.ts";
import { observedTwice, portTaken } from "./duplicate-address.ts";
import { emptyPipeline } from "./empty-pipeline.ts";
import { extensionNotStarted, unknownExtension } from "./extension-reference.ts";
import { memoryLimiterFirst } from "./memory-limiter-first.ts";
import { memoryLimits } from "./memory-limits.ts";
import { missingSecret } from "./missing-secret.ts";
import { otlpHttpAddress } from "./otlp-http-address.ts";
import { queueNotOnDisk } from "./queue-not-on-disk.ts";
import { redAfterSampling } from "./red-after-sampling.ts";
import { refusedKeyLoses } from "./refused-key-loses.ts";
import { requestTooLarge } from "./request-size.ts";
import { retryGivesUp } from "./retry-gives-up.ts";
import type { Diagnostic, Rule, Target } from "./rule.ts";
import { samplingWindow } from "./sampling-window.ts";
import { literalReference, secretInPlain, unsendableText } from "./text-traps.ts";
import { unredactedExporter } from "./unredacted-exporter.ts";
import { unusedComponent } from "./unused-component.ts";
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

/** Everything the rules find. Empty: the pipeline is good. */
export function checkPipeline(pipeline: PipelineGraph, target: Target): readonly Diagnostic[] {
  return RULES.flatMap((rule) =>
    rule.find(pipeline, target).map((finding) => ({
      id: rule.id,
      severity: rule.severity,
      ...finding,
      docs: `pipeline/checks/README.md#${rule.id}`,
    })),
  );
}
