// node scripts/generate/kubernetes.mjs KUBERNETES ISTIO: writes src/embedded/api/schemas/*.generated.ts: the OpenAPI schemas of the
// kinds that the embedded API serves, how kubectl's protobuf bodies are read, and Istio's CRDs. KUBERNETES is a directory of
// k8s.io/kubernetes (api/openapi-spec/swagger.json, and generated.proto below `staging` or, of a module, beside it), ISTIO one of
// istio.io/istio. Run it when either API changes.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { entry } from "../process/entry.mjs";
import { at } from "../toolchain/project.mjs";

/** The kinds that are served, as definitions of Kubernetes' OpenAPI. */
const KINDS = {
  "api.core.v1":
    "Binding ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount",
  "api.apps.v1": "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet",
  "api.batch.v1": "CronJob Job",
  "api.autoscaling.v1": "HorizontalPodAutoscaler Scale",
  "api.autoscaling.v2": "HorizontalPodAutoscaler",
  "api.discovery.v1": "EndpointSlice",
  "api.events.v1": "Event",
  "api.networking.v1": "Ingress IngressClass NetworkPolicy",
  "api.policy.v1": "Eviction PodDisruptionBudget",
  "api.rbac.v1": "ClusterRole ClusterRoleBinding Role RoleBinding",
  "api.coordination.v1": "Lease",
  "api.scheduling.v1": "PriorityClass",
  "api.storage.v1": "StorageClass",
  "api.admissionregistration.v1": "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
  "api.authentication.v1": "SelfSubjectReview TokenRequest TokenReview",
  "api.authorization.v1": "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
  "apiextensions-apiserver.pkg.apis.apiextensions.v1": "CustomResourceDefinition",
};
const META = "apimachinery.pkg.apis.meta.v1";
const ALWAYS = ["ObjectMeta", "ListMeta", "DeleteOptions", "Status"].map((kind) => `${META}.${kind}`);

const short = (name) => name.replace(/^.*io\.k8s\./, "");

/** A definition as it is kept: without what nothing reads, its prose cut to the first sentence. */
function compact(value) {
  if (Array.isArray(value)) return value.map((item) => compact(item));
  if (typeof value !== "object" || value === null) return value;
  const kept = {};
  for (const [name, entry] of Object.entries(value)) {
    if (name === "$ref") kept.$ref = short(entry.replace("#/definitions/", ""));
    else if (name === "description" && typeof entry === "string") kept.description = sentence(entry);
    else if (name === "properties")
      kept.properties = Object.fromEntries(Object.entries(entry).map(([key, each]) => [key, compact(each)]));
    else if (!name.startsWith("x-kubernetes-unions")) kept[name] = compact(entry);
  }
  return kept;
}

/** Istio's also name the options of an enum. */
function sentence(text) {
  const end = text.search(/\.(\s|$)/);
  const options = /^Valid Options:.*$/m.exec(text.slice(end + 1))?.[0];
  const first = (end < 0 ? text : text.slice(0, end + 1)).replaceAll("\n", " ");
  return options === undefined ? first : `${first}\n\n${options}`;
}

function refsOf(value) {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) =>
    name === "$ref" && typeof each === "string" ? [each] : refsOf(each),
  );
}

