/** OpenAPI v3 of a group version: what kubectl validates, explains and merges by. */
import { createHash } from "node:crypto";
import { isList, isMap } from "../json.ts";
import { apiVersionOf, type Kind, type Kinds, type Version } from "../kinds/kind.ts";
import type { Json, JsonMap } from "../object.ts";
import { nothingThere } from "../requests/refusals.ts";
import { DEFINITIONS, definitionName } from "../schemas/schema.ts";
import { groupsOf, kindsOf } from "./discovery.ts";
import type { Answer } from "./request.ts";

/** `/openapi/v3`: where each group version is described. The hash changes with the kinds. */
export function openApiIndex(kinds: Kinds): JsonMap {
  const paths = groupsOf(kinds).flatMap(({ name, versions }) =>
    versions.map((version) => {
      const path = `${name === "" ? "api" : "apis"}/${apiVersionOf(name, version)}`;
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hashOf(kinds, name, version)}` }] as const;
    }),
  );
  return { paths: Object.fromEntries(paths) };
}

function hashOf(kinds: Kinds, group: string, version: string): string {
  const hash = createHash("sha256");
  for (const [kind, { schema, columns }] of kindsOf(kinds, group, version)) {
    hash.update(`${kind.kind} ${columns.length} ${JSON.stringify(schema ?? null)}`);
  }
  return hash.digest("hex").slice(0, 32).toUpperCase();
}

const V2_TYPE = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/**
 * The older description names nothing: kubectl asks for it about what the newer one does not have, such as a List, and then
 * leaves it to the server to check. An openapi.v2.Document of gnostic with `swagger` and `info`.
 */
export function openApiV2(accept: string): Answer {
  if (!accept.includes("spec.v2")) throw nothingThere();
  const text = (field: number, value: Buffer) => Buffer.concat([Buffer.from([field * 8 + 2, value.length]), value]);
  const info = Buffer.concat([text(1, Buffer.from("Kubernetes")), text(2, Buffer.from("v1.34.4"))]);
  const document = [text(1, Buffer.from("2.0")), text(2, info), text(8, Buffer.alloc(0)), text(9, Buffer.alloc(0))];
  return { status: 200, bytes: Buffer.concat(document), type: V2_TYPE };
}

export function openApiOf(kinds: Kinds, group: string, version: string): JsonMap | undefined {
  const all = kindsOf(kinds, group, version);
  if (all.length === 0) return undefined;
  const schemas: Record<string, JsonMap> = {};
  const paths = all.flatMap(([kind, own]) => pathsOf(kind, own, addKind(schemas, kind, own)));
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "v1.34.4" },
    paths: Object.fromEntries(paths),
    components: { schemas },
  };
}

const PREFIX = "io.k8s.";

/** Adds the schema of a kind and what it refers to; the reference to it. */
function addKind(schemas: Record<string, JsonMap>, kind: Kind, version: Version): string {
  const gvk = [{ group: kind.group, version: version.name, kind: kind.kind }];
  const name = definitionName(kind.group, version.name, kind.kind);
  if (kind.origin === "crd" || name === undefined) {
    const own = `${kind.group.split(".").reverse().join(".")}.${version.name}.${kind.kind}`;
    schemas[own] = {
      ...converted(schemas, version.schema ?? { type: "object" }),
      "x-kubernetes-group-version-kind": gvk,
    };
    return own;
  }
  return addDefinition(schemas, name);
}

function addDefinition(schemas: Record<string, JsonMap>, name: string): string {
  const own = `${PREFIX}${name}`;
  const definition = DEFINITIONS[name];
  if (schemas[own] === undefined && definition !== undefined) {
    schemas[own] = {};
    schemas[own] = converted(schemas, definition);
  }
  return own;
}

function converted(schemas: Record<string, JsonMap>, schema: JsonMap): JsonMap {
  const { $ref, ...rest } = schema;
  // A property may be called `$ref` too.
  const own = typeof $ref === "string" ? rest : schema;
  const others = Object.fromEntries(Object.entries(own).map(([name, each]) => [name, inner(schemas, each)]));
  if (typeof $ref !== "string") return others;
  const reference = { $ref: `#/components/schemas/${addDefinition(schemas, $ref)}` };
  return Object.keys(others).length === 0 ? reference : { ...others, allOf: [reference] };
}

function inner(schemas: Record<string, JsonMap>, value: Json | undefined): Json | undefined {
  if (isList(value)) return value.map((item) => inner(schemas, item) ?? null);
  return isMap(value) ? converted(schemas, value) : value;
}

/** kubectl looks here for what may be patched with `fieldValidation`. */
function pathsOf(kind: Kind, version: Version, schema: string): readonly (readonly [string, JsonMap])[] {
  const root = `/${kind.group === "" ? "api" : "apis"}/${apiVersionOf(kind.group, version.name)}`;
  const base = kind.namespaced ? `${root}/namespaces/{namespace}/${kind.plural}` : `${root}/${kind.plural}`;
  const gvk = { "x-kubernetes-group-version-kind": { group: kind.group, version: version.name, kind: kind.kind } };
  const content = { "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } };
  const parameters = ["dryRun", "fieldManager", "fieldValidation", "force"].map((name) => ({
    in: "query",
    name,
    schema: { type: name === "force" ? "boolean" : "string", uniqueItems: true },
  }));
  const operation = (action: string): JsonMap => ({
    "x-kubernetes-action": action,
    ...gvk,
    parameters,
    responses: { "200": { description: "OK", content } },
  });
  return [
    [base, { get: operation("list"), post: operation("post") }],
    [
      `${base}/{name}`,
      { get: operation("get"), put: operation("put"), patch: operation("patch"), delete: operation("delete") },
    ],
  ];
}
