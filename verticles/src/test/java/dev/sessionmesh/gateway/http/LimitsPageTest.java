package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.access.quota.Quota;
import dev.sessionmesh.codec.json.ProfileJson;
import dev.sessionmesh.codec.json.ToolJson;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.webhook.WebhookLimits;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/limits.md against the record. */
class LimitsPageTest {
    private static final String PAGE = Documents.text("docs/limits.md");

    @Test
    void every_limit_is_documented_with_its_default_in_the_order_of_the_record() throws Exception {
        Map<String, String> documented = new LinkedHashMap<>();
        Matcher rows =
                Pattern.compile("(?m)^\\| `([A-Za-z]+)` \\| ([^|]+) \\|").matcher(PAGE.split("Bounds of forms")[0]);
        while (rows.find()) {
            documented.put(rows.group(1), rows.group(2));
        }
        assertEquals(known("", Limits.DEFAULT).toString(), documented.toString());
    }

    /** What belongs together is a record of its own, whose name goes before those of its limits. */
    private static Map<String, String> known(String family, Object limits) throws Exception {
        Map<String, String> known = new LinkedHashMap<>();
        for (RecordComponent limit : limits.getClass().getRecordComponents()) {
            Object value = limit.getAccessor().invoke(limits);
            String name = limit.getName();
            if (value instanceof Record members) {
                known.putAll(known(name, members));
            } else {
                String own = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
                known.put(family.isEmpty() ? name : family + own, shown(value));
            }
        }
        return known;
    }

    @Test
    void what_tenants_and_addresses_may_use_is_documented() throws Exception {
        String section = PAGE.split("## Per tenant, user and address", -1)[1];
        for (RecordComponent limit : Quota.class.getRecordComponents()) {
            String row = "| `" + limit.getName() + "` | "
                    + shown(limit.getAccessor().invoke(Quota.TENANT)) + " | "
                    + shown(limit.getAccessor().invoke(Quota.USER)) + " | "
                    + shown(limit.getAccessor().invoke(Quota.ADDRESS)) + " | ";
            assertTrue(section.contains(row), row);
        }
    }

    @Test
    void every_bound_of_webhooks_is_documented_with_its_default_in_the_order_of_the_record() throws Exception {
        Map<String, String> documented = new LinkedHashMap<>();
        Matcher rows = Pattern.compile("(?m)^\\| `([A-Za-z]+)` \\| ([^|]+) \\|")
                .matcher(PAGE.substring(PAGE.indexOf("Webhooks have bounds of their own")));
        while (rows.find()) {
            documented.put(rows.group(1), rows.group(2));
        }
        Map<String, String> known = new LinkedHashMap<>();
        for (RecordComponent limit : WebhookLimits.class.getRecordComponents()) {
            known.put(limit.getName(), shown(limit.getAccessor().invoke(WebhookLimits.DEFAULT)));
        }
        assertEquals(known.toString(), documented.toString());
    }

    @Test
    void the_bounds_of_forms_are_those_of_the_code() {
        assertTrue(PAGE.contains("| `model` | " + ProfileJson.MODEL_BYTES + " bytes |"));
        assertTrue(PAGE.contains("64 characters, " + shown(ToolJson.DESCRIPTION_BYTES) + " bytes"));
        assertTrue(PAGE.contains(
                ProfileJson.METADATA_NAME_BYTES + " bytes, " + ProfileJson.METADATA_VALUE_BYTES + " bytes |"));
        assertTrue(PAGE.contains(shown(SessionRoutes.PAGE_MOST) + " (" + SessionRoutes.PAGE + " unless asked)"));
        assertTrue(PAGE.contains(shown(LogRoutes.PAGE_MOST) + " (" + shown(LogRoutes.PAGE) + " unless asked)"));
    }

    private static String shown(Object value) {
        if (value instanceof Duration duration) {
            if (duration.toMillis() < 1_000) {
                return duration.toMillis() + " ms";
            }
            long seconds = duration.toSeconds();
            return seconds % 3_600 == 0
                    ? seconds / 3_600 + " h"
                    : seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
        }
        if (value.equals(Quota.ANY)) {
            return "-";
        }
        return String.format(Locale.ROOT, "%,d", ((Number) value).longValue());
    }
}
