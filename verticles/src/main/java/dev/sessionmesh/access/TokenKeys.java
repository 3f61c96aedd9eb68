package dev.sessionmesh.access;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.NoSuchKeyIdException;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies JSON Web Tokens with the keys of a JWK set, from a file, an address, or both. A token that names a key nobody has seen has the address asked
 * again: issuers rotate their keys. As long as it can't be reached, the keys that were known stay good.
 */
public final class TokenKeys {
    private static final Logger LOG = LoggerFactory.getLogger(TokenKeys.class);
    private static final long REFRESH_MILLIS = TimeUnit.MINUTES.toMillis(5);
    /** However many tokens with unknown keys come, the address is asked no more often. */
    private static final long PAUSE_MILLIS = 10_000;

    private static final long ANSWER_MILLIS = 5_000;
    private static final int SET_BYTES_MOST = 1 << 20;
    private static final int KEYS_MOST = 100;
    private static final int LEEWAY_SECONDS = 5;
    private static final Map<String, String> CURVES = Map.of("P-256", "ES256", "P-384", "ES384", "P-521", "ES512");
    private static final Pattern SIGNED = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
    /** Of keys that sign. */
    private static final Set<String> TYPES = Set.of("oct", "RSA", "EC", "OKP");

    /**
     * Where keys are, and what tokens must say.
     *
     * @param issuer {@code iss} of every token
     * @param audience among {@code aud} of every token
     */
    public record Source(
            Optional<Path> file, Optional<URI> address, Optional<String> issuer, Optional<String> audience) {}

    private final Vertx vertx;
    private final Source source;
    private final HttpClient client;
    private List<JsonObject> filed = List.of();
    private List<JsonObject> fetched = List.of();
    private @Nullable Future<Void> fetching;
    private long fetchedAt;
    /** Whether the address did not answer when it was asked last. */
    private volatile boolean isAway;

    private volatile @Nullable JWTAuth verifier;

