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

/** Waits until nothing on the page says that it loads. */
export async function settled(page: Page): Promise<void> {
  await page.locator("main").waitFor();
  await page.locator("main .state .spinner").first().waitFor({ state: "detached" });
}
