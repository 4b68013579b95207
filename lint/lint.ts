import { isDaemonInWords, versionInWords } from "./comments.ts";
import { houseFindings } from "./house.ts";
import { Config } from "./model.ts";
import { type Position, readConfig, type SourceFile, type SyntaxProblem } from "./read.ts";
import type { Finding, Profile, Rule, Severity, Target } from "./rule.ts";
import { accessRules } from "./rules/access.ts";
import { addressRules } from "./rules/addresses.ts";
import { attributeLevelRules } from "./rules/attribute-level.ts";
import { attributeRules } from "./rules/attributes.ts";
import { brokerRules } from "./rules/brokers.ts";
import { capturedRules } from "./rules/captured.ts";
import { certificateFileRules } from "./rules/certificate-files.ts";
import { choiceRules } from "./rules/choices.ts";
import { clusterObjectRules } from "./rules/cluster-objects.ts";
import { combinationRules } from "./rules/combinations.ts";
import { commentBesideRules } from "./rules/comments-beside.ts";
import { componentRules } from "./rules/components.ts";
import { connectionRules } from "./rules/connections.ts";
import { connectorRules } from "./rules/connectors.ts";
import { consumerGroupRules } from "./rules/consumer-groups.ts";
import { containerLimitRules } from "./rules/container-limits.ts";
import { conventionRules } from "./rules/conventions.ts";
import { copiedSecretRules } from "./rules/copied-secrets.ts";
import { copiesRules } from "./rules/copies.ts";
import { deliveryRules } from "./rules/delivery.ts";
import { deploymentRules } from "./rules/deployment.ts";
import { discoveryRules } from "./rules/discovery.ts";
import { encryptedScrapeRules } from "./rules/encrypted-scrapes.ts";
import { endpointRules } from "./rules/endpoints.ts";
import { extensionRules } from "./rules/extensions.ts";
import { fieldAndNameRules } from "./rules/fields-and-names.ts";
import { filesOfPodsRules } from "./rules/files-of-pods.ts";
import { flowRules } from "./rules/flow.ts";
import { formatRules } from "./rules/formats.ts";
import { ignoredSettingRules } from "./rules/ignored-settings.ts";
import { invertedRules } from "./rules/inverted.ts";
import { keyRules } from "./rules/keys.ts";
import { listeningRules } from "./rules/listening.ts";
import { logFileRules } from "./rules/log-files.ts";
import { logicRules } from "./rules/logic.ts";
import { loopRules } from "./rules/loops.ts";
import { meaningRules } from "./rules/meaning.ts";
import { memoryLimitRules } from "./rules/memory-limits.ts";
import { misplacedSettingRules } from "./rules/misplaced-settings.ts";
import { movedKeyRules } from "./rules/moved-keys.ts";
import { needRules } from "./rules/needs.ts";
import { operatorKeyRules } from "./rules/operator-keys.ts";
import { operatorNeedRules } from "./rules/operator-needs.ts";
import { operatorRules } from "./rules/operators.ts";
import { orderRules } from "./rules/order.ts";
import { ottlRules } from "./rules/ottl.ts";
import { ottlErrorRules } from "./rules/ottl-errors.ts";
import { ownMetricsRules } from "./rules/own-metrics.ts";
import { ownTelemetryRules } from "./rules/own-telemetry.ts";
import { patternRules } from "./rules/patterns.ts";
import { patternOfLineRules } from "./rules/patterns-of-lines.ts";
import { policyRules } from "./rules/policies.ts";
import { processorRules } from "./rules/processors.ts";
import { promiseRules } from "./rules/promises.ts";
import { queryRules } from "./rules/queries.ts";
import { rangeRules } from "./rules/ranges.ts";
import { reachRules } from "./rules/reach.ts";
import { receiverRules } from "./rules/receivers.ts";
import { refusedSettingRules } from "./rules/refused-settings.ts";
import { relabelRules } from "./rules/relabelling.ts";
import { replacementRules } from "./rules/replacements.ts";
import { requestMetadataRules } from "./rules/request-metadata.ts";
import { samplingRules } from "./rules/sampling.ts";
import { scrapeRules } from "./rules/scrape.ts";
import { secrecyRules } from "./rules/secrecy.ts";
import { seriesRules } from "./rules/series.ts";
import { statementEffectRules } from "./rules/statement-effects.ts";
import { statementRules } from "./rules/statements.ts";
import { storeRules } from "./rules/stores.ts";
import { structureRules } from "./rules/structure.ts";
import { syntaxRules } from "./rules/syntax.ts";
import { temporalityRules } from "./rules/temporality.ts";
import { timeLayoutRules } from "./rules/time-layouts.ts";
import { twiceRules } from "./rules/twice.ts";
import { unsetVariableRules } from "./rules/unset-variables.ts";
import { valueRules } from "./rules/values.ts";
import { vendorProtocolRules } from "./rules/vendor-protocols.ts";
import { vendorRules } from "./rules/vendors.ts";
import { withoutEffectRules } from "./rules/without-effect.ts";
import { withoutReaderRules } from "./rules/without-reader.ts";
import { wordsBesideRules } from "./rules/words-beside.ts";

