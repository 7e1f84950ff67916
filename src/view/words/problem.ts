/** The sentence of the Problems panel for every code. */
import type { Finding } from "../../mesh/findings/registry.ts";
import * as callers from "./problems/callers.ts";
import * as clients from "./problems/clients.ts";
import * as membership from "./problems/membership.ts";
import * as objects from "./problems/objects.ts";
import * as policies from "./problems/policies.ts";
import * as ports from "./problems/ports.ts";

type Sentences = { readonly [Code in Finding["code"]]: (finding: Extract<Finding, { readonly code: Code }>) => string };

const SENTENCES: Sentences = {
  MTLS001: callers.callerBreaks,
  MTLS002: policies.governsNothing,
  MTLS003: policies.overruled,
  MTLS004: policies.rootSelector,
  MTLS005: ports.portsWithoutSelector,
  MTLS006: ports.servicePortKey,
  MTLS007: policies.refused,
  MTLS008: policies.prunedField,
  MTLS013: objects.definedTwice,
  MTLS015: policies.refused,
  MTLS016: policies.disabledAboveStrict,
  MTLS017: policies.setsNoMode,
  MTLS018: policies.otherRevision,
  MTLS019: policies.ambientDisable,
  MTLS020: policies.forGateways,
  MTLS021: policies.emptySelector,
  MTLS022: ports.tlsOnHttpPort,
  MTLS023: ports.excludedInbound,
  MTLS024: callers.excludedOutbound,
  MTLS025: callers.initBeforeSidecar,
  MTLS026: callers.probeNotRewritten,
  MTLS027: callers.headlessMixed,
  MTLS028: callers.headlessDisabled,
  MTLS029: callers.outsideCallers,
  MTLS030: callers.identityInClear,
  MTLS031: clients.forcesMtls,
  MTLS032: clients.forbidsMtls,
  MTLS033: clients.otherTls,
  MTLS034: clients.literalHost,
  MTLS035: clients.unreadSecret,
  MTLS036: clients.portWithoutTls,
  MTLS037: membership.bothLabels,
  MTLS038: membership.injectionValue,
  MTLS039: membership.cannotTrigger,
  MTLS040: membership.overruledLabel,
  MTLS041: membership.unservedRevision,
  MTLS042: membership.restartNeeded,
  MTLS043: membership.hostNetwork,
  MTLS044: membership.falseLabel,
  MTLS045: membership.plaintextLabel,
  MTLS048: clients.podPortKey,
  MTLS049: policies.straightToStrict,
  MTLS050: clients.hidesRule,
};

export function problemMessage(finding: Finding): string {
  // The table pairs each code with its finding, which the compiler does not follow.
  const say = SENTENCES[finding.code] as (finding: Finding) => string;
  return say(finding);
}
