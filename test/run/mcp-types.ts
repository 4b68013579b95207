import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../../cli/paths.ts";

/** Arguments of the type check of mcp/server.ts, which the one of the whole project leaves out. */
export const TSC_OF_MCP = ["-p", "mcp", "--noEmit", "--pretty", "false"];

/** Why that cannot be checked here: its packages are its own. Undefined where they are installed. */
export function mcpPackagesMissing(folder = path.join(ROOT, "mcp")): string | undefined {
  if (existsSync(path.join(folder, "node_modules/@modelcontextprotocol/sdk"))) return undefined;
  return "its packages are not installed. Install them with: npm ci --prefix mcp --ignore-scripts";
}

/** For `npm run check`. */
if (import.meta.main) {
  const missing = mcpPackagesMissing();
  if (missing === undefined) {
    process.exitCode = spawnSync("tsc", TSC_OF_MCP, { cwd: ROOT, stdio: "inherit" }).status ?? 1;
  } else {
    console.log(`SKIPPED types of mcp: ${missing}`);
  }
}
