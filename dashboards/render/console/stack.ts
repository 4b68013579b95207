import type { Alert } from "../../model/alert.ts";
import type { Board } from "../../model/board.ts";
import type { Objective } from "../../model/objective.ts";

/**
 * What the console knows of the stack that it shows, as its file `stack.json`. Boards and alerts are the models themselves: the console
 * compiles their queries with the same compilers, for the environment, service and time that a person chose.
 */
export interface ConsoleStack {
  /** As `--stack` takes it, for the commands that pages name. */
  readonly stack: string;
  /** Of the application, as people read it. */
  readonly name: string;
  readonly environment: string;
  readonly boards: readonly Board[];
  readonly alerts: readonly ConsoleAlert[];
  readonly objectives: readonly Objective[];
  readonly system: ConsoleSystem;
  /** Whether an Alertmanager sends what fires to somebody. */
  readonly notifies: boolean;
  /** Markdown, by the name of its page. */
  readonly runbooks: Readonly<Record<string, string>>;
  /** Other pages over the same stores, by what they are. */
  readonly links: Readonly<Record<string, string>>;
}

export type ConsoleAlert = Omit<Alert, "noData">;

/** What must arrive: as the stack outputs `services` and `sources`. */
export interface ConsoleSystem {
  readonly services: readonly {
    readonly name: string;
    readonly kind: "python" | "node" | "nginx";
    readonly calls: readonly string[];
  }[];
  readonly sources: readonly string[];
}

/** The text of `stack.json`. */
export const renderConsoleStack = (stack: ConsoleStack): string => JSON.stringify(stack);

/** Pages of runbooks that alerts and objectives name, each once. */
export const runbooksOf = ({ alerts, objectives }: Pick<ConsoleStack, "alerts" | "objectives">): readonly string[] =>
  [...new Set([...alerts, ...objectives].map(({ runbook }) => runbook))].sort();
