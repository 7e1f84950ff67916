/** Calls to single members of a StatefulSet: `kafka-0.kafka.data.svc:9092`, `$(POD_NAME).kafka:9092`. */
import { remembered } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import { endpointsOf, type PodInView } from "../registry/endpoints.ts";
import { fromService } from "../registry/service.ts";
import type { Service } from "../resources/core.ts";
import { runningContainers } from "../resources/pod.ts";
import type { Workload } from "../workload.ts";
import { serviceAt } from "./backends.ts";
import type { Call, Confidence } from "./call.ts";
import { hostsIn, type Mentioned } from "./from-text.ts";
import { type NamedHost, portNamed, speaksByScheme } from "./hostnames.ts";
import type { Target } from "./target.ts";

export function callsFromMembers(mesh: Mesh): readonly Call[] {
  return mesh.workloads.flatMap((workload) =>
    ofMembers(hostsIn(mesh, workload)).flatMap((each) => memberCalls(mesh, workload, each)),
  );
}

/** Few of all hosts that texts name. */
const ofMembers = remembered((mentioned: readonly Mentioned[]) =>
  mentioned.filter(({ named }) => named.anyMember === true || MEMBER.test(named.host)),
);

const MEMBER = /^([a-z0-9-]+)-\d+\./;

function memberCalls(mesh: Mesh, workload: Workload, mentioned: Mentioned): readonly Call[] {
  const { named, place, what, phase } = mentioned;
  const service = governing(mesh, named, workload.namespace);
  if (service === undefined) return [];
  const members = membersOf(mesh, service, named);
  const { target, speaks, confidence } = calledAt(service, named, members) ?? {};
  if (target === undefined || speaks === undefined || confidence === undefined) return [];
  const isPeer = members.some((member) => member.workload === workload);
  const sure = named.anyMember === true || isPeer ? "likely" : confidence;
  const caller = { type: "workload", name: workload.name, workload } as const;
  return [{ caller, target, phase, speaks, evidence: [{ place, what, confidence: sure }] }];
}

/**
 * A member is named below the headless Service of its StatefulSet; where a Service has that very name, the text means
 * that one. Kubernetes: DNS for Services and Pods, pod's hostname and subdomain.
 */
function governing(mesh: Mesh, { host, anyMember }: NamedHost, namespace: string): Service | undefined {
  const labels = host.replace(/\.$/, "").split(".");
  const [name, own = namespace, ...rest] = anyMember === true ? labels : labels.slice(1);
  if (name === undefined || !["", "svc", "svc.cluster.local"].includes(rest.join("."))) return undefined;
  const [first = "", second, ...more] = labels;
  if (anyMember !== true && more.length === 0 && serviceAt(mesh, second ?? namespace, first) !== undefined) {
    return undefined;
  }
  const service = serviceAt(mesh, own, name);
  return service?.clusterIP === "None" ? service : undefined;
}

function membersOf(mesh: Mesh, service: Service, { host, anyMember }: NamedHost): readonly PodInView[] {
  const registered = fromService(service);
  const behind = registered.ports.flatMap((port) => endpointsOf(mesh, registered, port)).flatMap(({ at }) => at ?? []);
  const [, name] = MEMBER.exec(host) ?? [];
  return behind.filter(({ workload: { kind, name: own, object } }) => {
    const governed = object?.kind !== "StatefulSet" || object.serviceName === service.name;
    return kind === "StatefulSet" && governed && (anyMember === true || own === name);
  });
}

/** A port of the Service, else one that a container declares: to the address of a pod each of its ports is open. */
function calledAt(
  service: Service,
  named: NamedHost,
  members: readonly PodInView[],
): { readonly target: Target; readonly speaks: Call["speaks"]; readonly confidence: Confidence } | undefined {
  const [first] = members;
  if (first === undefined) return undefined;
  const found = portNamed(service, named);
  if (found !== undefined) {
    const { speaks, confidence, port } = found;
    return { target: { type: "service", service, port }, speaks, confidence };
  }
  const { workload } = first;
  const replicas = [...new Set(members.filter((each) => each.workload === workload).map(({ replica }) => replica))];
  const declared = replicas.flatMap(({ spec }) => runningContainers(spec)).flatMap(({ ports }) => ports);
  const port = declared.find((each) => each.port === named.port && each.protocol === "TCP")?.port;
  if (port === undefined || service.ports.some((each) => each.port === port)) return undefined;
  return {
    target: { type: "pods", workload, replicas, port },
    speaks: speaksByScheme(named) ?? "tcp",
    confidence: "likely",
  };
}
