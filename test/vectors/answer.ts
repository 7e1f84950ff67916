/** Our answers to the questions of a vector, by kind, in Istio's words. */
import { jsonOf } from "../../src/manifest/content.ts";
import { readManifest } from "../../src/manifest/read-manifest.ts";
import { buildMesh } from "../../src/mesh/build.ts";
import type { Speaks } from "../../src/mesh/callers/call.ts";
import { clusterFor, type Sends, sendsTo } from "../../src/mesh/client/cluster.ts";
import { predictedMembership } from "../../src/mesh/membership/predicted.ts";
import type { Mesh } from "../../src/mesh/mesh.ts";
import type { ServiceEndpoint } from "../../src/mesh/registry/endpoints.ts";
import { type ProxiedPod, scopeOf } from "../../src/mesh/registry/scope.ts";
import { accepts, type Sent } from "../../src/mesh/server/accepts.ts";
import { type AttachedPolicy, attachedPolicies, deniedBy } from "../../src/mesh/server/ambient.ts";
import { gatewayAnswers } from "../../src/mesh/server/gateway/accepts.ts";
import { chainsAt } from "../../src/mesh/server/gateway/chains.ts";
import { modeOf } from "../../src/mesh/server/mode.ts";
import { portFamily } from "../../src/mesh/server/ports.ts";
import { waitsForClient } from "../../src/mesh/server/server-first.ts";
import { callingPod } from "../../src/mesh/verdict/callers/calling-pods.ts";
import { outcomes } from "../../src/mesh/verdict/outcome.ts";
import type { Replica, Workload } from "../../src/mesh/workload.ts";
import { answerOf, validate } from "../../src/validation/validate.ts";
import type { Question, Vector } from "./vector.ts";

export function meshOf(vector: Vector): Mesh {
  const manifest = readManifest(`vector:/${vector.id}.yaml`, vector.manifests, { defaultNamespace: "" });
  return buildMesh(
    manifest.documents.flatMap((document) => document.resources),
    { namespaceLabels: {} },
  );
}

type Answering = (mesh: Mesh, question: Question) => string;

/** Kinds whose answers must equal Istio's. */
export const ANSWERS: Readonly<Record<string, Answering>> = {
  mode: modeAnswer,
  accepts: acceptsAnswer,
  "gateway-accepts": gatewayAcceptsAnswer,
  waits: waitsAnswer,
  client: clientAnswer,
  "client-asks-for": serverNameAnswer,
  reaches: reachesAnswer,
  injects: injectsAnswer,
  validates: validatesAnswer,
  "ambient-policies": ambientPoliciesAnswer,
  "ambient-accepts": ambientAcceptsAnswer,
};

function modeAnswer(mesh: Mesh, { pod = "", port = 0 }: Question): string {
  const replica = podNamed(mesh, pod)?.replica;
  if (replica === undefined) return `no pod ${pod}`;
  const answer = modeOf(mesh, replica, port);
  return answer.known ? answer.mode : `unknown: ${answer.missing.map(({ says }) => says).join("; ")}`;
}

function acceptsAnswer(mesh: Mesh, { pod = "", port = 0, wire = "" }: Question): string {
  const replica = podNamed(mesh, pod)?.replica;
  if (replica === undefined) return `no pod ${pod}`;
  const answer = modeOf(mesh, replica, port);
  if (!answer.known) return "unknown";
  return accepts(answer.mode, portFamily(mesh, replica, port), wire === "app-tls-h1" ? "app-tls" : (wire as Sent));
}

/** Whether a listener filter of the sidecar reads the first bytes of a connection. */
function waitsAnswer(mesh: Mesh, { pod = "", port = 0 }: Question): string {
  const replica = podNamed(mesh, pod)?.replica;
  if (replica === undefined) return `no pod ${pod}`;
  const answer = modeOf(mesh, replica, port);
  if (!answer.known) return "unknown";
  return waitsForClient(answer.mode, portFamily(mesh, replica, port)) ? "yes" : "no";
}

/** Istio's simulator trusts the certificate of every application, and none of Istio's where a secret is asked for. */
function gatewayAcceptsAnswer(mesh: Mesh, { pod = "", port = 0, wire = "", sni }: Question): string {
  const replica = podNamed(mesh, pod)?.replica;
  if (replica === undefined) return `no pod ${pod}`;
  const tls = wire === "app-tls" ? "app-tls" : wire.startsWith("istio-mtls") ? "istio-mutual" : "none";
  const arriving = { tls, http: wire.endsWith("http"), ...(sni === undefined ? {} : { name: sni }) } as const;
  const answers = gatewayAnswers(chainsAt(mesh, replica, port), arriving).map(({ acceptance }) => acceptance);
  const words = answers.map((answer) => {
    if (answer === "no-server") return "no-listener";
    if (answer === "joins-networks") return "raw";
    return answer === "other-certificates" ? (tls === "app-tls" ? "ok" : "tls-error") : answer;
  });
  return [...new Set(words)].join(" or ");
}

function clientAnswer(mesh: Mesh, question: Question): string {
  const sends = sentBy(mesh, question);
  return typeof sends === "string" ? sends : SENDS[sends.tls];
}

