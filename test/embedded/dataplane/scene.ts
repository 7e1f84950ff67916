/** httpbin behind a sidecar, a meshed caller and a naked one: the pods of which real meshes were observed. */
import type { AuthorizationRules, Cluster, InboundTls } from "../../../src/embedded/dataplane/config.ts";
import { type Answer, cluster, inbound, type Pod, Pods, virtualHost } from "./pods.ts";

export const HTTPBIN = "httpbin.default.svc.cluster.local";
export const VIP = { ip: "10.67.0.8", port: 8000 };
export const POD = { ip: "10.66.1.21", port: 80 };
export const SLEEP = "10.66.1.20";
export const workload = { namespace: "default", name: "httpbin", account: "httpbin", app: "httpbin", version: "v1" };

export interface Scene {
  readonly pods: Pods;
  readonly httpbin: Pod;
  readonly sleep: Pod;
  mode(tls: InboundTls, authorization?: readonly AuthorizationRules[]): void;
  /** What the meshed caller's proxy knows of httpbin. */
  calls(outbound: Cluster): void;
  meshed(path?: string): Promise<Answer>;
}

export function viaMtls(endpoints: Cluster["endpoints"] = [{ ...POD, tlsMode: "istio", workload }]): Cluster {
  return cluster(HTTPBIN, 8000, endpoints);
}

export async function startScene(excluded: readonly number[] = []): Promise<Scene> {
  const pods = new Pods();
  await pods.serve(POD);
  const httpbin = await pods.withProxy("httpbin", POD.ip, {}, excluded);
  const sleep = await pods.withProxy("sleep", SLEEP);
  pods.network.route(VIP, [POD]);
  const scene: Scene = {
    pods,
    httpbin,
    sleep,
    mode(tls, authorization = []) {
      const port = { port: 80, family: "http", tls, service: HTTPBIN, servicePort: 8000 } as const;
      httpbin.configure(inbound([port], { passthrough: tls, authorization }));
    },
    calls(outbound) {
      const clusters = { [outbound.name]: outbound };
      const http = { 8000: [virtualHost(HTTPBIN, outbound.name)] };
      sleep.configure({ outbound: { clusters, http, tcp: {}, otherwise: "passthrough" } });
    },
    meshed: (path = "/") => pods.get(SLEEP, VIP, { host: "httpbin:8000" }, path),
  };
  scene.mode("both");
  scene.calls(viaMtls());
  return scene;
}
