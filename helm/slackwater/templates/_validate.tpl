{{/* What the schema cannot say, or says only in its own language. Every sentence tells the value and what to write instead. */}}
{{- define "slackwater.validate" -}}
{{- $v := .Values }}
{{- with $v.fullnameOverride }}
{{- if not (regexMatch "^[a-z]([-a-z0-9]{0,48}[a-z0-9])?$" .) }}
{{- fail (printf "fullnameOverride %q cannot be a name: use at most 50 lower-case letters, digits and hyphens, beginning with a letter." .) }}
{{- end }}
{{- end }}
{{- range $path, $value := dict "replicas" $v.replicas "gateway.replicas" $v.gateway.replicas }}
{{- if or (lt (int $value) 0) (gt (int $value) 1000) }}
{{- fail (printf "%s is %v: write a number from 0 to 1000." $path $value) }}
{{- end }}
{{- end }}
{{- range $list, $names := dict "watchNamespaces" $v.watchNamespaces "networkPolicy.nodes.namespaces" $v.networkPolicy.nodes.namespaces }}
{{- range $names }}
{{- if not (regexMatch "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$" .) }}
{{- fail (printf "%s has %q, which is no name of a namespace: use lower-case letters, digits and hyphens." $list .) }}
{{- end }}
{{- end }}
{{- if ne (len $names) (len (uniq $names)) }}
{{- fail (printf "%s names a namespace twice: %s." $list (join ", " $names)) }}
{{- end }}
{{- end }}
{{- range $path, $image := dict "image" $v.image "gateway.image" $v.gateway.image }}
{{- if not (regexMatch "^[a-z0-9][-a-z0-9._/:]*[a-z0-9]$" $image.repository) }}
{{- fail (printf "%s.repository %q is no name of an image: write it in lower case and without a tag, for example registry.example.com/slackwater/operator." $path $image.repository) }}
{{- end }}
{{- if regexMatch ":[^/]*$" $image.repository }}
{{- fail (printf "%s.repository %q has a tag: write it in %s.tag." $path $image.repository $path) }}
{{- end }}
{{- if and $image.tag (not (regexMatch "^[A-Za-z0-9_][-A-Za-z0-9_.]{0,127}$" $image.tag)) }}
{{- fail (printf "%s.tag %q is no tag: use letters, digits, dots, hyphens and underscores." $path $image.tag) }}
{{- end }}
{{- if and $image.digest (not (regexMatch "^sha256:[0-9a-f]{64}$" $image.digest)) }}
{{- fail (printf "%s.digest %q is no digest: write sha256: and 64 hexadecimal digits." $path $image.digest) }}
{{- end }}
{{- if not (has $image.pullPolicy (list "Always" "IfNotPresent" "Never")) }}
{{- fail (printf "%s.pullPolicy is %q: write Always, IfNotPresent or Never." $path $image.pullPolicy) }}
{{- end }}
{{- end }}
{{- with $v.leaderElection }}
{{- if lt (int .retryPeriodSeconds) 1 }}
{{- fail (printf "leaderElection.retryPeriodSeconds is %v: write at least 1." .retryPeriodSeconds) }}
{{- end }}
{{- if not (and (lt (int .retryPeriodSeconds) (int .renewDeadlineSeconds)) (lt (int .renewDeadlineSeconds) (int .leaseDurationSeconds))) }}
{{- fail (printf "leaderElection: each must be less than the next, but retryPeriodSeconds is %v, renewDeadlineSeconds %v and leaseDurationSeconds %v." .retryPeriodSeconds .renewDeadlineSeconds .leaseDurationSeconds) }}
{{- end }}
{{- end }}
{{- if and (not $v.serviceAccount.create) (not $v.serviceAccount.name) }}
{{- fail "serviceAccount.name is empty: with serviceAccount.create=false, name the account that the operator is to run as." }}
{{- end }}
{{- range $path, $monitor := dict "monitoring.serviceMonitor" $v.monitoring.serviceMonitor "monitoring.podMonitor" $v.monitoring.podMonitor }}
{{- if not (regexMatch "^([0-9]+(ms|s|m|h))+$" $monitor.interval) }}
{{- fail (printf "%s.interval %q is no time: write for example 30s." $path $monitor.interval) }}
{{- end }}
{{- end }}
{{- with $v.gateway }}
{{- if .enabled }}
{{- if not .cluster }}
{{- fail "gateway.cluster is empty: name the PubSubCluster that the gateways belong to, for example gateway.cluster=nearby-friends." }}
{{- end }}
{{- if not (or .image.tag .image.digest) }}
{{- fail (printf "gateway.image.tag is empty: name the gateway's version yourself, for example gateway.image.tag=%s, so that an upgrade of the chart restarts no gateway." $.Chart.AppVersion) }}
{{- end }}
{{- end }}
{{- if and .cluster (not (regexMatch "^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$" .cluster)) }}
{{- fail (printf "gateway.cluster %q is no name of a PubSubCluster: use lower-case letters, digits and hyphens." .cluster) }}
{{- end }}
{{- range .seeds }}
{{- if not (regexMatch "^[^\\s:,]+:[0-9]{1,5}$" .) }}
{{- fail (printf "gateway.seeds has %q: write host:port, for example nearby-friends-nodes:6379." .) }}
{{- end }}
{{- end }}
{{- range .allowedOrigins }}
{{- if not (regexMatch "^https?://[^/,]+$" .) }}
{{- fail (printf "gateway.allowedOrigins has %q: write scheme and host without a path, for example https://chat.example." .) }}
{{- end }}
{{- end }}
{{- if lt (int .preStopSleepSeconds) 0 }}
{{- fail (printf "gateway.preStopSleepSeconds is %v: write 0 or more." .preStopSleepSeconds) }}
{{- end }}
{{- if ge (int .preStopSleepSeconds) (int .terminationGracePeriodSeconds) }}
{{- fail (printf "gateway.terminationGracePeriodSeconds is %v: write more than preStopSleepSeconds, which is %v." .terminationGracePeriodSeconds .preStopSleepSeconds) }}
{{- end }}
{{- if not (has .service.type (list "ClusterIP" "NodePort" "LoadBalancer")) }}
{{- fail (printf "gateway.service.type is %q: write ClusterIP, NodePort or LoadBalancer." .service.type) }}
{{- end }}
{{- if or (lt (int .service.port) 1) (gt (int .service.port) 65535) }}
{{- fail (printf "gateway.service.port is %v: write a number from 1 to 65535." .service.port) }}
{{- end }}
{{- end }}
{{- end }}
