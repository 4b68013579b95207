import type { Change } from "../compare.ts";
import type { Recording } from "../registration.ts";
import { shortType } from "../tree.ts";
import { code, plain } from "./markdown.ts";

const VOLUME = "docker:index/volume:Volume";

/** What a reviewer must not overlook: sentences in Markdown. */
export function risks(changes: readonly Change[], before: Recording, after: Recording): readonly string[] {
  const deleted = changes.filter(({ step }) => step === "delete" || step === "replace");
  const was = new Map(before.registrations.map((r) => [r.urn, r]));
  const optionsOf = ({ registration }: Change) => was.get(registration.urn)?.options;
  const isProtected = (change: Change) => optionsOf(change)?.protect === true;
  const isRetained = (change: Change) => optionsOf(change)?.retainOnDelete === true;
  const named = (list: readonly Change[]) =>
    list.map(({ step, registration: r }) => `${step} ${code(shortType(r.type))} **${plain(r.name)}**`).join(", ");
  const refused = deleted.filter(isProtected);
  const volumes = deleted.filter((change) => change.registration.type === VOLUME && !isProtected(change));
  const [retained, lost] = [volumes.filter(isRetained), volumes.filter((change) => !isRetained(change))];
  const bare = after.registrations.filter(
    (r) => r.options.protect !== true && was.get(r.urn)?.options.protect === true && r.custom,
  );
  return [
    ...(refused.length > 0 ? [`Protected, so \`pulumi up\` refuses: ${named(refused)}.`] : []),
    ...(lost.length > 0 ? [`Their data will be deleted: ${named(lost)}.`] : []),
    ...(retained.length > 0 ? [`No longer managed, but retained with their data: ${named(retained)}.`] : []),
    ...(bare.length > 0 ? [`No longer protected: ${bare.map((r) => `**${plain(r.name)}**`).join(", ")}.`] : []),
  ];
}

const BOARD = /dashboard|board/i;
const RULE = /rule|alert|trigger|slo\b|serviceLevel|recipient|muting/i;
const BOARD_FILE = /\/boards?\/[^/]+\.json\]/;
const RULE_FILE = /rules?[^/]*\.ya?ml\]/;

/** `boards: 12, alerts and objectives: 3`, or empty: their content is too long to be spelled out. */
export function contentCounts(changes: readonly Change[]): string {
  const paths = changes.flatMap((change) => change.properties.map(({ path }) => path));
  const boards = changes.filter((c) => BOARD.test(kind(c))).length + paths.filter((p) => BOARD_FILE.test(p)).length;
  const rules =
    changes.filter((c) => RULE.test(kind(c)) && !BOARD.test(kind(c))).length +
    paths.filter((path) => RULE_FILE.test(path)).length;
  const parts = [boards > 0 && `boards: ${boards}`, rules > 0 && `alerts and objectives: ${rules}`];
  return parts.filter(Boolean).join(", ");
}

function kind({ registration }: Change): string {
  return registration.type.split(":").pop() ?? "";
}
