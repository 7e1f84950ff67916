/** What stands above an object in the editor. */
import type { Location, Range } from "./place.ts";

/** One row of the list that a click on a lens opens. Picking it goes to `location`. */
export interface CallerRow {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly outcome: "works" | "breaks" | "unknown";
  readonly location?: Location;
}

export interface LensView {
  readonly range: Range;
  readonly text: string;
  readonly tooltip: string;
  /** Title and rows of the list; absent when there is nothing to list. */
  readonly callers?: { readonly title: string; readonly rows: readonly CallerRow[] };
}
