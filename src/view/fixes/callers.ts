/** Fixes for callers that are refused whatever the policy was meant for: probes, init containers, annotations, ports. */
import { addEntry } from "../../manifest/edit/add-entry.ts";
import { newDocument } from "../../manifest/edit/new-document.ts";
import { removeEntry } from "../../manifest/edit/remove-entry.ts";
import { setValue } from "../../manifest/edit/set-value.ts";
import { modeSetAt } from "../../mesh/answer.ts";
import { calledPort } from "../../mesh/callers/target.ts";
import type { ExcludedOutbound } from "../../mesh/findings/callers/excluded-outbound.ts";
import type { HeadlessDisabled } from "../../mesh/findings/callers/headless-disabled.ts";
import type { IdentityInClear } from "../../mesh/findings/callers/identity-in-clear.ts";
import type { InitBeforeSidecar } from "../../mesh/findings/callers/init-before-sidecar.ts";
import type { OutsideCallers } from "../../mesh/findings/callers/outside-callers.ts";
import type { ProbeNotRewritten } from "../../mesh/findings/callers/probe-not-rewritten.ts";
import type { ExcludedInbound } from "../../mesh/findings/ports/excluded-inbound.ts";
import type { TlsOnHttpPort } from "../../mesh/findings/ports/tls-on-http-port.ts";
import { REWRITE_PROBES } from "../../mesh/membership/rewriting.ts";
import { fullHost, hostOf, overlaps } from "../../mesh/registry/host.ts";
import { under } from "../../mesh/resources/meta.ts";
import type { FileInput } from "../input.ts";
import * as words from "../words/fix.ts";
import { policyName } from "../words/policy.ts";
import { changeObject, changesOf, type Fix, fix, yamlText } from "./change.ts";
import { portException } from "./port-exception.ts";

/** The name of a port can stand in other objects; its protocol does not. */
export function declareHttps(input: FileInput, { service, port }: TlsOnHttpPort): readonly Fix[] {
  const edits = changeObject(input, service, (document, text, root) =>
    addEntry(document, text, root + port.at, "appProtocol", "https"),
  );
  return fix(words.declareHttps(service.name, port.port), edits, true);
}

/** Callers read DISABLE of a port and send plaintext, unless they go to the pods of a headless Service. */
export function disablePort(input: FileInput, finding: ExcludedInbound): readonly Fix[] {
  const { workload, port } = finding;
  if (workload.object === undefined) return [];
  const { edits, others } = portException(input, finding, "DISABLE", workload.object);
  return fix(words.sayPlaintext(workload.name, port, others), edits, false);
}

export function openToOutside(input: FileInput, finding: OutsideCallers): readonly Fix[] {
  const { workload, port, mode } = finding;
  if (mode.origin.from === "istio-default") return [];
  const { edits, others } = portException(input, finding, "PERMISSIVE", mode.origin.policy);
  return fix(words.allowPlaintext(workload.name, port, others), edits, false);
}

/** Only a list of ports can lose one; a range of addresses is for other calls too. */
export function callThroughSidecar(input: FileInput, { at, arrival, annotation }: ExcludedOutbound): readonly Fix[] {
  const { caller, target } = arrival.call;
  const port = calledPort(target);
  if (!annotation.endsWith("/excludeOutboundPorts") || caller.type !== "workload") return [];
  const ports = (caller.workload.template.annotations[annotation] ?? "").split(",").map((each) => each.trim());
  const others = ports.filter((each) => each !== String(port) && each !== "");
  const edits = changeObject(input, at.object, (document, text, root) =>
    others.length === 0
      ? removeEntry(document, text, root + at.pointer)
      : setValue(document, text, root + at.pointer, JSON.stringify(others.join(","))),
  );
  return fix(words.throughSidecar(caller.name, port), edits, true);
}

/** A running pod cannot be changed: only a template can. */
export function startSidecarFirst(
  input: FileInput,
  { workload: { object, template, name } }: InitBeforeSidecar,
): readonly Fix[] {
  if (object === undefined || (object.kind === "Pod" && object.status !== undefined)) return [];
  const edits = changeObject(input, object, (document, text, root) =>
    addEntry(document, text, `${root}${template.at}/metadata/annotations`, "sidecar.istio.io/nativeSidecar", '"true"'),
  );
  return fix(words.sidecarFirst(name), edits, false);
}

export function rewriteProbes(
  input: FileInput,
  { workload: { object, template, name }, by }: ProbeNotRewritten,
): readonly Fix[] {
  if (object.kind === "Pod" && object.status !== undefined) return [];
  const annotations = under(template.at, "metadata", "annotations");
  const edits = changeObject(input, object, (document, text, root) =>
    by === "annotation"
      ? setValue(document, text, root + under(annotations, REWRITE_PROBES), '"true"')
      : addEntry(document, text, root + annotations, REWRITE_PROBES, '"true"'),
  );
  return fix(words.rewriteProbes(name), edits, true);
}

/** One rule is for the whole Service, so every pod of it must be in DISABLE. */
export function callInClear(input: FileInput, { service, all }: HeadlessDisabled): readonly Fix[] {
  const host = hostOf(service);
  const taken = input.mesh.destinationRules.some(
    (rule) =>
      overlaps(fullHost(rule.host, rule.namespace), host) ||
      (rule.namespace === service.namespace && rule.name === service.name),
  );
  const content = input.text(service.source.uri);
  if (!all || taken || content === undefined) return [];
  const yaml = [
    "apiVersion: networking.istio.io/v1",
    "kind: DestinationRule",
    "metadata:",
    `  name: ${yamlText(service.name)}`,
    `  namespace: ${yamlText(service.namespace)}`,
    "spec:",
    `  host: ${host}`,
    "  trafficPolicy:",
    "    tls:",
    "      mode: DISABLE",
    "",
  ].join("\n");
  return fix(
    words.callInClear(service.name),
    changesOf(service.source.uri, content, newDocument(content, yaml)),
    false,
  );
}

/** A port in PERMISSIVE takes both, and callers with a sidecar bring their identity. */
export function takeIdentities(input: FileInput, { mode: { mode, origin } }: IdentityInClear): readonly Fix[] {
  const set = mode === "DISABLE" ? modeSetAt(origin) : undefined;
  if (set === undefined) return [];
  const edits = changeObject(input, set.object, (document, text, root) =>
    setValue(document, text, root + set.pointer, "PERMISSIVE"),
  );
  return fix(words.changeIn("DISABLE", "PERMISSIVE", policyName(set.object)), edits, false);
}
