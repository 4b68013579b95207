import type { ImageName } from "../../../images/specs.ts";

/** A cold build as it was measured: what began and ended when, in seconds. */
export interface RecordedBuild {
  readonly took: readonly (readonly [name: ImageName | "fetching" | "compiling", from: number, to: number])[];
  /** Packages whose compilation had begun after 10, 20, 30 ... seconds of it, of `packages`. */
  readonly begun: readonly number[];
  readonly packages: number;
}

/** On two quiet cores, 29 November 2026. */
export const quiet: RecordedBuild = {
  packages: 1810,
  begun: [
    80, 158, 205, 252, 300, 324, 422, 465, 526, 604, 674, 752, 793, 849, 1040, 1203, 1299, 1410, 1542, 1673, 1726, 1766,
    1809, 1810,
  ],
  took: [
    ["base", 0, 22],
    ["go", 22, 41],
    ["node", 22, 56],
    ["python", 41, 57],
    ["fetching", 41, 80],
    ["nginx", 56, 65],
    ["postgres", 57, 82],
    ["rabbitmq", 65, 81],
    ["compiling", 80, 326],
    ["alertmanager", 81, 91],
    ["redis", 82, 88],
    ["browser", 88, 101],
    ["other-node", 91, 115],
    ["example-python", 101, 124],
    ["other-python", 115, 128],
    ["console", 124, 143],
    ["example-frontend", 128, 138],
    ["instrumentation", 138, 176],
    ["collector", 326, 330],
    ["jaeger", 326, 330],
    ["prometheus", 326, 330],
    ["victorialogs", 326, 329],
    ["vmalert", 326, 329],
  ],
};

/** On a slower machine with an end-to-end run beside it, 28 November 2026; the packages' pace is that of the quiet one, stretched. */
export const halfBusy: RecordedBuild = {
  packages: 1810,
  begun: quiet.begun.flatMap((count, at) => (at % 4 === 3 ? [count, count] : [count])),
  took: [
    ["base", 0, 38],
    ["go", 38, 89],
    ["node", 38, 102],
    ["python", 89, 118],
    ["fetching", 89, 150],
    ["nginx", 102, 117],
    ["postgres", 117, 165],
    ["rabbitmq", 118, 151],
    ["compiling", 150, 458],
    ["alertmanager", 151, 169],
    ["redis", 164, 183],
    ["other-node", 169, 210],
    ["console", 183, 219],
    ["example-frontend", 210, 216],
    ["example-python", 216, 258],
    ["other-python", 219, 246],
    ["collector", 458, 463],
    ["jaeger", 458, 463],
    ["prometheus", 458, 463],
    ["victorialogs", 458, 463],
    ["vmalert", 458, 462],
  ],
};
