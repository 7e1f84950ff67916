/** What is wrong with pods and templates of pods. Kubernetes: pkg/apis/core/validation/validation.go. */
import { equal, isMap, listOf, mapOf, mapsOf, textOf } from "../json.ts";
import type { JsonMap, KubernetesObject } from "../object.ts";
import { duplicate, type Fault, forbiddenField, invalid, required, unsupported } from "../requests/refusals.ts";
import { formatFaults } from "./formats.ts";

const RESTART = ["Always", "OnFailure", "Never"];
const PULL = ["Always", "IfNotPresent", "Never"];
const PROTOCOLS = ["SCTP", "TCP", "UDP"];
const RANGE = "must be between 1 and 65535, inclusive";

export function podFaults(object: KubernetesObject, before: KubernetesObject | undefined): readonly Fault[] {
  return [...podSpecFaults(mapOf(object.spec), "spec"), ...(before ? changeFaults(object, before) : [])];
}

export function podSpecFaults(spec: JsonMap, at: string): readonly Fault[] {
  const containers = mapsOf(spec.containers);
  const restart = textOf(spec.restartPolicy);
  return [
    ...(containers.length === 0 ? [required(`${at}.containers`)] : []),
    ...containers.flatMap((each, index) => containerFaults(each, `${at}.containers[${index}]`)),
    ...repeated(containers, `${at}.containers`),
    ...mapsOf(spec.initContainers).flatMap((each, index) => containerFaults(each, `${at}.initContainers[${index}]`)),
    ...mountFaults(spec, at),
    ...(RESTART.includes(restart) ? [] : [unsupported(`${at}.restartPolicy`, restart, RESTART)]),
  ];
}

function repeated(all: readonly JsonMap[], at: string): readonly Fault[] {
  return all.flatMap(({ name }, index) =>
    all.findIndex((each) => each.name === name) < index ? [duplicate(`${at}[${index}].name`, name)] : [],
  );
}

function containerFaults(container: JsonMap, at: string): readonly Fault[] {
  const name = textOf(container.name);
  const pull = textOf(container.imagePullPolicy);
  return [
    ...(name === ""
      ? [required(`${at}.name`)]
      : formatFaults("label", name).map((says) => invalid(`${at}.name`, name, says))),
    ...(textOf(container.image).trim() === "" ? [required(`${at}.image`)] : []),
    ...mapsOf(container.ports).flatMap((port, index) => portFaults(port, `${at}.ports[${index}]`)),
    ...mapsOf(container.env).flatMap(({ name: own }, index) =>
      textOf(own) === "" ? [required(`${at}.env[${index}].name`)] : [],
    ),
    ...(pull === "" || PULL.includes(pull) ? [] : [unsupported(`${at}.imagePullPolicy`, pull, PULL)]),
  ];
}

function portFaults(port: JsonMap, at: string): readonly Fault[] {
  const { containerPort, protocol, name } = port;
  const inside = Number(containerPort ?? 0);
  return [
    ...(name === undefined ? [] : portNameFaults(textOf(name)).map((says) => invalid(`${at}.name`, name, says))),
    ...(containerPort === undefined || inside === 0
      ? [required(`${at}.containerPort`)]
      : inside < 1 || inside > 65535
        ? [invalid(`${at}.containerPort`, inside, RANGE)]
        : []),
    ...(PROTOCOLS.includes(textOf(protocol)) ? [] : [unsupported(`${at}.protocol`, protocol, PROTOCOLS)]),
  ];
}

/** Kubernetes: apimachinery/pkg/util/validation/validation.go IsValidPortName. */
export function portNameFaults(name: string): readonly string[] {
  return [
    ...(name.length > 15 ? ["must be no more than 15 characters"] : []),
    ...(/^[-a-z0-9]+$/.test(name) ? [] : ["must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"]),
    ...(/[a-z]/.test(name) ? [] : ["must contain at least one letter (a-z)"]),
    ...(name.includes("--") ? ["must not contain consecutive hyphens"] : []),
    ...(/^-|-$/.test(name) ? ["must not begin or end with a hyphen"] : []),
  ];
}

function mountFaults(spec: JsonMap, at: string): readonly Fault[] {
  const volumes = mapsOf(spec.volumes).map(({ name }) => name);
  return mapsOf(spec.containers).flatMap(({ volumeMounts }, index) =>
    mapsOf(volumeMounts).flatMap(({ name }, mount): readonly Fault[] =>
      volumes.includes(name)
        ? []
        : [
            {
              reason: "FieldValueInvalid",
              field: `${at}.containers[${index}].volumeMounts[${mount}].name`,
              message: `Not found: ${JSON.stringify(name)}`,
            },
          ],
    ),
  );
}

const FIXED =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/** A pod that runs keeps its spec. */
function changeFaults(object: KubernetesObject, before: KubernetesObject): readonly Fault[] {
  const [now, old] = [object, before].map(({ spec }) => fixedPart(mapOf(spec)));
  return equal(now, old) ? [] : [forbiddenField("spec", FIXED)];
}

function fixedPart(spec: JsonMap): JsonMap {
  const {
    activeDeadlineSeconds: _,
    tolerations: __,
    terminationGracePeriodSeconds: ___,
    ephemeralContainers: ____,
    nodeName: _____,
    ...rest
  } = spec;
  const imageless = (field: unknown) => listOf(field).map((each) => (isMap(each) ? { ...each, image: "" } : each));
  return {
    ...rest,
    containers: imageless(spec.containers),
    ...(spec.initContainers === undefined ? {} : { initContainers: imageless(spec.initContainers) }),
  };
}
