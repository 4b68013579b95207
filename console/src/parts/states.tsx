import type { ReactNode } from "react";
import type { Asked } from "../use.ts";

export function Loading() {
  return (
    <p className="state" role="status">
      <span className="spinner" aria-hidden="true" /> Loading …
    </p>
  );
}

export function Failed({ reason }: { readonly reason: string }) {
  return (
    <p className="state failed" role="alert">
      {reason}
    </p>
  );
}

export function Empty({ children }: { readonly children: ReactNode }) {
  return <p className="state">{children}</p>;
}

/** What was asked for, or in one sentence why it is not there. */
export function Answer<T>({
  asked,
  empty,
  children,
}: {
  readonly asked: Asked<T>;
  /** Said instead of `children` where the data is empty. */
  readonly empty?: (data: T) => ReactNode | undefined;
  readonly children: (data: T) => ReactNode;
}) {
  if (asked.reason !== undefined) return <Failed reason={asked.reason} />;
  if (asked.data === undefined) return <Loading />;
  const nothing = empty?.(asked.data);
  if (nothing !== undefined) return <Empty>{nothing}</Empty>;
  return <div className={asked.busy ? "busy" : undefined}>{children(asked.data)}</div>;
}
