/** Builds a snapshot from YAML, as the tests of the rules write it. */
import { readManifest } from "../../src/manifest/read-manifest.ts";
import { buildMesh } from "../../src/mesh/build.ts";
import type { Mesh } from "../../src/mesh/mesh.ts";
import type { Labels } from "../../src/mesh/resources/meta.ts";
import type { Workload } from "../../src/mesh/workload.ts";

export function meshFrom(yaml: string, namespaceLabels: Readonly<Record<string, Labels>> = {}): Mesh {
  const { documents } = readManifest("test:/mesh.yaml", yaml, { defaultNamespace: "" });
  return buildMesh(
    documents.flatMap(({ resources }) => resources),
    { namespaceLabels },
  );
}

export function workloadNamed(mesh: Mesh, name: string): Workload {
  const found = mesh.workloads.find((workload) => workload.name === name);
  if (found === undefined) throw new Error(`no workload ${name} in ${mesh.workloads.map((each) => each.name)}`);
  return found;
}

/** A Deployment with one container, in flow style to keep tests short. */
export function deployment(
  name: string,
  more: { labels?: string; annotations?: string; namespace?: string; container?: string } = {},
): string {
  const labels = more.labels ?? `app: ${name}`;
  const annotations = more.annotations === undefined ? "" : `, annotations: {${more.annotations}}`;
  return `
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${more.namespace ?? "shop"}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {${labels}}${annotations}}
    spec: {containers: [{name: app, image: example/app, ${more.container ?? "ports: [{containerPort: 8080}]"}}]}
`;
}

export function service(name: string, ports = "[{name: http, port: 80, targetPort: 8080}]"): string {
  return `
---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec: {selector: {app: ${name}}, ports: ${ports}}
`;
}

export function policy(name: string, spec: string, meta = "namespace: shop"): string {
  return `
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: ${name}, ${meta}}
spec: ${spec}
`;
}

export const SHOP_INJECTED = `
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
`;
