import { createContext, type MouseEvent, useContext, useEffect, useRef, useState } from "react";
import type { Span } from "../../boards-page/chart-options.ts";
import type { ConsoleStack } from "../../dashboards/render/console/stack.ts";
import { reasonOf } from "./stores.ts";
import type { Place } from "./url.ts";

/** What every view reads. */
export interface Shared {
  readonly stack: ConsoleStack;
  readonly place: Place;
  readonly go: (address: string, how?: "push" | "replace") => void;
  readonly time: Span;
  readonly environment: string;
  readonly service: string | undefined;
  readonly dark: boolean;
}

export const SharedContext = createContext<Shared | undefined>(undefined);

export function useShared(): Shared {
  const shared = useContext(SharedContext);
  if (shared === undefined) throw new Error("used outside of the console");
  return shared;
}

/** What was asked for: `data` is what came last, and stays while it is asked again. */
export interface Asked<T> {
  readonly data: T | undefined;
  readonly reason: string | undefined;
  readonly busy: boolean;
}

/**
 * Asks when `key` changes, and forgets answers that came too late.
 * @param key all that the question depends on; undefined: nothing is asked
 * @param subject of `key`, what `data` may survive: data of another subject is not shown
 */
export function useAsked<T>(key: string | undefined, ask: () => Promise<T>, subject = ""): Asked<T> {
  const [asked, setAsked] = useState<Asked<T> & { readonly subject: string }>({ ...NOTHING, subject });
  const question = useRef(ask);
  question.current = ask;
  useEffect(() => {
    if (key === undefined) return setAsked({ data: undefined, reason: undefined, busy: false, subject });
    let late = false;
    setAsked((before) => (before.subject === subject ? { ...before, busy: true } : { ...NOTHING, subject }));
    question.current().then(
      (data) => late || setAsked({ data, reason: undefined, busy: false, subject }),
      (error: unknown) => late || setAsked({ data: undefined, reason: reasonOf(error), busy: false, subject }),
    );
    return () => {
      late = true;
    };
  }, [key, subject]);
  return asked.subject === subject ? asked : NOTHING;
}

const NOTHING = { data: undefined, reason: undefined, busy: true } as const;

/** Properties of a link inside of the console: a plain click changes the view without loading the page again. */
export function useLink(): (address: string) => { href: string; onClick: (event: MouseEvent) => void } {
  const { go } = useShared();
  return (address) => ({
    href: address,
    onClick: (event) => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      go(address);
    },
  });
}

/** True once the element has come near the visible part of the page. */
export function useSeen<E extends Element>(): readonly [(element: E | null) => void, boolean] {
  const [element, setElement] = useState<E | null>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (element === null || seen) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && setSeen(true),
      { rootMargin: "300px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [element, seen]);
  return [setElement, seen];
}