/** Checks collector configurations of anybody. Pure, and total: any text has an answer. */

/** What a text is refused for before it means anything. */
export const SYNTAX: Readonly<
  Record<SyntaxProblem["code"], Pick<Rule, "severity" | "explain" | "bad" | "good"> & { readonly fix: string }>
> = {
  "yaml-syntax": {
    severity: "error",
    explain: "The file is no YAML.",
    fix: "mend the line",
    bad: "receivers: [otlp\n",
    good: "receivers: {otlp: {protocols: {grpc: {}}}}\n",
  },
  "yaml-tab": {
    severity: "error",
    explain: "YAML is indented with spaces.",
    fix: "write spaces",
    bad: "receivers:\n\totlp:\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {}}}\n",
  },
  "duplicate-key": {
    severity: "error",
    explain: "A key that is written twice in one mapping: the collector refuses the file.",
    fix: "remove one, or give it a name: type/name",
    bad: "receivers:\n  otlp: {}\n  otlp: {}\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {}}}\n  otlp/b: {protocols: {grpc: {}}}\n",
  },
  "not-a-mapping": {
    severity: "error",
    explain: "A configuration is a mapping of sections.",
    fix: "write receivers, exporters and service as keys",
    bad: "- receivers\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {}}}\n",
  },
  "several-documents": {
    severity: "warning",
    explain: "The collector reads the first document of a file.",
    fix: "give each document a file of its own, and name all on the command line",
    bad: "receivers: {}\n---\nexporters: {}\n",
    good: "receivers: {}\nexporters: {}\n",
  },
};

export const RULES: readonly Rule[] = [
  ...structureRules,
  ...componentRules,
  ...extensionRules,
  ...connectorRules,
  ...syntaxRules,
  ...keyRules,
  ...movedKeyRules,
  ...choiceRules,
  ...rangeRules,
  ...patternRules,
  ...memoryLimitRules,
  ...orderRules,
  ...samplingRules,
  ...processorRules,
  ...attributeRules,
  ...temporalityRules,
  ...endpointRules,
  ...listeningRules,
  ...secrecyRules,
  ...deliveryRules,
  ...ownTelemetryRules,
  ...receiverRules,
  ...scrapeRules,
  ...needRules,
  ...addressRules,
  ...vendorRules,
  ...operatorRules,
  ...accessRules,
  ...requestMetadataRules,
  ...ottlRules,
  ...meaningRules,
  ...deploymentRules,
  ...loopRules,
  ...valueRules,
  ...reachRules,
  ...filesOfPodsRules,
  ...invertedRules,
  ...copiesRules,
  ...containerLimitRules,
  ...relabelRules,
  ...formatRules,
  ...ottlErrorRules,
  ...statementRules,
  ...seriesRules,
  ...clusterObjectRules,
  ...brokerRules,
  ...combinationRules,
  ...connectionRules,
  ...twiceRules,
  ...attributeLevelRules,
  ...discoveryRules,
  ...flowRules,
  ...logFileRules,
  ...logicRules,
  ...operatorNeedRules,
  ...operatorKeyRules,
  ...ownMetricsRules,
  ...policyRules,
  ...queryRules,
  ...replacementRules,
  ...storeRules,
  ...timeLayoutRules,
  ...unsetVariableRules,
  ...withoutEffectRules,
  ...ignoredSettingRules,
  ...capturedRules,
  ...refusedSettingRules,
  ...withoutReaderRules,
  ...promiseRules,
  ...fieldAndNameRules,
  ...patternOfLineRules,
  ...consumerGroupRules,
  ...statementEffectRules,
  ...certificateFileRules,
  ...encryptedScrapeRules,
  ...misplacedSettingRules,
  ...copiedSecretRules,
  ...conventionRules,
  ...vendorProtocolRules,
  ...wordsBesideRules,
  ...commentBesideRules,
];

