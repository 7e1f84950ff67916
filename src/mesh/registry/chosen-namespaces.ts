/** Whether a listener or a Gateway takes what comes from a namespace. */
import { type Known, unknown } from "../answer.ts";
import { gapsAt, missingFrom } from "../gaps.ts";
import { selectorMatches } from "../labels.ts";
import type { Mesh } from "../mesh.ts";
import type { NamespaceChoice } from "../resources/routes.ts";

/** Every namespace has this label: the API server sets it. */
const NAME_LABEL = "kubernetes.io/metadata.name";

/** Istio: pilot/pkg/config/kube/gateway/conversion.go namespacesFromSelector, gatewaycommon NamespaceAcceptedByAllowListeners. */
export function takesFrom(
  { namespaces, statedLabels }: Pick<Mesh, "namespaces" | "statedLabels">,
  { from, selector }: NamespaceChoice,
  own: string,
  namespace: string,
): Known<{ readonly takes: boolean }> {
  if (from !== "Selector") return { known: true, takes: from === "All" || (from === "Same" && namespace === own) };
  const object = namespaces.get(namespace);
  const unread = object === undefined ? [] : missingFrom(object, gapsAt(object, "/metadata/labels"));
  if (unread.length > 0) return unknown(...unread);
  const asksNameAlone = [
    ...Object.keys(selector.matchLabels),
    ...selector.matchExpressions.map(({ key }) => key),
  ].every((key) => key === NAME_LABEL);
  const labels = object?.labels ?? statedLabels.get(namespace) ?? (asksNameAlone ? {} : undefined);
  if (labels === undefined) {
    return unknown({
      code: "namespace-labels",
      says: `the labels of namespace ${namespace} are not in these files`,
    });
  }
  return { known: true, takes: selectorMatches(selector, { ...labels, [NAME_LABEL]: namespace }) };
}
