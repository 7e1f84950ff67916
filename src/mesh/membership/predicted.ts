/** Membership of a pod that is still to be created, from its template and the labels of its namespace. */
import { type Missing, unknown } from "../answer.ts";
import { gapsAt, missingFrom } from "../gaps.ts";
import type { Mesh } from "../mesh.ts";
import type { Labels, Meta } from "../resources/meta.ts";
import { under } from "../resources/meta.ts";
import type { Container, PodTemplate } from "../resources/pod.ts";
import { type InjectorDecision, injectorConfig, injectorMaps, injectRequired } from "./injector.ts";
import type { Membership } from "./membership.ts";
import { believed, findProxy, withProxy } from "./observed.ts";
import { defaultWebhooks, isInjector, type MatchingWebhook, matchingWebhooks } from "./webhooks.ts";

/** What the rules need of a snapshot to predict membership. */
export type InjectionContext = Pick<Mesh, "namespaces" | "statedLabels" | "webhooks" | "configMaps">;

/** Everything of the context that decides about pods of one namespace. */
export function decidingFor(context: InjectionContext, namespace: string): readonly unknown[] {
  const { namespaces, statedLabels, webhooks, configMaps } = context;
  return [namespaces.get(namespace), statedLabels.get(namespace), ...webhooks, ...injectorMaps(configMaps)];
}

/** A template and the object that holds it. */
export interface Planned {
  readonly object: Meta;
  readonly template: PodTemplate;
}

/**
 * A pod is injected when a webhook of an injector matches its namespace and labels and the injector then wants it.
 * Where the labels of the namespace are not known, the pod is known to be out only if it would be out under any labels.
 * Istio: pkg/kube/inject/webhook.go Inject.
 */
export function predictedMembership(context: InjectionContext, planned: Planned): Membership {
  const { object, template } = planned;
  const parts = [under(template.at, "metadata"), under(template.at, "spec", "hostNetwork"), "/spec/selector"];
  const gaps = gapsAt(object, ...parts);
  if (gaps.length > 0) return unknown(...missingFrom(object, gaps));
  const written = findProxy(template);
  if (written !== undefined && !isLeftToInjector(written)) return withProxy("predicted", object, template, written);
  const labels = namespaceLabels(context, object.namespace);
  if (labels === undefined) {
    return refusedAnyway(planned) ?? unknown(missingLabels(object.namespace));
  }
  const unread = unreadLabels(context, object.namespace);
  if (unread.length > 0) return refusedAnyway(planned) ?? unknown(...unread);
  const sidecar = sidecarMembership(context, planned, labels);
  const injected = !sidecar.known || sidecar.proxy !== "none";
  return injected ? sidecar : (ambientMembership(planned, labels) ?? sidecar);
}

/**
 * A proxy that stands in the template, as `istioctl kube-inject` writes it, is there whatever the webhooks do. Without an
 * image of its own, or with the image `auto`, it only tells the injector how to make one.
 */
function isLeftToInjector({ image }: Container): boolean {
  return image === "" || image === "auto";
}

/** Labels of a namespace: of its object, or as a person states them. */
export function namespaceLabels(context: InjectionContext, namespace: string): Labels | undefined {
  return context.namespaces.get(namespace)?.labels ?? context.statedLabels.get(namespace);
}

/** Labels of the namespace that decide and could not be read; webhooks in view may ask for any label. */
function unreadLabels({ namespaces, webhooks }: InjectionContext, name: string): readonly Missing[] {
  const namespace = namespaces.get(name);
  if (namespace === undefined) return [];
  const all = webhooks.some(isInjector);
  const pointers = all ? ["/metadata/labels"] : DECIDING_LABELS.map((label) => under("/metadata/labels", label));
  return missingFrom(namespace, gapsAt(namespace, ...pointers));
}

const DECIDING_LABELS = ["istio-injection", "istio.io/rev", "istio.io/dataplane-mode"];

function sidecarMembership(context: InjectionContext, planned: Planned, labels: Labels): Membership {
  const { object, template } = planned;
  const configurations = context.webhooks.filter(isInjector);
  const assumed = configurations.length === 0;
  if (assumed && needsOtherRevision(labels, template.labels)) return unknown(missingRevision(labels, template.labels));
  const matching = matchingWebhooks(
    assumed ? [defaultWebhooks(object.source)] : configurations,
    { name: object.namespace, labels },
    template.labels,
  );
  const [first] = matching;
  if (first === undefined) {
    return out(planned, { code: "no-webhook-matches", says: whyNoWebhook(object.namespace, labels, template.labels) });
  }
  const decisions = matching.map((webhook) => ({ webhook, decision: decide(context, planned, webhook.istiod) }));
  const injecting = decisions.find(({ decision }) => decision.injects);
  if (injecting === undefined) {
    const refusal = decisions[0]?.decision;
    return out(planned, { code: "not-required", says: refusal?.injects === false ? WHY_NOT[refusal.because] : "" });
  }
  return {
    known: true,
    proxy: template.annotations["inject.istio.io/templates"] === "gateway" ? "gateway" : "sidecar",
    basis: "predicted",
    reason: { code: "webhook", webhook: injecting.webhook.name },
    place: { object, pointer: template.at },
    clientsBelieve: labelAfterInjection(template),
  };
}

