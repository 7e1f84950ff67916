/** What a proxy has of the control plane: it connects, and is told its configuration at once and on every change. */
import type { Proxy as RunningProxy } from "../dataplane/proxy.ts";
import type { PodRef } from "../kubelet/kubelet.ts";

export interface ControlPlane {
  /** Until what it answers is called. A proxy whose pod has no address yet is configured when it has one. */
  attach(pod: PodRef, proxy: RunningProxy): () => void;
  /** To all proxies, though nothing that configures them has changed: certificates were renewed. */
  push(): void;
  close(): void;
}
