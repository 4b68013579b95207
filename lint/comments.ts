/** What the comments of a file say of it. Pure. */

export interface Comments {
  /** The comment that the file begins with, as one line. */
  readonly head: string;
  /** All of them, one a line. */
  readonly all: string;
  /** Lines of the file that they stand in. */
  readonly lines: readonly string[];
}

export const NO_COMMENTS: Comments = { head: "", all: "", lines: [] };

export function commentsOf(text: string): Comments {
  const lines = text.split("\n");
  const all = lines.flatMap((line) => /(?:^|\s)#+\s?(.*)$/.exec(line)?.[1] ?? []);
  return { head: headOf(text), all: all.join("\n"), lines };
}

const indentOf = (line: string): number => line.search(/\S|$/);

/** What comments say right above a line that holds a text, above the keys that it stands below, and behind it; up to the component that it is of. */
export function wordsAbove({ lines }: Comments, held: string): string {
  const found = lines.findIndex((line) => line.includes(held) && !/^\s*#/.test(line));
  if (held === "" || found < 0) return "";
  const said = [/\s#\s?(.*)$/.exec((lines[found] ?? "").split(held).at(-1) ?? "")?.[1] ?? ""];
  let depth = indentOf(lines[found] ?? "");
  let isOpen = true;
  for (let i = found - 1; i >= 0 && depth > 0; i -= 1) {
    const line = lines[i] ?? "";
    const comment = /^\s*#+\s?(.*)$/.exec(line)?.[1];
    if (comment !== undefined) {
      if (isOpen && indentOf(line) > 0) said.unshift(comment);
      continue;
    }
    if (line.trim() === "") continue;
    // a neighbour ends the comments above it, a key above begins anew
    isOpen = indentOf(line) < depth;
    if (isOpen) depth = indentOf(line);
  }
  return said.join(" ").trim();
}

function headOf(text: string): string {
  const [head = ""] = /^(?:\s*(?:#.*)?\n)*/.exec(text) ?? [];
  return head.replace(/^\s*#+/gm, " ").replace(/\s+/g, " ");
}

const ROLE =
  /\b(?<gateway>gateway|central collector|(?:sampling|second) tier)\b|\b(?:agent|daemon ?set|sidecar|per node|(?:edge|single|one) (?:box|machine|host|linux vm|vm))\b/gi;
/** Before a word: of another collector, which this one sends to or takes from. */
const OF_ANOTHER =
  /\b(?:to|towards|into|in|at|with|behind|through|via|by|from|of|before|after|for|and) (?:(?:the|its|an?|our|one|another|each) )?(?:[\w-]+ ){0,2}$/i;

/** The role that a file gives itself in the comment that it begins with. */
export function roleInWords({ head }: Comments): "gateway" | "agent" | undefined {
  for (const match of head.matchAll(ROLE)) {
    if (OF_ANOTHER.test(head.slice(0, match.index))) continue;
    return match.groups?.gateway === undefined ? "agent" : "gateway";
  }
  return undefined;
}

/** Whether a file says at its beginning that one of it runs on each node. */
export function isDaemonInWords({ head }: Comments): boolean {
  const [first] = head.matchAll(ON_NODES);
  if (first === undefined) return false;
  const before = head
    .slice(0, first.index)
    .replace(/\b(values|config\w*|file|settings|setup|collector) (for|of) /gi, "");
  return !OF_ANOTHER.test(before.replace(/\($/, "")) && !/\b(not|no|never|instead of)\b[^.;,]*$/i.test(before);
}
const ON_NODES =
  /\bdaemon ?sets?\b|\b(?:one|a|its) (?:pod|copy|instance|collector)s? (?:per|on (?:each|every)) node\b|\b(?:runs |run |is |deployed )?on (?:every|each) node\b/gi;

const NUMBERS: Readonly<Record<string, number>> = { single: 1, one: 1, two: 2, three: 3, four: 4, five: 5, several: 2 };

/** How many copies of itself a file speaks of at its beginning: `Deployment, 3 replicas`. */
export function replicasInWords({ head }: Comments): number | undefined {
  const said =
    /(?<!of the |across |over )\b(\d+|single|one|two|three|four|five|several)[ -](?:\w+ )?replicas?\b|\breplicas:? (\d+)\b/i.exec(
      head,
    );
  const word = (said?.[1] ?? said?.[2])?.toLowerCase();
  return word === undefined ? undefined : (NUMBERS[word] ?? Number(word));
}

/** The version that a file says it is for, at its beginning or as the tag of an image: `collector contrib 0.160`. */
export function versionInWords(text: string): string | undefined {
  const image = /opentelemetry-collector[\w-]*:v?(0\.\d{2,3}\.\d+)\b/.exec(text)?.[1];
  const said =
    /(?<!(?:since|until|before|after|from|in|by) (?:the )?)\b(?:collector|contrib|otelcol)(?:[ -]contrib)? v?(0\.1\d\d(?:\.\d+)?)\b/i;
  const version = image ?? said.exec(headOf(text))?.[1];
  return version === undefined || version.split(".").length === 3 ? version : `${version}.0`;
}

/** Whether a file says in the comment that it begins with that it runs in a pod which others reach. */
export const servesInWords = ({ head }: Comments): boolean =>
  /\b(deployment|stateful ?set|\d+ replicas|(behind|in front of) (an? |the )?service|kubernetes|k8s|pods?)\b/i.test(
    head,
  );
