/** How faithfully a backend shows something that was written once. */
export type Fidelity =
  | { readonly kind: "exact" }
  | { readonly kind: "approximated"; readonly how: string }
  | { readonly kind: "unsupported"; readonly why: string };

/** It shows the very same number. */
export const EXACT: Fidelity = { kind: "exact" };

/** @param how it differs, as the parity page says it */
export function approximated(how: string): Fidelity {
  return { kind: "approximated", how };
}

/** Differences that several backends have. */
export const NAMED_INSTANCES = approximated(
  "without what names no instance of itself, such as a database that is scraped",
);
export const NEAREST_RECORD = approximated("the nearest record by its own rule");

/** @param why it cannot be shown, as the parity page says it */
export function unsupported(why: string): Fidelity {
  return { kind: "unsupported", why };
}

/** The worst of several: one unsupported part spoils the whole; hows are joined, each once. */
export function worst(parts: readonly Fidelity[]): Fidelity {
  const lost = parts.find((part) => part.kind === "unsupported");
  if (lost !== undefined) return lost;
  const hows = [...new Set(parts.flatMap((part) => (part.kind === "approximated" ? [part.how] : [])))];
  return hows.length === 0 ? EXACT : approximated(hows.join("; "));
}
