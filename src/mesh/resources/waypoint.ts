/** What a Gateway of the Gateway API says of itself as a waypoint. */
import type { NamespaceChoice } from "./routes.ts";

/** It takes what names it from some namespaces. */
export interface WaypointListener extends NamespaceChoice {
  /** Whether the cluster says that it has an address. Absent where no server has written a status. */
  readonly hasAddress?: boolean;
}
