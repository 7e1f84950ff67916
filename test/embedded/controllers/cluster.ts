/** A cluster in memory with all controllers, and a node that has every pod ready as soon as it is placed. */
import { setTimeout as wait } from "node:timers/promises";
import { parseAllDocuments } from "yaml";
import { BUILT_IN } from "../../../src/embedded/api/kinds/built-in.ts";
import { istioDefinitions } from "../../../src/embedded/api/kinds/istio.ts";
import type { Kind } from "../../../src/embedded/api/kinds/kind.ts";
import { createKinds } from "../../../src/embedded/api/kinds/registry.ts";
import type { JsonMap, KubernetesObject } from "../../../src/embedded/api/object.ts";
import { createResources, type OwnedResources } from "../../../src/embedded/api/requests/requests.ts";
import type { Pod } from "../../../src/embedded/api/shapes.ts";
import { createStore } from "../../../src/embedded/api/store/memory.ts";
import { startControllers } from "../../../src/embedded/controllers/controllers.ts";
import { eventRecorder } from "../../../src/embedded/controllers/events.ts";
import { injector } from "../../../src/embedded/controlplane/injection/mutator.ts";
import { install } from "../../../src/embedded/installation/install.ts";

export interface TestCluster {
  readonly resources: OwnedResources;
  readonly failures: readonly Error[];
  kind(name: string): Kind;
  /** Creates the objects of a YAML text. */
  apply(text: string): void;
  list(kind: string, namespace?: string): readonly KubernetesObject[];
  get(kind: string, name: string, namespace?: string): KubernetesObject;
  merge(kind: string, name: string, body: JsonMap, namespace?: string): void;
  delete(kind: string, name: string, namespace?: string): void;
  /** What becomes of pods of an image, from now on. */
  become(image: string, phase: "Running" | "Pending" | "Succeeded" | "Failed"): void;
  close(): void;
}

export function startCluster(): TestCluster {
  const store = createStore();
  const kinds = createKinds(BUILT_IN);
  const failures: Error[] = [];
  const parts: { resources?: OwnedResources } = {};
  const own = () => parts.resources as OwnedResources;
  const resources = createResources({ store, kinds, mutators: [injector(own, kinds)] });
  parts.resources = resources;
  const kind = (name: string) => {
    const found = kinds.all().find((each) => each.kind === name);
    if (found === undefined) throw new Error(`no kind ${name}`);
    return found;
  };
  for (const each of istioDefinitions()) resources.create(kind("CustomResourceDefinition"), undefined, each);
  install(resources, kinds, "root");
  const stopControllers = startControllers(
    { resources, kinds, events: eventRecorder(resources, kinds), failed: (error) => failures.push(error) },
    {
      roots: { kubernetes: "cluster", istio: "mesh" },
      network: { route: () => undefined },
      entrances: { open: async () => "127.66.0.1", close: () => undefined },
    },
  );
  const node = runNode(resources, kind("Pod"));
  const key = (name: string, namespace = "default") => ({ namespace, name });
  return {
    resources,
    failures,
    kind,
    apply(text) {
      for (const document of parseAllDocuments(text)) {
        const object = document.toJS() as JsonMap & { readonly kind: string };
        const { namespace = "default" } = object.metadata as { readonly namespace?: string };
        const of = kind(object.kind);
        resources.create(of, of.namespaced ? namespace : undefined, object);
      }
    },
    list: (name, namespace = "default") => resources.list(kind(name), kind(name).namespaced ? namespace : undefined),
    get: (name, called, namespace) => resources.get(kind(name), key(called, namespace)),
    merge: (name, called, body, namespace) => {
      resources.patch(kind(name), key(called, namespace), { type: "merge", body });
    },
    delete: (name, called, namespace) => {
      resources.delete(kind(name), key(called, namespace), { gracePeriodSeconds: 0 });
    },
    become: node.become,
    close() {
      node.stop();
      stopControllers();
      resources.close();
    },
  };
}

function runNode(resources: OwnedResources, pods: Kind) {
  const wanted = new Map<string, string>();
  let addresses = 10;
  const look = ({ metadata: { namespace = "", name } }: KubernetesObject) => {
    const pod = resources.find(pods, { namespace, name }) as Pod | undefined;
    if (pod === undefined || pod.spec.nodeName === undefined) return;
    if (pod.metadata.deletionTimestamp !== undefined) {
      resources.delete(pods, { namespace, name }, { gracePeriodSeconds: 0 });
      return;
    }
    const phase = wanted.get(pod.spec.containers[0]?.image ?? "") ?? "Running";
    if (pod.status?.phase === phase && pod.status.podIP !== undefined) return;
    const ready = { type: "Ready", status: phase === "Running" ? ("True" as const) : ("False" as const) };
    const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== "Ready");
    addresses += pod.status?.podIP === undefined ? 1 : 0;
    const podIP = pod.status?.podIP ?? `10.66.1.${addresses}`;
    const status = { ...pod.status, phase, podIP, conditions: [...others, ready] };
    resources.update(pods, { namespace, name }, { ...pod, status }, { subresource: "status" });
  };
  const stop = resources.watch(pods, (event) => {
    if (event.type !== "BOOKMARK" && event.type !== "DELETED") setImmediate(() => look(event.object));
  });
  return {
    stop,
    become(image: string, phase: string) {
      wanted.set(image, phase);
      for (const pod of resources.list(pods)) look(pod);
    },
  };
}

/** Waits until the question holds; its own failure is told otherwise. */
export async function eventually(question: () => void, seconds = 5): Promise<void> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    try {
      question();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await wait(10);
  }
}
