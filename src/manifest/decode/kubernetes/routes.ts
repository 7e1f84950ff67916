/** Objects that lead traffic to Services, or name Services that the API server calls. */

import type { BackendRef } from "../../../mesh/resources/backend-ref.ts";
import type { Meta, Pointer } from "../../../mesh/resources/meta.ts";
import type {
  ApiServerCalls,
  BackendTlsPolicy,
  GatewayRoute,
  GatewayRouteKind,
  GatewayRouteRule,
  Ingress,
  IngressClass,
} from "../../../mesh/resources/routes.ts";
import { defined, entries, type Field, get, integer, isPresent, items, text, textOrInteger, texts } from "../field.ts";

export function decodeGatewayRoute(
  root: Field,
  kind: GatewayRouteKind,
  { namespace }: { readonly namespace: string },
): Omit<GatewayRoute, keyof Meta> & { readonly kind: GatewayRouteKind } {
  const spec = get(root, "spec");
  return {
    kind,
    parents: items(get(spec, "parentRefs")).map((parent) => {
      const port = integer(get(parent, "port"));
      const section = text(get(parent, "sectionName"));
      return {
        kind: text(get(parent, "kind")) ?? "Gateway",
        namespace: text(get(parent, "namespace")) ?? namespace,
        name: text(get(parent, "name")) ?? "",
        ...(port !== undefined && { port }),
        ...(section !== undefined && { section }),
      };
    }),
    hostnames: texts(get(spec, "hostnames")),
    rules: items(get(spec, "rules")).map((rule) => decodeRule(rule, namespace)),
  };
}

function decodeRule(rule: Field, namespace: string): GatewayRouteRule {
  const filters = items(get(rule, "filters"));
  const mirrors = filters.map((filter) => get(filter, "requestMirror", "backendRef"));
  const matches = items(get(rule, "matches"));
  return {
    at: rule.at,
    onRequest: matches.length > 0 && !matches.some(matchesAll),
    forwards: !filters.some((filter) => isPresent(get(filter, "requestRedirect"))),
    backends: defined([
      ...items(get(rule, "backendRefs")).map((ref) => backend(ref, namespace, false)),
      ...mirrors.map((ref) => backend(ref, namespace, true)),
    ]),
  };
}

/** An empty match, or the prefix `/` alone. */
function matchesAll(match: Field): boolean {
  const said = entries(match);
  const path = get(match, "path");
  const isRoot = text(get(path, "value")) === "/" && (text(get(path, "type")) ?? "PathPrefix") === "PathPrefix";
  return said.length === 0 || (said.length === 1 && isPresent(path) && isRoot);
}

/** Kind and group of a backend default to a Service; others lead nowhere that the rules know. */
function backend(ref: Field, namespace: string, mirror: boolean): BackendRef | undefined {
  const name = text(get(ref, "name"));
  if (name === undefined || (text(get(ref, "kind")) ?? "Service") !== "Service") return undefined;
  return named(ref.at, text(get(ref, "namespace")) ?? namespace, name, textOrInteger(get(ref, "port")), mirror);
}

export function decodeBackendTlsPolicy(root: Field): Omit<BackendTlsPolicy, keyof Meta> {
  const spec = get(root, "spec");
  const validation = get(spec, "validation");
  const hostname = text(get(validation, "hostname"));
  const [authority] = items(get(validation, "caCertificateRefs"));
  return {
    targets: items(get(spec, "targetRefs")).map((target) => {
      const section = text(get(target, "sectionName"));
      return {
        kind: text(get(target, "kind")) ?? "",
        name: text(get(target, "name")) ?? "",
        ...(section !== undefined && section !== "" && { section }),
      };
    }),
    ...(hostname !== undefined && { hostname }),
    ...(authority && {
      authority: { kind: text(get(authority, "kind")) ?? "", name: text(get(authority, "name")) ?? "" },
    }),
  };
}

export function decodeIngress(
  root: Field,
  { namespace, annotations }: { readonly namespace: string; readonly annotations: Readonly<Record<string, string>> },
): Omit<Ingress, keyof Meta> {
  const spec = get(root, "spec");
  const paths = items(get(spec, "rules")).flatMap((rule) => items(get(rule, "http", "paths")));
  const className = text(get(spec, "ingressClassName"));
  const annotatedClass = annotations["kubernetes.io/ingress.class"];
  const defaultBackend = ingressBackend(get(spec, "defaultBackend"), namespace);
  return {
    ...(className !== undefined && { className }),
    ...(annotatedClass !== undefined && { annotatedClass }),
    ...(defaultBackend && { defaultBackend }),
    secrets: items(get(spec, "tls"))
      .filter((tls) => (text(get(tls, "secretName")) ?? "") !== "")
      .map((tls) => ({ at: tls.at, hosts: texts(get(tls, "hosts")) })),
    backends: defined(paths.map((path) => ingressBackend(get(path, "backend"), namespace))),
  };
}

function ingressBackend(backend: Field, namespace: string): BackendRef | undefined {
  const service = get(backend, "service");
  const name = text(get(service, "name"));
  const port = get(service, "port");
  const target = textOrInteger(get(port, "number")) ?? text(get(port, "name"));
  return name === undefined ? undefined : named(service.at, namespace, name, target, false);
}

export function decodeIngressClass(
  root: Field,
  { annotations }: { readonly annotations: Readonly<Record<string, string>> },
): Omit<IngressClass, keyof Meta> {
  return {
    controller: text(get(root, "spec", "controller")) ?? "",
    isDefault: annotations["ingressclass.kubernetes.io/is-default-class"] === "true",
  };
}

/** Where each kind keeps the Services that the API server calls. */
export function decodeApiServerCalls(
  root: Field,
  kind: ApiServerCalls["kind"],
): Omit<ApiServerCalls, keyof Meta> & { readonly kind: ApiServerCalls["kind"] } {
  const clients = {
    ValidatingWebhookConfiguration: () =>
      items(get(root, "webhooks")).map((each) => get(each, "clientConfig", "service")),
    APIService: () => [get(root, "spec", "service")],
    CustomResourceDefinition: () => [get(root, "spec", "conversion", "webhook", "clientConfig", "service")],
  };
  return { kind, backends: defined(clients[kind]().map(calledByApiServer)) };
}

/** The port of such a Service is 443 where the object is silent. */
export function calledByApiServer(service: Field): BackendRef | undefined {
  const name = text(get(service, "name"));
  const namespace = text(get(service, "namespace"));
  if (name === undefined || namespace === undefined) return undefined;
  return named(service.at, namespace, name, textOrInteger(get(service, "port")) ?? 443, false);
}

function named(
  at: Pointer,
  namespace: string,
  name: string,
  port: number | string | undefined,
  mirror: boolean,
): BackendRef {
  return { at, namespace, name, mirror, ...(port !== undefined && { port }) };
}
