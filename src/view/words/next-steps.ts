/** Texts that the empty trees hand out. */

/** Takes nothing away from anybody: the mode is Istio's default, said. */
export const FIRST_POLICY = `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
  namespace: default
spec:
  mtls:
    mode: PERMISSIVE
`;

export const OBSERVE = "kubectl get ns,pods,mutatingwebhookconfigurations -A -o yaml > observed.yaml";

export const OBSERVE_COPIED = "Copied. Run it in a terminal in the folder of your manifests.";

export const NOT_IN_TREE =
  "Neither tree shows anything of this file: it has no workload, Namespace, PeerAuthentication or DestinationRule that is understood.";
