/** Formats of names and labels, with Kubernetes' own words. Kubernetes: apimachinery/pkg/util/validation/validation.go. */

interface Format {
  readonly pattern: RegExp;
  readonly longest: number;
  readonly says: string;
}

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const ALONE = "must start and end with an alphanumeric character";

const FORMATS = {
  subdomain: {
    pattern: new RegExp(`^${SUBDOMAIN}$`),
    longest: 253,
    says: `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and ${ALONE} (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`,
  },
  label: {
    pattern: new RegExp(`^${LABEL}$`),
    longest: 63,
    says: `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and ${ALONE} (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')`,
  },
  dns1035: {
    pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    longest: 63,
    says: "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
  },
  labelValue: {
    pattern: /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/,
    longest: 63,
    says: `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and ${ALONE} (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
  },
  qualified: {
    pattern: /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/,
    longest: 63,
    says: `name part must consist of alphanumeric characters, '-', '_' or '.', and ${ALONE} (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
  },
} satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof FORMATS;

/** What is wrong with the text, in the order in which Kubernetes says it. */
export function formatFaults(name: FormatName, text: string): readonly string[] {
  const { pattern, longest, says } = FORMATS[name];
  return [
    ...(text.length > longest ? [`must be no more than ${longest} characters`] : []),
    ...(pattern.test(text) ? [] : [says]),
  ];
}

/** A key of labels, annotations, selectors: `name` or `prefix/name`. */
export function qualifiedFaults(key: string): readonly string[] {
  const parts = key.split("/");
  if (parts.length > 2) {
    return [
      "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ];
  }
  const [prefix, name = ""] = parts.length === 2 ? parts : [undefined, parts[0]];
  const inPrefix =
    prefix === undefined
      ? []
      : prefix === ""
        ? ["prefix part must be non-empty"]
        : formatFaults("subdomain", prefix).map((says) => `prefix part ${says}`);
  const empty = name === "" ? ["name part must be non-empty"] : [];
  return [
    ...inPrefix,
    ...empty,
    ...formatFaults("qualified", name).map((says) => (says.startsWith("must") ? `name part ${says}` : says)),
  ];
}
