import type { Alert } from "../../model/alert.ts";
import type { Board } from "../../model/board.ts";
import type { Unit } from "../../model/signal.ts";

/**
 * What the console knows of the stack that it shows, as its file `stack.json`. Boards are the models themselves: the console compiles their
 * queries with the same compilers, for the environment, service and time that a person chose.
 */
export interface ConsoleStack {
  /** As `--stack` takes it, for the commands that pages name. */
  readonly stack: string;
  /** Of the application, as people read it. */
  readonly name: string;
  readonly environment: string;
  readonly boards: readonly Board[];
  /** Seconds between two points of a metric. */
  readonly metricsInterval: number;
  /** Every rule that can fire. */
  readonly rules: readonly ConsoleRule[];
  readonly system: ConsoleSystem;
  /** Whether an Alertmanager sends what fires to somebody. */
  readonly notifies: boolean;
  /** Markdown, by the name of its page. */
  readonly runbooks: Readonly<Record<string, string>>;
  /** Other pages over the same stores, by what they are. */
  readonly links: Readonly<Record<string, string>>;
}

/** A rule as a person reads it. */
export interface ConsoleRule extends Pick<Alert, "title" | "board" | "runbook"> {
  /** What fires names it in the label `rule`. */
  readonly id: string;
  /** Of an objective, which has rules of several severities: `objective`. */
  readonly severity: Alert["severity"] | "objective";
  /** One sentence without its full stop. */
  readonly meaning: string;
  /** When it fires, where one number says it. */
  readonly when?: Pick<Alert, "op" | "threshold" | "forSeconds"> & { readonly unit: Unit };
  /** Whose objective it is. */
  readonly service?: string;
}

/** What must arrive: as the stack outputs `services` and `sources`. */
export interface ConsoleSystem {
  readonly services: readonly {
    readonly name: string;
    readonly kind: "python" | "node" | "nginx" | "other";
    readonly work: "requests" | "messages" | "commands" | "schedule" | "pages";
    readonly injected: boolean;
    readonly traced: boolean;
    readonly browser: boolean;
    readonly calls: readonly string[];
  }[];
  readonly sources: readonly string[];
}

/** The text of `stack.json`. */
export const renderConsoleStack = (stack: ConsoleStack): string => JSON.stringify(stack);
