/** What istiod refuses of an AuthorizationPolicy. Istio: pkg/config/validation/validation.go ValidateAuthorizationPolicy. */
import { isMap, listOf, mapOf, mapsOf, textOf } from "../json.ts";
import type { JsonMap } from "../object.ts";

const SOURCES = [
  "principals",
  "notPrincipals",
  "requestPrincipals",
  "notRequestPrincipals",
  "namespaces",
  "notNamespaces",
  "ipBlocks",
  "notIpBlocks",
  "remoteIpBlocks",
  "notRemoteIpBlocks",
  "serviceAccounts",
  "notServiceAccounts",
  "trustDomains",
  "notTrustDomains",
];
const OPERATIONS = ["ports", "methods", "hosts", "paths", "notPorts", "notMethods", "notHosts", "notPaths"];

export function authorizationPolicyFaults(spec: JsonMap, name: string): readonly string[] {
  const action = textOf(spec.action) || "ALLOW";
  const meaningless = `${action} action without \`rules\` is meaningless as it will never be triggered, add an empty rule \`{}\` if you want it be triggered for every request`;
  const faults = [
    ...((action === "DENY" || action === "CUSTOM") && spec.rules === undefined ? [meaningless] : []),
    ...(spec.provider !== undefined && action !== "CUSTOM"
      ? [`\`provider\` must not be with non CUSTOM action, found ${action}`]
      : []),
    ...listOf(spec.rules).flatMap((rule, index) => ruleFaults(mapOf(rule), `found at rule ${index}`)),
  ];
  return faults.map((fault) => `invalid policy ${name}: ${fault}`);
}

function ruleFaults(rule: JsonMap, where: string): readonly string[] {
  const part = (list: string, item: string, fields: readonly string[]) => [
    ...(Array.isArray(rule[list]) && listOf(rule[list]).length === 0
      ? [`\`${list}\` must not be empty, ${where}`]
      : []),
    ...mapsOf(rule[list]).flatMap((each) => {
      if (!isMap(each[item])) return [`\`${list}.${item}\` must not be nil, ${where}`];
      const empty = fields.every((field) => listOf(mapOf(each[item])[field]).length === 0);
      return empty ? [`\`${list}.${item}\` must not be empty, ${where}`] : [];
    }),
  ];
  const conditions = mapsOf(rule.when).flatMap(({ key, values, notValues }) => {
    if (textOf(key) === "") return [`\`key\` must not be empty`];
    return listOf(values).length + listOf(notValues).length === 0
      ? [`at least one of \`values\` or \`notValues\` must be set for key ${textOf(key)}, ${where}`]
      : [];
  });
  return [...part("from", "source", SOURCES), ...part("to", "operation", OPERATIONS), ...conditions];
}