/** The server name that a proxy asks for. */
function serverNameAnswer(mesh: Mesh, question: Question): string {
  const sends = sentBy(mesh, question);
  return typeof sends === "string" ? sends : sends.tls === "none" ? "none" : (sends.sni ?? "none");
}

/** What is sent, or why nothing is. */
function sentBy(mesh: Mesh, { pod = "", host = "", port = 0, subset, endpoint }: Question): Sends | string {
  const caller = proxied(podNamed(mesh, pod)?.replica);
  if (caller === undefined) return `no proxy in ${pod}`;
  const service = scopeOf(mesh, caller).services.get(host);
  const servicePort = service?.ports.find((each) => each.port === port);
  if (service === undefined || servicePort === undefined) return "no-cluster";
  const cluster = clusterFor(mesh, caller, service, servicePort, subset);
  if (cluster === undefined) return "no-cluster";
  const target = cluster.endpoints.find((each) => `${each.ip}:${each.port}` === endpoint);
  if (target === undefined) return "no-endpoints";
  const answer = sendsTo(mesh, caller, cluster, target);
  return answer.known ? answer.sends : "unknown";
}

const SENDS = { none: "plaintext", "istio-mutual": "istio-mtls", simple: "app-tls-simple", mutual: "app-tls-mutual" };

function proxied(replica: Replica | undefined): ProxiedPod | undefined {
  if (replica === undefined || !replica.membership.known) return undefined;
  const { proxy } = replica.membership;
  return proxy === "sidecar" || proxy === "gateway"
    ? { proxy, namespace: replica.namespace, labels: replica.labels }
    : undefined;
}

function injectsAnswer(mesh: Mesh, { pod = "" }: Question): string {
  const object = podNamed(mesh, pod)?.workload.object;
  if (object === undefined) return `no pod ${pod}`;
  const membership = predictedMembership(mesh, { object, template: object.template });
  if (!membership.known) return `unknown: ${membership.missing.map(({ says }) => says).join("; ")}`;
  if (membership.proxy !== "none") return "injected";
  return membership.reason.code === "no-webhook-matches" ? "no-webhook" : "not-required";
}

function validatesAnswer(_mesh: Mesh, { resource = "" }: Question): string {
  const [document] = readManifest("vector:/resource.yaml", resource, { defaultNamespace: "" }).documents;
  const [object] = document === undefined ? [] : jsonOf(document);
  return object === undefined ? "no object" : answerOf(validate(object.value));
}

function reachesAnswer(mesh: Mesh, question: Question): string {
  const caller = podNamed(mesh, question.pod ?? "")?.replica;
  if (caller === undefined) return `no pod ${question.pod}`;
  const pod = callingPod(caller);
  if ("missing" in pod) return "unknown";
  const { host, address, port = 0 } = question;
  const wanted = address === undefined ? { host: host ?? "", port } : { address, port };
  const found = outcomes(mesh, pod, wanted, question.app as Speaks);
  const outcome = found.find(({ endpoint }) => endpoint === undefined || addressOf(endpoint) === question.endpoint);
  if (outcome === undefined)
    return found.length === 0 ? "no-endpoints" : `reaches ${found.map(({ endpoint }) => addressOf(endpoint))}`;
  if (outcome.code === "broken-client-proxy" && pod.proxy === "gateway") return "broken-no-cluster";
  const sends = outcome.sends === undefined ? "" : SENDS[outcome.sends.tls];
  return outcome.code === "to-gateway" || outcome.code === "leaves-mesh" ? `${outcome.code}-${sends}` : outcome.code;
}

function addressOf(endpoint: ServiceEndpoint | undefined): string {
  return `${endpoint?.ip}:${endpoint?.port}`;
}

function ambientPoliciesAnswer(mesh: Mesh, { pod = "" }: Question): string {
  const policies = ambientPolicies(mesh, pod);
  if (policies === undefined) return "unknown";
  const names = policies.map(
    ({ namespace, name, policy }) => `${namespace}/${name}${policy === undefined ? " (missing)" : ""}`,
  );
  return names.toSorted().join(", ") || "none";
}

function ambientAcceptsAnswer(mesh: Mesh, { pod = "", port = 0, wire }: Question): string {
  const policies = ambientPolicies(mesh, pod);
  if (policies === undefined) return "unknown";
  return deniedBy(policies, port, wire === "hbone" ? "hbone" : "plaintext") === undefined ? "allow" : "deny";
}

function ambientPolicies(mesh: Mesh, pod: string): readonly AttachedPolicy[] | undefined {
  const replica = podNamed(mesh, pod)?.replica;
  if (replica === undefined) return undefined;
  const attached = attachedPolicies(mesh, replica);
  return attached.known ? attached.policies : undefined;
}

function podNamed(mesh: Mesh, name: string): { readonly workload: Workload; readonly replica: Replica } | undefined {
  for (const workload of mesh.workloads) {
    for (const replica of workload.replicas) {
      const podName = replica.pod?.name ?? workload.name;
      if (`${workload.namespace}/${podName}` === name) return { workload, replica };
    }
  }
  return undefined;
}
