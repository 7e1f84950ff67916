/** MTLS037: a namespace says istio-injection and istio.io/rev. The revision does not count. */
import type { Namespace } from "../../resources/core.ts";
import { ofKind } from "../../resources/resource.ts";
import type { Check, Marked } from "../finding.ts";

export interface BothLabels extends Marked {
  readonly code: "MTLS037";
  readonly namespace: Namespace;
  readonly injection: string;
  readonly revision: string;
}

export const INJECTION = "istio-injection";
export const REVISION = "istio.io/rev";

export const bothLabels: Check<BothLabels> = {
  code: "MTLS037",
  says: "A namespace has both istio-injection and istio.io/rev, and the revision does not count.",
  severity: "warning",
  check: ({ objects }) =>
    ofKind(objects, "Namespace").flatMap((namespace): readonly BothLabels[] => {
      const { [INJECTION]: injection, [REVISION]: revision } = namespace.labels;
      if (injection === undefined || revision === undefined) return [];
      const at = { object: namespace, pointer: "/metadata/labels/istio.io~1rev" };
      return [{ code: "MTLS037", at, part: "key", namespace, injection, revision }];
    }),
};
