import { type Browser, chromium, type Page } from "playwright-core";

/** What a person does in the console, by what stands on the screen. */
export interface Visit {
  readonly page: Page;
  /** What the browser complained of, but for stores that do not answer. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
}

export const launch = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });

/** Opens a page as wide as a screen or a telephone. */
export async function visit(browser: Browser, url: string, width: number, dark = false): Promise<Visit> {
  const page = await browser.newPage({
    viewport: { width, height: 1200 },
    colorScheme: dark ? "dark" : "light",
  });
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) complaints.push(`asked ${request.url()}`);
  });
  page.setDefaultTimeout(30_000);
  await page.goto(url);
  return { page, complaints, close: () => page.close() };
}

/** How far the page is wider than its window: a page that has to be moved sideways is not made for it. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

/** What has the focus: what a person reads of it, and whether it is seen to have it. */
export interface Focused {
  readonly text: string;
  /** An outline of two pixels or more, within the window. */
  readonly seen: boolean;
}

const FOCUSED = `(() => {
  const one = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  const { bottom, right, top } = one.getBoundingClientRect();
  const within = bottom > 0 && right > 0 && top < innerHeight;
  const text = one.ariaLabel ?? one.closest("label")?.querySelector("span")?.textContent ?? one.textContent;
  return { text: text.trim(), seen: within && outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 };
})()`;

/** Presses Tab so often, and says what each press led to. */
export async function tabbed(page: Page, times: number): Promise<readonly Focused[]> {
  const all: Focused[] = [];
  for (let time = 0; time < times; time += 1) {
    await page.keyboard.press("Tab");
    all.push(await page.evaluate<Focused>(FOCUSED));
  }
  return all;
}

/** Waits until nothing on the page says that it loads. */
export async function settled(page: Page): Promise<void> {
  await page.locator("main").waitFor();
  await page.locator("main .state .spinner").first().waitFor({ state: "detached" });
}
