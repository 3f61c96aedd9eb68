package dev.sessionmesh.k8s;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that can't work are refused before anything is installed, with a sentence that says why. Each is what `ha` has, and one thing else. */
final class RefusalsTest {
    private static final Path SOUND = Chart.K8S.resolve("profiles/ha.yaml");

    @TempDir
    private Path dir;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            replicas: 2                                          | stops writing when either node is away
            replicas: 0                                          | replicas
            'replicas: "3"'                                      | replicas
            backups: 3                                           | 3 copies beside the first need 4 nodes
            backups: 7                                           | backups
            initialMembers: 1                                    | 1 of 3 is no majority
            initialMembers: 4                                    | 4 nodes never come together
            '{strict: true, backups: 0}'                         | there are no copies to wait for
            '{zone: {enabled: true}, backups: 0}'                | no copies to keep in different zones
            'zone: {fieldPath: spec.nodeName}'                   | fieldPath
            'ports: {http: 5701}'                                | must differ
            'ports: {admin: 80}'                                 | admin
            'auth: {apiKeysSecret: {name: ""}}'                  | nobody would have to prove who he is
            'auth: {open: true}'                                 | contradicts the keys
            'auth: {jwtIssuer: me}'                              | need auth.jwksUrl
            'auth: {jwksUrl: "http://keys.example.com"}'         | jwksUrl
            'auth: {apiKeys: secret}'                            | apiKeys
            'admin: {token: secret}'                             | token
            'resources: {limits: {memory: 2Gi}}'                 | must be the same
            'gateways: {resources: {requests: {memory: 2Gi}}}'   | gateways.resources
            'resources: {requests: {memory: much}}'              | memory
            terminationGracePeriodSeconds: 60                    | cuts an orderly stop off, which may take 225
            '{terminationGracePeriodSeconds: 225, drain: {preStopSeconds: 6}}' | may take 226
            'drain: {preStopSeconds: 0}'                         | preStopSeconds
            'pdb: {maxUnavailable: 2}'                           | of 3 nodes at most 1 may be away
            'pdb: {maxUnavailable: 50%}'                         | maxUnavailable
            'gateways: {autoscaling: {kind: hpa}}'               | only gateways may come and go
            'gateways: {separate: true, autoscaling: {kind: hpa, min: 5, max: 2}}' | min is above max
            'gateways: {separate: true, autoscaling: {kind: keda}}' | prometheusUrl
            'gateways: {separate: true, autoscaling: {kind: vpa}}' | kind
            'archive: {mode: async}'                             | needs archive.redis.url
            'archive: {redis: {url: "redis://r"}}'               | archive.mode is off
            'archive: {mode: sync, redis: {url: "redis://r", trial: {enabled: true}}}' | contradict each other
            'archive: {mode: sync, redis: {url: "redis://:secret@r"}}' | url
            'archive: {redis: {password: secret}}'               | password
            'archive: {mode: sync, redis: {url: "redis://r", caSecret: {name: ca}}}' | need a rediss URL
            'archive: {mode: sync, redis: {url: "redis://r", sentinels: {passwordSecret: {name: s}}}}' | needs a redis-sentinel URL
            'archive: {mode: sync, redis: {url: "redis-sentinel://r/m", sentinels: {user: u}}}' | a user needs passwordSecret
            'archive: {mode: sometimes}'                         | mode
            'ingress: {enabled: true}'                           | name at least one host
            'ingress: {enabled: true, hosts: ["https://a"]}'     | hosts
            'ingress: {timeoutSeconds: 30}'                      | timeoutSeconds
            'httpRoute: {enabled: true, hosts: [a.example]}'     | hosts and gateways are needed
            'service: {sessionAffinity: ClientIP}'               | sessionAffinity
            '{monitoring: {serviceMonitor: {enabled: true}}, admin: {tokenSecret: {name: ""}}}' | read with a token
            'image: {digest: latest}'                            | digest
            'jvm: {maxRamPercentage: 95}'                        | maxRamPercentage
            'extraEnv: [{name: SESSIONMESH_OPENAI_API_KEY, value: sk-1}]' | extraEnv
            'model: {openai: {url: "https://u:p@api.example"}}'  | url
            replica: 5                                           | replica
            """)
    void a_combination_that_can_not_work(String values, String says) throws IOException {
        Path wrong = Files.writeString(dir.resolve("wrong.yaml"), values);
        var refused = assertThrows(RuntimeException.class, () -> Chart.render(SOUND, wrong));
        assertTrue(String.valueOf(refused.getMessage()).contains(says), refused::getMessage);
    }

    @Test
    void the_chart_alone_is_refused_since_nobody_could_prove_who_he_is() {
        var refused = assertThrows(RuntimeException.class, Chart::render);
        assertTrue(refused.getMessage().contains("auth.open"), refused::getMessage);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            terminationGracePeriodSeconds: 225
            terminationGracePeriodSeconds: 900
            '{replicas: 5, pdb: {maxUnavailable: 2}}'
            initialMembers: 3
            'extraEnv: [{name: OPENAI_API_KEY, valueFrom: {secretKeyRef: {name: a, key: b}}}]'
            """)
    void what_just_works_is_taken(String values) throws IOException {
        Path right = Files.writeString(dir.resolve("right.yaml"), values);
        assertDoesNotThrow(() -> Chart.render(SOUND, right));
    }
}
