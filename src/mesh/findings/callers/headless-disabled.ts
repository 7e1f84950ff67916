/** MTLS028: a headless Service in front of a pod in DISABLE: callers speak mutual TLS to it all the same. */

import { modeSetAt } from "../../answer.ts";
import type { Mesh } from "../../mesh.ts";
import type { Service } from "../../resources/core.ts";
import type { PeerAuthentication } from "../../resources/istio.ts";
import type { Pointer } from "../../resources/meta.ts";
import { ofKind } from "../../resources/resource.ts";
import { modeOf } from "../../server/mode.ts";
import type { Check, Marked } from "../finding.ts";
import { type End, endsOf, failsAsMtls, type Seen, seenOf } from "../meshed-caller.ts";

export interface HeadlessDisabled extends Marked {
  readonly code: "MTLS028";
  readonly service: Service;
  readonly ends: readonly End[];
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
      .flatMap((service) => findings(mesh, service)),
};

/** One finding for each mode that is set. */
function findings(mesh: Mesh, service: Service): readonly HeadlessDisabled[] {
  const seen = service.ports.flatMap((port) => seenOf(mesh, service, port));
  const failing = seen.filter((each) => failsAsMtls(each) && each.place === undefined);
  const disabled = failing.flatMap((each) => {
    const set = disabledBy(mesh, each);
    return set === undefined ? [] : [{ each, ...set }];
  });
  return [...Map.groupBy(disabled, ({ policy, mode }) => `${policy.name} ${mode}`).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { policy, mode } = first;
    const at = { object: service, pointer: "/spec/clusterIP" };
    const ends = endsOf(group.map(({ each }) => each));
    return [{ code: "MTLS028", at, part: "value", service, ends, policy, mode, all: failing.length === seen.length }];
  });
}

function disabledBy(
  mesh: Mesh,
  { endpoint: { at, port } }: Seen,
): Pick<HeadlessDisabled, "policy" | "mode"> | undefined {
  const answer = modeOf(mesh, at.replica, port);
  const set = answer.known && answer.mode === "DISABLE" ? modeSetAt(answer.origin) : undefined;
  return set && { policy: set.object, mode: set.pointer };
}
