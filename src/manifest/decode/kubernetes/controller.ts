/** Controllers: what makes pods from a template. */
import type { Meta } from "../../../mesh/resources/meta.ts";
import type { Controller, ControllerKind } from "../../../mesh/resources/pod.ts";
import { type Field, get, text } from "../field.ts";
import { matchLabels } from "../meta.ts";
import { decodeTemplate } from "./pod.ts";

export function decodeController(root: Field, kind: ControllerKind): Omit<Controller, keyof Meta> {
  const spec = get(root, "spec");
  const template = decodeTemplate(
    kind === "CronJob" ? get(spec, "jobTemplate", "spec", "template") : get(spec, "template"),
  );
  if (kind === "Job" || kind === "CronJob") return { template };
  const selector = matchLabels(get(spec, "selector"), "matchLabels");
  const serviceName = kind === "StatefulSet" ? text(get(spec, "serviceName")) : undefined;
  return { template, ...(selector && { selector }), ...(serviceName !== undefined && { serviceName }) };
}
