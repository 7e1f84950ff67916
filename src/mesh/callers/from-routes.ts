/** Calls that routes of Kubernetes' own tell of: the Gateway API, Ingress, and what the API server calls. */
import { hasLabels } from "../labels.ts";
import { remembered } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import type { BackendRef } from "../resources/backend-ref.ts";
import type { GatewayRoute, GatewayRouteKind, Ingress } from "../resources/routes.ts";
import { isServed } from "../server/gateway/ingress-gateways.ts";
import { isGatewayPod, type Workload } from "../workload.ts";
import { callsTo } from "./backends.ts";
import type { Call, Caller, Speaks } from "./call.ts";

const SPEAKS: Readonly<Record<GatewayRouteKind, Speaks>> = {
  HTTPRoute: "http",
  GRPCRoute: "http",
  TCPRoute: "tcp",
  TLSRoute: "tls",
};

export function callsFromRoutes(mesh: Mesh): readonly Call[] {
  return [
    ...mesh.gatewayRoutes.flatMap((route) =>
      route.parents
        .filter(({ kind }) => kind === "Gateway")
        .flatMap((parent) => callsTo(mesh, route, backendsOf(route), gatewayOf(mesh, parent), SPEAKS[route.kind])),
    ),
    ...mesh.ingresses.flatMap((ingress) => callsFromIngress(mesh, ingress)),
    ...mesh.apiServerCalls.flatMap((object) => callsTo(mesh, object, object.backends, API_SERVER, "tls")),
  ];
}

function backendsOf({ rules }: GatewayRoute): readonly BackendRef[] {
  return rules.flatMap(({ backends }) => backends);
}

/** The API server has no proxy, and calls webhooks and aggregated APIs by TLS of its own. */
const API_SERVER: Caller = { type: "outside", name: "kube-apiserver", proxy: "none" };

const GATEWAY_NAME = "gateway.networking.k8s.io/gateway-name";

/**
 * Istio runs the pods of a Gateway of its class and labels them with its name; a class of another implementation says
 * nothing about proxies. Istio: pilot/pkg/config/kube/gateway/deploymentcontroller.go.
 */
function gatewayOf(mesh: Mesh, { namespace, name }: GatewayRoute["parents"][number]): Caller {
  const workloads = gatewayWorkloads(mesh, namespace, { [GATEWAY_NAME]: name });
  const gateway = mesh.others.find(
    (other) =>
      other.kind === "Gateway" &&
      other.group === "gateway.networking.k8s.io" &&
      other.namespace === namespace &&
      other.name === name,
  );
  const ours = gateway?.className?.startsWith("istio") === true;
  return ours || workloads.length > 0
    ? { type: "gateway", name, namespace, workloads }
    : { type: "outside", name: `gateway ${namespace}/${name}`, proxy: "unknown" };
}

/**
 * Istio's gateway leads nothing on to a default backend; every other controller is somebody else's. A class that is in
 * no file is Istio's by its usual name. Istio: pilot/pkg/config/kube/ingress/ingress.go RuleCollection.
 */
function callsFromIngress(mesh: Mesh, ingress: Ingress): readonly Call[] {
  const { className, annotatedClass = className, backends, defaultBackend } = ingress;
  const answer = isServed(mesh, ingress);
  if (answer.known ? answer.served : className === "istio") {
    return callsTo(mesh, ingress, backends, ingressGateway(mesh), "http");
  }
  const name = `ingress controller ${annotatedClass ?? "of the default class"}`;
  const all = defaultBackend === undefined ? backends : [defaultBackend, ...backends];
  return callsTo(mesh, ingress, all, { type: "outside", name, proxy: "unknown" }, "http");
}

function ingressGateway(mesh: Mesh): Caller {
  const { servedBy } = mesh.config.ingress;
  const workloads = gatewayWorkloads(mesh, undefined, { istio: servedBy });
  return { type: "gateway", name: workloads[0]?.name ?? `istio-${servedBy}`, namespace: "istio-system", workloads };
}

/** Workloads of gateway pods with these labels, in one namespace or in any. */
export function gatewayWorkloads(
  mesh: Mesh,
  namespace: string | undefined,
  labels: Readonly<Record<string, string>>,
): readonly Workload[] {
  if (Object.keys(labels).length === 0) return [];
  return gatewaysAmong(mesh.workloads).filter(
    (workload) =>
      (namespace === undefined || workload.namespace === namespace) &&
      workload.replicas.some((replica) => hasLabels(replica.labels, labels) && isGatewayPod(replica)),
  );
}

/** Few of all, and many routes ask for them. */
const gatewaysAmong = remembered((workloads: readonly Workload[]) =>
  workloads.filter(({ replicas }) => replicas.some(isGatewayPod)),
);
