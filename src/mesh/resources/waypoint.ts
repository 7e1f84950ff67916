/** What a Gateway of the Gateway API says of itself as a waypoint. */
import type { LabelSelector } from "./core.ts";

export interface WaypointListener {
  /** Namespaces from which it takes what names it: `Same`, `All` or `Selector`. */
  readonly from: string;
  readonly selector: LabelSelector;
  /** Whether the cluster says that it has an address. Absent where no server has written a status. */
  readonly hasAddress?: boolean;
}
