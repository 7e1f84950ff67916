/** Which objects an admission webhook is called for. */
import type { LabelSelector, MutatingWebhookConfiguration, Webhook } from "../../../mesh/resources/core.ts";
import type { Meta } from "../../../mesh/resources/meta.ts";
import { defined, type Field, get, items, labels, text, texts } from "../field.ts";
import { calledByApiServer } from "./routes.ts";

export function decodeWebhooks(root: Field): Omit<MutatingWebhookConfiguration, keyof Meta> {
  const webhooks = items(get(root, "webhooks"));
  return {
    webhooks: webhooks.map(decodeWebhook),
    backends: defined(webhooks.map((webhook) => calledByApiServer(get(webhook, "clientConfig", "service")))),
  };
}

function decodeWebhook(field: Field): Webhook {
  const service = get(field, "clientConfig", "service");
  const name = text(get(service, "name"));
  const url = text(get(field, "clientConfig", "url"));
  return {
    at: field.at,
    name: text(get(field, "name")) ?? "",
    ...(name !== undefined && {
      service: { namespace: text(get(service, "namespace")) ?? "", name, path: text(get(service, "path")) ?? "" },
    }),
    ...(url !== undefined && { url }),
    namespaceSelector: decodeSelector(get(field, "namespaceSelector")),
    objectSelector: decodeSelector(get(field, "objectSelector")),
  };
}

export function decodeSelector(field: Field): LabelSelector {
  return {
    matchLabels: labels(get(field, "matchLabels")),
    matchExpressions: items(get(field, "matchExpressions")).map((requirement) => ({
      key: text(get(requirement, "key")) ?? "",
      operator: text(get(requirement, "operator")) ?? "",
      values: texts(get(requirement, "values")),
    })),
  };
}
