/** The webhooks by which istiod is asked. Istio: charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml, validatingwebhookconfiguration.yaml. */
import type { JsonMap } from "../api/object.ts";
import { NAMESPACE } from "./istiod.ts";

type Requirement = { readonly key: string; readonly operator: string; readonly values?: readonly string[] };

const REVISION = "istio.io/rev";
const INJECTION = "istio-injection";
const INJECT = "sidecar.istio.io/inject";

const absent = (key: string): Requirement => ({ key, operator: "DoesNotExist" });
const within = (key: string, ...values: readonly string[]): Requirement => ({ key, operator: "In", values });
const notFalse: Requirement = { key: INJECT, operator: "NotIn", values: ["false"] };

export function webhooks(root: string): readonly JsonMap[] {
  const caBundle = Buffer.from(root).toString("base64");
  return [mutating(caBundle), validating(caBundle)];
}

function mutating(caBundle: string): JsonMap {
  const webhook = (prefix: string, namespace: readonly Requirement[], object: readonly Requirement[]): JsonMap => ({
    name: `${prefix}.sidecar-injector.istio.io`,
    clientConfig: { service: { name: "istiod", namespace: NAMESPACE, path: "/inject", port: 443 }, caBundle },
    sideEffects: "None",
    rules: [{ operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"], scope: "*" }],
    failurePolicy: "Fail",
    reinvocationPolicy: "Never",
    admissionReviewVersions: ["v1"],
    matchPolicy: "Equivalent",
    timeoutSeconds: 10,
    namespaceSelector: { matchExpressions: namespace },
    objectSelector: { matchExpressions: object },
  });
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: {
      name: "istio-sidecar-injector",
      labels: { app: "sidecar-injector", [REVISION]: "default", release: "istio" },
    },
    webhooks: [
      webhook("rev.namespace", [within(REVISION, "default"), absent(INJECTION)], [notFalse]),
      webhook("rev.object", [absent(REVISION), absent(INJECTION)], [notFalse, within(REVISION, "default")]),
      webhook("namespace", [within(INJECTION, "enabled")], [notFalse]),
      webhook("object", [absent(INJECTION), absent(REVISION)], [within(INJECT, "true"), absent(REVISION)]),
    ],
  };
}

function validating(caBundle: string): JsonMap {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: {
      name: "istiod-default-validator",
      labels: { app: "istiod", istio: "istiod", "istio.io/tag": "default", release: "istio" },
    },
    webhooks: [
      {
        name: "validation.istio.io",
        clientConfig: { service: { name: "istiod", namespace: NAMESPACE, path: "/validate", port: 443 }, caBundle },
        rules: [
          {
            operations: ["CREATE", "UPDATE"],
            apiGroups: ["security.istio.io", "networking.istio.io", "telemetry.istio.io", "extensions.istio.io"],
            apiVersions: ["*"],
            resources: ["*"],
            scope: "*",
          },
        ],
        failurePolicy: "Fail",
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
        matchPolicy: "Equivalent",
        timeoutSeconds: 10,
        namespaceSelector: {},
        objectSelector: { matchExpressions: [absent(REVISION), absent("istio.io/tag")] },
      },
    ],
  };
}
