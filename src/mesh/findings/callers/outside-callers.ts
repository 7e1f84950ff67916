/** MTLS029: a Service that invites callers from outside of the cluster to a port that refuses them. */
import type { PortModeAnswer } from "../../answer.ts";
import type { Mesh } from "../../mesh.ts";
import { hostOf } from "../../registry/host.ts";
import { fromService } from "../../registry/service.ts";
import type { Service, ServicePort } from "../../resources/core.ts";
import { ofKind } from "../../resources/resource.ts";
import { enforcedMode } from "../../server/enforced.ts";
import { outcomes } from "../../verdict/outcome.ts";
import { untoldAtServer } from "../../verdict/partly-read.ts";
import type { Workload } from "../../workload.ts";
import type { Check, Marked } from "../finding.ts";

export interface OutsideCallers extends Marked {
  readonly code: "MTLS029";
  readonly service: Service;
  readonly workload: Workload;
  readonly replica: Workload["replicas"][number];
  readonly port: number;
  readonly mode: PortModeAnswer;
}

export const outsideCallers: Check<OutsideCallers> = {
  code: "MTLS029",
  says: "A Service is open to callers from outside of the cluster, and the port behind it takes mutual TLS only.",
  severity: "information",
  check: ({ mesh, objects }) =>
    ofKind(objects, "Service")
      .filter(({ type }) => type === "NodePort" || type === "LoadBalancer")
      .flatMap((service) => distinct(service.ports.flatMap((port) => findings(mesh, service, port)))),
};

/** Nobody there has a certificate of the mesh, whatever is spoken. */
const OUTSIDE = { proxy: "none", namespace: "", labels: {}, annotations: {} } as const;

function findings(mesh: Mesh, service: Service, port: ServicePort): readonly OutsideCallers[] {
  const family = fromService(service).ports.find((each) => each.port === port.port)?.family;
  if (family === undefined) return [];
  const wanted = { host: hostOf(service), port: port.port };
  return outcomes(mesh, OUTSIDE, wanted, family === "TCP" ? "tcp" : "http").flatMap(
    ({ code, endpoint }): readonly OutsideCallers[] => {
      if (code !== "broken-no-filter-chain" && code !== "broken-policy-denied") return [];
      if (endpoint?.at === undefined || untoldAtServer(mesh, endpoint.at).length > 0) return [];
      const mode = enforcedMode(mesh, endpoint.at.replica, endpoint.port);
      if (mode?.known !== true || mode.mode !== "STRICT") return [];
      const at = { object: service, pointer: "/spec/type" };
      return [{ code: "MTLS029", at, part: "value", service, ...endpoint.at, port: endpoint.port, mode }];
    },
  );
}

function distinct(found: readonly OutsideCallers[]): readonly OutsideCallers[] {
  return [...new Map(found.toReversed().map((each) => [`${each.workload.name}:${each.port}`, each])).values()];
}
