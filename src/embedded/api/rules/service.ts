/** What is wrong with Services. Kubernetes: pkg/apis/core/validation/validation.go ValidateService. */
import { SERVICE_RANGE } from "../defaults/service.ts";
import { listOf, mapOf, mapsOf, textOf } from "../json.ts";
import type { JsonMap, KubernetesObject } from "../object.ts";
import { duplicate, type Fault, invalid, required, unsupported } from "../requests/refusals.ts";
import { formatFaults } from "./formats.ts";
import { portNameFaults } from "./pod.ts";

const TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const RANGE = "must be between 1 and 65535, inclusive";

export function serviceFaults(object: KubernetesObject, before: KubernetesObject | undefined): readonly Fault[] {
  const spec = mapOf(object.spec);
  const type = textOf(spec.type);
  const ports = mapsOf(spec.ports);
  const headless = spec.clusterIP === "None";
  const needsPorts = type !== "ExternalName" && !headless;
  return [
    ...(needsPorts && ports.length === 0 ? [required("spec.ports")] : []),
    ...ports.flatMap((port, index) => portFaults(port, `spec.ports[${index}]`, ports.length > 1)),
    ...repeated(ports),
    ...(TYPES.includes(type) ? [] : [unsupported("spec.type", type, TYPES)]),
    ...(type === "ExternalName" && textOf(spec.externalName) === "" ? [required("spec.externalName")] : []),
    ...(type === "ExternalName" ? [] : addressFaults(spec, before && mapOf(before.spec))),
  ];
}

function portFaults(port: JsonMap, at: string, named: boolean): readonly Fault[] {
  const name = textOf(port.name);
  const number = Number(port.port ?? 0);
  const inRange = (value: number) => Number.isInteger(value) && value >= 1 && value <= 65535;
  const { targetPort } = port;
  const target =
    typeof targetPort === "string" ? portNameFaults(targetPort) : inRange(Number(targetPort)) ? [] : [RANGE];
  return [
    ...(named && name === "" ? [required(`${at}.name`)] : []),
    ...(name === "" ? [] : formatFaults("label", name).map((says) => invalid(`${at}.name`, name, says))),
    ...(inRange(number) ? [] : [invalid(`${at}.port`, number, RANGE)]),
    ...target.map((says) => invalid(`${at}.targetPort`, targetPort, says)),
  ];
}

function repeated(ports: readonly JsonMap[]): readonly Fault[] {
  return ports.flatMap(({ name, port, protocol }, index) => {
    const first = (same: (each: JsonMap) => boolean) => ports.findIndex(same) < index;
    if (name !== undefined && first((each) => each.name === name))
      return [duplicate(`spec.ports[${index}].name`, name)];
    const again = first((each) => each.port === port && each.protocol === protocol && each.name === name);
    return again ? [duplicate(`spec.ports[${index}]`, { port, protocol })] : [];
  });
}

function addressFaults(spec: JsonMap, old: JsonMap | undefined): readonly Fault[] {
  const ip = textOf(listOf(spec.clusterIPs)[0] ?? spec.clusterIP);
  const known = textOf(old?.clusterIP);
  if (known !== "" && known !== ip) return [invalid("spec.clusterIPs[0]", spec.clusterIPs, "may not change once set")];
  if (ip === "None" || ip === "") return [];
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(ip))
    return [invalid("spec.clusterIPs[0]", ip, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")];
  if (ip.startsWith(SERVICE_RANGE)) return [];
  const why = `failed to allocate IP ${ip}: the provided network does not match the current range`;
  return [invalid("spec.clusterIPs", spec.clusterIPs, why)];
}
