{{/* The processes, as docker-compose.yml has them: the service of each, and the channels that intake opens there. */}}
{{- define "tanggap.processes" -}}
intake-web: {service: intake, channels: "web,adapter"}
intake-whatsapp: {service: intake, channels: "whatsapp,instagram,sms"}
intake-sp4n: {service: intake, channels: sp4n}
router: {service: router}
sla: {service: sla}
notifier: {service: notifier}
{{- end }}

{{/* The number of partitions of a stream that all replicas share (shared/events/catalogue.py). */}}
{{- define "tanggap.partitions" -}}12{{- end }}

{{/* What an operator must not ask for. */}}
{{- define "tanggap.refusals" -}}
{{- $_ := required "publicUrl: the address for citizens is needed, such as https://aduan.example.go.id" .Values.publicUrl }}
{{- $_ := required "podNetwork: the network of the pods is needed, such as 10.244.0.0/16" .Values.podNetwork }}
{{- if and .Values.ingress.enabled (not .Values.ingress.controllers) }}
{{- fail "ingress.controllers: without their networks all citizens would share one address" }}
{{- end }}
{{- $partitions := int (include "tanggap.partitions" .) }}
{{- $connections := 4 }}
{{- range $name, $facts := fromYaml (include "tanggap.processes" .) }}
{{- $size := index $.Values.processes $name }}
{{- if gt (int $size.min) (int $size.max) }}{{ fail (printf "processes.%s: min is above max" $name) }}{{ end }}
{{- if gt (int $size.max) $partitions }}
{{- fail (printf "processes.%s.max: a reader of Kafka gains nothing beyond %d, the number of partitions" $name $partitions) }}
{{- end }}
{{- $common := dig "POOL_SIZE" 6 $.Values.settings.common }}
{{- $pool := int (dig "POOL_SIZE" $common (index $.Values.settings $facts.service)) }}
{{- /* One replica more during a release; beside its pool each has a session for the relay. */}}
{{- $connections = add $connections (mul (add1 (int $size.max)) (add1 $pool)) }}
{{- end }}
{{- $most := sub (int .Values.postgres.maxConnections) 20 }}
{{- if gt (int $connections) (int $most) }}
{{- fail (printf "postgres.maxConnections: the processes may open %d connections, and 20 must remain for people, backups and standbys: raise it (chart tanggap-data too), or lower max" $connections) }}
{{- end }}
{{- end }}
