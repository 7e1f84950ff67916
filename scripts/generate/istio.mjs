// node scripts/generate/istio.mjs CRD-FILE: writes src/validation/schema/kinds from Istio's CRDs (manifests/charts/base/files/
// crd-all.gen.yaml of an Istio checkout). Run it when Istio's API changes; it stops at any keyword that it does not know.
import { readFile, writeFile } from "node:fs/promises";
import { parseAllDocuments } from "yaml";
import { entry } from "../process/entry.mjs";
import { run } from "../process/group.mjs";
import { at, node24 } from "../toolchain/project.mjs";

const FILES = { PeerAuthentication: "peer-authentication", DestinationRule: "destination-rule", Sidecar: "sidecar" };
const SHARED = "shared";

/** Durations and numbers as keys, which the CRD does not tell from text. Source: the .proto files of istio.io/api. */
const DURATIONS = ["tcp.idleTimeout", "httpCookie.ttl", "retryBudget.budgetInterval"];
const NUMBER_KEYS = ["spec.portLevelMtls"];

const TIMEOUT_RULE = "duration(self) >= duration('1ms')";
const BUILDERS =
  "choice duration flag int32 list mapOf nullable object ruled text timeout type-Kind type-Schema uint32 uint64".split(
    " ",
  );

/** Objects that stand in several places become constants, named after the field where they were met first. */
const met = new Map();
const constants = new Map();

function meet(schema, path, kind) {
  if (schema.type === "object" && schema.properties) {
    const key = keyOf(schema);
    const known = met.get(key) ?? { path, kinds: new Set(), times: 0 };
    met.set(key, known);
    known.kinds.add(kind);
    known.times++;
  }
  for (const [name, child] of Object.entries(schema.properties ?? {})) meet(child, [...path, name], kind);
  for (const child of [schema.items, schema.additionalProperties]) if (child) meet(child, path, kind);
}

/** Equal for objects of equal fields, whatever their descriptions and rules. */
function keyOf({ properties, required, oneOf, allOf, ...rest }) {
  const open = rest["x-kubernetes-preserve-unknown-fields"];
  return JSON.stringify({ properties, required, oneOf, allOf, open }, (name, value) =>
    name === "description" ? undefined : value,
  );
}

function write(schema, path, kind) {
  const { description: _, nullable, "x-kubernetes-validations": rules = [], ...rest } = schema;
  if (rules.length === 1 && rules[0].rule === TIMEOUT_RULE) return "timeout";
  const plain = nullable ? `nullable(${writePlain(rest, path, kind)})` : writePlain(rest, path, kind);
  return rules.length === 0 ? plain : `ruled(${[plain, ...rules.map(writeRule)].join(", ")})`;
}

function writeRule({ rule, message, ...rest }) {
  nothingElse(rest, [rule]);
  return JSON.stringify({ cel: rule, says: message });
}

/** @param {any} schema */
function writePlain(schema, path, kind) {
  const { type, ...rest } = schema;
  if (rest["x-kubernetes-int-or-string"]) return JSON.stringify({ is: "int-or-string" });
  if (rest.enum) return `choice(${rest.enum.map((value) => JSON.stringify(value)).join(", ")})`;
  if (type === "integer" || type === "number") return writeNumeric(type, rest, path);
  if (type === "string") return writeText(rest, path);
  if (type === "array") return writeList(rest, path, kind);
  if (type === "object") return rest.additionalProperties ? writeMap(rest, path, kind) : writeObject(rest, path, kind);
  if (type !== "boolean") throw new Error(`${path.join(".")}: type ${type}`);
  nothingElse(rest, path);
  return "flag";
}

function writeNumeric(type, { format, minimum, maximum, ...rest }, path) {
  nothingElse(rest, path);
  if (type === "number") return JSON.stringify({ is: "double", min: minimum, max: maximum });
  if (format === "int32" && minimum === undefined && maximum === undefined) return "int32";
  if (format !== undefined || minimum === undefined) throw new Error(`${path.join(".")}: integer ${format}`);
  if (minimum === 0 && maximum === undefined) return "uint64";
  if (minimum === 0 && maximum === 4294967295) return "uint32";
  return JSON.stringify({ is: maximum === undefined ? "uint64" : "uint32", min: minimum, max: maximum });
}

function writeText({ format, maxLength, ...rest }, path) {
  nothingElse(rest, path);
  if (format === "date-time") return JSON.stringify({ is: format });
  if (format !== undefined) throw new Error(`${path.join(".")}: string ${format}`);
  if (maxLength !== undefined) return JSON.stringify({ is: "string", maxLength });
  return DURATIONS.some((end) => path.join(".").endsWith(end)) ? "duration" : "text";
}

function writeList({ items, minItems, maxItems, ...rest }, path, kind) {
  nothingElse(rest, path);
  return `list(${withMore(write(items, path, kind), { minItems, maxItems })})`;
}

function writeMap({ additionalProperties, minProperties, maxProperties, ...rest }, path, kind) {
  nothingElse(rest, path);
  const keys = NUMBER_KEYS.includes(path.join(".")) ? "uint32" : undefined;
  return `mapOf(${withMore(write(additionalProperties, path, kind), { keys, minProperties, maxProperties })})`;
}

