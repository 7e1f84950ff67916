/** An object without a name: why, and what to do. */
import { type Pointer, under } from "../../mesh/resources/meta.ts";
import type { FieldSpans, ManifestProblem } from "../problem.ts";
import { spansAt } from "../yaml/locate.ts";
import type { Tree } from "../yaml/tree.ts";
import { repairRootFields } from "./root-fields.ts";

/** kubectl refuses it; the repair is given where it is plain what was meant. */
export function nameless(kind: string, at: Pointer, tree: Tree | undefined): ManifestProblem {
  const refused = `This ${kind} has no metadata.name, and kubectl refuses it.`;
  const repair = tree && at === "" ? repairRootFields(tree) : undefined;
  if (repair) {
    const { span, newText, moved } = repair;
    const says = `${refused} Indent ${moved.join(", ")} where ${moved.length > 1 ? "they belong" : "it belongs"}.`;
    return { code: "not-an-object", span, says, repair: { title: `Indent ${moved.join(", ")}`, newText } };
  }
  const name = spansIn(tree, under(at, "metadata", "name"))?.value;
  const written = name && tree?.text.slice(name.start, name.end);
  if (name && written && /^(?!null$)[\w.-]+$/i.test(written)) {
    const says = `The name of this ${kind} is not text, and kubectl refuses it. Put ${written} in quotes.`;
    const quoted = { title: `Put ${written} in quotes`, newText: JSON.stringify(written) };
    return { code: "not-an-object", span: name, says, repair: quoted };
  }
  const spans = spansIn(tree, under(at, "metadata")) ?? spansIn(tree, under(at, "kind"));
  const span = spans?.key ?? spans?.value ?? { start: 0, end: 0 };
  return { code: "not-an-object", span, says: `${refused} Give it a name under metadata.` };
}

function spansIn(tree: Tree | undefined, pointer: Pointer): FieldSpans | undefined {
  return tree && spansAt(tree, pointer);
}
