/** What ztunnel refuses: PeerAuthentications turned into policies that deny callers without an identity. */

import { type Known, type Missing, unknown } from "../answer.ts";
import { inNamespace } from "../by-namespace.ts";
import { gapsAt, missingFrom } from "../gaps.ts";
import { hasLabels } from "../labels.ts";
import type { Mesh } from "../mesh.ts";
import type { MtlsMode, PeerAuthentication } from "../resources/istio.ts";
import { hasSelector, type Subject, uncertainPolicies } from "./policy.ts";

/** Matches a connection when all that it says holds. */
interface Match {
  readonly withoutIdentity: boolean;
  readonly ports?: readonly number[];
  readonly notPorts?: readonly number[];
}

/** Denies when all rules of one group match; one match of a rule is enough. */
export interface DenyPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly groups: readonly (readonly (readonly Match[])[])[];
}

export interface AttachedPolicy {
  readonly namespace: string;
  readonly name: string;
  /** Absent where a pod refers to a policy that is never made: it then denies nothing. */
  readonly policy?: DenyPolicy;
}

const STATIC_STRICT = "istio_converted_static_strict";
const WITHOUT_IDENTITY: Match = { withoutIdentity: true };

/**
 * The policies that ztunnel applies to a pod: the static one where the inherited mode is STRICT, and one made of the
 * workload's policy where ports of it differ. DISABLE is as good as PERMISSIVE here, but a port in DISABLE is not looked
 * for where the workload inherits STRICT. Equally old policies are not ordered.
 * Istio: pilot/pkg/serviceregistry/ambient/authorization.go convertedSelectorPeerAuthentications.
 */
export function attachedPolicies(mesh: Mesh, pod: Subject): Known<{ readonly policies: readonly AttachedPolicy[] }> {
  const { rootNamespace } = mesh.config;
  const speaking = [...new Set([rootNamespace, pod.namespace])]
    .flatMap((namespace) => inNamespace(mesh.policies, namespace))
    .filter((policy) => speaksFor(mesh, policy, pod));
  const general = speaking.filter((policy) => !hasSelector(policy));
  const root = oldest(general.filter(({ namespace }) => namespace === rootNamespace));
  const own = oldest(general.filter(({ namespace }) => namespace !== rootNamespace));
  const workload = oldest(speaking.filter((policy) => hasSelector(policy) && policy.namespace !== rootNamespace));
  const ties = [root, own, workload].flatMap(({ ties }) => ties);
  if (ties.length > 0) return unknown(notOrdered(ties));
  const unread = [...uncertainPolicies(mesh, pod), ...[root, own, workload].flatMap(({ policy }) => policy ?? [])];
  const missing = unread.flatMap((policy) => missingFrom(policy, gapsAt(policy, "/spec", "/metadata")));
  if (missing.length > 0) return unknown(...missing);

  const inherited = resolve(own.policy?.mode, resolve(root.policy?.mode, "UNSET"));
  const strict = resolve(workload.policy?.mode, inherited) === "STRICT";
  const special =
    workload.policy !== undefined && hasExceptions(workload.policy, inherited) ? workload.policy : undefined;
  const attached: AttachedPolicy[] = [];
  if (special !== undefined) attached.push(reference(special, convert(mesh, special)));
  if (strict && (special === undefined || special.mode === "PERMISSIVE" || special.mode === "DISABLE")) {
    attached.push({ namespace: rootNamespace, name: STATIC_STRICT, policy: staticStrict(rootNamespace) });
  }
  return { known: true, policies: attached };
}

/** One connection to a port: refused when any attached policy denies it. */
export function deniedBy(
  attached: readonly AttachedPolicy[],
  port: number,
  wire: "plaintext" | "hbone",
): AttachedPolicy | undefined {
  const holds = (match: Match) =>
    (!match.withoutIdentity || wire === "plaintext") &&
    (match.ports?.includes(port) ?? true) &&
    !(match.notPorts?.includes(port) ?? false);
  return attached.find(({ policy }) => policy?.groups.some((rules) => rules.every((matches) => matches.some(holds))));
}

/** For the mesh only without any selector; an empty one in the root namespace is for that namespace. */
function speaksFor(mesh: Mesh, policy: PeerAuthentication, { namespace, labels }: Subject): boolean {
  if (policy.namespace === mesh.config.rootNamespace && policy.selector === undefined) return true;
  return policy.namespace === namespace && hasLabels(labels, policy.selector ?? {});
}

