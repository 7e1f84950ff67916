/** Which fields an object has, as far as their depth can be told from it. */

export type Shape =
  | "scalar"
  /** A map whose keys are the author's. */
  | "labels"
  | { readonly fields: Readonly<Record<string, Shape>> }
  | { readonly items: Shape };

const TLS: Shape = {
  fields: {
    ...scalars("httpsRedirect", "mode", "serverCertificate", "privateKey", "caCertificates", "credentialName"),
    ...scalars("minProtocolVersion", "maxProtocolVersion"),
    subjectAltNames: { items: "scalar" },
    cipherSuites: { items: "scalar" },
  },
};

/** Istio API: networking/v1/gateway.proto. */
export const GATEWAY: Shape = {
  fields: {
    ...scalars("apiVersion", "kind"),
    metadata: { fields: { ...scalars("name", "namespace"), labels: "labels", annotations: "labels" } },
    spec: {
      fields: {
        selector: "labels",
        servers: {
          items: {
            fields: {
              port: { fields: scalars("number", "name", "protocol", "targetPort") },
              hosts: { items: "scalar" },
              tls: TLS,
              ...scalars("name", "bind", "defaultEndpoint"),
            },
          },
        },
      },
    },
  },
};

function scalars(...names: readonly string[]): Readonly<Record<string, Shape>> {
  return Object.fromEntries(names.map((name) => [name, "scalar" as const]));
}
