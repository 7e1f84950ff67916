/**
 * Whether there is anything to analyse, decided by the text alone. The rule: a document that speaks of Istio starts
 * the analysis. A workload alone does so when some manifest of the workspace speaks of Istio; a Kubernetes workspace
 * without Istio, or a compose file, never does.
 */

/** An Istio API group, or a label or annotation by which Istio decides; not a link to Istio's pages. */
const ISTIO = /(?<!\/\/)\bistio\.io\/|\bistio-injection\b/;
const WORKLOAD =
  /^[ \t]*(?:- )?kind:[ \t]*["']?(?:Deployment|StatefulSet|DaemonSet|ReplicaSet|Job|CronJob|Pod|List)\b/m;

export function relevance(text: string): "istio" | "workload" | "none" {
  if (ISTIO.test(text)) return "istio";
  return WORKLOAD.test(text) ? "workload" : "none";
}
