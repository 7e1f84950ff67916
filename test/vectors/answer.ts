/** Our answers to the questions of a vector, by kind, in Istio's words. */
import { readManifest } from "../../src/manifest/read-manifest.ts";
import { buildMesh } from "../../src/mesh/build.ts";
import type { Speaks } from "../../src/mesh/callers/call.ts";
import { clusterFor, sendsTo } from "../../src/mesh/client/cluster.ts";
import { endpointsOf } from "../../src/mesh/client/endpoints.ts";
import { hostOf } from "../../src/mesh/client/hosts.ts";
import { predictedMembership } from "../../src/mesh/membership/predicted.ts";
import type { Mesh } from "../../src/mesh/mesh.ts";
import { type ProxiedPod, scopeOf } from "../../src/mesh/registry/scope.ts";
import { accepts, type Sent } from "../../src/mesh/server/accepts.ts";
import { modeOf } from "../../src/mesh/server/mode.ts";
import { portFamily } from "../../src/mesh/server/ports.ts";
import { callingPod, judge } from "../../src/mesh/verdict/judge.ts";
import type { Verdict } from "../../src/mesh/verdict/verdict.ts";
import type { Replica, Workload } from "../../src/mesh/workload.ts";
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
  client: clientAnswer,
  injects: injectsAnswer,
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

function clientAnswer(mesh: Mesh, { pod = "", host = "", port = 0, subset, endpoint }: Question): string {
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
  if (!answer.known) return "unknown";
  return SENDS[answer.sends.tls];
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

/** Our verdict on a `reaches` question. Undefined where it asks for something else than a Service with pods. */
export function reachesVerdict(mesh: Mesh, question: Question): Verdict | undefined {
  const caller = podNamed(mesh, question.pod ?? "");
  const service = mesh.services.find((each) => hostOf(each) === question.host);
  const port = service?.ports.find((each) => each.port === question.port);
  if (caller === undefined || service === undefined || port === undefined) return undefined;
  const endpoint = endpointsOf(mesh, service, port).find((each) => `${each.ip}:${each.port}` === question.endpoint);
  const pod = callingPod(caller.replica);
  if (endpoint === undefined || "missing" in pod) return undefined;
  return judge(mesh, pod, { service, port, speaks: question.app as Speaks }, endpoint);
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