interface Oldest {
  readonly policy?: PeerAuthentication;
  /** Others of the same age: which of them Istio meets first is not told. */
  readonly ties: readonly PeerAuthentication[];
}

function oldest(policies: readonly PeerAuthentication[]): Oldest {
  const [policy, ...others] = policies;
  if (policy === undefined) return { ties: [] };
  const ties = others.filter(({ created }) => created === policy.created);
  return { policy, ties: ties.length === 0 ? [] : [policy, ...ties] };
}

function resolve(mode: MtlsMode | undefined, inherited: MtlsMode): MtlsMode {
  return mode === undefined || mode === "UNSET" ? inherited : mode;
}

/** Ports of the workload's policy that differ from the mode around them, as Istio looks for them. */
function hasExceptions({ mode, ports }: PeerAuthentication, inherited: MtlsMode): boolean {
  const some = (...modes: readonly MtlsMode[]) => ports.some((port) => modes.includes(port.mode));
  switch (mode) {
    case "STRICT":
      return some("PERMISSIVE", "DISABLE");
    case "PERMISSIVE":
    case "DISABLE":
      return some("STRICT");
    case "UNSET":
      return inherited === "STRICT" ? some("PERMISSIVE") : some("STRICT");
  }
}

function reference({ namespace, name }: PeerAuthentication, policy: DenyPolicy | undefined): AttachedPolicy {
  const ref = { namespace, name: `converted_peer_authentication_${name}` };
  return policy === undefined ? ref : { ...ref, policy };
}

/**
 * The policy that istiod makes of a workload's PeerAuthentication with ports, or none where its ports add nothing.
 * Istio: pilot/pkg/serviceregistry/ambient/authorization.go convertPeerAuthentication.
 */
function convert(mesh: Mesh, policy: PeerAuthentication): DenyPolicy | undefined {
  const own = withoutSelector(mesh, policy.namespace);
  const root = withoutSelector(mesh, mesh.config.rootNamespace);
  const { mode, ports } = policy;
  const strictMesh = (own === undefined || own.mode === "UNSET") && root?.mode === "STRICT";
  const strictAround = strictMesh || own?.mode === "STRICT";
  // A STRICT mesh hides the strict ports of any workload mode, a STRICT namespace only those of a workload in UNSET.
  const hidden = mode === "STRICT" || strictMesh || (mode === "UNSET" && own?.mode === "STRICT");
  const strictPorts = hidden ? [] : ports.filter((port) => port.mode === "STRICT");
  const open = keepsOpen(mode, own, root)
    ? ports.filter(({ mode: each }) => each === "PERMISSIVE" || each === "DISABLE")
    : [];
  if (mode === "STRICT" && open.length === 0) return undefined;
  const alone: readonly (readonly Match[])[] = [
    ...(mode === "STRICT" ? [[WITHOUT_IDENTITY]] : []),
    ...open.map(({ port }) => [{ withoutIdentity: false, notPorts: [port] }]),
  ];
  const rules = strictAround && open.length > 0 ? [...alone, [WITHOUT_IDENTITY]] : alone;
  const groups = [
    ...strictPorts.map(({ port }) => [[{ withoutIdentity: true, ports: [port] }]]),
    ...(rules.length > 0 ? [rules] : []),
  ];
  return groups.length === 0 ? undefined : { namespace: policy.namespace, name: policy.name, groups };
}

/** Open ports matter only under STRICT; a namespace policy that is UNSET counts as not STRICT here, whatever the mesh says. */
function keepsOpen(mode: MtlsMode, own: PeerAuthentication | undefined, root: PeerAuthentication | undefined): boolean {
  if (mode !== "UNSET") return mode === "STRICT";
  return own === undefined ? root?.mode === "STRICT" : own.mode === "STRICT";
}

function withoutSelector(mesh: Mesh, namespace: string): PeerAuthentication | undefined {
  return inNamespace(mesh.policies, namespace).find(({ selector }) => selector === undefined);
}

function staticStrict(namespace: string): DenyPolicy {
  return { namespace, name: STATIC_STRICT, groups: [[[WITHOUT_IDENTITY]]] };
}

function notOrdered(ties: readonly PeerAuthentication[]): Missing {
  const names = ties.map(({ namespace, name }) => `${namespace}/${name}`).join(" and ");
  return { code: "undetermined", says: `${names} are equally old, and for ambient pods Istio does not order them` };
}
