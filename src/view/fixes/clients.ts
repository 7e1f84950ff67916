/** Fixes in DestinationRules. */
import { jsonOf } from "../../manifest/content.ts";
import { addEntry } from "../../manifest/edit/add-entry.ts";
import { removeEntry } from "../../manifest/edit/remove-entry.ts";
import { setValue } from "../../manifest/edit/set-value.ts";
import type { ManifestDocument } from "../../manifest/manifest.ts";
import type { ForbidsMtls } from "../../mesh/findings/clients/forbids-mtls.ts";
import type { ForcesMtls } from "../../mesh/findings/clients/forces-mtls.ts";
import type { LiteralHost } from "../../mesh/findings/clients/literal-host.ts";
import type { OtherTls } from "../../mesh/findings/clients/other-tls.ts";
import type { PodPortKey } from "../../mesh/findings/clients/pod-port-key.ts";
import { type PortWithoutTls, portWithoutTls } from "../../mesh/findings/clients/port-without-tls.ts";
import { callsUnder } from "../../mesh/findings/clients/ruled-calls.ts";
import { isRecord } from "../../mesh/record.ts";
import type { ClientTls, DestinationRule } from "../../mesh/resources/istio.ts";
import type { Meta } from "../../mesh/resources/meta.ts";
import type { FileInput } from "../input.ts";
import * as words from "../words/fix.ts";
import { policyName } from "../words/policy.ts";
import { changeObject, type Fix, fix } from "./change.ts";

/** Istio then chooses for each pod, where what it chooses arrives. An entry for a port cannot lose its tls: that would not bring back the rule's. */
export function chooseAutomatically(
  input: FileInput,
  { at: { object, pointer } }: ForcesMtls | ForbidsMtls | OtherTls,
): readonly Fix[] {
  if (pointer !== "/spec/trafficPolicy/tls/mode" || !input.mesh.config.enableAutoMtls) return [];
  if (!staysWhole(input, object, withoutTls)) return [];
  const edits = changeObject(input, object, (document, text, root) => {
    // istiod refuses a traffic policy that says nothing.
    const isAlone = keysAt(document, root).length === 1;
    return removeEntry(document, text, `${root}/spec/trafficPolicy${isAlone ? "" : "/tls"}`);
  });
  return fix(words.chooseAutomatically(policyName(object)), edits, false);
}

/** Fields of the traffic policy of a rule. */
function keysAt(document: ManifestDocument, root: string): readonly string[] {
  const value = jsonOf(document).find(({ pointer }) => pointer === root)?.value;
  const spec = isRecord(value) && isRecord(value.spec) ? value.spec : {};
  return isRecord(spec.trafficPolicy) ? Object.keys(spec.trafficPolicy) : [];
}

/** Not where the rule, once it counts, makes calls fail: then its host is not all that is wrong with it. */
export function completeHost(input: FileInput, { at: { object, pointer }, host, meant }: LiteralHost): readonly Fix[] {
  if (!staysWhole(input, object, (rule) => ({ ...rule, host: meant }))) return [];
  const edits = changeObject(input, object, (document, text, root) => setValue(document, text, root + pointer, meant));
  return fix(words.change(host, meant), edits, true);
}

/** Modes that need no certificates beside them. */
export function repeatTls(input: FileInput, { at: { object, pointer }, port, tls }: PortWithoutTls): readonly Fix[] {
  const { mode } = tls;
  if (mode !== "DISABLE" && mode !== "ISTIO_MUTUAL") return [];
  const entry = pointer.replace(/\/port$/, "");
  if (!staysWhole(input, object, (rule) => withTls(rule, port, tls))) return [];
  const edits = changeObject(input, object, (document, text, root) =>
    addEntry(document, text, root + entry, "tls", { mode }),
  );
  return fix(words.repeatTls(mode, port), edits, true);
}

export function useServicePort(
  input: FileInput,
  { at: { object, pointer }, port, meant, taken }: PodPortKey,
): readonly Fix[] {
  if (taken || !staysWhole(input, object, (rule) => withPort(rule, port, meant))) return [];
  const edits = changeObject(input, object, (document, text, root) =>
    setValue(document, text, root + pointer, String(meant)),
  );
  return fix(words.change(String(port), String(meant)), edits, true);
}

function withPort(rule: DestinationRule, from: number, to: number): DestinationRule {
  if (rule.trafficPolicy === undefined) return rule;
  const ports = rule.trafficPolicy.ports.map((entry) => (entry.port === from ? { ...entry, port: to } : entry));
  return { ...rule, trafficPolicy: { ...rule.trafficPolicy, ports } };
}

function withTls(rule: DestinationRule, port: number, tls: ClientTls): DestinationRule {
  if (rule.trafficPolicy === undefined) return rule;
  const ports = rule.trafficPolicy.ports.map((entry) => (entry.port === port ? { ...entry, tls } : entry));
  return { ...rule, trafficPolicy: { ...rule.trafficPolicy, ports } };
}

function withoutTls(rule: DestinationRule): DestinationRule {
  if (rule.trafficPolicy === undefined) return rule;
  const { tls: _, ...trafficPolicy } = rule.trafficPolicy;
  return { ...rule, trafficPolicy };
}

/** Whether the calls that the rule speaks for all arrive once it is changed, and nothing of it is lost. */
function staysWhole(input: FileInput, object: Meta, change: (rule: DestinationRule) => DestinationRule): boolean {
  const { destinationRules } = input.mesh;
  const rule = destinationRules.find((each) => each === object);
  if (rule === undefined) return false;
  const changed = { ...change(rule), form: "known" } as const;
  const mesh = { ...input.mesh, destinationRules: destinationRules.map((each) => (each === rule ? changed : each)) };
  const arrive = callsUnder(mesh, changed).every(({ seen }) => !seen.code.startsWith("broken-"));
  return arrive && portWithoutTls.check({ ...input, mesh, objects: [changed] }).length === 0;
}
