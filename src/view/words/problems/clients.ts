/** Sentences about DestinationRules: what they make the sidecars of callers send. */

import type { ForbidsMtls } from "../../../mesh/findings/clients/forbids-mtls.ts";
import type { ForcesMtls } from "../../../mesh/findings/clients/forces-mtls.ts";
import type { HidesRule } from "../../../mesh/findings/clients/hides-rule.ts";
import type { LiteralHost } from "../../../mesh/findings/clients/literal-host.ts";
import type { OtherTls } from "../../../mesh/findings/clients/other-tls.ts";
import type { PodPortKey } from "../../../mesh/findings/clients/pod-port-key.ts";
import type { PortWithoutTls } from "../../../mesh/findings/clients/port-without-tls.ts";
import type { UnreadSecret } from "../../../mesh/findings/clients/unread-secret.ts";
import { endsText, nameFrom } from "../call.ts";
import { policyName } from "../policy.ts";
import { modeByText } from "../workload.ts";

const NOT_TAKEN: Readonly<Record<ForcesMtls["because"], readonly [one: string, several: string]>> = {
  "no-sidecar": ["it has no sidecar that understands it", "they have no sidecar that understands it"],
  "past-sidecar": [
    "its annotations take the port past its sidecar",
    "their annotations take the port past their sidecars",
  ],
  disabled: ["its port is in DISABLE", "their ports are in DISABLE"],
};

const AUTOMATIC = "Without tls in the rule Istio chooses for each pod what it understands.";

export function forcesMtls({ at, ends, because }: ForcesMtls): string {
  const [one, several] = NOT_TAKEN[because];
  return `Callers fail at ${endsText(ends, at)}: this rule makes them speak mTLS, and ${ends.length === 1 ? one : several}. ${AUTOMATIC}`;
}

export function forbidsMtls({ at, ends, mode }: ForbidsMtls): string {
  const who = mode === undefined ? "STRICT" : modeByText(mode.mode, mode.origin);
  return `Callers are refused by ${endsText(ends, at)}: this rule makes them send plaintext, and ${who} takes mTLS only. ${AUTOMATIC}`;
}

export function otherTls({ at, ends, mode }: OtherTls): string {
  return `Callers fail at ${endsText(ends, at)}: ${mode} is a TLS that a sidecar does not take. Write ISTIO_MUTUAL for the TLS of the mesh, or remove tls to let Istio choose.`;
}

export function literalHost({ host, service, meant }: LiteralHost): string {
  return `This rule is for no Service: a host with a dot is taken as it is, and ${host} is not completed to Service ${service.name} in ${service.namespace}. Did you mean ${meant}?`;
}

export function unreadSecret({ at, tls, caller }: UnreadSecret): string {
  return `The sidecar of ${nameFrom(at.object.namespace, caller)} sends plaintext instead of ${tls.mode} TLS: it gets the secret ${tls.credentialName ?? ""} only from a rule with a workloadSelector. Add one, or give the certificates as files.`;
}

export function portWithoutTls({ port, tls }: PortWithoutTls): string {
  return `${tls.mode} of this rule does not count for port ${port}: an entry for a port replaces the settings of the rule wholly, and this one has no tls. Repeat tls here.`;
}

export function podPortKey({ port, service, meant }: PodPortKey): string {
  return `${port} is a port of the pods, not of Service ${service.name}, so this entry has no effect. portLevelSettings wants the port of the Service, which is ${meant}.`;
}

export function hidesRule({ rule, hidden, tls }: HidesRule): string {
  return `Callers in ${rule.namespace} do not get ${tls.mode} from ${policyName(hidden)}: this rule is of their own namespace and matches first, and it says nothing of tls. Repeat tls here, or give the rule fewer hosts.`;
}

export const HIDDEN = "this rule does not count for them";

export const REPLACED = "these settings do not count for the port";
