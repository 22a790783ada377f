package io.channels4j.http.multipart;

import io.channels4j.ClientErrorException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A header value with parameters, such as {@code form-data; name="avatar"} (RFC 2045 §5.1, RFC 2183 §2, RFC 9110 §5.6.6).
 *
 * @param value the value in lower case
 * @param parameters the values of the parameters, by name in lower case
 */
record HeaderParameters(String value, Map<String, String> parameters) {

    private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";

    /**
     * Parses a value.
     *
     * @param text the value of the header
     * @throws ClientErrorException with status 400 if the syntax is invalid or a parameter occurs twice
     */
    static HeaderParameters parse(String text) {
        return new Parser(text).parse();
    }

    private static final class Parser {

        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        HeaderParameters parse() {
            skipSpaces();
            int start = at;
            while (at < text.length() && (isToken(text.charAt(at)) || text.charAt(at) == '/')) {
                at++;
            }
            String value = text.substring(start, at).toLowerCase(Locale.ROOT);
            require(!value.isEmpty());
            Map<String, String> parameters = new LinkedHashMap<>();
            skipSpaces();
            while (at < text.length()) {
                expect(';');
                skipSpaces();
                if (at == text.length()) {
                    break; // some clients end the value with a semicolon
                }
                String name = token().toLowerCase(Locale.ROOT);
                expect('=');
                String previous =
                        parameters.put(name, at < text.length() && text.charAt(at) == '"' ? quoted() : token());
                require(previous == null);
                skipSpaces();
            }
            return new HeaderParameters(value, parameters);
        }

        private String token() {
            int start = at;
            while (at < text.length() && isToken(text.charAt(at))) {
                at++;
            }
            require(at > start);
            return text.substring(start, at);
        }

        /** A backslash escapes only a quote or a backslash, because old browsers send Windows paths unescaped. */
        private String quoted() {
            StringBuilder content = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '"') {
                    at++;
                    return content.toString();
                }
                char next = at + 1 < text.length() ? text.charAt(at + 1) : 0;
                if (c == '\\' && (next == '"' || next == '\\')) {
                    at++;
                    c = next;
                }
                content.append(c);
            }
            throw malformed();
        }

        private void expect(char c) {
            require(at < text.length() && text.charAt(at) == c);
            at++;
        }

        private void skipSpaces() {
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                at++;
            }
        }

        private static boolean isToken(char c) {
            return c >= '0' && c <= '9'
                    || c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || TOKEN_PUNCTUATION.indexOf(c) >= 0;
        }

        private void require(boolean valid) {
            if (!valid) {
                throw malformed();
            }
        }

        private ClientErrorException malformed() {
            return new ClientErrorException(
                    400, "header with parameters: invalid at character %d (expected: value; name=value)".formatted(at));
        }
    }
}
