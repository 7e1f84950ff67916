/**
 * Probes that the kubelet sends to an application go to the agent beside the proxy instead, which passes them on from inside
 * the pod. Istio: pkg/kube/inject/app_probe.go DumpAppProbers, patchRewriteProbe.
 */
import type { JsonMap } from "../../api/object.ts";
import type { ContainerSpec } from "../../api/shapes.ts";

/** What the agent asks in place of the kubelet, by the path that the kubelet asks for. */
export type Probers = Readonly<Record<string, JsonMap>>;

const PATHS = { readinessProbe: "readyz", livenessProbe: "livez", startupProbe: "startupz" } as const;
const KINDS = ["httpGet", "tcpSocket", "grpc"] as const;

export function probersOf(containers: readonly ContainerSpec[]): Probers {
  return Object.fromEntries(
    containers.flatMap((container) =>
      probesOf(container).flatMap(([field, probe]) => {
        const kind = KINDS.find((each) => probe[each] !== undefined);
        const action = kind === undefined ? undefined : withNumber(container, probe[kind] as JsonMap);
        if (kind === undefined || action === undefined) return [];
        const { timeoutSeconds } = probe;
        return [
          [pathOf(container, field), { [kind]: action, ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }) }],
        ];
      }),
    ),
  );
}

export function withProbesRewritten(container: ContainerSpec, port: number): ContainerSpec {
  const rewritten = probesOf(container).flatMap(([field, probe]) => {
    const kind = KINDS.find((each) => probe[each] !== undefined);
    if (kind === undefined) return [];
    const { httpGet, tcpSocket: _tcp, grpc: _grpc, ...rest } = probe;
    const { httpHeaders } = (httpGet ?? {}) as JsonMap;
    const headers = httpHeaders === undefined ? {} : { httpHeaders };
    return [[field, { ...rest, httpGet: { path: pathOf(container, field), port, scheme: "HTTP", ...headers } }]];
  });
  return { ...container, ...Object.fromEntries(rewritten) };
}

function probesOf(container: ContainerSpec): readonly (readonly [keyof typeof PATHS, JsonMap])[] {
  return (Object.keys(PATHS) as (keyof typeof PATHS)[]).flatMap((field) => {
    const probe = (container as JsonMap)[field];
    return probe === undefined ? [] : [[field, probe as JsonMap] as const];
  });
}

function pathOf({ name }: ContainerSpec, field: keyof typeof PATHS): string {
  return `/app-health/${name}/${PATHS[field]}`;
}

/** A port that is named gets its number; one that no container has is not probed. */
function withNumber({ ports = [] }: ContainerSpec, action: JsonMap): JsonMap | undefined {
  if (typeof action.port !== "string") return action;
  const port = ports.find(({ name }) => name === action.port)?.containerPort;
  return port === undefined ? undefined : { ...action, port };
}