    private TokenKeys(Vertx vertx, Source source) {
        this.vertx = vertx;
        this.source = source;
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout((int) ANSWER_MILLIS)
                .setIdleTimeout((int) ANSWER_MILLIS)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS));
    }

    /**
     * Blocks while the file is read; the address is asked in the background.
     *
     * @throws IllegalArgumentException when the file holds no usable keys
     */
    public static TokenKeys open(Vertx vertx, Source source) {
        TokenKeys keys = new TokenKeys(vertx, source);
        source.file().ifPresent(file -> WatchedFile.open(vertx, "--jwt-keys", file, TokenKeys::keys, keys::takeFiled));
        if (source.address().isPresent()) {
            keys.refresh();
            vertx.setPeriodic(REFRESH_MILLIS, timer -> keys.refresh());
        }
        return keys;
    }

    /** Completes with what the token says, or with why it is refused: in words that repeat nothing of it. */
    Future<Outcome<Claims>> verify(String token) {
        return check(token)
                .recover(failure -> failure instanceof NoSuchKeyIdException
                                && source.address().isPresent()
                        ? refreshIfOld().compose(done -> check(token))
                        : Future.failedFuture(failure))
                .map(TokenKeys::claims)
                .otherwise(failure -> failure instanceof NoSuchKeyIdException && isAway
                        ? Outcome.refused(ErrorCode.UNAVAILABLE, "the issuer of tokens can't be asked for its keys")
                        : Outcome.refused(ErrorCode.UNAUTHORIZED, "the token is not valid here"));
    }

    private Future<User> check(String token) {
        // A verifier none of whose keys it understands takes tokens without a signature for good: none come to it.
        if (!SIGNED.matcher(token).matches()) {
            return Future.failedFuture("no signed token");
        }
        @Nullable JWTAuth known = verifier;
        try {
            return known == null
                    ? Future.failedFuture(new NoSuchKeyIdException("any"))
                    : known.authenticate(new TokenCredentials(token));
        } catch (RuntimeException unfit) {
            return Future.failedFuture(unfit); // claims whose type the library takes for granted
        }
    }

    private static Outcome<Claims> claims(User user) {
        try {
            return Outcome.done(Claims.ofToken(user.attributes().getJsonObject("accessToken")));
        } catch (IllegalArgumentException unfit) {
            return Outcome.refused(ErrorCode.UNAUTHORIZED, "the token's " + unfit.getMessage());
        }
    }

    private synchronized Future<Void> refreshIfOld() {
        long age = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - fetchedAt);
        return fetching != null || fetchedAt == 0 || age > PAUSE_MILLIS ? refresh() : Future.succeededFuture();
    }

    /** Succeeds also when nothing could be had. */
    synchronized Future<Void> refresh() {
        if (fetching != null) {
            return fetching;
        }
        URI address = source.address().orElseThrow();
        fetchedAt = System.nanoTime();
        Future<Void> asked = client.request(
                        new RequestOptions().setMethod(HttpMethod.GET).setAbsoluteURI(address.toString()))
                .compose(request -> request.send().compose(response -> body(request, response)))
                .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                .<Void>map(body -> {
                    takeFetched(keys(body));
                    isAway = false;
                    return null;
                })
                .otherwise(failure -> {
                    isAway = true;
                    LOG.warn("the keys at {} could not be had: {}", shown(address), failure.toString());
                    return null;
                })
                .onComplete(done -> forgetFetch());
        fetching = asked.isComplete() ? null : asked;
        return asked;
    }

    /** A query may hold a key. */
    private static String shown(URI address) {
        return address.getScheme() + "://" + address.getRawAuthority() + address.getRawPath();
    }

    private static Future<Buffer> body(HttpClientRequest request, HttpClientResponse response) {
        if (response.statusCode() != 200) {
            request.reset();
            return Future.failedFuture("it answers " + response.statusCode());
        }
        Promise<Buffer> body = Promise.promise();
        Buffer read = Buffer.buffer();
        response.handler(part -> {
            read.appendBuffer(part);
            if (read.length() > SET_BYTES_MOST) {
                body.tryFail("it is larger than a set of keys may be");
                request.reset();
            }
        });
        response.exceptionHandler(body::tryFail);
        response.endHandler(end -> body.tryComplete(read));
        return body.future();
    }

    private synchronized void forgetFetch() {
        fetching = null;
    }

    private synchronized void takeFiled(List<JsonObject> keys) {
        filed = keys;
        build();
    }

    private synchronized void takeFetched(List<JsonObject> keys) {
        if (!keys.equals(fetched)) {
            fetched = keys;
            build();
            LOG.info(
                    "{} keys for tokens were read from {}",
                    keys.size(),
                    shown(source.address().orElseThrow()));
        }
    }

    private void build() {
        List<JsonObject> all = new ArrayList<>(filed);
        all.addAll(fetched);
        JWTOptions wanted = new JWTOptions().setLeeway(LEEWAY_SECONDS);
        source.issuer().ifPresent(wanted::setIssuer);
        source.audience().ifPresent(wanted::addAudience);
        verifier = JWTAuth.create(vertx, new JWTAuthOptions().setJwks(all).setJWTOptions(wanted));
    }

    /** Of a curve there is but one; the library takes each for P-256's. */
    private static JsonObject withAlgorithm(JsonObject jwk) {
        String algorithm = CURVES.getOrDefault(String.valueOf(jwk.getValue("crv")), "");
        return jwk.containsKey("alg") || algorithm.isEmpty() ? jwk : jwk.copy().put("alg", algorithm);
    }

    private static List<JsonObject> keys(Buffer set) {
        if (set.length() > SET_BYTES_MOST) {
            throw new IllegalArgumentException("it is larger than a set of keys may be");
        }
        List<JsonObject> keys = new ArrayList<>();
        try {
            for (Object key : new JsonObject(set).getJsonArray("keys", new JsonArray())) {
                if (key instanceof JsonObject jwk
                        && jwk.getValue("kty") instanceof String type
                        && TYPES.contains(type)
                        && !"enc".equals(jwk.getValue("use"))
                        && keys.size() < KEYS_MOST) {
                    keys.add(withAlgorithm(jwk));
                }
            }
        } catch (RuntimeException unreadable) {
            throw new IllegalArgumentException("it is no JWK set");
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("it holds no key that can be used");
        }
        return keys;
    }
}
