package dev.sessionmesh.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/** Holds a document against the model of its kind: no field that the kind does not have, each of its type, none missing that it needs. */
final class Kinds {
    private static final String MODELS = "io.kubernetes.client.openapi.models.";

    /** Models that others generate from the definitions; what these need is in no model, so it is here. */
    private static final Map<String, Model> CUSTOM = Map.of(
            "monitoring.coreos.com/v1 ServiceMonitor",
            new Model(ServiceMonitor.class, List.of("spec.endpoints", "spec.selector")),
            "monitoring.coreos.com/v1 PrometheusRule",
            new Model(PrometheusRule.class, List.of("spec.groups")),
            "gateway.networking.k8s.io/v1 HTTPRoute",
            new Model(HTTPRoute.class, List.of("spec.parentRefs", "spec.rules")));

    private static final String SCALED_OBJECT = "keda.sh/v1alpha1 ScaledObject";

    private record Model(Class<?> type, List<String> needed) {}

    /** The models keep what they don't know; this one refuses it. */
    private static final ObjectMapper STRICT = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated any) {
                    return false;
                }
            });

    static {
        new JSON();
    }

    private Kinds() {}

    static void check(JsonObject document) {
        String apiVersion = document.get("apiVersion").getAsString();
        String kind = document.get("kind").getAsString();
        String name = apiVersion + " " + kind;
        if (CUSTOM.containsKey(name)) {
            check(document, CUSTOM.get(name));
        } else if (name.equals(SCALED_OBJECT)) {
            var problems = scaledObject().validate(document.toString(), InputFormat.JSON);
            if (!problems.isEmpty()) {
                throw new AssertionError(problems + " in " + document);
            }
        } else {
            checkBuiltIn(apiVersion, kind, document);
        }
    }

    private static void check(JsonObject document, Model model) {
        try {
            STRICT.readValue(document.toString(), model.type());
        } catch (JsonProcessingException unlike) {
            throw new AssertionError(unlike.getMessage() + " in " + document, unlike);
        }
        for (String path : model.needed()) {
            if (Manifest.at(document, path).isEmpty()) {
                throw new AssertionError("no " + path + " in " + document);
            }
        }
    }

    private static Schema scaledObject() {
        try {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                    .getSchema(Files.readString(Chart.K8S.resolve("src/test/resources/scaledobject.schema.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The generated models are named after the version and the kind: {@code apps/v1 StatefulSet} is {@code V1StatefulSet}. */
    private static void checkBuiltIn(String apiVersion, String kind, JsonObject document) {
        String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
        try {
            Class<?> model =
                    Class.forName(MODELS + Character.toUpperCase(version.charAt(0)) + version.substring(1) + kind);
            model.getMethod("validateJsonElement", JsonElement.class).invoke(null, document);
            // That looks for fields only; reading them looks at their types.
            var unused = JSON.getGson().fromJson(document, model);
        } catch (ClassNotFoundException unknown) {
            throw new AssertionError("no such kind: " + apiVersion + " " + kind, unknown);
        } catch (InvocationTargetException unlike) {
            throw new AssertionError(unlike.getCause().getMessage() + " in " + document, unlike);
        } catch (ReflectiveOperationException | RuntimeException unlike) {
            throw new AssertionError(unlike + " in " + document, unlike);
        }
    }
}
