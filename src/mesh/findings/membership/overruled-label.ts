/** MTLS040: a pod's label asks for a sidecar, and the label of its namespace rules it out. */

import { namespaceLabels } from "../../membership/predicted.ts";
import type { Mesh } from "../../mesh.ts";
import { type Check, inTemplate, isRunning, type Marked, type Planned, workloadsOf } from "../finding.ts";
import { INJECTION, REVISION } from "./both-labels.ts";
import { INJECT } from "./cannot-trigger.ts";

export interface OverruledLabel extends Marked {
  readonly code: "MTLS040";
  readonly workload: Planned;
  readonly label: string;
  /** What the namespace says. */
  readonly injection: string;
}

export const overruledLabel: Check<OverruledLabel> = {
  code: "MTLS040",
  says: "A pod's label asks for a sidecar, and its namespace has istio-injection with another value than enabled.",
  severity: "warning",
  check: (context) => workloadsOf(context).flatMap((workload) => finding(context.mesh, workload)),
};

/** The webhooks for pods stand back wherever the namespace says istio-injection. */
function finding(mesh: Mesh, workload: Planned): readonly OverruledLabel[] {
  const { template, afterRestart, namespace } = workload;
  const injection = namespaceLabels(mesh, namespace)?.[INJECTION];
  const label = [INJECT, REVISION].find((key) => asks(template.labels[key], key));
  if (injection === undefined || injection === "enabled" || label === undefined) return [];
  if (template.labels[INJECT] === "false" || isRunning(workload)) return [];
  if (!afterRestart.known || afterRestart.reason.code !== "no-webhook-matches") return [];
  const at = inTemplate(workload, "metadata", "labels", label);
  return [{ code: "MTLS040", at, part: "entry", workload, label, injection }];
}

function asks(value: string | undefined, key: string): boolean {
  return key === INJECT ? value === "true" : value !== undefined;
}
