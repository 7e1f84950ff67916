/** Which servers a gateway pod opens at a port: those of every Gateway that is for it, after the merging that istiod does. */
import { byAge, byCreation, compareText } from "../../age.ts";
import { isForRevision, revisionOf } from "../../control-plane.ts";
import { hasLabels } from "../../labels.ts";
import { remembered } from "../../memo.ts";
import type { Mesh } from "../../mesh.ts";
import { hostOf } from "../../registry/host.ts";
import type { Gateway, GatewayServer } from "../../resources/istio.ts";
import type { Replica } from "../../workload.ts";
import { servicesOf, targetPort } from "../ports.ts";
import { familyOfProtocol } from "../protocol.ts";
import { type IngressGateway, ingressGateways } from "./ingress-gateways.ts";
import { type ListenerGateway, listenerGateways } from "./listeners.ts";

export type AnyGateway = (Gateway & { readonly listener?: undefined }) | ListenerGateway | IngressGateway;

export interface Listening {
  readonly gateway: AnyGateway;
  readonly server: GatewayServer;
}

/**
 * Gateways whose selector takes the pod in, in whatever namespace, Ingresses, and listeners of the Gateway API whose Service leads
 * to it. Istio: pilot/pkg/model/push_context.go mergeGateways, with PILOT_SCOPE_GATEWAY_TO_NAMESPACE at its default.
 */
export function gatewaysOf(mesh: Mesh, replica: Replica): readonly AnyGateway[] {
  const services = new Set(servicesOf(mesh, replica).map(hostOf));
  const revision = revisionOf(mesh, replica.annotations);
  const seen = allGateways(mesh.gateways)(mesh.others)(mesh.ingresses).filter((gateway) =>
    isForRevision(mesh, gateway, revision),
  );
  return seen.filter((gateway) =>
    gateway.listener === undefined
      ? hasLabels(replica.labels, gateway.selector)
      : gateway.namespace === replica.namespace && gateway.services.some((host) => services.has(host)),
  );
}

const allGateways = remembered((gateways: Mesh["gateways"]) =>
  remembered((others: Mesh["others"]) =>
    remembered((ingresses: Mesh["ingresses"]): readonly AnyGateway[] =>
      [...gateways, ...listenerGateways(others), ...ingressGateways(ingresses)].toSorted(byAge),
    ),
  ),
);

/** The servers that stand at a port of the pod. */
export function serversAt(mesh: Mesh, replica: Replica, port: number): readonly Listening[] {
  if (port < 1024 && isUnprivileged(replica)) return [];
  const wanted = gatewaysOf(mesh, replica).flatMap((gateway) =>
    gateway.servers
      .filter((server) => openedPorts(mesh, replica, gateway, server.port).includes(port))
      .map((server) => ({ gateway, server })),
  );
  return merged(wanted);
}

/** Such a pod cannot open low ports. Istio: buildGatewayListeners, IsUnprivileged. */
function isUnprivileged({ spec }: Replica): boolean {
  const env = spec.containers.find(({ name }) => name === "istio-proxy")?.env ?? [];
  return env.some(({ name, value }) => name === "ISTIO_META_UNPRIVILEGED_POD" && value === "true");
}

/** A Service with this label keeps its ports out of the translation. */
const NO_TRANSLATION = "experimental.istio.io/disable-gateway-port-translation";

/**
 * The number of a server is a port of a Service that leads to the pod, whose target is opened: of a Gateway with a
 * selector that of the oldest Service, or the number itself where no Service has it; of a listener all of its Service.
 * Istio: pilot/pkg/model/gateway.go resolvePorts.
 */
function openedPorts(mesh: Mesh, replica: Replica, gateway: AnyGateway, number: number): readonly number[] {
  const hosts = gateway.listener === undefined ? undefined : gateway.services;
  const targets = servicesOf(mesh, replica)
    .toSorted((a, b) => byCreation(a, b) || compareText(hostOf(a), hostOf(b)))
    .filter((service) =>
      hosts === undefined ? !Object.hasOwn(service.labels, NO_TRANSLATION) : hosts.includes(hostOf(service)),
    )
    .flatMap(({ ports }) => ports.filter(({ port }) => port === number))
    .flatMap((port) => targetPort(port, replica.spec) ?? []);
  if (hosts !== undefined) return targets;
  return [targets[0] ?? number];
}

/**
 * In the order of age: plaintext HTTP joins plaintext HTTP, TLS joins TLS with other hosts and other port names, and
 * everything else that meets a plaintext server is skipped. Plaintext that comes after TLS stands beside it, or in its
 * place where both name the same protocol.
 * Istio: pilot/pkg/model/gateway.go mergeGateways.
 */
function merged(wanted: readonly Listening[]): readonly Listening[] {
  const hosts = new Set<string>();
  let standing: readonly Listening[] = [];
  for (const each of wanted) {
    if (each.server.tls !== undefined) {
      const own = each.server.hosts.map((host) => hostIn(host, each.gateway.namespace));
      if (own.some((host) => hosts.has(host))) continue;
      for (const host of own) hosts.add(host);
    }
    standing = joined(standing, each);
  }
  return standing;
}

function joined(standing: readonly Listening[], each: Listening): readonly Listening[] {
  const { server } = each;
  const plain = standing.find((other) => !isTls(other.server));
  if (plain !== undefined) return isHttp(server) && isHttp(plain.server) ? [...standing, each] : standing;
  if (!isTls(server)) return [...standing.filter((other) => other.server.protocol !== server.protocol), each];
  const taken = endsHttps(server) && standing.some((other) => routeName(other) === routeName(each));
  return taken ? standing : [...standing, each];
}

/** `./host` is of the Gateway's namespace, `*\/host` of any. Istio: sanitizeServerHostNamespace. */
function hostIn(host: string, namespace: string): string {
  if (host.startsWith("./")) return `${namespace}/${host.slice(2)}`;
  return host.startsWith("*/") ? host.slice(2) : host;
}

/** Istio: gatewayRDSRouteName. */
function routeName({ gateway, server }: Listening): string | undefined {
  if (!endsHttps(server)) return undefined;
  return [server.port, server.portName, gateway.name, gateway.listener?.name ?? "", gateway.namespace].join(" ");
}

export function isHttp({ protocol }: GatewayServer): boolean {
  return familyOfProtocol(protocol) === "HTTP";
}

function isTls(server: GatewayServer): boolean {
  return server.tls !== undefined && !isHttp(server);
}

export function passesOn({ tls }: GatewayServer): boolean {
  return tls?.mode === "PASSTHROUGH" || tls?.mode === "AUTO_PASSTHROUGH";
}

/** TLS ends here, and HTTP is expected inside. Istio: pkg/config/gateway/gateway.go IsHTTPSServerWithTLSTermination. */
export function endsHttps(server: GatewayServer): boolean {
  return server.tls !== undefined && server.protocol.toLowerCase() === "https" && !passesOn(server);
}
