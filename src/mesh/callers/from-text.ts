/** Calls that a pod's own text tells of: its environment, its arguments, and the ConfigMaps that it uses. */
import type { Mesh } from "../mesh.ts";
import type { ConfigMap } from "../resources/core.ts";
import { type Meta, type Pointer, under } from "../resources/meta.ts";
import type { Container } from "../resources/pod.ts";
import type { Workload } from "../workload.ts";
import type { Call, Confidence } from "./call.ts";
import { namedHosts, serviceNamed } from "./hostnames.ts";

interface Text {
  readonly object: Meta;
  readonly pointer: Pointer;
  readonly what: string;
  readonly text: string;
}

/** Invariant: a Service is called at most once per port and protocol; the evidence of a call is in reading order. */
export function callsFromText(mesh: Mesh, workload: Workload): readonly Call[] {
  const found = textsOf(mesh, workload).flatMap(({ object, pointer, what, text }) =>
    namedHosts(text).flatMap((named): Call[] => {
      const target = serviceNamed(mesh, named, workload.namespace);
      if (target === undefined) return [];
      const { confidence, ...where } = target;
      const caller = { type: "workload", name: workload.name, workload } as const;
      return [{ caller, ...where, evidence: [{ place: { object, pointer }, what, confidence }] }];
    }),
  );
  return [...Map.groupBy(found, callKey).values()].flatMap(merged).filter((call) => !callsItself(call, workload));
}

function callKey({ service, port, speaks }: Call): string {
  return `${service.namespace}/${service.name}:${port.port} ${speaks}`;
}

function merged(calls: readonly Call[]): readonly Call[] {
  const [first] = calls;
  if (first === undefined) return [];
  const evidence = calls.flatMap((call) => call.evidence).toSorted((a, b) => ORDER[a.confidence] - ORDER[b.confidence]);
  return [{ ...first, evidence }];
}

const ORDER: Readonly<Record<Confidence, number>> = { certain: 0, likely: 1, guess: 2 };

/** A pod that names its own Service tells where it listens, not whom it calls. */
function callsItself({ service }: Call, workload: Workload): boolean {
  const wanted = Object.entries(service.selector);
  return (
    service.namespace === workload.namespace &&
    wanted.length > 0 &&
    wanted.every(([key, value]) => workload.template.labels[key] === value)
  );
}

function textsOf(mesh: Mesh, workload: Workload): readonly Text[] {
  const { object, template } = workload;
  if (object === undefined) return [];
  const { spec } = template;
  const containers = [...spec.initContainers, ...spec.containers].filter(({ name }) => name !== "istio-proxy");
  const used = new Set([...spec.configMapVolumes, ...containers.flatMap(({ envFrom }) => envFrom)]);
  return [
    ...containers.flatMap((container) => containerTexts(mesh, object, container)),
    ...mesh.configMaps
      .filter(({ namespace, name }) => namespace === workload.namespace && used.has(name))
      .flatMap(configMapTexts),
  ];
}

function containerTexts(mesh: Mesh, object: Meta, container: Container): readonly Text[] {
  const words = (field: "command" | "args") =>
    container[field].map((text, index) => ({ object, pointer: under(container.at, field, index), what: field, text }));
  const env = container.env.flatMap((variable): Text[] => {
    if (variable.value !== undefined) {
      return [{ object, pointer: under(variable.at, "value"), what: variable.name, text: variable.value }];
    }
    const { configMapKey } = variable;
    const map = mesh.configMaps.find((each) => each.namespace === object.namespace && each.name === configMapKey?.name);
    const text = configMapKey === undefined ? undefined : map?.data[configMapKey.key];
    if (map === undefined || configMapKey === undefined || text === undefined) return [];
    return [{ object: map, pointer: under("/data", configMapKey.key), what: variable.name, text }];
  });
  return [...env, ...words("command"), ...words("args")];
}

function configMapTexts(map: ConfigMap): readonly Text[] {
  return Object.entries(map.data).map(([key, text]) => ({
    object: map,
    pointer: under("/data", key),
    what: `${key} of ConfigMap ${map.name}`,
    text,
  }));
}
