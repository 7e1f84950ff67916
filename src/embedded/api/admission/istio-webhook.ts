/**
 * istiod's validating webhook: what it refuses of Istio's objects after the schema was content, and what it warns of.
 * Istio: pkg/webhooks/validation/server/server.go, k8s admission errors.go ToStatusErr.
 */
import { validate } from "../../../validation/validate.ts";
import { mapOf } from "../json.ts";
import type { JsonMap } from "../object.ts";
import type { Validator } from "../resources.ts";
import { ApiError } from "../status.ts";
import { authorizationPolicyFaults } from "./authorization-policy.ts";
import { gatewayFaults } from "./gateway.ts";
import { virtualServiceFaults } from "./virtual-service.ts";

/** Kinds whose checks are not among those for the editor; the name in a message is `<name>.<namespace>`. */
const CHECKS: Readonly<Record<string, (spec: JsonMap, name: string) => readonly string[]>> = {
  AuthorizationPolicy: authorizationPolicyFaults,
  Gateway: gatewayFaults,
  VirtualService: virtualServiceFaults,
};

export const istioWebhook: Validator = ({ kind, operation, object, subresource, warn }) => {
  if (!kind.group.endsWith(".istio.io") || operation === "DELETE" || subresource !== undefined) return;
  const { name, namespace = "default" } = object.metadata;
  const found = validate(object, namespace).filter(({ by }) => by === "webhook");
  for (const { severity, says } of found) if (severity === "warning") warn(says);
  const refused = found.filter(({ severity }) => severity === "refused").map(({ says }) => says);
  const more = CHECKS[kind.kind]?.(mapOf(object.spec), `${name}.${namespace}`) ?? [];
  const all = [...refused, ...more];
  if (all.length > 0) throw denied(all);
};

/** Several errors are a list, as hashicorp/go-multierror writes it. */
function denied(errors: readonly string[]): ApiError {
  const [first = ""] = errors;
  const list = `${errors.length} errors occurred:\n${errors.map((each) => `\t* ${each}\n`).join("")}\n`;
  const text = errors.length === 1 ? first : list;
  const whole =
    text.startsWith("error decoding") || text.startsWith("cannot decode") ? text : `configuration is invalid: ${text}`;
  return new ApiError(400, "", `admission webhook "validation.istio.io" denied the request: ${whole}`);
}
