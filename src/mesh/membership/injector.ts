/** Injection, second stage: a webhook was called; does the injector put a sidecar in? */
import { inNamespace } from "../by-namespace.ts";
import { isEmptySelector, labelSelectors, selectorMatches } from "../labels.ts";
import { remembered } from "../memo.ts";
import { isRecord } from "../record.ts";
import type { ConfigMap, LabelSelector } from "../resources/core.ts";
import type { Labels } from "../resources/meta.ts";

/** The part of the injector's configuration that decides. */
export interface InjectorConfig {
  readonly policy: string;
  readonly neverInject: readonly LabelSelector[];
  readonly alwaysInject: readonly LabelSelector[];
  /** Where a pod does not say. */
  readonly rewritesProbes: boolean;
}

/** What of a pod the injector looks at. */
export interface InjectionSubject {
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly hostNetwork: boolean;
}

export type InjectorDecision =
  | { readonly injects: true }
  | {
      readonly injects: false;
      readonly because:
        | "host-network"
        | "system-namespace"
        | "label"
        | "annotation"
        | "never-inject-selector"
        | "policy-disabled"
        | "policy-invalid";
    };

/** Istio: pkg/kube/inject/inject.go IgnoredNamespaces. The namespace istio-system is not among them. */
const IGNORED_NAMESPACES = ["kube-system", "kube-public", "kube-node-lease", "local-path-storage"];

const INJECT = "sidecar.istio.io/inject";

/**
 * Never into host-network pods or system namespaces. The label, or else the annotation, `sidecar.istio.io/inject`
 * decides when it says exactly true or false; otherwise neverInjectSelector, then alwaysInjectSelector, then the policy.
 * A policy that is neither enabled nor disabled refuses everything.
 * Istio: pkg/kube/inject/inject.go injectRequired.
 */
export function injectRequired(config: InjectorConfig, pod: InjectionSubject): InjectorDecision {
  if (pod.hostNetwork) return { injects: false, because: "host-network" };
  if (IGNORED_NAMESPACES.includes(pod.namespace)) return { injects: false, because: "system-namespace" };
  if (config.policy !== "enabled" && config.policy !== "disabled") return { injects: false, because: "policy-invalid" };

  const byLabel = Object.hasOwn(pod.labels, INJECT);
  const asked = byLabel ? pod.labels[INJECT] : pod.annotations[INJECT];
  if (asked === "true") return { injects: true };
  if (asked === "false") return { injects: false, because: byLabel ? "label" : "annotation" };

  const selectedBy = (selectors: readonly LabelSelector[]) =>
    selectors.some((selector) => !isEmptySelector(selector) && selectorMatches(selector, pod.labels));
  if (selectedBy(config.neverInject)) return { injects: false, because: "never-inject-selector" };
  if (selectedBy(config.alwaysInject)) return { injects: true };
  return config.policy === "enabled" ? { injects: true } : { injects: false, because: "policy-disabled" };
}

const INJECTOR = "istio-sidecar-injector";

/** The ConfigMaps that some injector reads. */
export const injectorMaps = remembered((configMaps: readonly ConfigMap[]) => configMaps.filter(isInjectorMap));

export function isInjectorMap({ name }: Pick<ConfigMap, "name">): boolean {
  return name.startsWith(INJECTOR);
}

/**
 * The injector of a revision, in the namespace of its istiod, reads the ConfigMap `istio-sidecar-injector-<revision>`, that of the revision `default`
 * the one without suffix. Where none is in view, the policy of Istio's charts stands: enabled.
 * Istio: manifests/charts/istio-control/istio-discovery/templates/istiod-injector-configmap.yaml.
 */
export function injectorConfig(
  configMaps: readonly ConfigMap[],
  istiod: { readonly namespace: string; readonly revision: string },
): InjectorConfig {
  const name = istiod.revision === "default" ? INJECTOR : `${INJECTOR}-${istiod.revision}`;
  const { config, values } = inNamespace(configMaps, istiod.namespace).find((map) => map.name === name)?.embedded ?? {};
  const rewritesProbes = rewritesByValues(values);
  if (!isRecord(config)) return { policy: "enabled", neverInject: [], alwaysInject: [], rewritesProbes };
  return {
    policy: typeof config.policy === "string" ? config.policy : "",
    neverInject: labelSelectors(config.neverInjectSelector),
    alwaysInject: labelSelectors(config.alwaysInjectSelector),
    rewritesProbes,
  };
}

/** Without values in view those of Istio's charts stand; values that are silent mean no. */
function rewritesByValues(values: unknown): boolean {
  if (!isRecord(values)) return true;
  const { sidecarInjectorWebhook: webhook } = values;
  return isRecord(webhook) && webhook.rewriteAppHTTPProbe === true;
}
