/** kube-proxy: what is dialled to the address of a Service goes to one of its ready pods. Kubernetes: pkg/proxy. */
import type { KubernetesObject } from "../../api/object.ts";
import type { Service } from "../../api/shapes.ts";
import type { Address, Network } from "../../network/network.ts";
import { type Cluster, kindOf, listed } from "../cluster.ts";
import type { Controller } from "../reconciler.ts";

type Slice = KubernetesObject & {
  readonly ports: readonly { readonly name?: string; readonly port?: number }[] | null;
  readonly endpoints:
    | readonly { readonly addresses: readonly string[]; readonly conditions?: { readonly ready?: boolean } }[]
    | null;
};

export function kubeProxy(cluster: Cluster, network: Pick<Network, "route">): Controller {
  const kind = kindOf(cluster, "", "Service");
  const slices = kindOf(cluster, "discovery.k8s.io", "EndpointSlice");
  const routed = new Map<string, readonly Address[]>();
  const forget = (uid: string) => {
    for (const address of routed.get(uid) ?? []) network.route(address, undefined);
    routed.delete(uid);
  };
  return {
    name: "kube-proxy",
    kind,
    watches: [
      {
        kind: slices,
        concerns({ metadata: { namespace, labels } }) {
          const name = labels?.["kubernetes.io/service-name"];
          return name === undefined || namespace === undefined ? [] : [{ namespace, name }];
        },
      },
    ],
    reconcile(object) {
      const service = object as Service;
      const { clusterIP, ports = [] } = service.spec;
      forget(service.metadata.uid);
      if (clusterIP === undefined || clusterIP === "" || clusterIP === "None") return undefined;
      const own = listed<Slice>(cluster, slices, service.metadata.namespace).filter(
        ({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === service.metadata.name,
      );
      const addresses = ports.map(({ name = "", port }): Address => {
        const at = { ip: clusterIP, port };
        network.route(
          at,
          own.flatMap((slice) => readyAt(slice, name)),
        );
        return at;
      });
      routed.set(service.metadata.uid, addresses);
      return undefined;
    },
    gone: ({ metadata }) => forget(metadata.uid),
  };
}

/** A port without a number is for every port; one without an address is nobody's. */
function readyAt({ ports, endpoints }: Slice, name: string): readonly Address[] {
  const port = ports?.find((each) => (each.name ?? "") === name)?.port;
  if (port === undefined) return [];
  const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
  return ready.flatMap(({ addresses }) => addresses.map((ip) => ({ ip, port })));
}
