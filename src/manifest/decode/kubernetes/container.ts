/** One container: its image, what it is told, its ports and its probes. */
import type { Container, ContainerPort, EnvVar, Probe } from "../../../mesh/resources/pod.ts";
import { defined, type Field, get, integer, isPresent, items, text, textOrInteger, texts } from "../field.ts";

export function decodeContainer(field: Field): Container {
  const restartPolicy = text(get(field, "restartPolicy"));
  return {
    at: field.at,
    name: text(get(field, "name")) ?? "",
    image: text(get(field, "image")) ?? "",
    command: texts(get(field, "command")),
    args: texts(get(field, "args")),
    env: defined(items(get(field, "env")).map(decodeEnv)),
    envFrom: defined(items(get(field, "envFrom")).map((source) => text(get(source, "configMapRef", "name")))),
    ports: defined(items(get(field, "ports")).map(decodePort)),
    probes: defined(
      (["liveness", "readiness", "startup"] as const).map((kind) =>
        decodeProbe(get(field, `${kind}Probe`), `${kind} probe`),
      ),
    ),
    hooks: defined(
      (["postStart", "preStop"] as const).map((kind) => decodeProbe(get(field, "lifecycle", kind), `${kind} hook`)),
    ),
    ...(restartPolicy !== undefined && { restartPolicy }),
  };
}

function decodeEnv(field: Field): EnvVar | undefined {
  const name = text(get(field, "name"));
  if (name === undefined) return undefined;
  const value = text(get(field, "value"));
  const source = get(field, "valueFrom", "configMapKeyRef");
  const configMap = text(get(source, "name"));
  const key = text(get(source, "key"));
  return {
    at: field.at,
    name,
    ...(value !== undefined && { value }),
    ...(configMap !== undefined && key !== undefined && { configMapKey: { name: configMap, key } }),
  };
}

function decodePort(field: Field): ContainerPort | undefined {
  const port = integer(get(field, "containerPort"));
  if (port === undefined) return undefined;
  const name = text(get(field, "name"));
  return { ...(name !== undefined && { name }), port, protocol: text(get(field, "protocol")) ?? "TCP" };
}

const HANDLERS = { httpGet: "http", tcpSocket: "tcp", grpc: "grpc", exec: "exec" } as const;

function decodeProbe(field: Field, kind: Probe["kind"]): Probe | undefined {
  if (!isPresent(field)) return undefined;
  for (const [key, handler] of Object.entries(HANDLERS)) {
    const action = get(field, key);
    if (!isPresent(action)) continue;
    const port = handler === "exec" ? undefined : textOrInteger(get(action, "port"));
    const scheme = handler === "http" ? text(get(action, "scheme")) : undefined;
    return {
      at: field.at,
      kind,
      handler,
      ...(port !== undefined && { port }),
      ...(scheme !== undefined && { scheme }),
    };
  }
  return undefined;
}
