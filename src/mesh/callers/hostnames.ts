/** Host names in free text, and the Services that they mean from inside a pod. */
import { inNamespace } from "../by-namespace.ts";
import type { Mesh } from "../mesh.ts";
import type { Service, ServicePort } from "../resources/core.ts";
import { familyOf } from "../server/protocol.ts";
import { serviceAt } from "./backends.ts";
import type { Confidence, Speaks } from "./call.ts";

/** A host that a text names, with what surrounds it. */
export interface NamedHost {
  readonly host: string;
  readonly port?: number;
  readonly scheme?: string;
  /** The Service is named by the variable that Kubernetes gives to pods, `$(ORDERS_SERVICE_HOST)`: its name as that has it. */
  readonly linked?: { readonly name: string; readonly port?: string };
  /** The name of a pod stands before it, as a variable: `$(POD_NAME).kafka`. */
  readonly anyMember?: true;
}

export interface NamedService {
  readonly service: Service;
  readonly port: ServicePort;
  readonly speaks: Speaks;
  readonly confidence: Confidence;
}

/**
 * `scheme://user@host:port`, gRPC's `dns:///host:port`, or `host:port`, or a name that ends like a Service's; before it
 * the number of a voter, `1@kafka-0.kafka:9093`, or a variable.
 */
