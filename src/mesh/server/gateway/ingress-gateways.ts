/** Ingresses that Istio serves, as the Gateways that it makes of them. */
import { type Known, unknown } from "../../answer.ts";
import type { Mesh } from "../../mesh.ts";
import type { GatewayServer } from "../../resources/istio.ts";
import type { Labels, Meta } from "../../resources/meta.ts";
import type { Ingress } from "../../resources/routes.ts";

export interface IngressGateway extends Meta {
  readonly selector: Labels;
  readonly servers: readonly GatewayServer[];
  readonly listener?: undefined;
  readonly ingress: Ingress;
}

type Settings = Pick<Mesh, "config" | "ingresses" | "ingressClasses">;

export function ingressGateways(mesh: Settings): readonly IngressGateway[] {
  return mesh.ingresses.filter((ingress) => served(mesh, ingress) === "by Istio").map((each) => gatewayOf(mesh, each));
}

/** Those of which it is not known whether Istio serves them. */
export function unclearIngresses(mesh: Settings): readonly IngressGateway[] {
  return mesh.ingresses.filter((ingress) => served(mesh, ingress) === "unknown").map((each) => gatewayOf(mesh, each));
}

function served(mesh: Settings, ingress: Ingress): "by Istio" | "by others" | "unknown" {
  const answer = isServed(mesh, ingress);
  if (!answer.known) return "unknown";
  return answer.served ? "by Istio" : "by others";
}

const CONTROLLER = "istio.io/ingress-controller";

/**
 * The annotation names the class of the mesh; else the controller of its IngressClass is Istio's; without either the
 * mesh says. The API server gives the default class to an Ingress that names none.
 * Istio: pilot/pkg/config/kube/ingress/virtualservices.go shouldProcessIngressWithClass.
 */
export function isServed(
  { config, ingressClasses }: Omit<Settings, "ingresses">,
  { className, annotatedClass }: Ingress,
): Known<{ readonly served: boolean }> {
  const { mode, className: own } = config.ingress;
  if (annotatedClass !== undefined) return { known: true, served: mode !== "OFF" && annotatedClass === own };
  const known = ingressClasses.find(({ name, isDefault }) =>
    className === undefined ? isDefault : name === className,
  );
  if (known !== undefined) return { known: true, served: known.controller === CONTROLLER };
  if (className !== undefined) return notInFiles(`IngressClass ${className} is`);
  if (ingressClasses.length === 0) return notInFiles("IngressClasses are");
  return { known: true, served: mode === "DEFAULT" };
}

function notInFiles(what: string): ReturnType<typeof isServed> {
  return unknown({ code: "undetermined", says: `${what} not in these files` });
}

/** Plaintext HTTP on port 80 for all hosts, and HTTPS on 443 for those that have a secret. As old as can be. Istio: gateways.go convertIngressV1alpha3. */
function gatewayOf({ config }: Settings, ingress: Ingress): IngressGateway {
  const selector = { istio: config.ingress.servedBy };
  return { ...ingress, created: "", selector, servers: serversOf(ingress), ingress };
}

function serversOf({ name, namespace, secrets }: Ingress): readonly GatewayServer[] {
  const own = `${name}-${namespace}`;
  const https = secrets.map(
    ({ at, hosts }): GatewayServer => ({
      at,
      port: 443,
      portName: `https-443-ingress-${own}-${at}`,
      protocol: "HTTPS",
      hosts: hosts.length === 0 ? ["*"] : hosts,
      tls: { mode: "SIMPLE", httpsRedirect: false },
    }),
  );
  return [...https, { at: "/spec", port: 80, portName: `http-80-ingress-${own}`, protocol: "HTTP", hosts: ["*"] }];
}
