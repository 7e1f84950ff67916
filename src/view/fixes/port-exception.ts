/** Another mode for one port of a workload: an entry in the policy that selects it, or a new policy. */
import { addEntry } from "../../manifest/edit/add-entry.ts";
import { newDocument } from "../../manifest/edit/new-document.ts";
import type { EffectiveMode, PeerAuthentication } from "../../mesh/resources/istio.ts";
import { type Labels, type Meta, under } from "../../mesh/resources/meta.ts";
import { winner } from "../../mesh/server/policy.ts";
import { matchedWorkloads } from "../../mesh/verdict/impact.ts";
import type { Replica, Workload } from "../../mesh/workload.ts";
import type { FileInput } from "../input.ts";
import { type Changes, changeObject, changesOf, yamlText } from "./change.ts";

/** A port of a pod. */
export interface PortInPod {
  readonly workload: Workload;
  readonly replica: Replica;
  readonly port: number;
}

/** Labels that controllers and the injector add: no selector of a person names them. */
const ADDED = /^(pod-template-hash|controller-revision-hash|pod-template-generation|.*istio\.io\/.*)$/;

/**
 * Only one policy counts for a workload: where one selects it already, that one gets the entry. Where none does, a new
 * one behind `beside` inherits the mode and changes only the port. `others` are further workloads of the policy.
 */
export function portException(
  input: FileInput,
  at: PortInPod,
  mode: EffectiveMode,
  beside: Meta,
): { readonly edits: Changes; readonly others: number } {
  const own = winner(input.mesh, at.replica, "workload")?.policy;
  if (own === undefined) return { edits: newException(input, at, mode, beside), others: 0 };
  const others = matchedWorkloads(input.mesh, own).filter((each) => each !== at.workload).length;
  return { edits: addedEntry(input, own, at.port, mode), others };
}

function addedEntry(input: FileInput, policy: PeerAuthentication, port: number, mode: EffectiveMode): Changes {
  return changeObject(input, policy, (document, text, root) =>
    addEntry(document, text, under(`${root}/spec`, "portLevelMtls"), String(port), { mode }),
  );
}

/** A selector in the root namespace would be ignored. */
function newException({ mesh, text }: FileInput, at: PortInPod, mode: EffectiveMode, beside: Meta): Changes {
  const { workload, port } = at;
  const { uri } = beside.source;
  const labels = selectingLabels(workload);
  const content = text(uri);
  if (content === undefined || labels === undefined || workload.namespace === mesh.config.rootNamespace) return [];
  const taken = mesh.policies.filter(({ namespace }) => namespace === workload.namespace).map(({ name }) => name);
  const name = [workload.name, `${workload.name}-port-${port}`].find((each) => !taken.includes(each));
  if (name === undefined) return [];
  const apiVersion = beside.kind === "PeerAuthentication" ? beside.apiVersion : "security.istio.io/v1";
  const yaml = exceptionYaml({ apiVersion, namespace: workload.namespace, name, labels, port, mode });
  return changesOf(uri, content, newDocument(content, yaml));
}

function exceptionYaml(of: {
  readonly apiVersion: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly port: number;
  readonly mode: EffectiveMode;
}): string {
  return [
    `apiVersion: ${of.apiVersion}`,
    "kind: PeerAuthentication",
    "metadata:",
    `  name: ${yamlText(of.name)}`,
    `  namespace: ${yamlText(of.namespace)}`,
    "spec:",
    "  selector:",
    "    matchLabels:",
    ...Object.entries(of.labels).map(([key, value]) => `      ${yamlText(key)}: ${yamlText(value)}`),
    "  mtls:",
    "    mode: UNSET",
    "  portLevelMtls:",
    `    ${of.port}:`,
    `      mode: ${of.mode}`,
    "",
  ].join("\n");
}

function selectingLabels({ template }: Workload): Labels | undefined {
  const all = Object.entries(template.labels);
  const authored = all.filter(([key]) => !ADDED.test(key));
  const labels = authored.length > 0 ? authored : all;
  return labels.length === 0 ? undefined : Object.fromEntries(labels);
}
