/**
 * istiod's push: a change of any object that configures proxies gives, a moment later, a new configuration to all of them.
 * Istio: pilot/pkg/bootstrap/discovery debounce; ours is shorter, so that a change arrives within 100 ms.
 */
import type { Mesh } from "../../mesh/mesh.ts";
import type { Replica, Workload } from "../../mesh/workload.ts";
import type { Kinds } from "../api/kinds/kind.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { Resources } from "../api/resources.ts";
import type { Identity, Outbound, ProxyConfig } from "../dataplane/config.ts";
import type { Proxy as RunningProxy } from "../dataplane/proxy.ts";
import type { ControlPlane } from "./control-plane.ts";
import { keptOutbounds } from "./outbound/kept.ts";
import { proxyConfigs } from "./proxy-config.ts";
import { snapshotOf, WATCHED } from "./snapshot.ts";

/** How long more changes are waited for: at least this, and so long that pushes take a third of the time at most. */
const DEBOUNCE_MS = 15;
const SHARE = 2;

export interface ControlPlaneOptions {
  readonly resources: Resources;
  readonly kinds: Kinds;
  /** A certificate for a service account, newly issued when the last one nears its end. */
  identity(namespace: string, account: string): Promise<Identity>;
  failed(error: Error): void;
}

export function startControlPlane(options: ControlPlaneOptions): ControlPlane {
  const { resources, kinds } = options;
  const proxies = new Map<string, Connected>();
  const kept = keptOutbounds();
  let timer: NodeJS.Timeout | undefined;
  let tookMs = 0;
  const soon = () => {
    timer ??= setTimeout(push, Math.max(DEBOUNCE_MS, tookMs * SHARE));
  };
  const push = () => {
    timer = undefined;
    if (proxies.size === 0) return;
    const began = performance.now();
    const mesh = snapshotOf(resources, kinds);
    const configFor = proxyConfigs(mesh, options);
    const pods = podsOf(mesh);
    for (const [key, connected] of proxies) {
      const pod = pods.get(key);
      const config = pod === undefined ? undefined : configFor(pod.workload, pod.replica);
      if (pod !== undefined && config !== undefined) {
        const told = { ...config, outbound: kept(config.outbound) };
        void configure(connected, told, pod.replica).catch(options.failed);
      }
    }
    tookMs = performance.now() - began;
  };
  const configure = async (connected: Connected, config: ProxyConfig, { namespace, spec }: Replica) => {
    const identity = await options.identity(namespace, spec.serviceAccount);
    const { outbound, ...rest } = config;
    const own = JSON.stringify(rest);
    const { last } = connected;
    if (last?.outbound === outbound && last.own === own && last.identity === identity) return;
    connected.last = { outbound, own, identity };
    connected.proxy.configure(config, identity);
  };
  const stops = WATCHED.flatMap(([group, name]) => {
    const kind = kinds.byKind(group, name);
    return kind === undefined
      ? []
      : [
          resources.watch(kind, (event) =>
            event.type !== "BOOKMARK" && matters(event.object, event.before) ? soon() : undefined,
          ),
        ];
  });
  return {
    attach({ namespace, name }, proxy) {
      proxies.set(`${namespace}/${name}`, { proxy });
      soon();
      return () => proxies.delete(`${namespace}/${name}`);
    },
    push: soon,
    close() {
      clearTimeout(timer);
      for (const stop of stops) stop();
      proxies.clear();
    },
  };
}

/** A proxy with what it was told last. */
interface Connected {
  readonly proxy: RunningProxy;
  last?: { readonly outbound: Outbound; readonly own: string; readonly identity: Identity };
}

interface Running {
  readonly workload: Workload;
  readonly replica: Replica;
}

function podsOf({ workloads }: Mesh): ReadonlyMap<string, Running> {
  return new Map(
    workloads.flatMap((workload) =>
      workload.replicas.map(
        (replica) => [`${replica.namespace}/${replica.pod?.name ?? ""}`, { workload, replica }] as const,
      ),
    ),
  );
}

/** Probes write the status of pods all the time; proxies only care where one is. */
function matters(object: KubernetesObject, before: KubernetesObject | undefined): boolean {
  if (object.kind !== "Pod" || before === undefined) return true;
  const ip = ({ status }: KubernetesObject) =>
    (status as { readonly podIP?: string; readonly phase?: string } | undefined)?.podIP;
  const phase = ({ status }: KubernetesObject) => (status as { readonly phase?: string } | undefined)?.phase;
  return (
    ip(object) !== ip(before) || phase(object) !== phase(before) || object.metadata.labels !== before.metadata.labels
  );
}
