/** What the command line takes. */
export const USAGE = `mtls-lens check PATH... [--base DIR | --change FILE...] [--observed FILE]
                       [--format text|json|sarif|markdown] [--fail-on breaks|unknown|never]
                       [--namespace NAME]

  Says for each PeerAuthentication at PATH whom it locks out, and what else breaks between
  workloads. With --base or --change it says what that change breaks.

mtls-lens explain WORKLOAD[:PORT] PATH... [--observed FILE] [--namespace NAME]

  Says which policy decides on each port of a workload, and how every known caller arrives.
  WORKLOAD is a name, namespace/name or kind/namespace/name.

mtls-lens mesh [--kubeconfig FILE] [--lab NAME]

  Runs a Kubernetes API with Istio on this machine, without a cluster, until Ctrl+C: kubectl
  speaks to it, its proxies use real certificates and refuse plaintext under STRICT. Prints
  what to export. FILE gets the kubeconfig; NAME is mutual-tls or rollout-mtls.

PATH is a file, a folder with everything below it, or - for standard input:
  helm template . | mtls-lens check -
check and explain contact nothing: files are all that is read.

  --base DIR        the state before the change. It stands in for PATH; of several PATHs it holds
                    each under the name that PATH has here
  --change FILE...  manifests that are applied over those at PATH. FILEs below a PATH are taken
                    out of the state before
  --observed FILE   what this prints, as YAML or JSON; observed pods count instead of predictions:
                    kubectl get ns,pods,mutatingwebhookconfigurations -A -o yaml
  --namespace NAME  of objects that name none, as in kubectl apply --namespace; -n for short.
                    Without it: default
  --format FORMAT   text, json, sarif (code scanning) or markdown (a comment on a pull request)
  --fail-on WHAT    when to end with 1: breaks (a known caller breaks), unknown (or no verdict is
                    known of one), never. Without it: breaks
  --help            this text
  --version         the version

Exit code 0: nothing of --fail-on. 1: something of it. 2: wrong usage, or input that cannot be read.
`;
