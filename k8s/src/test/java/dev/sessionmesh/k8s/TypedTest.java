package dev.sessionmesh.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every document has the fields that its kind has, of their types, and those that it needs. */
final class TypedTest {

    static Stream<String> variants() {
        return Chart.everyVariant();
    }

    @ParameterizedTest
    @MethodSource("variants")
    void every_document_is_of_its_kind(String variant) {
        var documents = Chart.of(variant);
        assertTrue(documents.size() > 3, variant);
        documents.forEach(document -> Kinds.check(document.json()));
    }

    /** What the tests above would not have seen is not tested. */
    @Test
    void every_kind_that_a_template_can_make_is_among_them() {
        Set<String> seen = new TreeSet<>();
        variants().forEach(variant -> Chart.of(variant).forEach(document -> seen.add(document.kind())));
        assertEquals(
                new TreeSet<>(Set.of(
                        "StatefulSet",
                        "Deployment",
                        "Service",
                        "ServiceAccount",
                        "PodDisruptionBudget",
                        "NetworkPolicy",
                        "Ingress",
                        "HTTPRoute",
                        "HorizontalPodAutoscaler",
                        "ScaledObject",
                        "ServiceMonitor",
                        "PrometheusRule",
                        "ConfigMap",
                        "Pod")),
                seen);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'apiVersion':'apps/v1','kind':'StatefulSet','metadata':{'name':'a'},'spec':{'replica':1}}",
                "{'apiVersion':'v1','kind':'Service','metadata':{'name':'a'},'spec':{'ports':[{'name':'a'}]}}",
                "{'apiVersion':'v1','kind':'Service','metadata':{'name':'a'},'spec':{'ports':[{'port':'http'}]}}",
                "{'apiVersion':'apps/v2','kind':'StatefulSet','metadata':{'name':'a'}}",
                "{'apiVersion':'monitoring.coreos.com/v1','kind':'ServiceMonitor','metadata':{'name':'a'},'spec':{'selector':{},'endpoints':[{'prot':'admin'}]}}",
                "{'apiVersion':'monitoring.coreos.com/v1','kind':'PrometheusRule','metadata':{'name':'a'},'spec':{'groups':[{'name':'a','rules':[{'alert':'b','expr':'1','fro':'1m'}]}]}}",
                "{'apiVersion':'gateway.networking.k8s.io/v1','kind':'HTTPRoute','metadata':{'name':'a'},'spec':{'hostname':['a']}}",
                "{'apiVersion':'keda.sh/v1alpha1','kind':'ScaledObject','metadata':{'name':'a'},'spec':{'scaleTargetRef':{'name':'a'},'triggers':[{'typ':'prometheus','metadata':{}}]}}",
                "{'apiVersion':'keda.sh/v1alpha1','kind':'ScaledObject','metadata':{'name':'a'},'spec':{'scaleTargetRef':{'name':'a'}}}"
            })
    void a_wrong_document_is_noticed(String wrong) {
        JsonObject json = JsonParser.parseString(wrong.replace('\'', '"')).getAsJsonObject();
        assertThrows(AssertionError.class, () -> Kinds.check(json));
    }
}
