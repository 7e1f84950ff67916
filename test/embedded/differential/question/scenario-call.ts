/** A call of a scenario on a real connection, and how a person would say it ended. */
import type { ExpectedCall } from "../../../scenarios/core/expectation.ts";
import type { Scenario } from "../../../scenarios/scenario.ts";
import type { Speaks } from "../stage/caller.ts";
import type { Pod, World } from "../stage/world.ts";
import { wordFor } from "./answer.ts";
import { type Call, KUBELET, observe } from "./observe.ts";

export async function makeCall(world: World, scenario: Scenario, call: ExpectedCall): Promise<string> {
  const asked = questionOf(world, scenario, call);
  const seen = (await observe(world, asked))();
  const { report, status } = seen.heard;
  const { ip, port } = seen.reached?.to ?? {};
  if (seen.reached !== undefined && `${ip}:${port}` !== asked.endpoint) return "not reached";
  if (report === undefined) return status === undefined ? "refused" : String(status);
  switch (wordFor(seen)) {
    case "ok-mtls":
      return "mTLS";
    case "ok-plaintext":
      return "plaintext";
    case "ok-app-tls":
      return "its own TLS";
    default:
      return `not told: ${JSON.stringify(seen)}`;
  }
}

function questionOf(world: World, { mesh }: Scenario, call: ExpectedCall): Call {
  const { caller, target, byAddress, via, phase } = call;
  const { ports, app } = mesh.workloads[`${target.namespace}/${target.name}`] ?? { ports: [], app: "" };
  const port = ports.find(({ targetPort }) => targetPort === target.port);
  const { ip } = podOf(world, target.namespace, target.name);
  const calling = caller === "kubelet" ? undefined : podOf(world, caller.namespace, caller.name);
  const speaks: Speaks = call.speaks ?? (port?.name.startsWith("tcp") === true ? "tcp" : "http");
  const asked = {
    pod: calling === undefined ? KUBELET.name : `${calling.namespace}/${calling.name}`,
    app: speaks,
    endpoint: `${ip}:${target.port}`,
    early: phase === "init" && calling?.native !== true,
  };
  if (byAddress) return { ...asked, address: ip, port: target.port };
  const called = via ?? { namespace: target.namespace, name: app, port: port?.port ?? target.port };
  return { ...asked, host: `${called.name}.${called.namespace}.svc.cluster.local`, port: called.port };
}

/** The pod of a workload: its name is that of the workload, a hash and five letters. */
function podOf({ pods }: World, namespace: string, workload: string): Pod {
  const found = [...pods.values()].find(
    (pod) => pod.namespace === namespace && pod.name.replace(/-[^-]+-[^-]+$/, "") === workload,
  );
  if (found === undefined) throw new Error(`there is no pod of ${namespace}/${workload}`);
  return found;
}
