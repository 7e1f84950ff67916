/** Which of Envoy's own statistics a proxy keeps beside its default ones. Istio: pkg/bootstrap/config.go getStatsOptions. */
import { readYaml } from "../../manifest/document.ts";
import type { Labels } from "../../mesh/resources/meta.ts";

/** From the annotation, and from `proxyStatsMatcher` of the proxy's own configuration. */
export function statsPrefixesOf(annotations: Labels): readonly string[] {
  const listed = annotations["sidecar.istio.io/statsInclusionPrefixes"] ?? "";
  const config = readYaml(annotations["proxy.istio.io/config"] ?? "{}")?.value as
    | { readonly proxyStatsMatcher?: { readonly inclusionPrefixes?: readonly string[] } }
    | undefined;
  const words = listed.split(",").map((word) => word.trim());
  return [...words.filter((word) => word !== ""), ...(config?.proxyStatsMatcher?.inclusionPrefixes ?? [])];
}
