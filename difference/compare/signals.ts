import type { SignalName } from "../inventory/model.ts";

/** What a difference is about. */
export type Signal = SignalName | "resource" | "content";
