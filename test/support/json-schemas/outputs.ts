import type { AdoptReport } from "../../../adopt/report.ts";
import type { PanelReport } from "../../../boards-page/report.ts";
import type { CostReport } from "../../../cost/report.ts";
import type { CredentialReport } from "../../../credentials/cli.ts";
import type { SpokenFinding } from "../../../difference/cli.ts";
import type { BoardPatch, DriftReport } from "../../../drift/report.ts";
import type { ReleaseResult } from "../../../guard/report.ts";
import type { BuildResult } from "../../../images/events.ts";
import type { Diagnostic } from "../../../lint/lint.ts";
import type { PreviewedResource } from "../../../offline/report.ts";
import type { PolicyReport } from "../../../policy/report.ts";
import type { PushResult } from "../../../push/push.ts";
import type { StartResult } from "../../../start/report/result.ts";
import type { UpgradeNotes } from "../../../upgrades/notes.ts";
import type { Comparison } from "../../../verify/compare/compare.ts";
import type { VerifyReport } from "../../../verify/report-types.ts";
import type { SoakReport } from "../../../verify/soak/soak.ts";
import type { BackendReport } from "../../parity/report.ts";

/** What every command prints with `--json`: the one source of the files in `schemas/`. A property is the command's name. */
export interface Outputs {
  readonly start: StartResult;
  readonly verify: VerifyReport;
  readonly soak: SoakReport;
  readonly compare: Comparison;
  readonly cost: CostReport;
  readonly boards: readonly PanelReport[];
  readonly images: readonly BuildResult[];
  readonly push: readonly PushResult[];
  readonly preview: readonly PreviewedResource[];
  readonly policy: PolicyReport;
  readonly credentials: readonly CredentialReport[];
  readonly adopt: AdoptReport;
  readonly release: ReleaseResult;
  readonly difference: readonly SpokenFinding[];
  readonly drift: DriftReport | BoardPatch;
  readonly "upgrade-notes": UpgradeNotes;
  readonly "lint:collector": readonly Diagnostic[];
  readonly parity: readonly BackendReport[];
}