/** How many rules there are: those of texts as well. */
export const RULE_COUNT = RULES.length + Object.keys(SYNTAX).length;

/** A finding with everything that a person or a program needs of it. */
export interface Diagnostic {
  readonly id: string;
  readonly severity: Severity;
  readonly at: Position;
  /** `exporters.otlp.endpoint`; empty for what is wrong with a text. */
  readonly path: string;
  readonly message: string;
  readonly fix: string;
  /** Page of the documentation, relative to the project. */
  readonly page: string;
}

export const pageOf = (id: string): string => `docs/lint.md#${id}`;

/** Checks files as one configuration, later ones merged into earlier ones; sorted by place. */
export function lint(
  files: readonly SourceFile[],
  target: Target,
  profile: Profile = "general",
): readonly Diagnostic[] {
  const { root, problems, positionOf, isAssumed, mode, deployed, comments } = readConfig(files);
  const syntax = problems.map(({ code, message, at }): Diagnostic => {
    const { severity, fix } = SYNTAX[code];
    return { id: code, severity, at, path: "", message, fix, page: pageOf(code) };
  });
  const isWhole = !syntax.some(({ id }) => id === "yaml-syntax" || id === "yaml-tab");
  const config = new Config(root, mode ?? (isDaemonInWords(comments) ? "daemonset" : undefined), deployed, comments);
  const said = target.isFixed === true ? undefined : files.map(({ text }) => versionInWords(text)).find(Boolean);
  const asked = said === undefined ? target : { ...target, version: said };
  // What a broken text means is a guess.
  const rules = isWhole ? RULES.filter((rule) => rule.profile !== "ours" || profile === "ours") : [];
  const found = rules.flatMap((rule) =>
    distinct([...rule.find(config, asked)].filter(({ path }) => !isAssumed(path))).map((finding) =>
      diagnostic(rule, finding, positionOf),
    ),
  );
  const isGood = isWhole && [...syntax, ...found].every(({ severity }) => severity === "warning");
  const ofHouse = isGood && profile === "ours" ? houseFindings(config, asked) : [];
  const house = ofHouse.map(
    ({ path, ...rest }): Diagnostic => ({ ...rest, path: path.map(String).join("."), at: positionOf(path) }),
  );
  return [...syntax, ...found, ...house].sort(
    (a, b) =>
      files.findIndex(({ name }) => name === a.at.file) - files.findIndex(({ name }) => name === b.at.file) ||
      a.at.line - b.at.line ||
      a.at.column - b.at.column,
  );
}

function diagnostic(
  { id, severity }: Rule,
  { path, message, fix }: Finding,
  positionOf: (path: Finding["path"]) => Position,
): Diagnostic {
  return { id, severity, at: positionOf(path), path: path.map(String).join("."), message, fix, page: pageOf(id) };
}

const distinct = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(findings.map((finding) => [JSON.stringify([finding.path, finding.message]), finding])).values(),
];
