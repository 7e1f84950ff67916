/** Services that are a second name of another one. */
import type { Mesh } from "../mesh.ts";
import type { Service } from "../resources/core.ts";
import { servicesNamed } from "./service.ts";

/**
 * An ExternalName Service is an alias: what counts is the Service that its name means. One that means another alias or
 * a host outside gives none. Istio: pilot/pkg/model/push_context.go resolveServiceAliases.
 */
export function concreteService(mesh: Mesh, service: Service): Service | undefined {
  if (service.type !== "ExternalName") return service;
  const host = (service.externalName ?? "").replace(/\.$/, "");
  const [target] = servicesNamed(mesh, host);
  return target?.object.kind === "Service" && target.object.type !== "ExternalName" ? target.object : undefined;
}
