/** One version of CHANGELOG.md. */
export interface Version {
  readonly version: string;
  /** `2026-11-29`; empty of what is not released. */
  readonly date: string;
  /** Items by the heading they stand under: `To do`, `Added`, `Removed`. */
  readonly items: Readonly<Record<string, readonly string[]>>;
}

/** Reads a changelog in the form of keepachangelog.com, newest version first as it stands there. */
export function readChangelog(text: string): readonly Version[] {
  return text
    .split(/^## /m)
    .slice(1)
    .flatMap((part) => {
      const [, version, date = ""] = /^\[([^\]]+)\](?: - (\S+))?/.exec(part) ?? [];
      return version === undefined ? [] : [{ version, date, items: itemsOf(part) }];
    });
}

function itemsOf(part: string): Version["items"] {
  const sections = part.split(/^### /m).slice(1);
  return Object.fromEntries(
    sections.map((section) => {
      const [title = "", ...lines] = section.split("\n");
      const items = lines.join("\n").split(/^- /m).slice(1);
      return [title.trim(), items.map((item) => item.replace(/\s+/g, " ").trim())];
    }),
  );
}

/** The versions after `from`, up to and with `to`, oldest first. */
export function between(versions: readonly Version[], from: string, to: string): readonly Version[] {
  const order = versions.map(({ version }) => version).reverse();
  const [first, last] = [order.indexOf(from), order.indexOf(to)];
  return versions.filter(({ version }) => order.indexOf(version) > first && order.indexOf(version) <= last).reverse();
}
