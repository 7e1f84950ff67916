/** A Service that an object names, as the place to which something is sent. */
import type { Pointer } from "./meta.ts";

/** A Service that an object names. The port is a number, a name, or left to the reader's default. */
export interface BackendRef {
  /** Pointer of the object that names it. */
  readonly at: Pointer;
  readonly namespace: string;
  readonly name: string;
  readonly port?: number | string;
  /** Gets a copy of the traffic only. */
  readonly mirror: boolean;
}
