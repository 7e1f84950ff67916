/**
 * What every namespace holds: the default ServiceAccount, the cluster's certificate, and what istiod puts there. Kubernetes:
 * pkg/controller/serviceaccount, certificates/rootcacertpublisher; Istio: pilot/pkg/.../namespacecontroller.go.
 */
import type { JsonMap } from "../../api/object.ts";
import { type Cluster, isEnding, kindOf } from "../cluster.ts";
import type { Controller } from "../reconciler.ts";

export interface Roots {
  /** PEM of the CA that signs the API server's certificate. */
  readonly kubernetes: string;
  /** PEM of the CA of workloads. */
  readonly istio: string;
}

export function namespaceContents(cluster: Cluster, roots: Roots): Controller {
  const accounts = kindOf(cluster, "", "ServiceAccount");
  const maps = kindOf(cluster, "", "ConfigMap");
  const inNamespace = ({ metadata }: { readonly metadata: { readonly namespace?: string } }) =>
    metadata.namespace === undefined ? [] : [{ name: metadata.namespace }];
  return {
    name: "namespace-contents",
    kind: kindOf(cluster, "", "Namespace"),
    watches: [
      { kind: accounts, concerns: inNamespace },
      { kind: maps, concerns: inNamespace },
    ],
    reconcile(namespace) {
      if (isEnding(namespace)) return undefined;
      const { name } = namespace.metadata;
      const put = (kind: typeof maps, object: JsonMap & { readonly metadata: { readonly name: string } }) => {
        if (cluster.resources.find(kind, { namespace: name, name: object.metadata.name }) === undefined) {
          cluster.resources.create(kind, name, object);
        }
      };
      put(accounts, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
      const map = (called: string, metadata: JsonMap, data: JsonMap) =>
        put(maps, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: called, ...metadata }, data });
      const described =
        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";
      map(
        "kube-root-ca.crt",
        { annotations: { "kubernetes.io/description": described } },
        { "ca.crt": roots.kubernetes },
      );
      const ours = { labels: { "istio.io/config": "true" } };
      map("istio-ca-root-cert", ours, { "root-cert.pem": roots.istio });
      map("istio-ca-crl", ours, { "ca-crl.pem": "" });
      return undefined;
    },
  };
}
