/** Label and field selectors of a query. Kubernetes: apimachinery/pkg/labels/selector.go, fields/selector.go. */
import { at, textOf } from "../json.ts";
import type { Kind } from "../kinds/kind.ts";
import type { KubernetesObject } from "../object.ts";

export type Matches = (object: KubernetesObject) => boolean;

/** Why a selector cannot be read. */
export class SelectorError extends Error {}

const TOKEN = /\s*(?:(!=|==|=|!|\(|\)|,|>|<)|([^\s=!(),<>]+))/y;

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) tokens.push(token[1] ?? token[2] ?? "");
  return tokens;
}

type Requirement = (labels: Readonly<Record<string, string>>) => boolean;

/** Requirements joined by commas; all must hold. */
export function labelMatcher(text: string): Matches {
  const tokens = [...tokensOf(text)];
  const requirements: Requirement[] = [];
  while (tokens.length > 0) {
    requirements.push(requirement(tokens));
    const next = tokens.shift();
    if (next !== undefined && next !== ",")
      throw new SelectorError(`unable to parse requirement: found '${next}', expected: ',' or 'end of string'`);
  }
  return ({ metadata }) => requirements.every((holds) => holds(metadata.labels ?? {}));
}

function requirement(tokens: string[]): Requirement {
  const first = tokens.shift() ?? "";
  if (first === "!") {
    const key = tokens.shift() ?? "";
    return (labels) => !Object.hasOwn(labels, key);
  }
  const operator = tokens[0];
  if (operator === undefined || operator === ",") return (labels) => Object.hasOwn(labels, first);
  tokens.shift();
  if (operator === "in" || operator === "notin") {
    const values = valuesOf(tokens);
    return operator === "in"
      ? (labels) => Object.hasOwn(labels, first) && values.includes(labels[first] ?? "")
      : (labels) => !Object.hasOwn(labels, first) || !values.includes(labels[first] ?? "");
  }
  const value = tokens[0] === undefined || tokens[0] === "," ? "" : (tokens.shift() ?? "");
  return comparison(first, operator, value);
}

function comparison(key: string, operator: string, value: string): Requirement {
  switch (operator) {
    case "=":
    case "==":
      return (labels) => labels[key] === value;
    case "!=":
      return (labels) => labels[key] !== value;
    case ">":
      return (labels) => Object.hasOwn(labels, key) && Number(labels[key]) > Number(value);
    case "<":
      return (labels) => Object.hasOwn(labels, key) && Number(labels[key]) < Number(value);
    default:
      throw new SelectorError(
        `unable to parse requirement: found '${operator}', expected: in, notin, =, ==, !=, gt, lt`,
      );
  }
}

function valuesOf(tokens: string[]): readonly string[] {
  if (tokens.shift() !== "(") throw new SelectorError("unable to parse requirement: found '', expected: '('");
  const values: string[] = [];
  for (;;) {
    const token = tokens.shift();
    if (token === ")") return values;
    if (token === undefined) throw new SelectorError("unable to parse requirement: found '', expected: ',' or ')'");
    if (token !== ",") values.push(token);
  }
}

const EVENT_FIELDS = [
  "involvedObject.kind",
  "involvedObject.namespace",
  "involvedObject.name",
  "involvedObject.uid",
  "involvedObject.apiVersion",
  "involvedObject.resourceVersion",
  "involvedObject.fieldPath",
  "reason",
  "reportingComponent",
  "source",
  "type",
];
/** The fields of a kind that may be selected, beside name and namespace. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.hostNetwork",
    "status.phase",
    "status.podIP",
    "status.nominatedNodeName",
  ],
  Event: EVENT_FIELDS,
  Secret: ["type"],
  Namespace: ["status.phase"],
  Node: ["spec.unschedulable"],
  ReplicaSet: ["status.replicas"],
  Job: ["status.successful"],
  Service: ["spec.clusterIP", "spec.type"],
};

export function fieldMatcher(kind: Kind, text: string): Matches {
  const parts = text.split(",").filter((part) => part !== "");
  const all = parts.map((part) => {
    const [, field = "", operator = "", value = ""] = /^(.*?)(!=|==|=)(.*)$/.exec(part) ?? [];
    if (operator === "") throw new SelectorError(`invalid selector: '${text}'; can't understand '${part}'`);
    if (!isKnown(kind, field)) throw new SelectorError(unknownField(kind, field));
    return (object: KubernetesObject) => (fieldOf(object, field) === value) === (operator !== "!=");
  });
  return (object) => all.every((holds) => holds(object));
}

function isKnown({ kind, origin }: Kind, field: string): boolean {
  return (
    field === "metadata.name" ||
    field === "metadata.namespace" ||
    (origin === "built-in" && (FIELDS[kind] ?? []).includes(field))
  );
}

function unknownField({ kind, namespaced, origin }: Kind, field: string): string {
  if (origin === "crd") return `field label not supported: ${field}`;
  if (FIELDS[kind] !== undefined) return `field label not supported: ${field}`;
  return `${JSON.stringify(field)} is not a known field selector: only "metadata.name"${namespaced ? ', "metadata.namespace"' : ""}`;
}

function fieldOf(object: KubernetesObject, field: string): string {
  if (field === "source") return textOf(at(object, "source", "component"));
  const value = at(object, ...field.split("."));
  return value === undefined || value === null ? "" : String(value);
}
