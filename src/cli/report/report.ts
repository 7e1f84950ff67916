/**
 * What `check` finds, as data: the shape of `--format json`, from which all other formats are made. Stable: within one
 * `version` fields are only added.
 */
import type { Before } from "../../mesh/verdict/change.ts";
import type { BreakReason, Wire } from "../../mesh/verdict/verdict.ts";
import type { Severity } from "../../view/problem.ts";
import type { FilePlace } from "./place.ts";

export interface Report {
  readonly version: 1;
  readonly tool: { readonly name: "mtls-lens"; readonly version: string };
  readonly subject: Subject;
  /** What the verdicts on calls rest on: predictions from files, or pods that were observed, all of them. */
  readonly basis: "files" | "observed";
  /** In one sentence: `This change breaks 2 callers`. */
  readonly headline: string;
  readonly counts: Counts;
  /** Those of the Problems panel; with a change only those that are new. By file and line. */
  readonly findings: readonly FindingReport[];
  /** Every PeerAuthentication, in the order of the files. */
  readonly policies: readonly PolicyReport[];
  /** Calls that break or are unknown; with a change those that it breaks or leaves unknown, each with what was `before`. */
  readonly calls: readonly CallReport[];
  /** What could not be read: verdicts lack it. */
  readonly errors: readonly string[];
}

/** Whether the files are judged as applied, or what a change does to the state before. */
export type Subject = "state" | "change";

export interface Counts {
  readonly files: number;
  /** Documents that are templates: they are not analysed. */
  readonly templates: number;
  /** Callers that break, each once. */
  readonly breaks: number;
  /** Callers, and policies without known callers, of which no verdict is known. */
  readonly unknown: number;
  /** Problems that comments with a reason keep away. */
  readonly suppressed: number;
}

export interface FindingReport extends FilePlace {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly related: readonly (FilePlace & { readonly message: string })[];
}

export interface ObjectRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface PolicyReport {
  readonly policy: ObjectRef;
  /** Where its mode is set; absent where it stands in no file. */
  readonly place?: FilePlace;
  /** The line of the terminal: `STRICT for customers-v1 · breaks …`. */
  readonly verdict: string;
  readonly outcome: "works" | "breaks" | "unknown";
  /** Known callers of the workloads that it governs, worst first. */
  readonly callers: readonly CallReport[];
}

export interface CallReport {
  /** Absent kinds and namespaces: a caller of which no object is in view. */
  readonly caller: Partial<ObjectRef> & { readonly name: string };
  /** Absent where the caller goes to the pods themselves. */
  readonly service?: { readonly namespace: string; readonly name: string; readonly port: number };
  readonly workload: ObjectRef;
  /** In the pod. */
  readonly port: number;
  readonly outcome: "works" | "breaks" | "unknown";
  /** What the caller puts on the wire; absent where that is unknown. */
  readonly wire?: Wire;
  readonly reason?: BreakReason;
  /** The reason, or what is missing, as a clause. */
  readonly why?: string;
  /** What decides: the mode of a policy, a DestinationRule, an AuthorizationPolicy. */
  readonly decidedBy?: ObjectRef & { readonly place?: FilePlace };
  readonly evidence: readonly EvidenceReport[];
  readonly before?: Before;
}

export interface EvidenceReport {
  readonly what: string;
  readonly confidence: "certain" | "likely" | "guess";
  readonly place?: FilePlace;
}
