/** What the API server or istiod would answer to an object: where in the object, and in whose words. */
import type { Pointer } from "../mesh/resources/meta.ts";

export interface Refusal {
  /** The API server with the schema of the kind, or istiod's validating webhook. */
  readonly by: "crd" | "webhook";
  readonly severity: "refused" | "warning";
  readonly reason: Reason;
  /** Invariant: leads to something that is in the object. A missing field is told at the object that lacks it. */
  readonly pointer: Pointer;
  /** In the words of the API server or of istiod. */
  readonly says: string;
}

/**
 * `version` and `unknown-field` come before everything else, `rule` (CEL) after `schema`; `decoding` is istiod that cannot
 * read the object at all, `check` what it finds in one that it can read.
 */
export type Reason = "version" | "unknown-field" | "schema" | "rule" | "decoding" | "check";
