/** What istiod refuses of a VirtualService. Istio: pkg/config/validation/validation.go ValidateVirtualService, virtualservice.go. */
import { subsetNameFault, wildcardDomainFault } from "../../../validation/webhook/names.ts";
import { isMap, listOf, mapOf, mapsOf, textOf } from "../json.ts";
import type { JsonMap } from "../object.ts";

const IP = /^[\d.]+$|:/;

export function virtualServiceFaults(spec: JsonMap): readonly string[] {
  const gateways = listOf(spec.gateways).map(textOf);
  const mesh = gateways.length === 0 || gateways.includes("mesh");
  const hosts = listOf(spec.hosts).map(textOf);
  const delegate = hosts.length === 0;
  const routes = [spec.http, spec.tcp, spec.tls].some((each) => listOf(each).length > 0);
  return [
    ...(delegate && gateways.length > 0 ? ["delegate virtual service must have no gateways specified"] : []),
    ...hosts.flatMap((host) => hostFaults(host, mesh)),
    ...(routes ? [] : ["http, tcp or tls must be provided in virtual service"]),
    ...mapsOf(spec.http).flatMap((route) => routeFaults(route, delegate)),
  ];
}

function hostFaults(host: string, mesh: boolean): readonly string[] {
  if (IP.test(host)) return [];
  const fault = wildcardDomainFault(host);
  if (fault !== undefined) return [fault];
  return mesh && host === "*" ? ["wildcard host * is not allowed for virtual services bound to the mesh gateway"] : [];
}

/** Istio: virtualservice.go validateHTTPRouteConflict, validateHTTPRouteDestinations. */
function routeFaults(route: JsonMap, delegate: boolean): readonly string[] {
  const { redirect, directResponse, delegate: other } = route;
  const destinations = mapsOf(route.route);
  const forwards = destinations.length > 0;
  const conflicts: readonly string[] = [
    ...(isMap(redirect) && forwards ? ["HTTP route cannot contain both route and redirect"] : []),
    ...(isMap(directResponse) && forwards ? ["HTTP route cannot contain both route and direct_response"] : []),
  ];
  const nothing = !isMap(redirect) && !isMap(directResponse) && !forwards && !isMap(other) && !delegate;
  return [
    ...conflicts,
    ...(nothing ? ["HTTP route, redirect or direct_response is required"] : []),
    ...destinations.flatMap(destinationFaults),
    ...(destinations.length > 1 && destinations.every(({ weight }) => Number(weight ?? 0) === 0)
      ? ["total destination weight = 0"]
      : []),
  ];
}

function destinationFaults({ destination, weight }: JsonMap): readonly string[] {
  const { host, subset } = mapOf(destination);
  const faults = [
    isMap(destination) ? undefined : "destination is required",
    isMap(destination) ? hostFault(textOf(host)) : undefined,
    subset === undefined || subset === "" ? undefined : subsetNameFault(textOf(subset)),
    Number(weight ?? 0) < 0 ? `weight ${weight} < 0` : undefined,
  ];
  return faults.filter((each) => each !== undefined);
}

function hostFault(host: string): string | undefined {
  if (host === "*") return "invalid destination host *";
  return IP.test(host) ? undefined : wildcardDomainFault(host);
}
