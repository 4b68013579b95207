import { parityPage } from "./fidelity-page.ts";
import { recordedOn, reportExample } from "./measure-example.ts";
import { measuredSection, sampledSection } from "./report.ts";
import type { Shown } from "./shown.ts";

/** docs/parity.md: what each backend shows, and what was measured of it when the stores were last asked. */
export const wholePage = (shown: Shown): string =>
  [
    parityPage(shown),
    measuredSection(reportExample("traffic", shown), recordedOn("traffic")),
    sampledSection(reportExample("sampled", shown), recordedOn("sampled")),
  ].join("\n");
