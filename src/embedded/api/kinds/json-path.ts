/** The JSON paths of printer columns: `.spec.hosts`, `.a[0]`, `.a[*].b`, `.a[?(@.type=="Ready")].status`. */
import { isMap, listOf } from "../json.ts";
import type { Json } from "../object.ts";

const STEP = /\.((?:\\.|[^.[\\])+)|\[(\d+|\*)\]|\['([^']+)'\]|\[\?\(@\.([\w.]+)\s*==\s*["']([^"']*)["']\)\]/y;

/** The values at the path; none where it does not lead anywhere. */
export function valuesAt(value: Json | undefined, path: string): readonly Json[] {
  let found: readonly Json[] = value === undefined ? [] : [value];
  STEP.lastIndex = 0;
  const text = path.replace(/^\{(.*)\}$/, "$1");
  for (let step = STEP.exec(text); step !== null; step = STEP.exec(text)) {
    const [, name, index, quoted, key, wanted] = step;
    const field = name?.replaceAll(/\\(.)/g, "$1") ?? quoted;
    found = found.flatMap((each) => next(each, field, index, key, wanted));
  }
  return found;
}

function next(
  value: Json,
  field: string | undefined,
  index: string | undefined,
  key: string | undefined,
  wanted: string | undefined,
): readonly Json[] {
  if (field !== undefined) return fieldOf(value, field);
  if (index === "*") return isMap(value) ? present(Object.values(value)) : listOf(value);
  if (index !== undefined) return present([listOf(value)[Number(index)]]);
  return listOf(value).filter((item) => fieldOf(item, key ?? "")[0] === wanted);
}

function fieldOf(value: Json, name: string): readonly Json[] {
  return isMap(value) && Object.hasOwn(value, name) ? present([value[name]]) : [];
}

function present(values: readonly (Json | undefined)[]): readonly Json[] {
  return values.filter((value) => value !== undefined);
}
