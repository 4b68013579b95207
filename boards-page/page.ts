import { applicationName } from "../dashboards/application-name.ts";
import type { FilledBoard, LocalBackend } from "./collect.ts";
import { escapeHtml } from "./format.ts";
import type { PanelData } from "./model.ts";
import { panelHtml } from "./panel.ts";
import { STYLE } from "./style.ts";

const MISSING: PanelData = { kind: "failed", reason: "this panel was not asked for" };

/** Every board on one page that needs nothing but itself: no script, no font, no address. */
export function boardsPage(boards: readonly FilledBoard[], source: LocalBackend, namespace: string): string {
  const name = escapeHtml(applicationName(namespace));
  const links = boards.map(({ board }) => `<a href="#${board.id}">${escapeHtml(board.title)}</a>`).join("");
  const span = Math.round((source.to - source.from) / 60_000);
  const until = new Date(source.to).toISOString().replace("T", " ").slice(0, 16);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${name} boards: ${escapeHtml(source.environment)}</title><style>${STYLE}</style></head>
<body><header><h1>${name}</h1><p class="question">Environment ${escapeHtml(source.environment)}, ${span} minutes until ${until} UTC, as the backend answered.</p></header>
<nav><div>${links}</div></nav>
<main>${boards.map((board) => section(board, source)).join("\n")}</main>
<footer>Made by <code>npm run boards</code>. The same boards exist on Grafana, New Relic and Honeycomb.</footer>
</body></html>
`;
}

function section(filled: FilledBoard, source: LocalBackend): string {
  const rows = filled.board.rows.map((row) => {
    const panels = row.panels.map((panel) => panelHtml(panel, filled.panels.get(panel) ?? MISSING, row.height, source));
    return `<h3>${escapeHtml(row.title)}</h3><div class="row">${panels.join("")}</div>`;
  });
  return `<article><h2 id="${filled.board.id}">${escapeHtml(filled.board.title)}</h2><p class="question">${escapeHtml(filled.board.question)}</p>${rows.join("")}</article>`;
}
