import type { Content } from "../../dashboards/content.ts";
import { contentOfStackFile } from "../../offline/stack-content.ts";

/** What is shown and judged of a stack. */
export type Shown = Content;

/** Of the example: what the recording can be asked about. */
export const shownOfExample = (): Promise<Shown> => contentOfStackFile("dev");
