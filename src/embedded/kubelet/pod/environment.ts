/** The environment of a container: what its spec says, after what Services of its namespace add. */
import type { Service } from "../../api/shapes.ts";
import { type Cluster, kindOf, listed } from "../../controllers/cluster.ts";
import { MissingReference, type References } from "./references.ts";
import type { Container, EnvironmentVariable } from "./spec.ts";

export type Environment = Readonly<Record<string, string>>;

export function environmentOf(container: Container, references: References, services: Environment): Environment {
  const env: Record<string, string> = { ...services };
  for (const { prefix = "", configMapRef, secretRef } of container.envFrom ?? []) {
    const content = configMapRef
      ? references.configMap(configMapRef.name, configMapRef.optional ?? false)
      : secretRef && references.secret(secretRef.name, secretRef.optional ?? false);
    for (const [key, value] of Object.entries(content ?? {})) env[prefix + key] = value.toString();
  }
  for (const variable of container.env ?? []) {
    const value = valueFor(variable, references, env);
    if (value !== undefined) env[variable.name] = value;
  }
  return env;
}

function valueFor(
  { value = "", valueFrom }: EnvironmentVariable,
  references: References,
  env: Environment,
): string | undefined {
  if (valueFrom === undefined) return expanded(value, env);
  const { fieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef) return references.field(fieldRef.fieldPath);
  const reference = configMapKeyRef ?? secretKeyRef;
  if (reference === undefined) return undefined;
  const { name, key = "", optional = false } = reference;
  const content = configMapKeyRef ? references.configMap(name, optional) : references.secret(name, optional);
  const found = content?.[key];
  if (found === undefined && !optional)
    throw new MissingReference(`couldn't find key ${key} in ${configMapKeyRef ? "ConfigMap" : "Secret"} ${name}`);
  return found?.toString();
}

/** `$(NAME)` is a variable from before, `$$(NAME)` is not; an unknown one stays. Kubernetes: third_party/forked/golang/expansion. */
export function expanded(text: string, env: Environment): string {
  return text.replace(/\$\$|\$\(([\w.-]+)\)/g, (all, name: string | undefined) =>
    name === undefined ? "$" : (env[name] ?? all),
  );
}

/** `CUSTOMERS_SERVICE_HOST` and `_PORT`, of the Services that were there before the pod. Kubernetes: pkg/kubelet/envvars. */
export function serviceVariables(cluster: Cluster, namespace: string): Environment {
  const services = listed<Service>(cluster, kindOf(cluster, "", "Service"), namespace);
  return Object.fromEntries(
    services.flatMap(({ metadata, spec: { clusterIP, ports = [] } }) => {
      const [first] = ports;
      if (clusterIP === undefined || clusterIP === "" || clusterIP === "None" || first === undefined) return [];
      const name = metadata.name.toUpperCase().replaceAll("-", "_");
      return [
        [`${name}_SERVICE_HOST`, clusterIP],
        [`${name}_SERVICE_PORT`, String(first.port)],
      ];
    }),
  );
}
