/** Every check of the rules. A code that is retired stays here as a comment. */
import { type CallerBreaks, callerBreaks } from "./callers/caller-breaks.ts";
import { type ExcludedOutbound, excludedOutbound } from "./callers/excluded-outbound.ts";
import { type HeadlessDisabled, headlessDisabled } from "./callers/headless-disabled.ts";
import { type HeadlessMixed, headlessMixed } from "./callers/headless-mixed.ts";
import { type IdentityInClear, identityInClear } from "./callers/identity-in-clear.ts";
import { type InitBeforeSidecar, initBeforeSidecar } from "./callers/init-before-sidecar.ts";
import { type OutsideCallers, outsideCallers } from "./callers/outside-callers.ts";
import { type ProbeNotRewritten, probeNotRewritten } from "./callers/probe-not-rewritten.ts";
import { type ForbidsMtls, forbidsMtls } from "./clients/forbids-mtls.ts";
import { type ForcesMtls, forcesMtls } from "./clients/forces-mtls.ts";
import { type HidesRule, hidesRule } from "./clients/hides-rule.ts";
import { type LiteralHost, literalHost } from "./clients/literal-host.ts";
import { type OtherTls, otherTls } from "./clients/other-tls.ts";
import { type PodPortKey, podPortKey } from "./clients/pod-port-key.ts";
import { type PortWithoutTls, portWithoutTls } from "./clients/port-without-tls.ts";
import { type UnreadSecret, unreadSecret } from "./clients/unread-secret.ts";
import type { Check, FindingContext, FindingSeverity } from "./finding.ts";
import { type BothLabels, bothLabels } from "./membership/both-labels.ts";
import { type CannotTrigger, cannotTrigger } from "./membership/cannot-trigger.ts";
import { type FalseLabel, falseLabel } from "./membership/false-label.ts";
import { type HostNetwork, hostNetwork } from "./membership/host-network.ts";
import { type InjectionValue, injectionValue } from "./membership/injection-value.ts";
import { type OverruledLabel, overruledLabel } from "./membership/overruled-label.ts";
import { type PlaintextLabel, plaintextLabel } from "./membership/plaintext-label.ts";
import { type RestartNeeded, restartNeeded } from "./membership/restart-needed.ts";
import { type UnservedRevision, unservedRevision } from "./membership/unserved-revision.ts";
import { type DefinedTwice, definedTwice } from "./objects/defined-twice.ts";
import { type AmbientDisable, ambientDisable } from "./policies/ambient-disable.ts";
import { type DisabledAboveStrict, disabledAboveStrict } from "./policies/disabled-above-strict.ts";
import { type EmptySelector, emptySelector } from "./policies/empty-selector.ts";
import { type ForGateways, forGateways } from "./policies/for-gateways.ts";
import { type GovernsNothing, governsNothing } from "./policies/governs-nothing.ts";
import { type OtherRevision, otherRevision } from "./policies/other-revision.ts";
import { type OverruledPolicy, overruledPolicy } from "./policies/overruled.ts";
import { type PrunedField, prunedField } from "./policies/pruned-field.ts";
import { type RootSelector, rootSelector } from "./policies/root-selector.ts";
import { type SetsNoMode, setsNoMode } from "./policies/sets-no-mode.ts";
import { type StraightToStrict, straightToStrict } from "./policies/straight-to-strict.ts";
import { type UnknownMode, unknownMode } from "./policies/unknown-mode.ts";
import { type ExcludedInbound, excludedInbound } from "./ports/excluded-inbound.ts";
import { type NotAPort, notAPort } from "./ports/not-a-port.ts";
import { type PortsWithoutSelector, portsWithoutSelector } from "./ports/ports-without-selector.ts";
import { type ServicePortKey, servicePortKey } from "./ports/service-port-key.ts";
import { type TlsOnHttpPort, tlsOnHttpPort } from "./ports/tls-on-http-port.ts";

export type Finding =
  | CallerBreaks
  | GovernsNothing
  | OverruledPolicy
  | RootSelector
  | PortsWithoutSelector
  | ServicePortKey
  | UnknownMode
  | PrunedField
  | DefinedTwice
  | NotAPort
  | DisabledAboveStrict
  | SetsNoMode
  | OtherRevision
  | AmbientDisable
  | ForGateways
  | EmptySelector
  | TlsOnHttpPort
  | ExcludedInbound
  | ExcludedOutbound
  | InitBeforeSidecar
  | ProbeNotRewritten
  | HeadlessMixed
  | HeadlessDisabled
  | OutsideCallers
  | IdentityInClear
  | ForcesMtls
  | ForbidsMtls
  | OtherTls
  | LiteralHost
  | UnreadSecret
  | PortWithoutTls
  | BothLabels
  | InjectionValue
  | CannotTrigger
  | OverruledLabel
  | UnservedRevision
  | RestartNeeded
  | HostNetwork
  | FalseLabel
  | PlaintextLabel
  | PodPortKey
  | StraightToStrict
  | HidesRule;

/** A check whose findings are any of the union. */
export type AnyCheck = Check<Finding>;

export const CHECKS: readonly AnyCheck[] = [
  callerBreaks,
  governsNothing,
  overruledPolicy,
  rootSelector,
  portsWithoutSelector,
  servicePortKey,
  unknownMode,
  prunedField,
  definedTwice,
  notAPort,
  disabledAboveStrict,
  setsNoMode,
  otherRevision,
  ambientDisable,
  forGateways,
  emptySelector,
  tlsOnHttpPort,
  excludedInbound,
  excludedOutbound,
  initBeforeSidecar,
  probeNotRewritten,
  headlessMixed,
  headlessDisabled,
  outsideCallers,
  identityInClear,
  forcesMtls,
  forbidsMtls,
  otherTls,
  literalHost,
  unreadSecret,
  portWithoutTls,
  bothLabels,
  injectionValue,
  cannotTrigger,
  overruledLabel,
  unservedRevision,
  restartNeeded,
  hostNetwork,
  falseLabel,
  plaintextLabel,
  podPortKey,
  straightToStrict,
  hidesRule,
];

export interface Found {
  readonly finding: Finding;
  readonly severity: FindingSeverity;
}

export function findings(context: FindingContext, checks: readonly AnyCheck[] = CHECKS): readonly Found[] {
  return checks.flatMap(({ severity, check }) =>
    check(context).map((finding) => ({ finding, severity: finding.severity ?? severity })),
  );
}
