package dev.sessionmesh.archive.redis;

import java.nio.charset.StandardCharsets;

/** Which of a Cluster's slots a key is in. */
final class Slot {
    static final int COUNT = 16_384;
    private static final int POLYNOMIAL = 0x1021;

    private Slot() {}

    static int of(String key) {
        int open = key.indexOf('{');
        int close = open < 0 ? -1 : key.indexOf('}', open + 1);
        String hashed = close > open + 1 ? key.substring(open + 1, close) : key;
        return crc16(hashed.getBytes(StandardCharsets.UTF_8)) % COUNT;
    }

    /** CRC-16/XMODEM, as the Cluster's specification has it. */
    private static int crc16(byte[] bytes) {
        int crc = 0;
        for (byte one : bytes) {
            crc ^= (one & 0xff) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
            }
        }
        return crc & 0xffff;
    }
}
