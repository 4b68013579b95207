import { type RulesConfig, runbookBaseOf } from "../context.ts";
import type { ConsoleRule } from "./stack.ts";

/** Code, which stays as it is; a link; the name of another runbook in italics. */
const PARTS = /```[\s\S]*?```|(?<!\[)`[^`\n]*`|\[((?:`[^`\n]*`|[^\]`])*)\]\(([^)\s]+)\)|\*([a-z]+(?:-[a-z]+)+)\*/g;

const FOLDER = "/docs/runbooks/";

/**
 * The text of a runbook as the console shows it. A link to another runbook leads to the rule that has it. What else is relative to the
 * folder of the runbooks has no address in the console: it leads to where `alerts.runbooks` says, and is a path in words where nothing says.
 *
 * @param text Markdown of a page in `docs/runbooks/`
 */
export function runbookLinks(
  text: string,
  rules: readonly Pick<ConsoleRule, "id" | "runbook">[],
  config: Pick<RulesConfig, "runbookBase">,
): string {
  const inConsole = (page: string): string | undefined => {
    const rule = rules.find(({ runbook }) => runbook === page);
    return rule === undefined ? undefined : `/alerts/${encodeURIComponent(rule.id)}`;
  };
  return text.replace(PARTS, (whole: string, label?: string, to?: string, named?: string) => {
    if (named !== undefined) {
      const address = inConsole(named);
      return address === undefined ? whole : `[${named}](${address})`;
    }
    if (label === undefined || to === undefined || /^([a-z][a-z+.-]*:|\/\/)/i.test(to)) return whole;
    const { pathname, hash } = new URL(to, `file://${FOLDER}`);
    const address = pathname.startsWith(FOLDER)
      ? inConsole(pathname.slice(FOLDER.length).replace(/\.md$/, ""))
      : undefined;
    if (address !== undefined) return `[${label}](${address})`;
    const base = runbookBaseOf(config);
    return base === undefined ? `${label} (\`${pathname.slice(1)}\`)` : `[${label}](${base}${pathname}${hash})`;
  });
}