function decide(
  context: InjectionContext,
  { object, template }: Planned,
  istiod: MatchingWebhook["istiod"],
): InjectorDecision {
  return injectRequired(injectorConfig(context.configMaps, istiod), {
    namespace: object.namespace,
    labels: template.labels,
    annotations: template.annotations,
    hostNetwork: template.spec.hostNetwork,
  });
}

/**
 * Captured when the pod, or its namespace unless the pod opts out, asks for ambient; never host-network pods.
 * A sidecar wins where both apply, since injection happens first.
 * Istio: cni/pkg/util/enablement_selector.go Matches.
 */
function ambientMembership({ object, template }: Planned, labels: Labels): Membership | undefined {
  const mode = template.labels["istio.io/dataplane-mode"] ?? labels["istio.io/dataplane-mode"];
  const hasSidecar = Object.hasOwn(template.annotations, "sidecar.istio.io/status");
  if (mode !== "ambient" || template.spec.hostNetwork || hasSidecar) return undefined;
  return {
    known: true,
    proxy: "ztunnel",
    basis: "predicted",
    reason: { code: "dataplane-mode" },
    place: { object, pointer: template.at },
    clientsBelieve: believed(template.labels),
  };
}

/** The injector labels the pod, unless the template says otherwise or asks for a template without that label. */
function labelAfterInjection({ labels, annotations }: PodTemplate): boolean {
  if (Object.hasOwn(labels, "security.istio.io/tlsMode")) return believed(labels);
  const templates = annotations["inject.istio.io/templates"];
  return templates === undefined || templates.split(",").includes("sidecar");
}

function out(planned: Planned, reason: Extract<Membership, { known: true }>["reason"]): Membership {
  return {
    known: true,
    proxy: "none",
    basis: "predicted",
    reason,
    place: { object: planned.object, pointer: planned.template.at },
    clientsBelieve: believed(planned.template.labels),
  };
}

/** What keeps a pod out whatever the labels of its namespace are. */
function refusedAnyway(planned: Planned): Membership | undefined {
  const { labels, spec } = planned.template;
  if (spec.hostNetwork) return out(planned, { code: "host-network" });
  if (labels["sidecar.istio.io/inject"] === "false" && labels["istio.io/dataplane-mode"] === "none") {
    return out(planned, { code: "not-required", says: WHY_NOT.label });
  }
  return undefined;
}

const WHY_NOT: Record<Extract<InjectorDecision, { injects: false }>["because"], string> = {
  "host-network": "it uses the network of its node",
  "system-namespace": "the injector leaves this namespace alone",
  label: "its label sidecar.istio.io/inject says false",
  annotation: "its annotation sidecar.istio.io/inject says false",
  "never-inject-selector": "the injector's neverInjectSelector matches it",
  "policy-disabled": "the injector's policy is disabled",
  "policy-invalid": "the injector's policy is neither enabled nor disabled",
};

function whyNoWebhook(namespace: string, labels: Labels, podLabels: Labels): string {
  if (podLabels["sidecar.istio.io/inject"] === "false") return WHY_NOT.label;
  const injection = labels["istio-injection"];
  if (injection !== undefined) return `namespace ${namespace} says istio-injection: ${injection}`;
  const revision = labels["istio.io/rev"];
  if (revision !== undefined) return `no injector serves the revision ${revision} of namespace ${namespace}`;
  return `namespace ${namespace} is not labelled`;
}

function missingLabels(namespace: string): Missing {
  return { code: "namespace-labels", says: `the labels of namespace ${namespace} are not in these files` };
}

/** Whether another revision than `default` is installed shows only in its webhooks. */
function needsOtherRevision(labels: Labels, podLabels: Labels): boolean {
  if (Object.hasOwn(labels, "istio-injection") || podLabels["sidecar.istio.io/inject"] === "false") return false;
  const revision = labels["istio.io/rev"] ?? podLabels["istio.io/rev"];
  return revision !== undefined && revision !== "default";
}

function missingRevision(labels: Labels, podLabels: Labels): Missing {
  const revision = labels["istio.io/rev"] ?? podLabels["istio.io/rev"] ?? "";
  return { code: "injector", says: `the injector of revision ${revision} is not in these files` };
}