const HOSTS =
  /(?<=^|[^\w./@-]|(?:^|[^\w./@-])\d{1,4}@)(?:([a-z][a-z0-9+.-]*):\/\/(?:(?<=dns:\/\/)\/)?(?:[^\s/@"'<>]*@)?)?(\$(?:\(\w+\)|\{\w+\}|\w+)\.)?((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?:\.(?=:\d))?)(?::(\d{1,5}))?(?![a-z0-9:@-])/giu;

/** `http://$(ORDERS_SERVICE_HOST):$(ORDERS_SERVICE_PORT_HTTP)`, with parentheses, braces or neither. */
const LINKS =
  /(?:([a-z][a-z0-9+.-]*):\/\/)?\$[({]?([A-Z0-9_]+)_SERVICE_HOST(?![A-Z0-9_])[)}]?(?::(?:(\d{1,5})|\$[({]?\2_SERVICE_PORT(_[A-Z0-9_]+)?(?![A-Z0-9_])([)}]?)))?/gu;

/** Ports and protocols of schemes that name no port. `+` and what follows (`postgresql+psycopg`) is left out. */
const SCHEMES: Readonly<Record<string, { readonly port?: number; readonly speaks: Speaks }>> = {
  http: { port: 80, speaks: "http" },
  ws: { port: 80, speaks: "http" },
  https: { port: 443, speaks: "tls" },
  wss: { port: 443, speaks: "tls" },
  grpc: { speaks: "http" },
  redis: { port: 6379, speaks: "tcp" },
  mongodb: { port: 27017, speaks: "tcp" },
  mysql: { port: 3306, speaks: "tcp" },
  postgres: { port: 5432, speaks: "tcp" },
  postgresql: { port: 5432, speaks: "tcp" },
  amqp: { port: 5672, speaks: "tcp" },
  nats: { port: 4222, speaks: "tcp" },
  kafka: { port: 9092, speaks: "tcp" },
  tcp: { speaks: "tcp" },
};

/** All hosts that the text names, left to right. Text before `=` of an assignment is no host. */
export function namedHosts(text: string): readonly NamedHost[] {
  return [...writtenHosts(text), ...linkedHosts(text)];
}

function linkedHosts(text: string): readonly NamedHost[] {
  if (!text.includes("_SERVICE_HOST")) return [];
  return [...text.matchAll(LINKS)].map(([, scheme, name = "", port, portName, portEnd]) => ({
    host: "",
    linked: { name, ...(portEnd === undefined ? {} : { port: portName?.slice(1) ?? FIRST_PORT }) },
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(scheme === undefined ? {} : { scheme: scheme.toLowerCase() }),
  }));
}

/** No variable of a port ends so. */
const FIRST_PORT = "";

function writtenHosts(text: string): readonly NamedHost[] {
  if (!text.includes(":") && !text.includes(".svc")) return [];
  return [...text.matchAll(HOSTS)].flatMap(([, scheme, variable, host, port]) => {
    const isName = scheme !== undefined || port !== undefined || host?.includes(".svc") === true;
    if (host === undefined || !isName || /^\d+(\.\d+)*$/.test(host)) return [];
    return [
      {
        host: host.toLowerCase(),
        ...(port === undefined ? {} : { port: Number(port) }),
        ...(variable === undefined ? {} : { anyMember: true }),
        ...(scheme === undefined ? {} : { scheme: scheme.toLowerCase().replace(/\+.*/, "") }),
      },
    ];
  });
}

/**
 * The Service that a host means in a pod of this namespace, by the DNS search list `<ns>.svc.cluster.local`,
 * `svc.cluster.local`, `cluster.local`, when that Service has the port. Kubernetes: DNS for Services and Pods.
 */
export function serviceNamed(mesh: Mesh, named: NamedHost, namespace: string): NamedService | undefined {
  if (named.linked !== undefined) return linkedService(mesh, named, namespace);
  const service = named.anyMember === true ? undefined : serviceByHost(mesh, named.host, namespace);
  return service && portNamed(service, named);
}

/**
 * Pods get variables of the Services of their namespace that have an address, with the first port where none is named.
 * Kubernetes: pkg/kubelet/envvars/envvars.go FromServices.
 */
function linkedService(mesh: Mesh, named: NamedHost, namespace: string): NamedService | undefined {
  const { linked, port: number } = named;
  const service = inNamespace(mesh.services, namespace).find(
    ({ name, clusterIP, type }) => asVariable(name) === linked?.name && clusterIP !== "None" && type !== "ExternalName",
  );
  if (service === undefined || linked === undefined) return undefined;
  const port = number ?? portByVariable(service, linked.port);
  const found = portNamed(service, port === undefined ? named : { ...named, port });
  return found && { ...found, confidence: "likely" };
}

function portByVariable({ ports }: Service, variable: string | undefined): number | undefined {
  if (variable === undefined) return undefined;
  const found = variable === FIRST_PORT ? ports[0] : ports.find(({ name = "" }) => asVariable(name) === variable);
  return found?.port ?? NO_PORT;
}

/** A variable that no pod has leads nowhere. */
const NO_PORT = 0;

function asVariable(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}

/** The port that a host with its scheme means where it is this Service. */
export function portNamed(service: Service, named: NamedHost): NamedService | undefined {
  const scheme = named.scheme === undefined ? undefined : SCHEMES[named.scheme];
  const wanted = named.port ?? scheme?.port;
  const port = wanted === undefined ? onlyPort(service) : service.ports.find((each) => each.port === wanted);
  if (port === undefined || port.protocol === "UDP") return undefined;
  return { service, port, speaks: speaksOf(scheme?.speaks, port), confidence: confidenceOf(named, wanted) };
}

export function speaksByScheme({ scheme }: NamedHost): Speaks | undefined {
  return scheme === undefined ? undefined : SCHEMES[scheme]?.speaks;
}

/** Where the Service is that a host in a pod of this namespace can mean. */
export function namespaceMeant(host: string, own: string): string {
  return host.split(".")[1] || own;
}

function serviceByHost(mesh: Mesh, host: string, namespace: string): Service | undefined {
  const [name, , ...rest] = host.replace(/\.$/, "").split(".");
  const suffix = rest.join(".");
  const isAbsolute = host.endsWith(".");
  if (isAbsolute && suffix !== "svc.cluster.local") return undefined;
  const suffixOk = suffix === "" || suffix === "svc" || suffix === "svc.cluster.local";
  if (name === undefined || !suffixOk) return undefined;
  return serviceAt(mesh, namespaceMeant(host, namespace), name);
}

/** A name alone calls the one port that there is. */
function onlyPort(service: Service): ServicePort | undefined {
  return service.ports.length === 1 ? service.ports[0] : undefined;
}

function speaksOf(byScheme: Speaks | undefined, port: ServicePort): Speaks {
  if (byScheme !== undefined) return byScheme;
  if (port.appProtocol === "https" || port.name?.startsWith("https") || port.name?.startsWith("tls")) return "tls";
  return familyOf(port) === "TCP" ? "tcp" : "http";
}

/** A URL with a port that the Service has, or a full name, is what a program calls; less than that is likely so. */
function confidenceOf(named: NamedHost, wanted: number | undefined): Confidence {
  const full = /\.svc(\.cluster\.local)?\.?$/.test(named.host);
  return wanted !== undefined && (full || named.scheme !== undefined) ? "certain" : "likely";
}
