import { type ImageName, PROGRAMS_SECONDS, SPECS } from "./specs.ts";

/** One piece of work: an image's own, or what all Go programs have in common. */
interface Task {
  /** Expected seconds on the measured machine. */
  readonly seconds: number;
  readonly after: readonly string[];
  begun?: number;
  /** Share of its time that has passed, where the work says so, and what it said first. */
  share?: number;
  first?: { readonly share: number; readonly at: number };
  ended?: number;
}

/** When a piece of work began and ended, in seconds since the build began. */
export interface Took {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Pulling a published image: unknown, since it depends on the network alone. */
const PULL_SECONDS = 20;

/** What the programs have in common, by the steps that are about it. */
const SHARED: Readonly<Record<string, keyof typeof PROGRAMS_SECONDS>> = {
  packing: "fetching",
  fetching: "fetching",
  compiling: "compiling",
  unpacking: "compiling",
};

/** Expected seconds of work after which this machine's speed, in logarithms, is believed by half; likewise the share of a task's own time. */
const BELIEVED_SECONDS = 15;
const BELIEVED_SHARE = 0.05;

/** No machine is believed to be quicker: what is done at once was done by an earlier build. */
const QUICKEST = 0.6;

/**
 * How much of a build is done and how long the rest takes: the longest chain of what is left, by measured seconds, times what this machine has
 * needed so far of what was expected of it. What says how far it is, the compilation, is judged by its own speed more and more: processors
 * and networks differ.
 */
export class Forecast {
  readonly #tasks = new Map<string, Task>();
  readonly #now: () => number;
  readonly #started: number;
  readonly #expected: number;

  /**
   * @param missing images to be made or pulled, with those of them that each starts from
   * @param now seconds, for tests
   */
  constructor(
    missing: ReadonlyMap<ImageName, readonly ImageName[]>,
    now: () => number = () => performance.now() / 1000,
  ) {
    this.#now = now;
    this.#started = now();
    for (const [name, bases] of missing) {
      const local = SPECS[name].local;
      const compiled = local?.kind === "go-program";
      this.#tasks.set(name, { seconds: local?.seconds ?? PULL_SECONDS, after: compiled ? ["compiling"] : bases });
      if (compiled) {
        this.#tasks.set("fetching", { seconds: PROGRAMS_SECONDS.fetching, after: bases });
        this.#tasks.set("compiling", { seconds: PROGRAMS_SECONDS.compiling, after: ["fetching"] });
      }
    }
    this.#expected = this.#expectedRest();
  }

  begin(image: ImageName, step: string): void {
    const task = this.#task(image, step);
    if (task !== undefined) task.begun ??= this.#now();
  }

  at(image: ImageName, step: string, share: number | undefined): void {
    const task = this.#task(image, step);
    if (task === undefined || share === undefined) return;
    task.share = share;
    task.first ??= { share, at: this.#now() };
  }

  end(image: ImageName, step: string): void {
    const task = this.#task(image, step);
    if (task !== undefined && SHARED[step] !== undefined) task.ended = this.#now();
  }

  ready(image: ImageName): void {
    const task = this.#tasks.get(image);
    if (task !== undefined) task.ended = this.#now();
  }

  /** What was done, in the order in which it began. */
  took(): readonly Took[] {
    return [...this.#tasks]
      .flatMap(([name, { begun, ended }]) =>
        begun === undefined || ended === undefined
          ? []
          : [{ name, from: begun - this.#started, to: ended - this.#started }],
      )
      .toSorted((a, b) => a.from - b.from);
  }

  /** `3 of 19 images, about 7 min left`. */
  sentence(): string {
    const images = [...this.#tasks].filter(([name]) => !(name in PROGRAMS_SECONDS));
    const done = images.filter(([, task]) => task.ended !== undefined).length;
    return `${done} of ${images.length} images, ${about(this.secondsLeft())} left`;
  }

  secondsLeft(): number {
    const slowness = this.#slowness();
    return this.#longest((task) => this.#secondsOf(task, slowness));
  }

  /** Seconds that are left of a task on this machine. */
  #secondsOf(task: Task, slowness: number): number {
    const expected = this.#rest(task) * slowness;
    const { share = 0, first } = task;
    const came = first === undefined ? 0 : share - first.share;
    if (task.ended !== undefined || first === undefined || came <= 0) return expected;
    const bySelf = ((1 - share) * (this.#now() - first.at)) / came;
    const believed = came / (came + BELIEVED_SHARE);
    return believed * bySelf + (1 - believed) * expected;
  }

  /** Seconds passed for each second of work that was expected. */
  #slowness(): number {
    const passed = this.#now() - this.#started;
    const expected = this.#expected - this.#expectedRest();
    if (expected <= 0) return 1;
    return Math.max(QUICKEST, (passed / expected) ** (expected / (expected + BELIEVED_SECONDS)));
  }

  #expectedRest(): number {
    return this.#longest((task) => this.#rest(task));
  }

  /** Seconds of the longest chain of tasks. */
  #longest(secondsOf: (task: Task) => number): number {
    const chains = new Map<string, number>();
    const chain = (name: string): number => {
      const task = this.#tasks.get(name);
      if (task === undefined) return 0;
      const known = chains.get(name);
      if (known !== undefined) return known;
      const length = secondsOf(task) + Math.max(0, ...task.after.map(chain));
      chains.set(name, length);
      return length;
    };
    return Math.max(0, ...[...this.#tasks.keys()].map(chain));
  }

  /** Expected seconds that are left of a task; one that says nothing of itself is never nearly done before it ends. */
  #rest({ seconds, begun, share, ended }: Task): number {
    if (ended !== undefined) return 0;
    if (begun === undefined) return seconds;
    const passed = Math.min(0.9, (this.#now() - begun) / seconds);
    return seconds * (1 - (share ?? passed));
  }

  #task(image: ImageName, step: string): Task | undefined {
    return this.#tasks.get(SHARED[step] ?? image);
  }
}

function about(seconds: number): string {
  if (seconds < 95) return `about ${Math.ceil(seconds / 10) * 10} s`;
  // To half a minute while a minute is much of it.
  return `about ${seconds < 600 ? Math.round(seconds / 30) / 2 : Math.round(seconds / 60)} min`;
}