function writeObject(schema, path, kind) {
  const key = keyOf(schema);
  const known = met.get(key);
  if (known === undefined || known.times === 1) return writeFields(schema, path, kind);
  if (!constants.has(key)) {
    const body = writeFields(schema, path, kind);
    const home = known.kinds.size > 1 ? SHARED : FILES[kind];
    constants.set(key, { name: freeName(known.path.at(-1)), home, body });
  }
  return constants.get(key).name;
}

function writeFields({ properties, required, oneOf, allOf, ...rest }, path, kind) {
  const { "x-kubernetes-preserve-unknown-fields": open, ...others } = rest;
  nothingElse(others, path);
  const groups = [...(oneOf ? [{ oneOf }] : []), ...(allOf ?? [])].map((group) => atMostOne(group, path));
  const fields = Object.entries(properties).map(([name, child]) => `${name}: ${write(child, [...path, name], kind)}`);
  const more = { required, atMostOne: groups.length > 0 ? groups : undefined, open };
  return `object(${withMore(`{ ${fields.join(", ")} }`, more)})`;
}

/** `oneOf` of "none of them" and each of them says: one at most. */
function atMostOne({ oneOf: [none, ...each], ...rest }, path) {
  nothingElse(rest, path);
  const names = each.map(({ required }) => required[0]);
  const expected = JSON.stringify(names.map((name) => ({ required: [name] })));
  if (JSON.stringify(each) === expected && JSON.stringify(none.not.anyOf) === expected) return names;
  throw new Error(`${path.join(".")}: oneOf`);
}

function withMore(first, more) {
  const text = JSON.stringify(more);
  return text === "{}" ? first : `${first}, ${text}`;
}

function freeName(field) {
  const taken = new Set([...constants.values()].map(({ name }) => name));
  for (let number = 1; ; number++) {
    const name = `${field}${number === 1 ? "" : number}Schema`;
    if (!taken.has(name)) return name;
  }
}

function nothingElse(rest, path) {
  if (Object.keys(rest).length > 0) throw new Error(`${path.join(".")}: ${Object.keys(rest).join(", ")}`);
}

function moduleText(file, about, own) {
  const parts = [...constants.values()].filter(({ home }) => home === file);
  const lines = parts.map(({ name, body }) => `${file === SHARED ? "export " : ""}const ${name}: Schema = ${body};`);
  const code = [...lines, ...own].join("\n\n");
  const words = new Set(code.replaceAll(/"(?:[^"\\]|\\.)*"/g, "").match(/\w+/g));
  const builders = BUILDERS.filter((name) => words.has(name.replace("type-", ""))).map((name) =>
    name.replace("-", " "),
  );
  const others = [...constants.values()].filter(
    ({ name, home }) => home === SHARED && file !== SHARED && words.has(name),
  );
  const imports = [`import { ${builders.join(", ")} } from "../schema.ts";`];
  if (others.length > 0) imports.push(`import { ${others.map(({ name }) => name).join(", ")} } from "./${SHARED}.ts";`);
  return [`/** ${about} Generated by scripts/generate/istio.mjs from Istio's CRDs. */`, ...imports, "", code, ""].join(
    "\n",
  );
}

async function writeKinds(crds) {
  for (const { kind, spec, status } of crds) meetAll({ spec, status }, kind);
  const modules = crds.map(({ kind, group, versions, spec, status }) => {
    const fields = `spec: ${write(spec, ["spec"], kind)}, status: ${write(status, ["status"], kind)}`;
    const name = kind[0].toLowerCase() + kind.slice(1);
    const more = JSON.stringify({ group, versions }).slice(1, -1);
    const text = `export const ${name}: Kind = { ${more}, schema: object({ ${fields} }) };`;
    return { file: FILES[kind], about: `The schema of ${kind}.`, own: [text] };
  });
  for (const { file, about, own } of [
    ...modules,
    { file: SHARED, about: "Schemas that several kinds share.", own: [] },
  ]) {
    await writeFile(at(`src/validation/schema/kinds/${file}.ts`), moduleText(file, about, own));
  }
}

function meetAll(parts, kind) {
  for (const [name, schema] of Object.entries(parts)) meet(schema, [name], kind);
}

await entry(import.meta.url, async ([path]) => {
  if (path === undefined) {
    console.error(
      "Usage: node scripts/generate/istio.mjs CRD-FILE (Istio's manifests/charts/base/files/crd-all.gen.yaml)",
    );
    return 2;
  }
  const documents = parseAllDocuments(await readFile(path, "utf8")).map((document) => document.toJS());
  const crds = documents.flatMap((crd) => {
    const kind = crd?.spec?.names.kind;
    if (!(kind in FILES)) return [];
    const { group, versions } = crd.spec;
    const { spec, status } = versions[0].schema.openAPIV3Schema.properties;
    return [{ kind, group, versions: versions.map(({ name }) => name), spec, status }];
  });
  await writeKinds(crds);
  const biome = at("node_modules/@biomejs/biome/bin/biome");
  const { code } = await run(node24, [biome, "check", "--write", at("src/validation/schema/kinds")]);
  return code ?? 1;
});
