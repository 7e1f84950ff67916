/** MTLS028: a headless Service in front of a pod in DISABLE: callers speak mutual TLS to it all the same. */
import type { Mesh } from "../../mesh.ts";
import type { Service, ServicePort } from "../../resources/core.ts";
import type { PeerAuthentication } from "../../resources/istio.ts";
import { type Pointer, under } from "../../resources/meta.ts";
import { ofKind } from "../../resources/resource.ts";
import { modeOf } from "../../server/mode.ts";
import type { Workload } from "../../workload.ts";
import type { Check, Marked } from "../finding.ts";
import { failsAsMtls, seenOf } from "../meshed-caller.ts";

export interface HeadlessDisabled extends Marked {
  readonly code: "MTLS028";
  readonly service: Service;
  readonly workload: Workload;
  readonly policy: PeerAuthentication;
  /** Of the mode in the policy. */
  readonly mode: Pointer;
  /** Every pod of the Service fails so. */
  readonly all: boolean;
}

export const headlessDisabled: Check<HeadlessDisabled> = {
  code: "MTLS028",
  says: "A pod behind a headless Service is in DISABLE, and callers with a sidecar speak mutual TLS to it all the same.",
  severity: "warning",
  check: ({ mesh, objects }) =>
    ofKind(objects, "Service")
      .filter(({ clusterIP }) => clusterIP === "None")
      .flatMap((service) => distinct(findings(mesh, service))),
};

function findings(mesh: Mesh, service: Service): readonly HeadlessDisabled[] {
  const seen = service.ports.flatMap((port: ServicePort) => seenOf(mesh, service, port));
  const failing = seen.filter((each) => failsAsMtls(each) && each.place === undefined);
  return failing.flatMap(({ endpoint: { at, port } }): readonly HeadlessDisabled[] => {
    const answer = modeOf(mesh, at.replica, port);
    if (!answer.known || answer.mode !== "DISABLE" || answer.origin.from === "istio-default") return [];
    const { origin } = answer;
    const mode = origin.from === "port" ? under("/spec/portLevelMtls", origin.port, "mode") : "/spec/mtls/mode";
    return [
      {
        code: "MTLS028",
        at: { object: service, pointer: "/spec/clusterIP" },
        part: "value",
        service,
        workload: at.workload,
        policy: origin.policy,
        mode,
        all: failing.length === seen.length,
      },
    ];
  });
}

/** One finding a workload, whatever number of its pods and ports is meant. */
function distinct(found: readonly HeadlessDisabled[]): readonly HeadlessDisabled[] {
  return [...new Map(found.toReversed().map((each) => [each.workload.name, each])).values()];
}
