/** Probes of a running container: startup first, then readiness and liveness beside each other. Kubernetes: pkg/kubelet/prober. */
import { setTimeout as delay } from "node:timers/promises";
import { runCommand } from "../../apps/commands/run.ts";
import { call } from "../../apps/http/call.ts";
import { connect } from "../../apps/http/connect.ts";
import type { AppContext, PodNetwork } from "../../apps/process.ts";
import type { Container, Probe } from "../pod/spec.ts";

export interface Health {
  started(): void;
  ready(is: boolean): void;
  /** A probe failed; one sentence for an event. */
  unhealthy(message: string): void;
  /** It failed so often that the container is to be restarted. */
  dead(probe: "startup" | "liveness"): void;
}

export interface Probed {
  readonly container: Container;
  readonly context: AppContext;
  /** As the node reaches the pod. */
  readonly node: PodNetwork;
}

type Kind = "Startup" | "Readiness" | "Liveness";

export async function watchHealth(probed: Probed, health: Health, signal: AbortSignal): Promise<void> {
  const { startupProbe, readinessProbe, livenessProbe } = probed.container;
  try {
    if (startupProbe) await untilStarted(probed, startupProbe, health, signal);
    if (signal.aborted) return;
    health.started();
    if (!readinessProbe) health.ready(true);
    await Promise.all([
      readinessProbe && forever(probed, "Readiness", readinessProbe, health, signal, health.ready),
      livenessProbe &&
        forever(probed, "Liveness", livenessProbe, health, signal, (works) => works || health.dead("liveness")),
    ]);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function untilStarted(probed: Probed, probe: Probe, health: Health, signal: AbortSignal): Promise<void> {
  await pause(probe.initialDelaySeconds ?? 0, signal);
  for (let failures = 0; ; ) {
    const problem = await attempt(probed, probe);
    if (problem === undefined || signal.aborted) return;
    health.unhealthy(`Startup probe failed: ${problem}`);
    failures += 1;
    if (failures >= (probe.failureThreshold ?? 3)) health.dead("startup");
    await pause(probe.periodSeconds ?? 10, signal);
  }
}

/** Tells each change of the answer, once it was given as often as the thresholds say. */
async function forever(
  probed: Probed,
  kind: Kind,
  probe: Probe,
  health: Health,
  signal: AbortSignal,
  tell: (works: boolean) => void,
): Promise<void> {
  let told: boolean | undefined;
  let last: boolean | undefined;
  let times = 0;
  await pause(probe.initialDelaySeconds ?? 0, signal);
  while (!signal.aborted) {
    const problem = await attempt(probed, probe);
    if (signal.aborted) return;
    const works = problem === undefined;
    if (!works) health.unhealthy(`${kind} probe failed: ${problem}`);
    times = works === last ? times + 1 : 1;
    last = works;
    if (works !== told && times >= (works ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3))) {
      told = works;
      tell(works);
    }
    await pause(probe.periodSeconds ?? 10, signal);
  }
}

function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return delay(seconds * 1000, undefined, { signal });
}

/** What is wrong; undefined: nothing. */
async function attempt(probed: Probed, probe: Probe): Promise<string | undefined> {
  const timeout = (probe.timeoutSeconds ?? 1) * 1000;
  if (probe.exec) return command(probed, probe.exec.command, timeout);
  if (probe.httpGet && probe.httpGet.scheme !== "HTTPS") return get(probed, probe.httpGet, timeout);
  return open(probed, portOf(probed, probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port ?? 0), timeout);
}

function portOf({ container }: Probed, port: number | string): number {
  if (typeof port === "number") return port;
  return container.ports?.find(({ name }) => name === port)?.containerPort ?? Number(port);
}

async function get(
  probed: Probed,
  { path = "/", port, httpHeaders = [] }: NonNullable<Probe["httpGet"]>,
  timeout: number,
): Promise<string | undefined> {
  const at = `${probed.context.network.ip}:${portOf(probed, port)}`;
  const url = `http://${at}${path.replace(/^\/?/, "/")}`;
  const headers = {
    "user-agent": "kube-probe/1.34",
    accept: "*/*",
    ...Object.fromEntries(httpHeaders.map(({ name, value }) => [name.toLowerCase(), value])),
  };
  const answer = await call(probed.node, url, { headers, timeout });
  if (!answer.ok) return `Get "${url}": ${worded(answer.code, answer.message, at, timeout)}`;
  return answer.status >= 200 && answer.status < 400
    ? undefined
    : `HTTP probe failed with statuscode: ${answer.status}`;
}

function worded(code: string, message: string, at: string, timeout: number): string {
  switch (code) {
    case "ECONNREFUSED":
      return `dial tcp ${at}: connect: connection refused`;
    case "EHOSTUNREACH":
      return `dial tcp ${at}: connect: no route to host`;
    case "ECONNRESET":
      return `read tcp: read: connection reset by peer`;
    case "ETIMEDOUT":
      return `context deadline exceeded (Client.Timeout of ${timeout / 1000}s exceeded while awaiting headers)`;
    default:
      return message;
  }
}

async function open({ node, context }: Probed, port: number, timeout: number): Promise<string | undefined> {
  const at = `${context.network.ip}:${port}`;
  try {
    const socket = await connect(node, context.network.ip, port, AbortSignal.timeout(timeout));
    socket.destroy();
    return undefined;
  } catch (error) {
    const { code = "ETIMEDOUT", message } = error as NodeJS.ErrnoException;
    return code === "ETIMEDOUT" ? `dial tcp ${at}: i/o timeout` : worded(code, message, at, timeout);
  }
}

async function command({ context }: Probed, argv: readonly string[], timeout: number): Promise<string | undefined> {
  let output = "";
  const write = (chunk: Buffer | string) => {
    output += chunk.toString().slice(0, 1024);
  };
  const nothing = (async function* (): AsyncGenerator<Buffer> {})();
  const signal = AbortSignal.timeout(timeout);
  const code = await runCommand(context, { argv, stdin: nothing, stdout: write, stderr: write, signal });
  if (signal.aborted) return `command timed out: "${argv.join(" ")}" timed out after ${timeout / 1000}s`;
  return code === 0 ? undefined : output.trimEnd();
}
