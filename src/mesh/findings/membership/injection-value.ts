/** MTLS038: a value of istio-injection that is neither enabled nor disabled, and works as disabled. */
import type { Namespace } from "../../resources/core.ts";
import { ofKind } from "../../resources/resource.ts";
import type { Check, Marked } from "../finding.ts";
import { nearest } from "../nearest.ts";
import { INJECTION } from "./both-labels.ts";

export interface InjectionValue extends Marked {
  readonly code: "MTLS038";
  readonly namespace: Namespace;
  readonly value: string;
  readonly meant?: "enabled" | "disabled";
}

export const injectionValue: Check<InjectionValue> = {
  code: "MTLS038",
  says: "The label istio-injection has a value other than enabled and disabled, so nothing is injected.",
  severity: "warning",
  check: ({ objects }) =>
    ofKind(objects, "Namespace").flatMap((namespace): readonly InjectionValue[] => {
      const value = namespace.labels[INJECTION];
      if (value === undefined || value === "enabled" || value === "disabled") return [];
      const meant = meantValue(value);
      const at = { object: namespace, pointer: "/metadata/labels/istio-injection" };
      return [{ code: "MTLS038", at, part: "value", namespace, value, ...(meant === undefined ? {} : { meant }) }];
    }),
};

function meantValue(value: string): InjectionValue["meant"] {
  const word = value.toLowerCase();
  if (["true", "yes", "on", "enable", "1"].includes(word)) return "enabled";
  if (["false", "no", "off", "disable", "0"].includes(word)) return "disabled";
  const near = nearest(value, ["enabled", "disabled"]);
  return near === "enabled" || near === "disabled" ? near : undefined;
}
