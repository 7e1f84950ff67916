/**
 * What a check is and what it returns: a fact about an object of one file, with its place and no words.
 * Checks read the mesh and the objects of the file; the view says the sentences.
 */
import type { Place } from "../answer.ts";
import { remembered } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import type { PeerAuthentication } from "../resources/istio.ts";
import { type Meta, under } from "../resources/meta.ts";
import type { Resource } from "../resources/resource.ts";
import type { Workload } from "../workload.ts";

/** A break is a warning; an error is what the API server refuses for sure; what is only worth knowing, information. */
export type FindingSeverity = "error" | "warning" | "information";

export interface FindingContext {
  readonly uri: string;
  readonly mesh: Mesh;
  /** Objects of the file that is checked. */
  readonly objects: readonly Resource[];
  /** Those of them that other files define too. */
  readonly alternatives: readonly { readonly object: Resource; readonly others: readonly Meta[] }[];
  /** Those of them that the cluster has in another version. */
  readonly live?: readonly { readonly object: Resource; readonly version: Resource }[];
}

/** The field that is marked: one side of a mapping entry, or both. */
export interface Marked {
  readonly at: Place;
  readonly part: "key" | "value" | "entry";
  /** Where it is another than that of the check. */
  readonly severity?: FindingSeverity;
}

/** One check, one code. Codes are never used again for something else. */
export interface Check<F extends Marked & { readonly code: string }> {
  readonly code: F["code"];
  /** One sentence: what a finding of this code means. */
  readonly says: string;
  readonly severity: FindingSeverity;
  readonly check: (context: FindingContext) => readonly F[];
}

/** The PeerAuthentications of the file. */
export function policiesOf({ objects }: FindingContext): readonly PeerAuthentication[] {
  return objects.flatMap((object) => (object.form === "known" && object.kind === "PeerAuthentication" ? [object] : []));
}

/** The workloads whose manifest, or without one whose first observed pod, is in the file. */
export function workloadsOf({ mesh, uri }: FindingContext): readonly Planned[] {
  return byUri(mesh.workloads).get(uri) ?? [];
}

/** A workload of which an object is in view: its template can be pointed at. */
export type Planned = Workload & { readonly object: NonNullable<Workload["object"]> };

const byUri = remembered((workloads: Mesh["workloads"]) =>
  Map.groupBy(
    workloads.flatMap((workload) => (hasObject(workload) ? [workload] : [])),
    ({ object }) => object.source.uri,
  ),
);

function hasObject(workload: Workload): workload is Planned {
  return workload.object !== undefined;
}

/** A field below the template of a workload's pods. */
export function inTemplate({ object, template }: Planned, ...path: readonly string[]): Place {
  return { object, pointer: under(template.at, ...path) };
}

/** A pod that runs: labels of it can be the injector's, and nobody edits it. */
export function isRunning({ object }: Planned): boolean {
  return object.kind === "Pod" && object.status !== undefined;
}
