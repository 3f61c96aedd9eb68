{{/* What an orderly stop may take, and so the grace period. */}}
{{- define "sessionmesh.grace" -}}
{{- $sum := add .Values.drain.preStopSeconds .Values.drain.marginSeconds -}}
{{- range $step, $seconds := .Files.Get "files/leave-times.yaml" | fromYaml -}}
{{- $sum = add $sum $seconds -}}
{{- end -}}
{{- $sum -}}
{{- end }}

{{- define "sessionmesh.env" -}}
{{- $v := .root.Values -}}
{{- $members := int $v.replicas -}}
{{- $initial := int $v.initialMembers | default (add1 (div $members 2)) -}}
- {name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
- {name: SESSIONMESH_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
- {name: SESSIONMESH_CLUSTER_HOST, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
{{- if $v.zone.enabled }}
- {name: SESSIONMESH_ZONE, valueFrom: {fieldRef: {fieldPath: {{ $v.zone.fieldPath | quote }}}}}
- {name: SESSIONMESH_ZONE_REQUIRED, value: "true"}
{{- end }}
- {name: SESSIONMESH_PROFILE, value: kubernetes}
- {name: SESSIONMESH_CLUSTER_NAME, value: {{ default (include "sessionmesh.fullname" .root) $v.clusterName | quote }}}
- {name: SESSIONMESH_CLUSTER_PORT, value: {{ $v.ports.member | quote }}}
- {name: SESSIONMESH_BUS_PORT, value: {{ $v.ports.bus | quote }}}
- {name: SESSIONMESH_JOIN_DNS, value: {{ include "sessionmesh.fullname" .root }}-nodes}
- {name: SESSIONMESH_MEMBERS, value: {{ $members | quote }}}
- {name: SESSIONMESH_INITIAL_MEMBERS, value: {{ $initial | quote }}}
- {name: SESSIONMESH_BACKUPS, value: {{ $v.backups | quote }}}
- {name: SESSIONMESH_REGION, value: {{ $v.region | quote }}}
{{- if eq .role "gateway" }}
- {name: SESSIONMESH_GATEWAY, value: "true"}
{{- else }}
- {name: SESSIONMESH_STATE_DIR, value: /var/lib/sessionmesh}
{{- if $v.strict }}
- {name: SESSIONMESH_STRICT, value: "true"}
{{- end }}
{{- end }}
- {name: SESSIONMESH_HTTP_HOST, value: 0.0.0.0}
- {name: SESSIONMESH_HTTP_PORT, value: {{ $v.ports.http | quote }}}
- {name: SESSIONMESH_ADMIN_PORT, value: {{ $v.ports.admin | quote }}}
- {name: SESSIONMESH_ALLOW_HOST, value: {{ include "sessionmesh.hosts" .root | quote }}}
{{- with $v.http.allowOrigins }}
- {name: SESSIONMESH_ALLOW_ORIGIN, value: {{ join "," . | quote }}}
{{- end }}
{{- with $v.http.trustProxies }}
- {name: SESSIONMESH_TRUST_PROXY, value: {{ join "," . | quote }}}
{{- end }}
{{- if $v.auth.open }}
- {name: SESSIONMESH_NO_AUTH, value: "true"}
{{- end }}
{{- with $v.auth.jwksUrl }}
- {name: SESSIONMESH_JWKS_URL, value: {{ . | quote }}}
{{- end }}
{{- with $v.auth.jwtIssuer }}
- {name: SESSIONMESH_JWT_ISSUER, value: {{ . | quote }}}
{{- end }}
{{- with $v.auth.jwtAudience }}
- {name: SESSIONMESH_JWT_AUDIENCE, value: {{ . | quote }}}
{{- end }}
{{- range $file := include "sessionmesh.files" .root | fromYamlArray }}
- {name: {{ $file.env }}, value: {{ printf "/etc/sessionmesh/%s/%s" $file.id $file.key | quote }}}
{{- end }}
- {name: SESSIONMESH_MODEL, value: {{ $v.model.default | quote }}}
{{- with $v.model.openai.url }}
- {name: SESSIONMESH_OPENAI_URL, value: {{ . | quote }}}
{{- end }}
{{- with $v.model.openai.model }}
- {name: SESSIONMESH_OPENAI_MODEL, value: {{ . | quote }}}
{{- end }}
{{- if $v.webhooks.allowHttp }}
- {name: SESSIONMESH_WEBHOOK_ALLOW_HTTP, value: "true"}
{{- end }}
{{- if $v.webhooks.allowPrivate }}
- {name: SESSIONMESH_WEBHOOK_ALLOW_PRIVATE, value: "true"}
{{- end }}
{{- if ne $v.archive.mode "off" }}
- {name: SESSIONMESH_ARCHIVE_MODE, value: {{ $v.archive.mode | quote }}}
- {name: SESSIONMESH_ARCHIVE_REDIS, value: {{ include "sessionmesh.redisUrl" .root | quote }}}
- {name: SESSIONMESH_ARCHIVE_BEYOND, value: {{ $v.archive.beyond }}}
{{- with $v.archive.redis.user }}
- {name: SESSIONMESH_ARCHIVE_USER, value: {{ . | quote }}}
{{- end }}
{{- with $v.archive.redis.sentinels.user }}
- {name: SESSIONMESH_ARCHIVE_SENTINEL_USER, value: {{ . | quote }}}
{{- end }}
{{- with int $v.archive.idleSeconds }}
- {name: SESSIONMESH_ARCHIVE_IDLE, value: {{ . | quote }}}
{{- end }}
{{- end }}
- {name: SESSIONMESH_LOG_FORMAT, value: {{ $v.logFormat }}}
- {name: JDK_JAVA_OPTIONS, value: {{ prepend $v.jvm.options (printf "-XX:MaxRAMPercentage=%v" $v.jvm.maxRamPercentage) | join " " | quote }}}
{{- with $v.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Files that come from Secrets and ConfigMaps: which option reads each. */}}
{{- define "sessionmesh.files" -}}
{{- $v := .Values -}}
{{- $all := list
  (dict "id" "admin-token" "env" "SESSIONMESH_ADMIN_TOKEN_FILE" "secret" $v.admin.tokenSecret)
  (dict "id" "metrics-token" "env" "SESSIONMESH_METRICS_TOKEN_FILE" "secret" $v.monitoring.tokenSecret)
  (dict "id" "jwt-keys" "env" "SESSIONMESH_JWT_KEYS" "secret" $v.auth.jwtKeysSecret)
  (dict "id" "api-keys" "env" "SESSIONMESH_API_KEYS" "secret" $v.auth.apiKeysSecret)
  (dict "id" "openai-key" "env" "SESSIONMESH_OPENAI_KEY_FILE" "secret" $v.model.openai.keySecret)
  (dict "id" "tools" "env" "SESSIONMESH_TOOLS" "secret" $v.tools.secret)
  (dict "id" "tenant-limits" "env" "SESSIONMESH_TENANT_LIMITS" "configMap" $v.limits.configMap)
  (dict "id" "webhook-key" "env" "SESSIONMESH_WEBHOOK_KEY_FILE" "secret" $v.webhooks.keySecret)
-}}
{{- if ne $v.archive.mode "off" -}}
{{- $all = append $all (dict "id" "archive-password" "env" "SESSIONMESH_ARCHIVE_PASSWORD_FILE" "secret" $v.archive.redis.passwordSecret) -}}
{{- $all = append $all (dict "id" "archive-sentinel-password" "env" "SESSIONMESH_ARCHIVE_SENTINEL_PASSWORD_FILE" "secret" $v.archive.redis.sentinels.passwordSecret) -}}
{{- $all = append $all (dict "id" "archive-ca" "env" "SESSIONMESH_ARCHIVE_CA_FILE" "secret" $v.archive.redis.caSecret) -}}
{{- end -}}
{{- $used := list -}}
{{- range $all -}}
{{- $from := .secret | default .configMap -}}
{{- if $from.name -}}
{{- $used = append $used (dict "id" .id "env" .env "kind" (ternary "secret" "configMap" (hasKey . "secret")) "name" $from.name "key" $from.key) -}}
{{- end -}}
{{- end -}}
{{- toYaml $used -}}
{{- end }}

{{/* A restricted container: what the strictest pod security standard asks for, and a root file system that can't be written. */}}
{{- define "sessionmesh.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "sessionmesh.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "sessionmesh.probe" -}}
httpGet: {path: {{ .path }}, port: admin}
periodSeconds: {{ .times.periodSeconds }}
timeoutSeconds: {{ .times.timeoutSeconds }}
failureThreshold: {{ .times.failureThreshold }}
{{- end }}

{{/* The pod of a node or of a gateway. */}}
{{- define "sessionmesh.pod" -}}
{{- $root := .root -}}
{{- $v := .root.Values -}}
metadata:
  labels:
    {{- include "sessionmesh.selector" $root | nindent 4 }}
    app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
    app.kubernetes.io/component: {{ .role }}
    sessionmesh.dev/mesh: "true"
    {{- with $v.pod.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with $v.pod.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "sessionmesh.serviceAccount" $root }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ int $v.terminationGracePeriodSeconds | default (int (include "sessionmesh.grace" $root)) }}
  {{- with $v.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.pod.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  securityContext:
    {{- include "sessionmesh.podSecurity" $root | nindent 4 }}
  {{- if or (ne $v.spread.host "off") (ne $v.spread.zone "off") }}
  topologySpreadConstraints:
    {{- if ne $v.spread.host "off" }}
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: {{ ternary "ScheduleAnyway" $v.spread.host (eq .role "gateway") }}
      labelSelector:
        matchLabels:
          {{- include "sessionmesh.selector" $root | nindent 10 }}
          app.kubernetes.io/component: {{ .role }}
    {{- end }}
    {{- if ne $v.spread.zone "off" }}
    - maxSkew: 1
      topologyKey: topology.kubernetes.io/zone
      whenUnsatisfiable: {{ $v.spread.zone }}
      labelSelector:
        matchLabels:
          {{- include "sessionmesh.selector" $root | nindent 10 }}
          app.kubernetes.io/component: {{ .role }}
    {{- end }}
  {{- end }}
  {{- with $v.pod.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.pod.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.pod.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: sessionmesh
      image: {{ include "sessionmesh.image" $root | quote }}
      imagePullPolicy: {{ $v.image.pullPolicy }}
      args: [serve]
      env:
        {{- include "sessionmesh.env" . | nindent 8 }}
      ports:
        - {name: http, containerPort: {{ $v.ports.http }}}
        - {name: admin, containerPort: {{ $v.ports.admin }}}
        - {name: member, containerPort: {{ $v.ports.member }}}
        - {name: bus, containerPort: {{ $v.ports.bus }}}
      startupProbe:
        {{- include "sessionmesh.probe" (dict "path" "/health/started" "times" $v.probes.startup) | nindent 8 }}
      readinessProbe:
        {{- include "sessionmesh.probe" (dict "path" "/health/ready" "times" $v.probes.readiness) | nindent 8 }}
      livenessProbe:
        {{- include "sessionmesh.probe" (dict "path" "/health/live" "times" $v.probes.liveness) | nindent 8 }}
      lifecycle:
        # New connections go elsewhere before the drain begins; SIGTERM is what begins it.
        preStop: {sleep: {seconds: {{ $v.drain.preStopSeconds }}}}
      resources:
        {{- toYaml .resources | nindent 8 }}
      securityContext:
        {{- include "sessionmesh.containerSecurity" $root | nindent 8 }}
      volumeMounts:
        - {name: tmp, mountPath: /tmp}
        {{- if eq .role "node" }}
        - {name: state, mountPath: /var/lib/sessionmesh}
        {{- end }}
        {{- range include "sessionmesh.files" $root | fromYamlArray }}
        - {name: {{ .id }}, mountPath: /etc/sessionmesh/{{ .id }}, readOnly: true}
        {{- end }}
        {{- with $v.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    - {name: tmp, emptyDir: {sizeLimit: 256Mi}}
    {{- if and (eq .role "node") (not $v.state.persistent) }}
    - {name: state, emptyDir: {sizeLimit: {{ $v.state.size }}}}
    {{- end }}
    {{- range include "sessionmesh.files" $root | fromYamlArray }}
    {{- if eq .kind "secret" }}
    - {name: {{ .id }}, secret: {secretName: {{ .name | quote }}, items: [{key: {{ .key | quote }}, path: {{ .key | quote }}}]}}
    {{- else }}
    - {name: {{ .id }}, configMap: {name: {{ .name | quote }}, items: [{key: {{ .key | quote }}, path: {{ .key | quote }}}]}}
    {{- end }}
    {{- end }}
    {{- with $v.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
