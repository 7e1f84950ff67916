/** MTLS049: a policy that is in DISABLE in the cluster is to go to STRICT at once. */
import type { Mesh } from "../../mesh.ts";
import type { PeerAuthentication } from "../../resources/istio.ts";
import { type Pointer, sameRef, under } from "../../resources/meta.ts";
import type { KindOf, Resource } from "../../resources/resource.ts";
import { policyImpact } from "../../verdict/impact.ts";
import type { Check, Marked } from "../finding.ts";

export interface StraightToStrict extends Marked {
  readonly code: "MTLS049";
  readonly policy: PeerAuthentication;
  /** As the cluster has it. */
  readonly live: PeerAuthentication;
}

export const straightToStrict: Check<StraightToStrict> = {
  code: "MTLS049",
  says: "A mode goes from DISABLE to STRICT without PERMISSIVE between, so calls fail until every sidecar knows.",
  severity: "information",
  check: ({ mesh, live = [] }) =>
    live.flatMap(({ object, version }): readonly StraightToStrict[] => {
      if (!isPolicy(object) || !isPolicy(version) || !governs(mesh, object)) return [];
      return steps(version, object).map((pointer) => ({
        code: "MTLS049",
        at: { object, pointer },
        part: "value",
        policy: object,
        live: version,
      }));
    }),
};

function isPolicy(object: Resource): object is KindOf<"PeerAuthentication"> {
  return object.form === "known" && object.kind === "PeerAuthentication";
}

/** The version of the file that is judged, on pods that obey it. */
function governs(mesh: Mesh, object: PeerAuthentication): boolean {
  const judged = mesh.policies.find((each) => sameRef(each, object) && each.source.uri === object.source.uri);
  return judged !== undefined && policyImpact(mesh, judged).governed.length > 0;
}

/** Modes that stand at one place in both versions. */
function steps(live: PeerAuthentication, now: PeerAuthentication): readonly Pointer[] {
  const whole = live.mode === "DISABLE" && now.mode === "STRICT" ? ["/spec/mtls/mode"] : [];
  const ports = now.ports
    .filter(({ mode, port }) => mode === "STRICT" && live.ports.find((each) => each.port === port)?.mode === "DISABLE")
    .map(({ at }) => under(at, "mode"));
  return [...whole, ...ports];
}
