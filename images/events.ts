import type { ImageName } from "./specs.ts";

/** One moment of a build. */
export interface BuildEvent {
  readonly image: ImageName;
  /** What is being done: `fetching`, `compiling`, `building`, `pulling`, `ready`. */
  readonly step: string;
  /** Seconds since this step began. */
  readonly seconds: number;
  /** How far it is, where that is known: `312 packages`. */
  readonly detail?: string;
}

/** Called with a sentence for a person and the same as data, at every change and at least every 15 s. */
export type Report = (line: string, event: BuildEvent) => void;

export interface BuildResult {
  readonly image: ImageName;
  readonly reference: string;
  /** How the image was obtained. */
  readonly outcome: "built" | "present" | "pulled";
  /** Wall time, waiting for a free place included. */
  readonly seconds: number;
}

/** An image could not be made. The message names image, step and the last lines that the step printed. */
export class ImageBuildFailed extends Error {
  override readonly name = "ImageBuildFailed";
  readonly image: ImageName;
  readonly step: string;

  constructor(image: ImageName, step: string, reason: string) {
    super(`Image "${image}" failed at step "${step}":\n${reason.replace(/^/gm, "  ")}`);
    this.image = image;
    this.step = step;
  }
}

/** The sentence for an event: `collector: compiling, 312 packages, 140 s`. */
export function describe(event: BuildEvent): string {
  const parts = [event.step, event.detail, `${Math.round(event.seconds)} s`];
  return `${event.image}: ${parts.filter((part) => part !== undefined).join(", ")}`;
}