function closure(definitions) {
  const wanted = [
    ...Object.entries(KINDS).flatMap(([group, kinds]) => kinds.split(" ").map((kind) => `${group}.${kind}`)),
    ...ALWAYS,
  ];
  const kept = {};
  while (wanted.length > 0) {
    const name = wanted.pop();
    if (name in kept) continue;
    if (definitions[name] === undefined) throw new Error(`no definition ${name}`);
    kept[name] = definitions[name];
    wanted.push(...refsOf(kept[name]));
  }
  return Object.fromEntries(Object.entries(kept).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Message of a .proto file → field number → [JSON name, type]; `[]` marks lists and `{}` maps with string keys. */
function messagesOf(text) {
  const prefix = /^package (.*);$/m
    .exec(text)[1]
    .replace("k8s.io.", "")
    .replace("apiextensions_apiserver", "apiextensions-apiserver");
  const messages = {};
  for (const [, name, body] of text.matchAll(/^message (\w+) \{$([\s\S]*?)^\}$/gm)) {
    const fields = {};
    for (const line of body.split("\n")) {
      const field = /^ {2}(?:(optional|repeated) )?(map<\w+, ?([.\w]+)>|[.\w]+) (\w+) = (\d+)/.exec(line);
      if (!field) continue;
      const [, label, type, of, json, number] = field;
      const own = (of ?? type)
        .replace(/^\.?k8s\.io\./, "")
        .replace("apiextensions_apiserver", "apiextensions-apiserver");
      const full = /^[A-Z]\w*$/.test(own) ? `${prefix}.${own}` : own;
      fields[number] = [
        json[0].toLowerCase() + json.slice(1),
        of ? `{}${full}` : label === "repeated" ? `[]${full}` : full,
      ];
    }
    messages[`${prefix}.${name}`] = fields;
  }
  return messages;
}

async function protobuf(modules, roots) {
  const files = (
    await Promise.all(
      modules.map((each) => readdir(each, { recursive: true }).then((names) => names.map((name) => join(each, name)))),
    )
  ).flat();
  const all = {};
  for (const file of files.filter((name) => name.endsWith("generated.proto")))
    Object.assign(all, messagesOf(await readFile(file, "utf8")));
  const kept = {};
  const wanted = [...roots];
  while (wanted.length > 0) {
    const name = wanted.pop();
    if (name in kept || all[name] === undefined) continue;
    kept[name] = all[name];
    wanted.push(...Object.values(kept[name]).map(([, type]) => type.replace(/^(\[\]|\{\})/, "")));
  }
  return Object.fromEntries(Object.entries(kept).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Versions of equal schemas share one. */
function crdsOf(text) {
  const schemas = [];
  const crds = parseAllDocuments(text).flatMap((document) => {
    const crd = document.toJS();
    if (crd?.kind !== "CustomResourceDefinition") return [];
    const versions = crd.spec.versions.map(
      ({ name, served, storage, schema, subresources, additionalPrinterColumns }) => {
        const own = JSON.stringify(compact(schema.openAPIV3Schema));
        if (!schemas.includes(own)) schemas.push(own);
        return {
          name,
          served,
          storage,
          schema: schemas.indexOf(own),
          subresources,
          additionalPrinterColumns: compact(additionalPrinterColumns),
        };
      },
    );
    const { group, names, scope } = crd.spec;
    return [
      {
        name: crd.metadata.name,
        labels: crd.metadata.labels,
        annotations: crd.metadata.annotations,
        group,
        names,
        scope,
        versions,
      },
    ];
  });
  return { crds, schemas: schemas.map((each) => JSON.parse(each)) };
}

async function write(file, name, about, value) {
  const text = JSON.stringify(JSON.stringify(value));
  const lines = [
    `/** ${about} Generated by scripts/generate/kubernetes.mjs. */`,
    "// biome-ignore format: one line, for it is data",
    `export const ${name}: unknown = JSON.parse(${text});`,
    "",
  ];
  await writeFile(at(`src/embedded/api/schemas/${file}.generated.ts`), lines.join("\n"));
}

await entry(import.meta.url, async ([kubernetes, istio, ...protos]) => {
  if (istio === undefined) {
    console.error(
      "Usage: node scripts/generate/kubernetes.mjs KUBERNETES ISTIO PROTO-DIRECTORY... (directories of k8s.io/kubernetes, istio.io/istio, and of k8s.io/api, apimachinery and apiextensions-apiserver)",
    );
    return 2;
  }
  const swagger = JSON.parse(await readFile(join(kubernetes, "api/openapi-spec/swagger.json"), "utf8"));
  const definitions = Object.fromEntries(
    Object.entries(swagger.definitions).map(([name, each]) => [short(name), compact(each)]),
  );
  const kept = closure(definitions);
  await write(
    "kubernetes",
    "kubernetes",
    "Kubernetes' OpenAPI definitions, with the first sentence of their descriptions.",
    kept,
  );
  const roots = [...Object.keys(kept), "apimachinery.pkg.runtime.Unknown"];
  await write("protobuf", "protobuf", "The messages of kubectl's protobuf bodies.", await protobuf(protos, roots));
  const crds = crdsOf(await readFile(join(istio, "manifests/charts/base/files/crd-all.gen.yaml"), "utf8"));
  await write(
    "istio",
    "istio",
    "Istio's CustomResourceDefinitions, with the first sentence of their descriptions.",
    crds,
  );
  return 0;
});
