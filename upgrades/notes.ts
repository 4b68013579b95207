import type { Change } from "../offline/compare.ts";
import { shortType } from "../offline/tree.ts";
import { between, type Version } from "./changelog.ts";
import { type Consequence, consequenceOf } from "./words.ts";

/** What an upgrade of one stack is. */
export interface Upgrade {
  readonly stack: string;
  readonly from: string;
  readonly to: string;
  /** Where the earlier side comes from, as a clause. */
  readonly source: string;
  readonly changes: readonly Change[];
  /** Of the changes, those that nobody can undo. */
  readonly lost: readonly Change[];
  readonly changelog: readonly Version[];
}

const TITLES = { delete: "Deleted", replace: "Replaced", update: "Changed in place", create: "Created" } as const;
const ORDER = ["delete", "replace", "update", "create"] as const;
/** From how many on resources of one type share a line. */
const ALIKE = 4;

/** What the upgrade touches, and what a person does: for a terminal. */
export function asText(upgrade: Upgrade): string {
  const { stack, from, to, source, changes, lost } = upgrade;
  const steps = toDo(upgrade);
  const lines = [`Upgrade of stack ${stack} from ${from} to ${to} (${source})`, ""];
  if (lost.length > 0) lines.push("LOST, so do not upgrade before you know why:", ...lost.map(lostLine), "");
  lines.push("To do", ...(steps.length === 0 ? ["  nothing"] : steps.map((step) => `  - ${step}`)));
  for (const step of ORDER) {
    const rows = rowsOf(changes, step);
    if (rows.length > 0) lines.push("", TITLES[step], ...rows.map((row) => `  ${row}`));
  }
  if (lost.length === 0)
    lines.push("", "No protected resource, no data volume and no generated password is deleted or replaced.");
  return lines.join("\n");
}

/** The same for a program: what `--json` prints. */
export interface UpgradeNotes extends Pick<Upgrade, "stack" | "from" | "to" | "source"> {
  /** What a person does. */
  readonly toDo: readonly string[];
  readonly changes: readonly Consequence[];
  readonly lost: readonly { readonly step: Change["step"]; readonly type: string; readonly name: string }[];
}

export function asJson(upgrade: Upgrade): string {
  const { stack, from, to, source, changes, lost } = upgrade;
  const consequences = changes.flatMap((change) => consequenceOf(change) ?? []);
  const names = lost.map(({ step, registration: { type, name } }) => ({ step, type, name }));
  const notes: UpgradeNotes = { stack, from, to, source, toDo: toDo(upgrade), changes: consequences, lost: names };
  return JSON.stringify(notes, null, 2);
}

function toDo({ changelog, from, to }: Upgrade): readonly string[] {
  const versions = between(changelog, from, to);
  return versions.flatMap(({ version, items }) => (items["To do"] ?? []).map((item) => `${version}: ${item}`));
}

function rowsOf(changes: readonly Change[], step: Change["step"]): readonly string[] {
  const groups = Map.groupBy(
    changes.filter((change) => change.step === step && consequenceOf(change) !== undefined),
    ({ registration }) => registration.type,
  );
  return [...groups].flatMap(([type, group]) =>
    group.length >= ALIKE && !type.startsWith("docker:")
      ? [`${group.length} × ${shortType(type)}`]
      : group.flatMap((change) => consequenceOf(change) ?? []).map(line),
  );
}

const line = ({ what, why, meanwhile }: Consequence): string =>
  [what, why, meanwhile].filter((part) => part !== "").join("; ");

const lostLine = ({ step, registration: { type, name } }: Change): string => `  ${step} ${shortType(type)} ${name}`;
