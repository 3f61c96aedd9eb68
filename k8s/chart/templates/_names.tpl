{{- define "sessionmesh.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "sessionmesh.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains (include "sessionmesh.name" .) .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "sessionmesh.name" .) | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "sessionmesh.selector" -}}
app.kubernetes.io/name: {{ include "sessionmesh.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "sessionmesh.labels" -}}
{{ include "sessionmesh.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "sessionmesh.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "sessionmesh.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "sessionmesh.imageOf" -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag }}
{{- end }}
{{- end }}

{{- define "sessionmesh.image" -}}
{{- $tag := default .Chart.AppVersion .Values.image.tag -}}
{{- include "sessionmesh.imageOf" (dict "repository" .Values.image.repository "tag" $tag "digest" .Values.image.digest) }}
{{- end }}

{{/* Whom clients reach. */}}
{{- define "sessionmesh.front" -}}
{{- if .Values.gateways.separate }}gateway{{ else }}node{{ end }}
{{- end }}

{{/* Names that clients may call the front by. */}}
{{- define "sessionmesh.hosts" -}}
{{- $name := include "sessionmesh.fullname" . -}}
{{- $hosts := list $name (printf "%s.$(POD_NAMESPACE)" $name) (printf "%s.$(POD_NAMESPACE).svc" $name) (printf "%s.$(POD_NAMESPACE).svc.cluster.local" $name) -}}
{{- if .Values.ingress.enabled }}{{ $hosts = concat $hosts .Values.ingress.hosts }}{{ end -}}
{{- if .Values.httpRoute.enabled }}{{ $hosts = concat $hosts .Values.httpRoute.hosts }}{{ end -}}
{{- concat $hosts .Values.http.allowHosts | uniq | join "," }}
{{- end }}

{{- define "sessionmesh.redisUrl" -}}
{{- if .Values.archive.redis.trial.enabled -}}
redis://{{ include "sessionmesh.fullname" . }}-redis:6379
{{- else -}}
{{ .Values.archive.redis.url }}
{{- end }}
{{- end }}
