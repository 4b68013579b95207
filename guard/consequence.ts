import type { Judgement } from "./judge.ts";
import type { GoodRelease } from "./store.ts";

export type Decision = Judgement["decision"];

/** What is done about a release that was judged. */
export type Consequence =
  /** It is the last good one from now on. */
  | { readonly kind: "keep" }
  /** It runs on, for this reason. */
  | { readonly kind: "leave"; readonly why: string }
  | { readonly kind: "take-back"; readonly to: GoodRelease };

/**
 * Pure.
 * @param undecided the config key `guard.undecided`
 * @param good the last good release, where there is one
 * @param id of the release that was judged
 */
export function consequenceOf(
  decision: Decision,
  undecided: "keep" | "rollback",
  good: GoodRelease | undefined,
  id: string,
): Consequence {
  if (decision === "good") return { kind: "keep" };
  if (decision !== "bad" && (decision !== "undecided" || undecided === "keep"))
    return { kind: "leave", why: "guard.undecided is keep. Run the same again once its backend answers." };
  if (good === undefined)
    return { kind: "leave", why: "there is no good release to return to; the first that is judged good will be one." };
  if (good.id === id)
    return { kind: "leave", why: "it is the last good release itself, so what went wrong is not of its making." };
  return { kind: "take-back", to: good };
}
