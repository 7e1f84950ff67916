/** What a gateway listens on. */
import type { Gateway } from "../../../mesh/resources/istio.ts";
import type { Meta } from "../../../mesh/resources/meta.ts";
import { defined, type Field, get, integer, items, labels, text, texts } from "../field.ts";

export function decodeGateway(root: Field): Omit<Gateway, keyof Meta> {
  const spec = get(root, "spec");
  return { selector: labels(get(spec, "selector")), servers: defined(items(get(spec, "servers")).map(decodeServer)) };
}

function decodeServer(field: Field): Gateway["servers"][number] | undefined {
  const port = integer(get(field, "port", "number"));
  if (port === undefined) return undefined;
  return { port, protocol: text(get(field, "port", "protocol")) ?? "", hosts: texts(get(field, "hosts")) };
}
