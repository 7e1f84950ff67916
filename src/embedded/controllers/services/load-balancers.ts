/** Gives every Service of type LoadBalancer an address that this machine can reach. Kubernetes: cloud-provider/controllers/service. */
import type { Service } from "../../api/shapes.ts";
import { type Cluster, isEnding, kindOf, writeStatus } from "../cluster.ts";
import type { Controller } from "../reconciler.ts";

/** Where callers outside the mesh come in. */
export interface Entrances {
  /** The address at which the ports of a Service can be dialled, opened where they are not yet. */
  open(service: EntranceFor): Promise<string>;
  close(uid: string): void;
}

export interface EntranceFor {
  readonly uid: string;
  /** `<namespace>/<name>`: keeps its address over restarts. */
  readonly name: string;
  readonly clusterIP: string;
  readonly ports: readonly number[];
}

export function loadBalancers(cluster: Cluster, entrances: Entrances): Controller {
  const kind = kindOf(cluster, "", "Service");
  return {
    name: "service-controller",
    kind,
    watches: [],
    reconcile(object) {
      const { metadata, spec } = object as Service;
      if (isEnding(object) || spec.type !== "LoadBalancer" || spec.clusterIP === undefined) {
        entrances.close(metadata.uid);
        return undefined;
      }
      const ports = (spec.ports ?? []).filter(({ protocol }) => protocol !== "UDP").map(({ port }) => port);
      const wanted = {
        uid: metadata.uid,
        name: `${metadata.namespace}/${metadata.name}`,
        clusterIP: spec.clusterIP,
        ports,
      };
      void entrances.open(wanted).then(
        (ip) => publish(cluster, object as Service, ip),
        (error: Error) => cluster.failed(error),
      );
      return undefined;
    },
    gone: ({ metadata }) => entrances.close(metadata.uid),
  };
}

function publish(cluster: Cluster, { metadata: { namespace = "", name } }: Service, ip: string): void {
  const kind = kindOf(cluster, "", "Service");
  const service = cluster.resources.find(kind, { namespace, name });
  if (service === undefined) return;
  writeStatus(cluster, kind, service, { loadBalancer: { ingress: [{ ip, ipMode: "VIP" }] } });
}
