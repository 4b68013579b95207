import { parityPage } from "./fidelity-page.ts";
import { recordedOn } from "./measure-example.ts";
import { type BackendReport, measuredSection } from "./report.ts";
import type { Shown } from "./shown.ts";

/** docs/parity.md: what each backend shows, and what was measured of it. */
export const wholePage = (shown: Shown, reports: readonly BackendReport[]): string =>
  `${parityPage(shown)}\n${measuredSection(reports, recordedOn())}`;
