/** Injection, first stage: would the API server call an injector for this pod? */
import { selectorMatches } from "../labels.ts";
import type { LabelRequirement, LabelSelector, MutatingWebhookConfiguration, Webhook } from "../resources/core.ts";
import type { Labels } from "../resources/meta.ts";

/** An injector's webhook that the API server would call, and the revision of the istiod behind it. */
export interface MatchingWebhook {
  readonly name: string;
  readonly istiod: { readonly namespace: string; readonly revision: string };
}

/** The label that the API server puts on every namespace. */
const NAME_LABEL = "kubernetes.io/metadata.name";

/**
 * A webhook is called when its namespaceSelector matches the labels of the namespace and its objectSelector the labels
 * of the pod; annotations count for neither. Kubernetes: admission webhook predicates.
 */
export function matchingWebhooks(
  configurations: readonly MutatingWebhookConfiguration[],
  namespace: { readonly name: string; readonly labels: Labels },
  podLabels: Labels,
): readonly MatchingWebhook[] {
  const namespaceLabels = { ...namespace.labels, [NAME_LABEL]: namespace.name };
  return configurations.filter(isInjector).flatMap((configuration) =>
    configuration.webhooks
      .filter(
        (webhook) =>
          selectorMatches(webhook.namespaceSelector, namespaceLabels) &&
          selectorMatches(webhook.objectSelector, podLabels),
      )
      .map((webhook) => ({
        name: `${configuration.name}/${webhook.name}`,
        istiod: {
          namespace: webhook.service?.namespace ?? "istio-system",
          revision: configuration.labels["istio.io/rev"] ?? "default",
        },
      })),
  );
}

/** Istio: istioctl/pkg/checkinject, `app: sidecar-injector` or a service path that starts with /inject. */
export function isInjector(configuration: MutatingWebhookConfiguration): boolean {
  return (
    configuration.labels.app === "sidecar-injector" ||
    configuration.webhooks.some((webhook) => webhook.service?.path.startsWith("/inject") === true)
  );
}

/**
 * The four webhooks of an installation without revision, for when no configuration is in view. They leave out other
 * revisions: whether one is installed is not known then.
 * Istio: manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml.
 */
export function defaultWebhooks(source: MutatingWebhookConfiguration["source"]): MutatingWebhookConfiguration {
  const notRefused = requirement("sidecar.istio.io/inject", "NotIn", "false");
  const absent = (key: string) => requirement(key, "DoesNotExist");
  const webhooks = [
    webhook("rev.namespace", [requirement("istio.io/rev", "In", "default"), absent("istio-injection")], [notRefused]),
    webhook(
      "rev.object",
      [absent("istio.io/rev"), absent("istio-injection")],
      [notRefused, requirement("istio.io/rev", "In", "default")],
    ),
    webhook("namespace", [requirement("istio-injection", "In", "enabled")], [notRefused]),
    webhook(
      "object",
      [absent("istio-injection"), absent("istio.io/rev")],
      [requirement("sidecar.istio.io/inject", "In", "true"), absent("istio.io/rev")],
    ),
  ];
  return {
    kind: "MutatingWebhookConfiguration",
    apiVersion: "admissionregistration.k8s.io/v1",
    namespace: "",
    name: "istio-sidecar-injector",
    labels: { app: "sidecar-injector", "istio.io/rev": "default" },
    annotations: {},
    owners: [],
    namespaceFrom: "cluster-scoped",
    source,
    gaps: [],
    unknownFields: [],
    backends: [],
    webhooks,
  };
}

function webhook(name: string, namespace: readonly LabelRequirement[], object: readonly LabelRequirement[]): Webhook {
  return {
    at: "",
    name: `${name}.sidecar-injector.istio.io`,
    namespaceSelector: selector(namespace),
    objectSelector: selector(object),
  };
}

function selector(matchExpressions: readonly LabelRequirement[]): LabelSelector {
  return { matchLabels: {}, matchExpressions };
}

function requirement(key: string, operator: string, ...values: readonly string[]): LabelRequirement {
  return { key, operator, values };
}
