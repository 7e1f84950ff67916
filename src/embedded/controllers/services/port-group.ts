/** Pods of a Service that resolve its ports to the same numbers: one subset of Endpoints, one EndpointSlice. */
import type { ContainerPort, Pod, Service, ServicePort } from "../../api/shapes.ts";

export interface PortGroup {
  readonly ports: readonly Port[];
  readonly pods: readonly Pod[];
}

export type Port = {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol?: string;
};

export function groupsOf({ spec }: Service, pods: readonly Pod[]): readonly PortGroup[] {
  const byPorts = Map.groupBy(pods, (pod) => JSON.stringify(portsOf(spec.ports ?? [], pod)));
  return [...byPorts].map(([ports, group]) => ({
    ports: JSON.parse(ports) as readonly Port[],
    pods: group.toSorted((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1)),
  }));
}

/** Ports whose name no container has are left out. Kubernetes: pkg/api/pod/util.go FindPort. */
function portsOf(ports: readonly ServicePort[], pod: Pod): readonly Port[] {
  return ports.flatMap(({ name = "", port, targetPort = port, protocol = "TCP", appProtocol }): readonly Port[] => {
    const number = typeof targetPort === "number" ? targetPort : portNamed(pod, targetPort, protocol);
    if (number === undefined) return [];
    return [{ name, port: number, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

function portNamed({ spec }: Pod, name: string, protocol: string): number | undefined {
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  const ports = [...spec.containers, ...sidecars].flatMap(
    (container): readonly ContainerPort[] => container.ports ?? [],
  );
  return ports.find((each) => each.name === name && (each.protocol ?? "TCP") === protocol)?.containerPort;
}
