package io.slackwater.quickstart.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files that the page is made of: its own and stompjs from the class path, the helper for stompjs from the project's folder. Names are taken only if they
 * are of a form that leads nowhere else.
 */
final class PageFiles {
    private static final Pattern OWN = Pattern.compile("/([a-z]+\\.(?:js|css|svg))");
    private static final Pattern HELPER = Pattern.compile("/slackwater/([a-z]+\\.js)");
    private static final Pattern STOMPJS = Pattern.compile("/stomp/((?:compatibility/)?[a-z-]+\\.js)");
    private static final Pattern IMPORT_MAP =
            Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);

    private final Path helper;
    private final String stomp;
    private final String policy;

    record File(String type, byte[] content) {}

    /**
     * @param home the project's top folder
     * @throws IOException if the page cannot be read
     */
    PageFiles(Path home) throws IOException {
        helper = home.resolve("clients/stompjs/src");
        stomp = "/META-INF/resources/webjars/stomp__stompjs/" + stompVersion() + "/esm6/";
        policy = policy(new String(resource("/" + own("index.html")), UTF_8));
    }

    /** The version that the build has put on the class path; the folder of its files is called so. */
    private static String stompVersion() throws IOException {
        Properties properties = new Properties();
        try (InputStream in =
                PageFiles.class.getResourceAsStream("/META-INF/maven/org.webjars.npm/stomp__stompjs/pom.properties")) {
            if (in == null) {
                throw new IOException("stompjs is not on the class path");
            }
            properties.load(in);
        }
        return properties.getProperty("version");
    }

    /** The Content-Security-Policy of everything here. */
    String policy() {
        return policy;
    }

    /**
     * Scripts come from this server alone; an import map can only stand in the page itself, and is let in by its hash. Where the gateways will be is not known
     * when the page is loaded, so WebSockets may be opened to any of them.
     */
    private static String policy(String page) {
        Matcher map = IMPORT_MAP.matcher(page);
        if (!map.find()) {
            throw new IllegalStateException("the page has no import map");
        }
        return "default-src 'none'; script-src 'self' 'sha256-" + sha256(map.group(1))
                + "'; style-src 'self'; img-src 'self'; connect-src 'self' ws:; base-uri 'none'; form-action 'none';"
                + " frame-ancestors 'none'";
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The file at this path of the address; empty if there is none. @throws IOException if it cannot be read */
    Optional<File> get(String path) throws IOException {
        byte[] content = content(path.equals("/") ? "/index.html" : path);
        return content == null ? Optional.empty() : Optional.of(new File(type(path), content));
    }

    private byte @Nullable [] content(String path) throws IOException {
        if (path.equals("/index.html")) {
            return resource("/" + own("index.html"));
        }
        Matcher own = OWN.matcher(path);
        if (own.matches()) {
            return resource("/" + own(own.group(1)));
        }
        Matcher stompjs = STOMPJS.matcher(path);
        if (stompjs.matches()) {
            return resource(stomp + stompjs.group(1));
        }
        Matcher ours = HELPER.matcher(path);
        if (ours.matches() && Files.isRegularFile(helper.resolve(ours.group(1)))) {
            return Files.readAllBytes(helper.resolve(ours.group(1)));
        }
        return null;
    }

    private static String own(String name) {
        return PageFiles.class.getPackageName().replace('.', '/') + "/" + name;
    }

    private static byte @Nullable [] resource(String name) throws IOException {
        try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
            return in == null ? null : in.readAllBytes();
        }
    }

    private static String type(String path) {
        return switch (path.substring(path.lastIndexOf('.') + 1)) {
            case "js" -> "text/javascript; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> "text/html; charset=utf-8";
        };
    }
}
