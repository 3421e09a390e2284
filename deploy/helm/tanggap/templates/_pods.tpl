{{- define "tanggap.labels" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/part-of: tanggap
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end }}

{{- define "tanggap.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/part-of: tanggap
{{- end }}

{{/* The image of a service, or that of everything else. */}}
{{- define "tanggap.image" -}}
{{- $tag := dig (default "" .service) "" .root.Values.image.tags | default .root.Values.image.tag | default .root.Chart.AppVersion -}}
image: "{{ .root.Values.image.repository }}:{{ $tag }}"
{{- end }}

{{- define "tanggap.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "tanggap.locked" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{/* Spread over nodes and zones, as far as there are some. */}}
{{- define "tanggap.spread" -}}
topologySpreadConstraints:
{{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - topologyKey: {{ . }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{ include "tanggap.selector" $ | nindent 8 }}
{{- end }}
{{- end }}

{{/* Both answers come from the ops port. `/readyz` is for people: it is red while Kafka is away, and a Service without
     pods would then refuse the citizens whom intake still serves. */}}
{{- define "tanggap.probes" -}}
startupProbe:
  httpGet: {path: /livez, port: ops}
  periodSeconds: 2
  failureThreshold: 90
livenessProbe:
  httpGet: {path: /livez, port: ops}
  periodSeconds: 15
  timeoutSeconds: 5
  failureThreshold: 4
{{- end }}

{{- define "tanggap.passwordOf" -}}
- name: PGPASSWORD
  valueFrom: {secretKeyRef: {name: {{ .root.Values.passwords }}, key: postgres-{{ .role }}}}
{{- end }}

{{/* The password comes from PGPASSWORD, so that no address holds one. */}}
{{- define "tanggap.dsn" -}}
{{- $database := .database | default "tanggap" -}}
postgresql://{{ .role }}@{{ .root.Values.postgres.host }}:{{ .root.Values.postgres.port }}/{{ $database }}?sslmode=verify-full&sslrootcert=/run/tanggap/postgres-ca/ca.crt
{{- end }}

{{- define "tanggap.caMounts" -}}
- {name: kafka-ca, mountPath: /run/tanggap/kafka-ca, readOnly: true}
- {name: postgres-ca, mountPath: /run/tanggap/postgres-ca, readOnly: true}
- {name: tmp, mountPath: /tmp}
{{- end }}

{{- define "tanggap.caVolumes" -}}
{{- range $name := list "kafka" "postgres" }}
{{- $ca := (index $.Values $name).ca }}
- name: {{ $name }}-ca
  secret: {secretName: {{ $ca.secret }}, items: [{key: {{ $ca.key }}, path: ca.crt}]}
{{- end }}
- name: tmp
  emptyDir: {sizeLimit: 4Gi}
{{- end }}

{{/* What every process of a service needs to read its settings. */}}
{{- define "tanggap.env" -}}
{{- $prefix := printf "TANGGAP_%s" (upper .service) -}}
- {name: {{ $prefix }}_DSN, value: "{{ include "tanggap.dsn" (dict "root" .root "role" .service) }}"}
- name: TANGGAP_SECRET
  valueFrom: {secretKeyRef: {name: {{ .root.Values.passwords }}, key: service-secret}}
{{- end }}
