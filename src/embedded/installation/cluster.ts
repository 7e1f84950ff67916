/** The cluster itself: its namespaces and its one node. */

import type { JsonMap } from "../api/object.ts";
import { timestamp } from "../api/timestamp.ts";

/** The node on which all pods run. */
export const NODE = { name: "mtls-lens", ip: "10.66.0.1", version: "v1.34.4" };

export function clusterObjects(): readonly JsonMap[] {
  const namespaces = ["default", "kube-system", "kube-public", "kube-node-lease", "istio-system"];
  return [
    ...namespaces.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
    node(),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name: "kubernetes",
        namespace: "default",
        labels: { component: "apiserver", provider: "kubernetes" },
      },
      spec: { ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 6443 }] },
    },
  ];
}

function node(): JsonMap {
  const now = timestamp();
  const condition = (type: string, status: string, reason: string, message: string): JsonMap => {
    return { type, status, reason, message, lastHeartbeatTime: now, lastTransitionTime: now };
  };
  const room = { cpu: "8", memory: "16Gi", pods: "500" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: NODE.name,
      labels: {
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": NODE.name,
        "kubernetes.io/os": "linux",
      },
    },
    spec: { podCIDR: "10.66.0.0/16" },
    status: {
      capacity: room,
      allocatable: room,
      addresses: [
        { type: "InternalIP", address: NODE.ip },
        { type: "Hostname", address: NODE.name },
      ],
      conditions: [
        condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
      ],
      nodeInfo: {
        architecture: "amd64",
        bootID: "embedded",
        containerRuntimeVersion: "mtls-lens://0.1.0",
        kernelVersion: "embedded",
        kubeProxyVersion: "",
        kubeletVersion: NODE.version,
        machineID: "embedded",
        operatingSystem: "linux",
        osImage: "mTLS Lens embedded mesh",
        systemUUID: "embedded",
      },
    },
  };
}
