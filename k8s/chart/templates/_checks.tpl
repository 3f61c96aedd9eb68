{{/* What a schema can't say. Each message names the values and what to do. */}}
{{- define "sessionmesh.checks" -}}
{{- $v := .Values -}}
{{- $replicas := int $v.replicas -}}
{{- if eq $replicas 2 }}
{{- fail "replicas: 2 stops writing when either node is away; take 1 to try it out, or 3" }}
{{- end }}
{{- if ge (int $v.backups) $replicas }}
{{- fail (printf "backups: %d copies beside the first need %d nodes, and replicas is %d" (int $v.backups) (add1 (int $v.backups)) $replicas) }}
{{- end }}
{{- if gt (int $v.initialMembers) $replicas }}
{{- fail (printf "initialMembers: %d nodes never come together, replicas is %d" (int $v.initialMembers) $replicas) }}
{{- end }}
{{- if and (gt (int $v.initialMembers) 0) (le (mul 2 (int $v.initialMembers)) $replicas) }}
{{- fail (printf "initialMembers: %d of %d is no majority, and two halves that start apart would both found a cluster" (int $v.initialMembers) $replicas) }}
{{- end }}
{{- if and $v.strict (eq (int $v.backups) 0) }}
{{- fail "strict: there are no copies to wait for, backups is 0" }}
{{- end }}
{{- if and $v.zone.enabled (eq (int $v.backups) 0) }}
{{- fail "zone.enabled: there are no copies to keep in different zones, backups is 0" }}
{{- end }}
{{- $ports := list $v.ports.http $v.ports.admin $v.ports.member $v.ports.bus -}}
{{- if ne (len (uniq $ports)) 4 }}
{{- fail (printf "ports: http, admin, member and bus must differ, and are %v" $ports) }}
{{- end }}
{{- $keys := or $v.auth.jwksUrl $v.auth.jwtKeysSecret.name $v.auth.apiKeysSecret.name -}}
{{- if and (not $keys) (not $v.auth.open) }}
{{- fail "auth: nobody would have to prove who he is; set auth.jwksUrl, auth.jwtKeysSecret or auth.apiKeysSecret, or say auth.open" }}
{{- end }}
{{- if and $keys $v.auth.open }}
{{- fail "auth.open contradicts the keys that are given" }}
{{- end }}
{{- if and (or $v.auth.jwtIssuer $v.auth.jwtAudience) (not (or $v.auth.jwksUrl $v.auth.jwtKeysSecret.name)) }}
{{- fail "auth: jwtIssuer and jwtAudience need auth.jwksUrl or auth.jwtKeysSecret" }}
{{- end }}
{{- if ne (toString $v.resources.requests.memory) (toString $v.resources.limits.memory) }}
{{- fail "resources: requests.memory and limits.memory must be the same, or nodes are killed when others need the memory" }}
{{- end }}
{{- if ne (toString $v.gateways.resources.requests.memory) (toString $v.gateways.resources.limits.memory) }}
{{- fail "gateways.resources: requests.memory and limits.memory must be the same" }}
{{- end }}
{{- $grace := int (include "sessionmesh.grace" .) -}}
{{- $given := int $v.terminationGracePeriodSeconds -}}
{{- if and (gt $given 0) (lt $given $grace) }}
{{- fail (printf "terminationGracePeriodSeconds: %d cuts an orderly stop off, which may take %d" $given $grace) }}
{{- end }}
{{- $spare := div (sub $replicas 1) 2 -}}
{{- if and $v.pdb.enabled (gt $replicas 1) (gt (int $v.pdb.maxUnavailable) (int $spare)) }}
{{- fail (printf "pdb.maxUnavailable: of %d nodes at most %d may be away, or there is no majority" $replicas $spare) }}
{{- end }}
{{- $scaled := ne $v.gateways.autoscaling.kind "none" -}}
{{- if and $scaled (not $v.gateways.separate) }}
{{- fail "gateways.autoscaling: only gateways may come and go; set gateways.separate. Nodes hold sessions and are never scaled by load" }}
{{- end }}
{{- if and $scaled (gt (int $v.gateways.autoscaling.min) (int $v.gateways.autoscaling.max)) }}
{{- fail "gateways.autoscaling: min is above max" }}
{{- end }}
{{- if and (eq $v.gateways.autoscaling.kind "keda") (not $v.gateways.autoscaling.prometheusUrl) }}
{{- fail "gateways.autoscaling: keda asks Prometheus; set gateways.autoscaling.prometheusUrl" }}
{{- end }}
{{- $archived := ne $v.archive.mode "off" -}}
{{- if and $v.archive.redis.trial.enabled $v.archive.redis.url }}
{{- fail "archive.redis: trial.enabled and url contradict each other" }}
{{- end }}
{{- if and $archived (not (include "sessionmesh.redisUrl" .)) }}
{{- fail (printf "archive.mode: %s needs archive.redis.url, or archive.redis.trial.enabled" $v.archive.mode) }}
{{- end }}
{{- if and (not $archived) (include "sessionmesh.redisUrl" .) }}
{{- fail "archive.redis: a Redis is named, and archive.mode is off; quote it: \"async\" or \"sync\"" }}
{{- end }}
{{- with $v.archive.redis.sentinels }}
{{- if and .user (not .passwordSecret.name) }}
{{- fail "archive.redis.sentinels: a user needs passwordSecret" }}
{{- end }}
{{- if and .passwordSecret.name (not (contains "-sentinel://" (include "sessionmesh.redisUrl" $))) }}
{{- fail "archive.redis.sentinels: a login to Sentinels needs a redis-sentinel URL" }}
{{- end }}
{{- end }}
{{- if and $v.archive.redis.caSecret.name (not (hasPrefix "rediss" (include "sessionmesh.redisUrl" .))) }}
{{- fail "archive.redis.caSecret: certificates need a rediss URL" }}
{{- end }}
{{- if and $v.monitoring.serviceMonitor.enabled (not (or $v.monitoring.tokenSecret.name $v.admin.tokenSecret.name)) }}
{{- fail "monitoring.serviceMonitor: from elsewhere /metrics is read with a token; set monitoring.tokenSecret or admin.tokenSecret" }}
{{- end }}
{{- if and $v.ingress.enabled (not $v.ingress.hosts) }}
{{- fail "ingress.hosts: name at least one host; nodes answer to the names they know only" }}
{{- end }}
{{- if and $v.httpRoute.enabled (not (and $v.httpRoute.hosts $v.httpRoute.gateways)) }}
{{- fail "httpRoute: hosts and gateways are needed" }}
{{- end }}
{{- end }}
