import type { TrustRule } from '@/api/kinds/robots'
import { profileOfRule } from './trust'

/** Something to put into a CI system, or next to it. */
export interface Snippet {
  title: string
  file: string
  text: string
}

interface Target {
  robot: string
  server: string
  /** A cluster that the robot may use, as `payments/dev`. */
  cluster: string
}

const github = ({ robot, server, cluster }: Target, rule: TrustRule): string => {
  const environment = rule.claims.environment
  return `name: deploy
on:
  push:
    branches: [main]
permissions:
  contents: read
  id-token: write                  # lets the job ask for its token
jobs:
  deploy:
    runs-on: ubuntu-latest         # or a runner that reaches Kore, with kore on its PATH
${environment === undefined ? '' : `    environment: ${environment}\n`}    env:
      KORE_SERVER: ${server}
      KORE_ROBOT: ${robot}
${rule.audience === server ? '' : `      KORE_AUDIENCE: ${rule.audience}\n`}    steps:
      - uses: actions/checkout@v5
      - run: kore whoami
      - run: kore exec ${cluster} -- kubectl apply -f deploy/
`
}

const gitlab = ({ robot, server, cluster }: Target, rule: TrustRule): string => {
  const environment = rule.claims.environment
  return `deploy:
  image: registry.example.com/kore:latest    # an image with kore and kubectl
${environment === undefined ? '' : `  environment: ${environment}\n`}  rules:
    - if: $CI_COMMIT_REF_PROTECTED == "true" && $CI_PIPELINE_SOURCE == "push"
  id_tokens:
    KORE_ID_TOKEN:
      aud: ${rule.audience}
  variables:
    KORE_SERVER: ${server}
    KORE_ROBOT: ${robot}
  script:
    - export KORE_TOKEN="$(kore auth token)" # the job has one token, which is exchanged once: here
    - kore whoami
    - kore exec ${cluster} -- kubectl apply -f deploy/
`
}

const kubernetes = ({ robot, server, cluster }: Target, rule: TrustRule): string => `apiVersion: v1
kind: Pod
metadata: { name: deploy, namespace: ${String(rule.claims['/kubernetes.io/namespace'] ?? 'NAMESPACE')} }
spec:
  serviceAccountName: ${String(rule.claims['/kubernetes.io/serviceaccount/name'] ?? 'SERVICEACCOUNT')}
  restartPolicy: Never
  containers:
    - name: deploy
      image: registry.example.com/kore:latest
      env:
        - { name: KORE_SERVER, value: "${server}" }
        - { name: KORE_ROBOT, value: ${robot} }
        - { name: KORE_ID_TOKEN_FILE, value: /var/run/kore/token }
      command: [sh, -ec, 'export KORE_TOKEN="$(kore auth token)"; kore exec ${cluster} -- kubectl apply -f /deploy']
      volumeMounts: [{ name: kore, mountPath: /var/run/kore }]
  volumes:
    - name: kore
      projected:
        sources:
          - serviceAccountToken: { path: token, audience: "${rule.audience}", expirationSeconds: 600 }
`

const other = ({ robot, server }: Target): string => `curl -s "${server}/auth/token" \\
  -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange \\
  -d subject_token_type=urn:ietf:params:oauth:token-type:jwt \\
  -d audience=robot:${robot} --data-urlencode "subject_token=$KORE_ID_TOKEN"
`

/** What a job has to say so that a rule believes it. */
export function snippetOf(target: Target, rule: TrustRule): Snippet {
  switch (profileOfRule(rule)) {
    case 'github':
      return { title: 'GitHub Actions', file: '.github/workflows/deploy.yml', text: github(target, rule) }
    case 'gitlab':
      return { title: 'GitLab CI', file: '.gitlab-ci.yml', text: gitlab(target, rule) }
    case 'kubernetes':
      return { title: 'Pod', file: 'pod.yaml', text: kubernetes(target, rule) }
    case 'other':
      return { title: 'Any program', file: 'a shell', text: other(target) }
  }
}

/** A job's environment with a static token; the token itself is a secret of the CI system. */
export const tokenSnippet = ({ server, cluster }: Target): Snippet => ({
  title: 'Static token',
  file: 'a job',
  text: `export KORE_SERVER=${server}
export KORE_TOKEN="$KORE_TOKEN"     # a masked secret of the CI system
kore whoami
kore exec ${cluster} -- kubectl apply -f deploy/
`,
})
