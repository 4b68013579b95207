import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { succeed } from "./run.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** A Chromium on PATH; undefined where there is none. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((file) => existsSync(file));
}

export interface Picture {
  readonly file: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
}

/** Takes a picture of the upper part of a page. */
export async function picture(chromium: string, page: string, file: string, width: number): Promise<Picture> {
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"];
  const shot = [`--screenshot=${file}`, `--window-size=${width},3000`, "--virtual-time-budget=5000"];
  await succeed(chromium, [...flags, ...shot, `file://${page}`], { timeoutSeconds: 120 });
  const png = await readFile(file);
  return { file, width: png.readUInt32BE(16), height: png.readUInt32BE(20), bytes: png.length };
}
