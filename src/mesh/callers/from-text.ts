/** Calls that a pod's own text tells of: its environment, its arguments, and the ConfigMaps that it uses. */

import type { Place } from "../answer.ts";
import { inNamespace } from "../by-namespace.ts";
import { rememberedFrom } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import type { ConfigMap, Service } from "../resources/core.ts";
import { type Meta, type Pointer, under } from "../resources/meta.ts";
import { type Container, runningContainers } from "../resources/pod.ts";
import type { Workload } from "../workload.ts";
import type { Call } from "./call.ts";
import { type NamedHost, namedHosts, serviceNamed } from "./hostnames.ts";

interface Text {
  readonly object: Meta;
  readonly pointer: Pointer;
  readonly what: string;
  readonly text: string;
  readonly phase: Call["phase"];
}

/** A host that a text names, and where. */
export interface Mentioned {
  readonly place: Place;
  readonly what: string;
  readonly phase: Call["phase"];
  readonly named: NamedHost;
}

export function callsFromText(mesh: Mesh, workload: Workload): readonly Call[] {
  const caller = { type: "workload", name: workload.name, workload } as const;
  return hostsIn(mesh, workload).flatMap(({ place, what, named, phase }): Call[] => {
    const found = serviceNamed(mesh, named, workload.namespace);
    if (found === undefined) return [];
    const { confidence: asNamed, speaks, service, port } = found;
    const own = isOwn(service, workload);
    // A pod that names its own Service tells where it listens; below a headless one it finds the others like it.
    if (own && service.clusterIP !== "None") return [];
    const confidence = own ? "likely" : asNamed;
    const target = { type: "service", service, port } as const;
    return [{ caller, target, phase, speaks, evidence: [{ place, what, confidence }] }];
  });
}

/** Texts are read once, whatever Services there are. */
export function hostsIn(mesh: Mesh, workload: Workload): readonly Mentioned[] {
  return mentioned(workload, [inNamespace(mesh.configMaps, workload.namespace)], () =>
    textsOf(mesh, workload).flatMap(({ text, object, pointer, what, phase }) =>
      namedHosts(text).map((named) => ({ place: { object, pointer }, what, phase, named })),
    ),
  );
}

const mentioned = rememberedFrom<Workload, readonly Mentioned[]>();

function isOwn(service: Service, workload: Workload): boolean {
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
  const own = (container: Container) => container.name !== "istio-proxy" && container.name !== "istio-init";
  const starting = template.spec.initContainers.filter((each) => own(each) && each.restartPolicy !== "Always");
  const running = runningContainers(template.spec).filter(own);
  const used = new Set([...template.spec.configMapVolumes, ...running.flatMap(({ envFrom }) => envFrom)]);
  return [
    ...running.flatMap((container) => containerTexts(mesh, object, container, "run")),
    ...starting.flatMap((container) => containerTexts(mesh, object, container, "init")),
    ...inNamespace(mesh.configMaps, workload.namespace)
      .filter(({ name }) => used.has(name))
      .flatMap(configMapTexts),
  ];
}

function containerTexts(mesh: Mesh, object: Meta, container: Container, phase: Call["phase"]): readonly Text[] {
  const words = (field: "command" | "args") =>
    container[field].map((text, index) => ({
      object,
      pointer: under(container.at, field, index),
      what: field,
      text,
      phase,
    }));
  const env = container.env.flatMap((variable): Text[] => {
    if (variable.value !== undefined) {
      return [{ object, pointer: under(variable.at, "value"), what: variable.name, text: variable.value, phase }];
    }
    const { configMapKey } = variable;
    const map = inNamespace(mesh.configMaps, object.namespace).find(({ name }) => name === configMapKey?.name);
    const text = configMapKey === undefined ? undefined : map?.data[configMapKey.key];
    if (map === undefined || configMapKey === undefined || text === undefined) return [];
    return [{ object: map, pointer: under("/data", configMapKey.key), what: variable.name, text, phase }];
  });
  return [...env, ...words("command"), ...words("args")];
}

function configMapTexts(map: ConfigMap): readonly Text[] {
  return Object.entries(map.data).map(([key, text]) => ({
    object: map,
    pointer: under("/data", key),
    what: `${key} of ConfigMap ${map.name}`,
    text,
    phase: "run",
  }));
}
