/** MTLS008: a field that the kind does not have. The API server drops it, and what it says is lost. */
import type { Meta, UnknownField } from "../../resources/meta.ts";
import { hasSelector } from "../../server/policy.ts";
import { type Check, type Marked, policiesOf } from "../finding.ts";
import { nearest } from "../nearest.ts";

export interface PrunedField extends Marked {
  readonly code: "MTLS008";
  readonly object: Meta;
  readonly field: UnknownField;
  /** The field that was probably meant. */
  readonly meant?: string;
  /** Without the selector the policy is for every workload of its namespace, or of the mesh. */
  readonly widens: boolean;
}

export const prunedField: Check<PrunedField> = {
  code: "MTLS008",
  says: "A field is not in the schema of its kind: the API server drops it.",
  severity: "warning",
  check: (context) =>
    policiesOf(context).flatMap((policy) =>
      policy.unknownFields.map((field) => {
        const meant = meantField(field);
        return {
          code: "MTLS008",
          at: { object: policy, pointer: field.pointer },
          part: "key",
          object: policy,
          field,
          widens: isSelector(field) && !hasSelector(policy),
          ...(meant === undefined ? {} : { meant }),
        };
      }),
    ),
};

/** Under `selector` there is only one field, so every other name there means it. */
function meantField(field: UnknownField): string | undefined {
  const [only, ...others] = field.known;
  return others.length === 0 ? only : nearest(field.key, field.known);
}

function isSelector({ pointer, known }: UnknownField): boolean {
  return (
    /^\/spec\/selector\//.test(pointer) ||
    (/^\/spec\/[^/]+$/.test(pointer) && nearest(pointer.slice(6), known) === "selector")
  );
}
