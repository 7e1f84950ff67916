/** Who decides, shown at a mode or at a workload's name. */
import type { Range } from "./place.ts";

export interface HoverView {
  readonly range: Range;
  /** Markdown without HTML; links are plain `file:` links with a line fragment. */
  readonly markdown: string;
}
