/** MTLS041: a namespace or a pod asks for a revision whose injector is not among those in view. */
import type { Place } from "../../answer.ts";
import { gapsAt } from "../../gaps.ts";
import { namespaceLabels } from "../../membership/predicted.ts";
import { isInjector, matchingWebhooks } from "../../membership/webhooks.ts";
import type { Mesh } from "../../mesh.ts";
import type { Labels } from "../../resources/meta.ts";
import { ofKind } from "../../resources/resource.ts";
import { type Check, type FindingContext, inTemplate, isRunning, type Marked, workloadsOf } from "../finding.ts";
import { nearestRevision, servedRevisions } from "../policies/other-revision.ts";
import { INJECTION, REVISION } from "./both-labels.ts";
import { INJECT } from "./cannot-trigger.ts";

export interface UnservedRevision extends Marked {
  readonly code: "MTLS041";
  readonly revision: string;
  readonly served: readonly string[];
  readonly meant?: string;
}

export const unservedRevision: Check<UnservedRevision> = {
  code: "MTLS041",
  says: "The label istio.io/rev names a revision that no injector in these files serves.",
  severity: "warning",
  check: (context) => (context.mesh.webhooks.some(isInjector) ? [...ofNamespaces(context), ...ofPods(context)] : []),
};

function ofNamespaces({ mesh, objects }: FindingContext): readonly UnservedRevision[] {
  return ofKind(objects, "Namespace").flatMap((namespace) => {
    const revision = namespace.labels[REVISION];
    if (revision === undefined || Object.hasOwn(namespace.labels, INJECTION)) return [];
    if (gapsAt(namespace, "/metadata/labels").length > 0 || isServed(mesh, namespace.name, namespace.labels, {}))
      return [];
    return [finding(mesh, { object: namespace, pointer: "/metadata/labels/istio.io~1rev" }, revision)];
  });
}

/** A revision of the namespace, or istio-injection there, makes that of a pod count for nothing. */
function ofPods(context: FindingContext): readonly UnservedRevision[] {
  const { mesh } = context;
  return workloadsOf(context).flatMap((workload) => {
    const { [REVISION]: revision, [INJECT]: inject } = workload.template.labels;
    const labels = workload.afterRestart.known ? namespaceLabels(mesh, workload.namespace) : undefined;
    if (revision === undefined || inject === "false" || labels === undefined || isRunning(workload)) return [];
    if (Object.hasOwn(labels, REVISION) || Object.hasOwn(labels, INJECTION)) return [];
    if (isServed(mesh, workload.namespace, labels, workload.template.labels)) return [];
    return [finding(mesh, inTemplate(workload, "metadata", "labels", REVISION), revision)];
  });
}

function isServed(mesh: Mesh, name: string, labels: Labels, podLabels: Labels): boolean {
  return matchingWebhooks(mesh.webhooks, { name, labels }, podLabels).length > 0;
}

function finding(mesh: Mesh, at: Place, revision: string): UnservedRevision {
  const served = servedRevisions(mesh.webhooks);
  const meant = nearestRevision(revision, served);
  return {
    code: "MTLS041",
    at,
    part: "value",
    revision,
    served,
    ...(meant === undefined ? {} : { meant }),
  };
}
