/** The rules as an observer: what the verdict code says of a mesh, with who decided. */
import { buildMesh } from "../../../src/mesh/build.ts";
import type { Call, Speaks } from "../../../src/mesh/callers/call.ts";
import type { ServiceTarget } from "../../../src/mesh/callers/target.ts";
import type { CallingPod } from "../../../src/mesh/client/departure.ts";
import { findings } from "../../../src/mesh/findings/registry.ts";
import type { Membership } from "../../../src/mesh/membership/membership.ts";
import type { Mesh } from "../../../src/mesh/mesh.ts";
import { enforcedMode } from "../../../src/mesh/server/enforced.ts";
import { inboundPorts } from "../../../src/mesh/server/ports.ts";
import { familyOf } from "../../../src/mesh/server/protocol.ts";
import { callingPods } from "../../../src/mesh/verdict/callers/calling-pods.ts";
import { judge } from "../../../src/mesh/verdict/judge.ts";
import type { BreakReason, Verdict } from "../../../src/mesh/verdict/verdict.ts";
import type { Workload } from "../../../src/mesh/workload.ts";
import type { Objects } from "./cluster.ts";
import type { Answer, ExpectedCall, Observer, WorkloadName } from "./expectation.ts";

export function byTheRules(objects: Objects): Observer {
  const resources = [...objects.values()];
  const mesh = buildMesh(resources, { namespaceLabels: {} });
  const broken = lazily(() => brokenCalls(mesh, resources));
  return (asked) => {
    switch (asked.ask) {
      case "membership":
        return membershipAnswer(workloadNamed(mesh, asked.workload));
      case "mode":
        return modeAnswer(mesh, workloadNamed(mesh, asked.workload), asked.port);
      case "call":
        return asked.byAddress ? addressAnswer(mesh, asked) : serviceAnswer(mesh, asked, broken());
    }
  };
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function workloadNamed(mesh: Mesh, { namespace, name }: WorkloadName): Workload {
  const found = mesh.workloads.find((each) => each.namespace === namespace && each.name === name);
  if (found === undefined) throw new Error(`there is no workload ${namespace}/${name}`);
  return found;
}

function membershipAnswer({ replicas, afterRestart }: Workload): Answer {
  const now = replicas[0]?.membership ?? afterRestart;
  if (!now.known) return missing(now);
  if (afterRestart.known && now.proxy === "none" && afterRestart.proxy !== "none") {
    return { value: "restart needed", because: [reasonOf(afterRestart)] };
  }
  return { value: now.proxy === "none" ? "not in the mesh" : "in the mesh", because: [reasonOf(now)] };
}

function reasonOf({ reason }: Extract<Membership, { known: true }>): string {
  switch (reason.code) {
    case "proxy-container":
      return reason.native ? "istio-proxy is a native sidecar" : "istio-proxy is a container";
    case "webhook":
      return `by webhook ${reason.webhook.replace(/^.*\//, "")}`;
    case "no-webhook-matches":
    case "not-required":
      return reason.says;
    default:
      return reason.code.replaceAll("-", " ");
  }
}

function modeAnswer(mesh: Mesh, { replicas }: Workload, port: number): Answer {
  const [replica] = replicas;
  const answer = replica === undefined ? undefined : enforcedMode(mesh, replica, port);
  if (answer === undefined) return { value: "not enforced", because: [] };
  if (!answer.known) return missing(answer);
  const { origin, mode } = answer;
  if (origin.from === "istio-default") return { value: mode, because: ["istio default"] };
  const level = origin.from === "port" ? `port ${origin.port}` : origin.from;
  return { value: mode, because: [`from ${nameOf(origin.policy)} (${level})`] };
}

const NOT_REACHED: Answer = { value: "not reached", because: ["no Service leads there"] };

function serviceAnswer(mesh: Mesh, asked: ExpectedCall, broken: ReadonlyMap<string, string>): Answer {
  const { target, caller } = asked;
  if (caller === "kubelet") throw new Error("the kubelet calls addresses");
  const workload = workloadNamed(mesh, caller);
  const called = serviceOf(mesh, asked);
  if (called === undefined) return NOT_REACHED;
  const speaks = asked.speaks ?? (familyOf(called.port) === "TCP" ? "tcp" : "http");
  const call: Call = {
    target: called,
    speaks,
    phase: asked.phase,
    evidence: [],
    caller: { type: "workload", name: workload.name, workload },
  };
  const verdicts = callingPods(call).flatMap((pod) => {
    if ("missing" in pod) return [{ verdict: { outcome: "unknown", missing: pod.missing } as const, proxied: false }];
    return judge(mesh, pod, call)
      .filter(({ endpoint: { at, port } }) => port === target.port && at?.workload === workloadNamed(mesh, target))
      .map(({ verdict }) => ({ verdict, proxied: isProxied(pod.proxy) }));
  });
  const [first] = verdicts;
  if (first === undefined) return NOT_REACHED;
  const { value, because = [] } = verdictAnswer(first.verdict, first.proxied && speaks === "http");
  const code = broken.get(callKey(caller, { ...target, service: called.service }));
  return { value, because: [...because, ...(code === undefined || value === "mTLS" ? [] : [code])] };
}

/** The Service that is named, or the one that leads to the port of the pod. */
function serviceOf(mesh: Mesh, { target, via }: ExpectedCall): ServiceTarget | undefined {
  if (via === undefined) {
    const inbound = inboundPorts(mesh, workloadNamed(mesh, target)).find(({ port }) => port === target.port);
    return inbound?.services[0] && { type: "service", ...inbound.services[0] };
  }
  const service = mesh.services.find(({ namespace, name }) => namespace === via.namespace && name === via.name);
  const port = service?.ports.find((each) => each.port === via.port);
  return service === undefined || port === undefined ? undefined : { type: "service", service, port };
}

/** The kubelet has no proxy. */
const KUBELET: CallingPod = { proxy: "none", namespace: "", labels: {}, annotations: {} };

/** An address is called without a name. */
function addressAnswer(mesh: Mesh, { caller, phase, target, ...asked }: ExpectedCall): Answer {
  const speaks: Speaks = asked.speaks ?? "http";
  const called = workloadNamed(mesh, target);
  const workload = caller === "kubelet" ? undefined : workloadNamed(mesh, caller);
  const [pod] =
    workload === undefined
      ? [KUBELET]
      : callingPods({ phase, caller: { type: "workload", name: workload.name, workload } });
  if (pod === undefined || "missing" in pod) return missing(pod ?? { missing: [] });
  const pods = { type: "pods", workload: called, replicas: called.replicas.slice(0, 1), port: target.port } as const;
  const [judged] = judge(mesh, pod, { target: pods, speaks });
  return judged === undefined ? NOT_REACHED : verdictAnswer(judged.verdict, isProxied(pod.proxy) && speaks === "http");
}

function isProxied(proxy: string): boolean {
  return proxy === "sidecar" || proxy === "gateway";
}

/** Behind a sidecar an HTTP caller sees a 503; any other caller sees the connection end. */
function verdictAnswer(verdict: Verdict, answersHttp: boolean): Answer {
  switch (verdict.outcome) {
    case "works":
      return { value: { mtls: "mTLS", plaintext: "plaintext", "app-tls": "its own TLS" }[verdict.wire], because: [] };
    case "unknown":
      return missing(verdict);
    case "breaks": {
      const { reason, place } = verdict;
      const symptom = (reason as string) === "authorization-refused" ? "403" : answersHttp ? "503" : "refused";
      return {
        value: symptom,
        because: [inWords(reason), ...(place === undefined ? [] : [`from ${nameOf(place.object)}`])],
      };
    }
  }
}

const WORDS: Readonly<Record<string, string>> = {
  mtls: "mTLS",
  tls: "TLS",
  http: "HTTP",
  strict: "STRICT",
  disabled: "DISABLE",
};

function inWords(reason: BreakReason): string {
  return reason
    .split("-")
    .map((word) => WORDS[word] ?? word)
    .join(" ");
}

function missing({ missing: all }: { readonly missing: readonly { readonly says: string }[] }): Answer {
  return { value: "unknown", because: [...new Set(all.map(({ says }) => says))] };
}

function nameOf({ kind, namespace, name }: { kind: string; namespace: string; name: string }): string {
  return `${kind} ${namespace}/${name}`;
}

/** Codes that the product shows for broken calls, by caller, Service and where they arrive. */
function brokenCalls(
  mesh: Mesh,
  resources: Objects extends ReadonlyMap<string, infer R> ? readonly R[] : never,
): ReadonlyMap<string, string> {
  const files = Map.groupBy(resources, ({ source }) => source.uri);
  const found = [...files].flatMap(([uri, objects]) => findings({ uri, mesh, objects, alternatives: [] }));
  return new Map(
    found.flatMap(({ finding }) => {
      if (finding.code !== "MTLS001") return [];
      const { call, workload, port } = finding.arrival;
      if (call.caller.type !== "workload" || call.target.type !== "service") return [];
      const target = { namespace: workload.namespace, name: workload.name, port, service: call.target.service };
      return [[callKey(call.caller.workload, target), finding.code] as const];
    }),
  );
}

function callKey(
  caller: WorkloadName,
  target: WorkloadName & { readonly port: number; readonly service: WorkloadName },
): string {
  const { service } = target;
  return `${caller.namespace}/${caller.name} ${service.namespace}/${service.name} ${target.namespace}/${target.name}:${target.port}`;
}
