/**
 * Workspaces of any size for the benchmarks, the same each time: every namespace has twenty resources in four files –
 * six workloads that call each other and the neighbours, their Services, policies, and rules for clients and routes.
 */

export interface CorpusFile {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const WORKLOADS = ["web", "orders", "stock", "billing", "search", "mail"] as const;
type Name = (typeof WORKLOADS)[number];

/** Twenty resources a namespace, five a file. One policy of the first namespace is that of the whole mesh. */
export function corpus(namespaces: number): readonly CorpusFile[] {
  return Array.from({ length: namespaces }, (_, index) => filesOf(index, namespaces)).flat();
}

/** The same resources in fewer files; `padding` characters of annotations make each of them as long as exports are. */
export function packed(namespaces: number, files: number, padding = 0): readonly CorpusFile[] {
  const texts = corpus(namespaces).map(({ text }) => (padding === 0 ? text : padded(text, padding)));
  const perFile = Math.ceil(texts.length / files);
  return Array.from({ length: files }, (_, index) => ({
    path: `all-${index}.yaml`,
    text: texts.slice(index * perFile, (index + 1) * perFile).join("---\n"),
  }));
}

/** One file with so many documents, of namespaces of its own. */
export function longFile(documents: number): CorpusFile {
  const [file] = packed(Math.ceil(documents / 20), 1);
  const all = (file?.text ?? "").split("---\n");
  return { path: "long.yaml", text: all.slice(0, documents).join("---\n").replaceAll("team-", "long-") };
}

export function namespaceName(index: number): string {
  return `team-${String(index).padStart(3, "0")}`;
}

function filesOf(index: number, namespaces: number): readonly CorpusFile[] {
  const namespace = namespaceName(index);
  const neighbour = namespaceName((index * 7 + 1) % namespaces);
  const [web, orders, stock, billing, search, mail] = WORKLOADS.map((name) => [
    deployment(namespace, name, callees(name, namespace, neighbour)),
    service(namespace, name),
  ]) as [string[], string[], string[], string[], string[], string[]];
  const documents = {
    "1-base": [namespaceObject(namespace, index), settings(namespace), ...web, policy(namespace, index)],
    "2-shop": [...orders, ...stock, exception(namespace, index)],
    "3-money": [...billing, ...search, authorization(namespace)],
    "4-mail": [...mail, rule(namespace), route(namespace), monitor(namespace)],
  };
  return Object.entries(documents).map(([name, each]) => ({
    path: `${namespace}/${name}.yaml`,
    text: each.join("---\n"),
  }));
}

/** In a chain through the namespace, and one call to the neighbour. */
function callees(name: Name, namespace: string, neighbour: string): readonly string[] {
  const next = WORKLOADS[WORKLOADS.indexOf(name) + 1];
  return [
    ...(next === undefined ? [] : [`http://${next}.${namespace}.svc.cluster.local:8080/api`]),
    ...(name === "web" ? [`http://orders.${neighbour}.svc.cluster.local:8080/api`] : []),
  ];
}

/** Every third namespace is not injected, so that its callers have no sidecar. */
function namespaceObject(namespace: string, index: number): string {
  const injection = index % 3 === 2 ? "disabled" : "enabled";
  return `apiVersion: v1
kind: Namespace
metadata:
  name: ${namespace}
  labels:
    istio-injection: ${injection}
`;
}

function settings(namespace: string): string {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: ${namespace}
data:
  LOG_LEVEL: info
  SEARCH_URL: http://search.${namespace}.svc.cluster.local:8080
  CACHE: "yes"
`;
}

function deployment(namespace: string, name: Name, calls: readonly string[]): string {
  const env = calls.map((url, index) => `            - name: UPSTREAM_${index}_URL\n              value: ${url}\n`);
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: ${namespace}
  labels:
    app: ${name}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
        version: v1
    spec:
      serviceAccountName: ${name}
      containers:
        - name: app
          image: registry.example/${namespace}/${name}:1.4.2
          envFrom:
            - configMapRef:
                name: settings
          env:
            - name: PORT
              value: "8080"
${env.join("")}          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            httpGet:
              path: /ready
              port: http
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
`;
}

function service(namespace: string, name: Name): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  selector:
    app: ${name}
  ports:
    - name: http
      port: 8080
      targetPort: http
`;
}

function policy(namespace: string, index: number): string {
  return `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
  namespace: ${namespace}
spec:
  mtls:
    mode: ${index % 2 === 0 ? "STRICT" : "PERMISSIVE"}
`;
}

function exception(namespace: string, index: number): string {
  if (index === 0) return meshPolicy;
  return `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: stock
  namespace: ${namespace}
spec:
  selector:
    matchLabels:
      app: stock
  mtls:
    mode: PERMISSIVE
  portLevelMtls:
    8080:
      mode: STRICT
`;
}

/** For the whole mesh, in Istio's root namespace. */
const meshPolicy = `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
  namespace: istio-system
spec:
  mtls:
    mode: PERMISSIVE
`;

function authorization(namespace: string): string {
  return `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: billing
  namespace: ${namespace}
spec:
  selector:
    matchLabels:
      app: billing
  action: ALLOW
  rules:
    - from:
        - source:
            principals:
              - cluster.local/ns/${namespace}/sa/stock
`;
}

function rule(namespace: string): string {
  return `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: search
  namespace: ${namespace}
spec:
  host: search.${namespace}.svc.cluster.local
  trafficPolicy:
    connectionPool:
      tcp:
        maxConnections: 100
`;
}

function route(namespace: string): string {
  return `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: orders
  namespace: ${namespace}
spec:
  hosts:
    - orders
  http:
    - route:
        - destination:
            host: orders
            port:
              number: 8080
`;
}

/** A kind that no rule reads. */
function monitor(namespace: string): string {
  return `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: mail
  namespace: ${namespace}
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: mail
`;
}

/** As \`kubectl get -o yaml\` gives them: managed fields and recorded states as annotations. */
function padded(text: string, characters: number): string {
  const line = `    example.org/recorded: '{"note":"${"lorem ipsum dolor sit amet ".repeat(Math.ceil(characters / 27)).slice(0, characters)}"}'\n`;
  return text.replaceAll(/^metadata:\n/gm, `metadata:\n  annotations:\n${line}`);
}
