package dev.sessionmesh.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where webhooks may lead. docs/security.md names these tests. */
final class UrlRulesTest {
    private static final UrlRules STRICT = new UrlRules(false, false);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.1.2.3",
                "100.64.0.1",
                "100.127.255.255",
                "127.0.0.1",
                "127.9.9.9",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.8",
                "192.168.1.1",
                "198.18.0.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::127.0.0.1",
                "64:ff9b::10.0.0.1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b:1::1",
                "2002:7f00:1::",
                "2002:0a00:0001::",
                "2001::1",
                "2001:db8::1",
                "fc00::1",
                "fd12:3456::1",
                "fe80::1",
                "fec0::1",
                "ff02::1",
            })
    void no_request_leads_inside(String address) {
        assertTrue(!STRICT.permits(InetAddress.ofLiteral(address)), address);
        String host = address.indexOf(':') < 0 ? address : "[" + address + "]";
        assertThrows(IllegalArgumentException.class, () -> STRICT.check("https://" + host + "/hook"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "100.128.0.1",
                "172.32.0.1",
                "172.15.0.1",
                "9.9.9.9",
                "11.0.0.1",
                "2606:4700::1111",
                "64:ff9b::1.1.1.1",
                "2002:101:101::",
            })
    void public_addresses_are_reached(String address) {
        assertTrue(STRICT.permits(InetAddress.ofLiteral(address)), address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hook",
                "ftp://receiver.example/",
                "file:///etc/passwd",
                "http://receiver.example/",
                "https://user:secret@receiver.example/",
                "https://receiver.example/#part",
                "https://receiver.example:0/",
                "https://receiver.example:70000/",
                "https://",
                "https://a b/",
                "https://2130706433/",
                "https://0177.0.0.1/",
                "https://0x7f.0.0.1/",
                "https://127.1/",
            })
    void addresses_that_are_odd_are_refused(String url) {
        assertThrows(IllegalArgumentException.class, () -> STRICT.check(url), url);
    }

    @Test
    void the_operator_may_allow_more() {
        assertEquals(
                "https", STRICT.check("https://receiver.example/hook?key=1").getScheme());
        assertEquals(
                "http",
                new UrlRules(true, false).check("http://receiver.example/").getScheme());
        UrlRules inside = new UrlRules(false, true);
        assertEquals("http", inside.check("http://127.0.0.1:8080/").getScheme());
        assertEquals("http", inside.check("http://localhost:8080/").getScheme());
        assertEquals("https", inside.check("https://10.0.0.1/").getScheme());
        assertThrows(IllegalArgumentException.class, () -> inside.check("http://10.0.0.1/"));
        assertThrows(IllegalArgumentException.class, () -> inside.check("https://224.0.0.1/"));
    }
}
