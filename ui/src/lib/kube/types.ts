/** What the console reads of Kubernetes' objects; they have more. */
export interface Meta {
  name: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  creationTimestamp?: string
  deletionTimestamp?: string
  generation?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: { kind: string; name: string; uid: string; controller?: boolean }[]
}

export interface Thing {
  apiVersion?: string
  kind?: string
  metadata: Meta
}

export interface KubeCondition {
  type: string
  status: string
  reason?: string
  message?: string
  lastTransitionTime?: string
}

export interface ContainerState {
  waiting?: { reason?: string; message?: string }
  running?: { startedAt?: string }
  terminated?: {
    exitCode: number
    signal?: number
    reason?: string
    message?: string
    startedAt?: string
    finishedAt?: string
  }
}

export interface ContainerStatus {
  name: string
  ready: boolean
  restartCount: number
  started?: boolean
  image: string
  containerID?: string
  state?: ContainerState
  lastState?: ContainerState
}

export interface Container {
  name: string
  image?: string
  restartPolicy?: string
  command?: string[]
  args?: string[]
  ports?: { containerPort: number; protocol?: string; name?: string }[]
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> }
}

export interface PodSpec {
  nodeName?: string
  containers: Container[]
  initContainers?: Container[]
  serviceAccountName?: string
}

export interface Pod extends Thing {
  spec: PodSpec
  status?: {
    phase?: string
    reason?: string
    message?: string
    podIP?: string
    startTime?: string
    qosClass?: string
    conditions?: KubeCondition[]
    containerStatuses?: ContainerStatus[]
    initContainerStatuses?: ContainerStatus[]
  }
}

export interface Template {
  metadata?: { annotations?: Record<string, string> }
  spec: PodSpec
}

/** Deployments, stateful sets, daemon sets, jobs and cron jobs, as far as they are shown alike. */
export interface Workload extends Thing {
  spec: {
    replicas?: number
    paused?: boolean
    selector?: { matchLabels?: Record<string, string> }
    template?: Template
    completions?: number
    parallelism?: number
    suspend?: boolean
    schedule?: string
    timeZone?: string
    jobTemplate?: { spec: { template: Template } }
  }
  status?: {
    replicas?: number
    readyReplicas?: number
    updatedReplicas?: number
    availableReplicas?: number
    observedGeneration?: number
    desiredNumberScheduled?: number
    numberReady?: number
    updatedNumberScheduled?: number
    active?: number | { name: string }[]
    succeeded?: number
    failed?: number
    startTime?: string
    completionTime?: string
    lastScheduleTime?: string
    lastSuccessfulTime?: string
    conditions?: KubeCondition[]
  }
}

export interface KubeNode extends Thing {
  spec: { unschedulable?: boolean; taints?: { key: string; value?: string; effect: string }[]; providerID?: string }
  status?: {
    capacity?: Record<string, string>
    allocatable?: Record<string, string>
    conditions?: KubeCondition[]
    addresses?: { type: string; address: string }[]
    nodeInfo?: {
      kubeletVersion: string
      osImage: string
      kernelVersion: string
      containerRuntimeVersion: string
      architecture: string
    }
  }
}

export interface KubeNamespace extends Thing {
  status?: { phase?: string; conditions?: KubeCondition[] }
}

export interface Service extends Thing {
  spec: {
    type?: string
    clusterIP?: string
    externalName?: string
    ports?: { name?: string; port: number; targetPort?: number | string; nodePort?: number; protocol?: string }[]
    selector?: Record<string, string>
  }
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } }
}

export interface Ingress extends Thing {
  spec: {
    ingressClassName?: string
    tls?: { hosts?: string[] }[]
    rules?: {
      host?: string
      http?: { paths: { path?: string; backend: { service?: { name: string; port?: { number?: number; name?: string } } } }[] }
    }[]
  }
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } }
}

export interface KubeEventObject extends Thing {
  type?: string
  reason?: string
  message?: string
  count?: number
  firstTimestamp?: string
  lastTimestamp?: string
  eventTime?: string
  series?: { count: number; lastObservedTime?: string }
  involvedObject: { kind?: string; name?: string; namespace?: string; fieldPath?: string; uid?: string }
  source?: { component?: string; host?: string }
  reportingComponent?: string
}
