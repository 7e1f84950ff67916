/** The embedded mesh as a person feels it: its start, a command, a policy that takes effect, and a crowd of workloads. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { at, node24 } from "../../../scripts/toolchain/project.mjs";
import { interleaved, type Row, repeated, timed } from "../measure.ts";
import { create, kind, readyPods, started, until } from "../running-mesh.ts";

const run = promisify(execFile);
const CROWD = 200;

export async function embedded(): Promise<readonly Row[]> {
  const kubectl = process.env.MTLS_LENS_KUBECTL;
  const ours = kubectl === undefined ? [] : [await coldStart(kubectl), await warmCommand(kubectl)];
  if (kubectl === undefined) console.log("| (no kubectl: its two rows are left out) | | | | | |");
  return [...ours, await refusal(), ...(await crowd())];
}

/** From nothing to an answer, over what kubectl itself needs to start. */
async function coldStart(kubectl: string): Promise<Row> {
  const times = await interleaved(
    5,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "bench-"));
      const kubeconfig = join(folder, "kubeconfig");
      const began = performance.now();
      const program = spawn(node24, [at("dist/cli.cjs"), "mesh", "--kubeconfig", kubeconfig]);
      const ended = once(program, "exit");
      await once(program.stdout, "data");
      await run(kubectl, ["get", "ns"], { env: { ...process.env, KUBECONFIG: kubeconfig, HOME: folder } });
      const took = performance.now() - began;
      program.kill("SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
      return took;
    },
    () => timed(() => run(kubectl, ["version", "--client"])),
  );
  const own = times.peer.toSorted((a, b) => a - b)[Math.floor(times.peer.length / 2)] ?? 0;
  return {
    measure: "cold start to `kubectl get ns` answered, above kubectl's own start",
    ours: times.ours.map((each) => each - own),
    unit: "ms",
    goal: { atMost: 600 },
  };
}

async function warmCommand(kubectl: string): Promise<Row> {
  const { mesh, kubeconfig, close } = await started();
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const times = await interleaved(
    10,
    () => timed(() => run(kubectl, ["get", "ns"], { env })),
    () => timed(() => run(kubectl, ["version", "--client"], { env })),
  );
  await close();
  return {
    measure: `warm \`kubectl get ns\` (API at ${new URL(mesh.access().url).protocol}//)`,
    ours: times.ours,
    peer: { name: "kubectl version --client", values: times.peer },
    unit: "ms",
    goal: { ratioAtMost: 1.6 },
  };
}

/** From the moment that the policy is stored to the first connection that is reset. */
async function refusal(): Promise<Row> {
  const { mesh, close } = await started();
  create(mesh, [
    "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio-injection: enabled}}}",
    "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, spec: {containers: [{name: a, image: httpbin, ports: [{containerPort: 80}]}]}}",
    "{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {type: LoadBalancer, selector: {app: web}, ports: [{name: http, port: 80}]}}",
  ]);
  await until(() => readyPods(mesh, "shop") === 1);
  const address = () => {
    const service = mesh.resources.get(kind(mesh, "Service"), { namespace: "shop", name: "web" });
    return (service.status as { readonly loadBalancer?: { readonly ingress?: readonly { ip: string }[] } }).loadBalancer
      ?.ingress?.[0]?.ip;
  };
  await until(() => address() !== undefined);
  const [host = "", port = "80"] = (address() ?? "").split(":");
  const policies = kind(mesh, "PeerAuthentication");
  const key = { namespace: "shop", name: "default" };
  const ours = await repeated(10, async () => {
    create(mesh, [
      "{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: default, namespace: shop}, spec: {mtls: {mode: STRICT}}}",
    ]);
    const took = await timed(async () => {
      while ((await asked(host, Number(port))) !== "reset") await wait(1);
    });
    mesh.resources.delete(policies, key);
    await until(async () => (await asked(host, Number(port))) === "answered");
    return took;
  });
  await close();
  return { measure: "STRICT to the first refusal", ours, unit: "ms", goal: { atMost: 100 } };
}

/** Each in a process of its own, whose memory nobody has used before. */
async function crowd(): Promise<readonly Row[]> {
  const program = fileURLToPath(new URL("./crowd.ts", import.meta.url));
  const measured: { readonly ms: number; readonly megabytes: number }[] = [];
  for (let repetition = 0; repetition < 4; repetition += 1) {
    const { stdout } = await run(node24, [program, String(CROWD)]);
    measured.push(JSON.parse(stdout) as (typeof measured)[number]);
  }
  return [
    {
      measure: `${CROWD} injected workloads ready`,
      ours: measured.map(({ ms }) => ms),
      unit: "ms",
      goal: { atMost: 5000 },
    },
    {
      measure: "memory of the whole process with them",
      ours: measured.map(({ megabytes }) => megabytes),
      unit: "MB",
      goal: { atMost: 400 },
    },
  ];
}

function asked(host: string, port: number): Promise<"answered" | "reset"> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => socket.write("GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n"));
    socket.once("data", () => {
      socket.destroy();
      resolve("answered");
    });
    socket.once("error", () => resolve("reset"));
    socket.once("close", () => resolve("reset"));
  });
}
