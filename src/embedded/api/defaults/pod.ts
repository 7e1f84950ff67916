/** The defaults of pods and of what contains them. Kubernetes: pkg/apis/core/v1/defaults.go, plugin/pkg/admission. */
import { at, isMap, mapOf, textOf } from "../json.ts";
import type { JsonMap, KubernetesObject } from "../object.ts";
import { randomSuffix } from "../requests/names.ts";
import { eachOf, filled } from "./fill.ts";

/** A pod of its own also gets its account, the account's token and the tolerations that admission adds. */
export function podDefaults(object: KubernetesObject, before?: KubernetesObject): KubernetesObject {
  const spec = podSpec(mapOf(object.spec), "Always");
  if (before) return { ...object, spec };
  return { ...object, spec: admitted(spec) };
}

function admitted(spec: JsonMap): JsonMap {
  const account = textOf(spec.serviceAccountName) || textOf(spec.serviceAccount) || "default";
  const tolerations = Array.isArray(spec.tolerations) ? spec.tolerations : [];
  const keys = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];
  const missing = keys.filter((key) => !tolerations.some((each) => mapOf(each).key === key));
  const whole = filled(withRequests(spec), {
    enableServiceLinks: true,
    preemptionPolicy: "PreemptLowerPriority",
    priority: 0,
    serviceAccount: account,
    serviceAccountName: account,
  });
  const tolerated = missing.map((key) => ({ effect: "NoExecute", key, operator: "Exists", tolerationSeconds: 300 }));
  return withToken({ ...whole, tolerations: [...tolerations, ...tolerated] });
}

const TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
const EXPIRY = 3607;

/** Kubernetes: plugin/pkg/admission/serviceaccount/admission.go. */
function withToken(spec: JsonMap): JsonMap {
  if (spec.automountServiceAccountToken === false) return spec;
  const volumes = Array.isArray(spec.volumes) ? spec.volumes.map(mapOf) : [];
  const known = volumes.find(({ name }) => textOf(name).startsWith("kube-api-access-"));
  const name = textOf(known?.name) || `kube-api-access-${randomSuffix()}`;
  const mounted = (container: JsonMap): JsonMap => {
    const mounts = Array.isArray(container.volumeMounts) ? container.volumeMounts.map(mapOf) : [];
    if (mounts.some(({ mountPath }) => mountPath === TOKEN_PATH)) return container;
    return { ...container, volumeMounts: [...mounts, { mountPath: TOKEN_PATH, name, readOnly: true }] };
  };
  const withMounts = eachOf(eachOf(spec, "containers", mounted), "initContainers", mounted);
  return known ? withMounts : { ...withMounts, volumes: [...volumes, tokenVolume(name)] };
}

function tokenVolume(name: string): JsonMap {
  return {
    name,
    projected: {
      defaultMode: 420,
      sources: [
        { serviceAccountToken: { expirationSeconds: EXPIRY, path: "token" } },
        { configMap: { items: [{ key: "ca.crt", path: "ca.crt" }], name: "kube-root-ca.crt" } },
        {
          downwardAPI: {
            items: [{ fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" }, path: "namespace" }],
          },
        },
      ],
    },
  };
}

/** A limit is also what is requested. */
function withRequests(spec: JsonMap): JsonMap {
  const requested = (container: JsonMap): JsonMap => {
    const limits = at(container, "resources", "limits");
    if (!isMap(limits)) return container;
    const resources = mapOf(container.resources);
    return { ...container, resources: { ...resources, requests: filled(mapOf(resources.requests), limits) } };
  };
  return eachOf(eachOf(spec, "containers", requested), "initContainers", requested);
}

/** Of pods and of templates. */
export function podSpec(spec: JsonMap, restartPolicy: string): JsonMap {
  const account = textOf(spec.serviceAccountName) || textOf(spec.serviceAccount);
  const whole = filled(spec, {
    dnsPolicy: "ClusterFirst",
    restartPolicy,
    schedulerName: "default-scheduler",
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    ...(account === "" ? {} : { serviceAccount: account, serviceAccountName: account }),
  });
  const host = spec.hostNetwork === true;
  const own = (each: JsonMap) => container(each, host);
  return eachOf(
    eachOf(eachOf(eachOf(whole, "containers", own), "initContainers", own), "ephemeralContainers", own),
    "volumes",
    volume,
  );
}

function container(own: JsonMap, host: boolean): JsonMap {
  const image = textOf(own.image);
  const whole = filled(own, {
    imagePullPolicy: pullPolicy(image),
    resources: {},
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
  });
  const ported = eachOf(whole, "ports", (port) =>
    filled(port, { protocol: "TCP", ...(host ? { hostPort: port.containerPort } : {}) }),
  );
  const probes = ["livenessProbe", "readinessProbe", "startupProbe"].filter((name) => isMap(ported[name]));
  const probed = { ...ported, ...Object.fromEntries(probes.map((name) => [name, probe(mapOf(ported[name]))])) };
  return eachOf(probed, "env", environment);
}

/** The newest image is always pulled. */
function pullPolicy(image: string): string {
  const [, tag] = /:([^/:]+)$/.exec(image.split("@")[0] ?? "") ?? [];
  if (image.includes("@")) return "IfNotPresent";
  return tag === undefined || tag === "latest" ? "Always" : "IfNotPresent";
}

function probe(own: JsonMap): JsonMap {
  const whole = filled(own, { failureThreshold: 3, periodSeconds: 10, successThreshold: 1, timeoutSeconds: 1 });
  if (isMap(whole.httpGet)) return { ...whole, httpGet: filled(whole.httpGet, { path: "/", scheme: "HTTP" }) };
  return isMap(whole.grpc) ? { ...whole, grpc: filled(whole.grpc, { service: "" }) } : whole;
}

function environment(own: JsonMap): JsonMap {
  const field = at(own, "valueFrom", "fieldRef");
  if (!isMap(field)) return own;
  return { ...own, valueFrom: { ...mapOf(own.valueFrom), fieldRef: filled(field, { apiVersion: "v1" }) } };
}

const MODES = ["configMap", "secret", "downwardAPI", "projected"];

function volume(own: JsonMap): JsonMap {
  const mode = MODES.find((name) => isMap(own[name]));
  const sources = Object.keys(own).filter((name) => name !== "name");
  if (mode !== undefined) return { ...own, [mode]: filled(mapOf(own[mode]), { defaultMode: 420 }) };
  if (isMap(own.hostPath)) return { ...own, hostPath: filled(own.hostPath, { type: "" }) };
  return sources.length === 0 ? { ...own, emptyDir: {} } : own;
}
