/** What is wrong with an object, beyond its types: metadata, then what its kind asks for. */
import { mapOf } from "../json.ts";
import type { Kind } from "../kinds/kind.ts";
import type { KubernetesObject } from "../object.ts";
import { type Fault, forbiddenField, invalid } from "../requests/refusals.ts";
import { customFaults } from "./custom.ts";
import { definitionFaults } from "./definition.ts";
import { metadataFaults } from "./metadata.ts";
import { podFaults } from "./pod.ts";
import { serviceFaults } from "./service.ts";
import { cronJobFaults, daemonSetFaults, deploymentFaults, jobFaults } from "./workloads.ts";

type Rules = (object: KubernetesObject, before: KubernetesObject | undefined) => readonly Fault[];

const RULES: Readonly<Record<string, Rules>> = {
  Pod: podFaults,
  Service: serviceFaults,
  Deployment: deploymentFaults,
  ReplicaSet: deploymentFaults,
  StatefulSet: deploymentFaults,
  DaemonSet: daemonSetFaults,
  Job: jobFaults,
  CronJob: cronJobFaults,
  ConfigMap: dataFaults,
  Secret: dataFaults,
  CustomResourceDefinition: definitionFaults,
};

export function faultsOf(
  kind: Kind,
  object: KubernetesObject,
  before: KubernetesObject | undefined,
  subresource?: string,
): readonly Fault[] {
  const general = metadataFaults(kind, object, before);
  if (kind.origin === "crd") return [...general, ...customFaults(kind, object)];
  return subresource === "status" ? general : [...general, ...(RULES[kind.kind]?.(object, before) ?? [])];
}

const KEY = /^[-._a-zA-Z0-9]+$/;
const KEY_SAYS =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

function dataFaults(object: KubernetesObject, before: KubernetesObject | undefined): readonly Fault[] {
  const keys = [mapOf(object.data), mapOf(object.binaryData)].flatMap(Object.keys);
  const names = keys.filter((key) => !KEY.test(key)).map((key) => invalid(`data[${key}]`, key, KEY_SAYS));
  const immutable = before?.immutable === true && JSON.stringify(before.data) !== JSON.stringify(object.data);
  return immutable ? [...names, forbiddenField("data", "field is immutable when `immutable` is set")] : names;
}
