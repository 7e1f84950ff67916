/** What protobuf calls the enumerations, for messages about words that are not in them. Source: istio.io/api. */

const NAMES: Readonly<Record<string, string>> = {
  "UNSET DISABLE PERMISSIVE STRICT": "istio.security.v1beta1.PeerAuthentication.MutualTLS.Mode",
  "DISABLE SIMPLE MUTUAL ISTIO_MUTUAL": "istio.networking.v1alpha3.ClientTLSSettings.TLSmode",
  "PASSTHROUGH SIMPLE MUTUAL AUTO_PASSTHROUGH ISTIO_MUTUAL OPTIONAL_MUTUAL":
    "istio.networking.v1alpha3.ServerTLSSettings.TLSmode",
  "TLS_AUTO TLSV1_0 TLSV1_1 TLSV1_2 TLSV1_3": "istio.networking.v1alpha3.ServerTLSSettings.TLSProtocol",
  "DEFAULT DO_NOT_UPGRADE UPGRADE": "istio.networking.v1alpha3.ConnectionPoolSettings.HTTPSettings.H2UpgradePolicy",
  "UNSPECIFIED LEAST_CONN RANDOM PASSTHROUGH ROUND_ROBIN LEAST_REQUEST":
    "istio.networking.v1alpha3.LoadBalancerSettings.SimpleLB",
  "V1 V2": "istio.networking.v1alpha3.TrafficPolicy.ProxyProtocol.VERSION",
  "DEFAULT IPTABLES NONE": "istio.networking.v1alpha3.CaptureMode",
  "REGISTRY_ONLY ALLOW_ANY": "istio.networking.v1alpha3.OutboundTrafficPolicy.Mode",
};

export function enumName(values: readonly string[]): string {
  return NAMES[values.join(" ")] ?? values.join("|");
}
