/** A program: how long a number of injected workloads takes to be ready, and the memory of the process then. */
import { timed } from "../measure.ts";
import { create, readyPods, started, until } from "../running-mesh.ts";

const count = Number(process.argv[2]);
const { mesh, close } = await started();
const ms = await timed(async () => {
  create(mesh, crowdOf(count));
  await until(() => readyPods(mesh, "crowd") === count);
});
const megabytes = process.memoryUsage().rss / 1e6;
await close();
console.log(JSON.stringify({ ms, megabytes }));

function crowdOf(count: number): readonly string[] {
  const each = Array.from({ length: count }, (_, index) => {
    const app = `app-${index}`;
    const template = `{metadata: {labels: {app: ${app}}}, spec: {containers: [{name: app, image: nginx, ports: [{containerPort: 8080}]}]}}`;
    return [
      `{apiVersion: apps/v1, kind: Deployment, metadata: {name: ${app}, namespace: crowd}, spec: {selector: {matchLabels: {app: ${app}}}, template: ${template}}}`,
      `{apiVersion: v1, kind: Service, metadata: {name: ${app}, namespace: crowd}, spec: {selector: {app: ${app}}, ports: [{name: http, port: 80, targetPort: 8080}]}}`,
    ];
  });
  return [
    "{apiVersion: v1, kind: Namespace, metadata: {name: crowd, labels: {istio-injection: enabled}}}",
    ...each.flat(),
  ];
}
