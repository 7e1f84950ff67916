/** AuthorizationPolicies of a pod, as the conditions that its proxy asks. Istio: pilot/pkg/security/authz/{model,builder}. */
import { hasLabels } from "../../../mesh/labels.ts";
import type { Mesh } from "../../../mesh/mesh.ts";
import type { Replica } from "../../../mesh/workload.ts";
import type { KubernetesObject } from "../../api/object.ts";
import type { AuthorizationRule, AuthorizationRules, Condition } from "../../dataplane/config.ts";

type Listed = Readonly<Record<string, readonly string[] | undefined>>;

interface Written {
  readonly action?: AuthorizationRules["action"];
  readonly rules?: readonly {
    readonly from?: readonly { readonly source: Listed }[];
    readonly to?: readonly { readonly operation: Listed }[];
    readonly when?: readonly {
      readonly key: string;
      readonly values?: readonly string[];
      readonly notValues?: readonly string[];
    }[];
  }[];
}

/** Fields of a source and of an operation, and the attributes that they ask for. */
const SOURCES = {
  principals: "source.principal",
  requestPrincipals: "request.auth.principal",
  namespaces: "source.namespace",
  serviceAccounts: "source.serviceAccount",
  ipBlocks: "source.ip",
  remoteIpBlocks: "remote.ip",
} as const;
const OPERATIONS = {
  hosts: "request.host",
  ports: "destination.port",
  methods: "request.method",
  paths: "request.path",
} as const;

/** Of the root namespace for all, of the pod's for those that the selector takes in; dry runs do nothing. */
export function authorizationOf(
  mesh: Mesh,
  replica: Replica,
  written: (namespace: string, name: string) => KubernetesObject | undefined,
): readonly AuthorizationRules[] {
  const near = new Set([mesh.config.rootNamespace, replica.namespace]);
  return mesh.authorizationPolicies
    .filter(
      ({ namespace, annotations, hasTargetRefs, selector }) =>
        near.has(namespace) &&
        !hasTargetRefs &&
        annotations["istio.io/dry-run"] !== "true" &&
        hasLabels(replica.labels, selector ?? {}),
    )
    .map(({ namespace, name }) => {
      const spec = (written(namespace, name)?.spec ?? {}) as unknown as Written;
      return {
        name,
        namespace,
        action: spec.action ?? "ALLOW",
        rules: (spec.rules ?? []).map((rule) => ruleOf(rule, namespace)),
      };
    });
}

function ruleOf(rule: NonNullable<Written["rules"]>[number], namespace: string): AuthorizationRule {
  return {
    from: (rule.from ?? []).map(({ source }) => conditions(source, SOURCES, namespace)),
    to: (rule.to ?? []).map(({ operation }) => conditions(operation, OPERATIONS, namespace)),
    when: (rule.when ?? []).map(({ key, values = [], notValues = [] }) => ({ key, values, notValues })),
  };
}

function conditions(listed: Listed, fields: Readonly<Record<string, string>>, namespace: string): readonly Condition[] {
  return Object.entries(fields).flatMap(([field, key]): readonly Condition[] => {
    const not = `not${field[0]?.toUpperCase()}${field.slice(1)}`;
    const [values, notValues] = [listed[field], listed[not]];
    if (values === undefined && notValues === undefined) return [];
    const full = (each: string) => (field === "serviceAccounts" && !each.includes("/") ? `${namespace}/${each}` : each);
    return [{ key, values: (values ?? []).map(full), notValues: (notValues ?? []).map(full) }];
  });
}
