/** How routes name the Gateway that they are bound to. */

/** `x`, `./x`, `ns/x`, and the older `x.ns` and `x.ns.svc…`. Istio: pilot/pkg/model/config.go resolveGatewayName. */
export function gatewayRef(name: string, namespace: string): { readonly namespace: string; readonly name: string } {
  const [first = "", second] = name.split("/");
  if (second !== undefined) return { namespace: first === "." ? namespace : first, name: second };
  const [stem = "", owner] = first.split(".");
  return { namespace: owner ?? namespace, name: stem };
}
