/** What stands above the objects of one file: a lens above each policy and workload. */
import type { ManifestDocument } from "../../manifest/manifest.ts";
import { inNamespace } from "../../mesh/by-namespace.ts";
import type { PeerAuthentication } from "../../mesh/resources/istio.ts";
import { sameRef } from "../../mesh/resources/meta.ts";
import type { Controller, Pod } from "../../mesh/resources/pod.ts";
import type { Resource } from "../../mesh/resources/resource.ts";
import type { FileInput } from "../input.ts";
import type { LensView } from "../lens.ts";
import type { Range } from "../place.ts";
import { rangeOf } from "../position.ts";
import { isTemplated } from "../problems/problems.ts";
import { NOT_ANALYSED, NOT_ANALYSED_WHY } from "../words/policy.ts";
import { policyLens } from "./policy-lens.ts";
import { workloadLens } from "./workload-lens.ts";

type Lensed = PeerAuthentication | Controller | Pod;

const LENSED: ReadonlySet<string> = new Set([
  "PeerAuthentication",
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "Job",
  "CronJob",
  "Pod",
] satisfies readonly Lensed["kind"][]);

export function lensesOf(input: FileInput): readonly LensView[] {
  const lenses = [
    ...input.objects.flatMap((object) =>
      isLensed(object) && !isTemplated(input, object) ? lensOf(input, object) : [],
    ),
    ...input.manifest.documents.flatMap((document) => templateLens(input, document)),
  ];
  return lenses.toSorted((a, b) => a.range.start.line - b.range.start.line);
}

function isLensed(object: Resource): object is Resource & Lensed & { readonly form: "known" } {
  return object.form === "known" && LENSED.has(object.kind);
}

function lensOf(input: FileInput, object: Lensed): readonly LensView[] {
  const location = input.locate(object, "", "entry");
  if (location?.uri !== input.uri) return [];
  const range = firstLine(location.range);
  if (object.kind === "PeerAuthentication") return [policyLens(input, object, range)];
  const workload = inNamespace(input.mesh.workloads, object.namespace).find(
    (each) => sameRef(each, object) || owns(each.replicas, object),
  );
  return workload === undefined ? [] : [workloadLens(input, workload, object, range)];
}

/** An observed pod is shown as a replica of the workload that made it. */
function owns(replicas: readonly { readonly pod?: Pod }[], object: Lensed): boolean {
  return replicas.some(({ pod }) => pod !== undefined && sameRef(pod, object));
}

/** One quiet lens where a template says something of ours, or nothing that can be read. */
function templateLens({ text, uri }: FileInput, document: ManifestDocument): readonly LensView[] {
  const ours = document.resources.length === 0 || document.resources.some(isLensed);
  if (!document.templated || !ours) return [];
  const range = firstLine(rangeOf(text(uri) ?? "", document.span));
  return [{ range, text: NOT_ANALYSED, tooltip: NOT_ANALYSED_WHY }];
}

/** Lenses stand above the line on which an object begins. */
function firstLine({ start }: Range): Range {
  return { start, end: start };
}
