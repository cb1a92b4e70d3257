{{- define "slackwater.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride }}
{{- else if contains "slackwater" .Release.Name -}}
{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-slackwater" (.Release.Name | trunc 39 | trimSuffix "-") }}
{{- end -}}
{{- end }}

{{- define "slackwater.operator" -}}
{{ include "slackwater.fullname" . }}-operator
{{- end }}

{{- define "slackwater.gateway" -}}
{{ include "slackwater.fullname" . }}-gateway
{{- end }}

{{- define "slackwater.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "slackwater.operator" .) }}
{{- end }}

{{/* What a Deployment selects by; it can never be changed in an upgrade. */}}
{{- define "slackwater.operatorSelector" -}}
app.kubernetes.io/name: slackwater-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "slackwater.gatewaySelector" -}}
app.kubernetes.io/name: slackwater-gateway
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Labels of objects, never of pods: what changes with the chart's version would restart them. */}}
{{- define "slackwater.labels" -}}
app.kubernetes.io/part-of: slackwater
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* The image of a map {repository, tag, digest}: (dict "image" … "tag" DEFAULT) */}}
{{- define "slackwater.image" -}}
{{- if .image.digest -}}
{{ .image.repository }}@{{ .image.digest }}
{{- else -}}
{{ .image.repository }}:{{ .image.tag | default .tag }}
{{- end -}}
{{- end }}

{{/* Pod Security "restricted". The user of the images. */}}
{{- define "slackwater.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "slackwater.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "slackwater.apart" -}}
podAntiAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels: {{- . | nindent 12 }}
{{- end }}

{{/* Namespaces in which the nodes get a NetworkPolicy, as a list in JSON. */}}
{{- define "slackwater.nodeNamespaces" -}}
{{ .Values.networkPolicy.nodes.namespaces | default .Values.watchNamespaces | default (list .Release.Namespace) | uniq | toJson }}
{{- end }}
