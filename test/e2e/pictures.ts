/**
 * `npm run pictures -- [--stack dev]`: the pictures of the console in docs/images, of a stack that runs and is used (`npm run soak` uses it).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readArguments, stackName } from "../../cli/arguments.ts";
import { runCommand } from "../../cli/command.ts";
import { Failure } from "../../cli/failure.ts";
import { findChromium } from "./support/chromium.ts";
import { launch, settled, visit } from "./support/console.ts";
import { projectDir } from "./support/run.ts";

const LARGEST = 150 * 1024;

const PICTURES = [
  { name: "console", path: "/boards?range=15m", width: 1280, height: 900, dark: false },
  { name: "console-dark", path: "/boards?range=15m", width: 1280, height: 900, dark: true },
  { name: "console-390", path: "/boards?range=15m", width: 390, height: 900, dark: false },
  { name: "console-trace", path: "/traces?range=15m&sort=longest&service=api", width: 1280, height: 760, dark: false },
] as const;

async function main(argv: readonly string[]): Promise<number> {
  const stack = stackName(readArguments(argv, "pictures", { stack: "text" }).text("stack"));
  const executable = findChromium();
  if (executable === undefined)
    throw new Failure("No Chromium on PATH: install one, on Debian by apt-get install chromium.");
  const { links } = JSON.parse(readFileSync(join(projectDir, ".local", stack, "outputs.json"), "utf8"));
  const browser = await launch(executable);
  try {
    for (const { name, path, width, height, dark } of PICTURES) {
      const { page } = await visit(browser, `${links.console}${path}`, width, dark);
      await page.setViewportSize({ width, height });
      await settled(page);
      if (name === "console-trace") {
        await page.locator(".traces a", { hasText: "POST /api/games" }).first().click();
        await page.locator(".waterfall .span").first().waitFor();
      }
      await page.waitForLoadState("networkidle");
      const [failed] = await page.locator(".state.failed").allTextContents();
      if (failed !== undefined) throw new Failure(`${name}: a panel says "${failed}".`);
      await page.mouse.move(0, 0);
      const devtools = await page.context().newCDPSession(page);
      const { data } = await devtools.send("Page.captureScreenshot", { format: "webp", quality: 85 });
      const picture = Buffer.from(data, "base64");
      const file = join("docs", "images", `${name}.webp`);
      if (picture.length > LARGEST) throw new Failure(`${file} would take ${picture.length} bytes, above ${LARGEST}.`);
      writeFileSync(join(projectDir, file), picture);
      console.log(`${file}: ${width} x ${height}, ${Math.ceil(picture.length / 1024)} KiB`);
      await page.close();
    }
  } finally {
    await browser.close();
  }
  return 0;
}

const HELP = "npm run pictures -- [--stack dev]: pictures of the console of a running stack, written to docs/images";
await runCommand({ name: "pictures", help: HELP }, main);
