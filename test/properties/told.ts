/** Everything that the rules say of a generated mesh, as lines that can be compared, and the mesh as YAML. */
import assert from "node:assert/strict";
import { stringify } from "yaml";
import { decodeResource } from "../../src/manifest/decode/decode.ts";
import { buildMesh } from "../../src/mesh/build.ts";
import type { Call, Speaks } from "../../src/mesh/callers/call.ts";
import { type Target, targetKey } from "../../src/mesh/callers/target.ts";
import type { Mesh } from "../../src/mesh/mesh.ts";
import { enforcedMode } from "../../src/mesh/server/enforced.ts";
import { callingPods } from "../../src/mesh/verdict/callers/calling-pods.ts";
import { judge } from "../../src/mesh/verdict/judge.ts";
import type { Verdict } from "../../src/mesh/verdict/verdict.ts";
import type { Workload } from "../../src/mesh/workload.ts";

/** Decoded straight from the objects: what YAML adds is tested elsewhere. */
export function meshOf(documents: readonly object[]): Mesh {
  const resources = documents.flatMap((value, document) => {
    const source = { uri: "generated:/mesh.yaml", document, pointer: "" };
    const namespace = { name: "default", from: "assumed" } as const;
    return decodeResource(value, { source, namespace, readYaml: () => undefined }) ?? [];
  });
  return buildMesh(resources, { namespaceLabels: {} });
}

/** `works (mtls)`, `breaks (plaintext-to-strict)`, `unknown`, by call and pod. */
export type Told = ReadonlyMap<string, string>;

const SPEAKS: readonly Speaks[] = ["http", "tcp", "tls"];

/** Every workload calls every port of every Service and all pods, in every way. Several ends at one pod are told together. */
export function verdictsOf(mesh: Mesh): Told {
  const told = new Map<string, string[]>();
  for (const call of callsOf(mesh)) {
    for (const [end, verdict] of endsOf(mesh, call)) told.set(end, [...(told.get(end) ?? []), sentence(verdict)]);
  }
  return new Map([...told].map(([end, each]) => [end, [...new Set(each)].toSorted().join(" or ")]));
}

function callsOf(mesh: Mesh): readonly Call[] {
  const targets: readonly Target[] = [
    ...mesh.services.flatMap((service) => service.ports.map((port) => ({ type: "service", service, port }) as const)),
    ...mesh.workloads.map((workload) => ({ type: "pods", workload, replicas: workload.replicas, port: 8080 }) as const),
  ];
  return mesh.workloads.flatMap((workload) =>
    targets.flatMap((target) =>
      SPEAKS.map((speaks): Call => {
        const caller = { type: "workload", name: workload.name, workload } as const;
        return { caller, target, speaks, phase: "run", evidence: [] };
      }),
    ),
  );
}

function endsOf(mesh: Mesh, call: Call): readonly (readonly [end: string, verdict: Verdict])[] {
  const { target, speaks } = call;
  const line = `${nameOf(call)} -> ${targetKey(target)} (${speaks})`;
  return callingPods(call).flatMap((pod): readonly (readonly [string, Verdict])[] => {
    if ("missing" in pod) return [[line, { outcome: "unknown", missing: pod.missing }]];
    // A pod that calls itself alone tells nothing of the others.
    const ends = judge(mesh, pod, call).filter(({ itself }) => itself !== true);
    return ends.map(({ endpoint, verdict }) => {
      const at = endpoint.at?.replica.pod?.name ?? endpoint.at?.workload.name;
      return [`${line} -> ${endpoint.namespace}/${at}:${endpoint.port}`, verdict];
    });
  });
}

function nameOf({ caller }: Call): string {
  return caller.type === "workload" ? `${caller.workload.namespace}/${caller.name}` : caller.name;
}

function sentence(verdict: Verdict): string {
  switch (verdict.outcome) {
    case "works":
      return `works (${verdict.wire})`;
    case "breaks":
      return `breaks (${verdict.reason})`;
    case "unknown":
      return "unknown";
  }
}

/** The mode of each port of each pod, and who decides it. */
export function modesOf(mesh: Mesh): Told {
  const lines = mesh.workloads.flatMap((workload) =>
    workload.replicas.flatMap((replica) =>
      [undefined, 8080, 9090].map((port) => {
        const answer = enforcedMode(mesh, replica, port);
        return [`${podOf(workload, replica)}:${port ?? "any"}`, modeSentence(answer)] as const;
      }),
    ),
  );
  return new Map(lines);
}

/** Which proxy each workload has, and which it would get now. */
export function membershipsOf(mesh: Mesh): Told {
  const proxyOf = (membership: Workload["afterRestart"]) => (membership.known ? membership.proxy : "unknown");
  return new Map(
    mesh.workloads.map(({ kind, namespace, name, replicas, afterRestart }) => {
      const now = replicas.map(({ pod, membership }) => `${pod?.name ?? "planned"} ${proxyOf(membership)}`).toSorted();
      return [`${kind} ${namespace}/${name}`, `${now.join(", ")}; after a restart ${proxyOf(afterRestart)}`];
    }),
  );
}

/** All of it. */
export function everythingOf(mesh: Mesh): Told {
  return new Map([...verdictsOf(mesh), ...modesOf(mesh), ...membershipsOf(mesh)]);
}

function podOf(workload: Workload, replica: Workload["replicas"][number]): string {
  return `${workload.namespace}/${replica.pod?.name ?? workload.name}`;
}

function modeSentence(answer: ReturnType<typeof enforcedMode>): string {
  if (answer === undefined) return "not enforced";
  if (!answer.known) return "unknown";
  const { origin } = answer;
  return `${answer.mode} ${origin.from}${origin.from === "istio-default" ? "" : ` ${origin.policy.name}`}`;
}

export function yamlOf(documents: readonly object[]): string {
  return documents.map((document) => stringify(document)).join("---\n");
}

/** Fails with the mesh as YAML, ready to keep. */
export function holds(documents: readonly object[], check: () => void): void {
  try {
    check();
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    assert.fail(`${says}\n\nin this mesh:\n${yamlOf(documents)}`);
  }
}

export function sameTold(actual: Told, expected: Told): void {
  assert.deepEqual(Object.fromEntries([...actual].toSorted()), Object.fromEntries([...expected].toSorted()));
}
