/** MTLS008: a field that the kind does not have. The API server drops it, and what it says is lost. */
import type { Mesh } from "../../mesh.ts";
import type { PeerAuthentication } from "../../resources/istio.ts";
import type { Meta, UnknownField } from "../../resources/meta.ts";
import { levelOf } from "../../server/policy.ts";
import { type Check, type Marked, policiesOf } from "../finding.ts";
import { nearest } from "../nearest.ts";

export interface PrunedField extends Marked {
  readonly code: "MTLS008";
  readonly object: Meta;
  readonly field: UnknownField;
  /** The field that was probably meant. */
  readonly meant?: string;
  /** The scope of the policy once its selector is dropped with the field. */
  readonly widensTo?: "namespace" | "mesh";
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
          ...(meant === undefined ? {} : { meant }),
          ...widened(context.mesh, policy, field),
        };
      }),
    ),
};

/** Under `selector` there is only one field, so every other name there means it. */
function meantField(field: UnknownField): string | undefined {
  const [only, ...others] = field.known;
  return others.length === 0 ? only : nearest(field.key, field.known);
}

function widened(mesh: Mesh, policy: PeerAuthentication, field: UnknownField): Pick<PrunedField, "widensTo"> {
  const level = levelOf(mesh, policy);
  return isSelector(field) && (level === "mesh" || level === "namespace") ? { widensTo: level } : {};
}

function isSelector({ pointer, known }: UnknownField): boolean {
  return (
    /^\/spec\/selector\//.test(pointer) ||
    (/^\/spec\/[^/]+$/.test(pointer) && nearest(pointer.slice(6), known) === "selector")
  );
}
