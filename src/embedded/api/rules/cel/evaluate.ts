/** A CEL rule about a value, with Kubernetes' own functions. Kubernetes: apiserver/pkg/cel/library. */
import { Environment } from "@marcbachmann/cel-js";
import { isList, isMap, mapOf } from "../../json.ts";
import type { Json, JsonMap } from "../../object.ts";
import { itemSchema } from "../../schemas/schema.ts";

export interface Evaluated {
  readonly holds: boolean;
  readonly error?: string;
}

const environment = new Environment({ unlistedVariablesAreDyn: true })
  .registerFunction("isURL(string): bool", (text: string) => URL.canParse(text))
  .registerFunction(
    "url(string): dyn",
    (text: string) => new Map([["scheme", new URL(text).protocol.replace(":", "")]]),
  )
  .registerFunction("dyn.getScheme(): string", (url: ReadonlyMap<string, string>) => url.get("scheme") ?? "");

const compiled = new Map<string, (context: object) => unknown>();

export function evaluateRule(rule: string, schema: JsonMap, value: Json): Evaluated {
  try {
    const run = compiled.get(rule) ?? environment.parse(rule);
    compiled.set(rule, run);
    return { holds: run({ self: celValue(schema, value) }) === true };
  } catch (error) {
    const [first = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    return { holds: false, error: first };
  }
}

/** Integers are BigInts to CEL; which numbers are integers, the schema says. */
function celValue(schema: JsonMap | undefined, value: Json | undefined): unknown {
  if (isList(value)) return value.map((item) => celValue(itemSchema(schema), item));
  if (typeof value === "number" && Number.isInteger(value) && schema?.type !== "number") return BigInt(value);
  if (!isMap(value)) return value;
  const properties = mapOf(schema?.properties);
  const other = isMap(schema?.additionalProperties) ? schema.additionalProperties : undefined;
  const entries = Object.entries(value).map(([name, entry]) => {
    const inner = Object.hasOwn(properties, name) ? mapOf(properties[name]) : other;
    return [name, celValue(inner, entry)] as const;
  });
  return Object.fromEntries(entries);
}
