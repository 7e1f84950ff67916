/** Whether a pod is in the mesh, by which proxy, and how that is known. */
import type { Place, Unknown } from "../answer.ts";

/** `gateway` is a proxy that takes its listeners from Gateway resources; `ztunnel` is ambient capture. */
export type Proxy = "none" | "sidecar" | "gateway" | "ztunnel";

export type MembershipReason =
  | { readonly code: "proxy-container"; readonly container: string; readonly native: boolean }
  | { readonly code: "no-proxy-container" }
  | { readonly code: "webhook"; readonly webhook: string }
  | { readonly code: "no-webhook-matches"; readonly says: string }
  | { readonly code: "not-required"; readonly says: string }
  | { readonly code: "redirection-annotation" }
  | { readonly code: "dataplane-mode" }
  | { readonly code: "host-network" };

export type Membership =
  | {
      readonly known: true;
      readonly proxy: Proxy;
      readonly basis: "observed" | "predicted";
      readonly reason: MembershipReason;
      /** The field that decided, where a manifest has one. */
      readonly place?: Place;
      /** istiod tells clients to speak mTLS to this pod: the label `security.istio.io/tlsMode: istio`. */
      readonly clientsBelieve: boolean;
    }
  | Unknown;
